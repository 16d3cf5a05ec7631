"""The demo and a developer's machine: fictitious data, plain HTTP on this machine only."""

from config.settings.base import *  # noqa: F403 -- an environment refines the base
from config.settings.base import INSTALLED_APPS
from config.settings.environment import env

DEBUG = False
IS_DEMONSTRATION = True
SECRET_KEY = env("SECRET_KEY") or "demonstration-only-" + "0" * 40
ALLOWED_HOSTS = env("ALLOWED_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]
REQUIRE_SECOND_FACTOR = False
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
UPLOAD_SCANNER = "common.scanning.EicarScanner"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
INSTALLED_APPS = ["devtools", *INSTALLED_APPS]
