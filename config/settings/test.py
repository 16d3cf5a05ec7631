"""Tests: real PostgreSQL and Redis, mail kept in memory, cheap password hashing."""

import os
import tempfile

from config.settings.base import *  # noqa: F403 -- an environment refines the base
from config.settings.base import DATABASES, INSTALLED_APPS

SECRET_KEY = "tests-only-" + "0" * 50
DEBUG = False
IS_DEMONSTRATION = True
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
REQUIRE_SECOND_FACTOR = False
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
UPLOAD_SCANNER = "common.scanning.EicarScanner"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
INSTALLED_APPS = ["devtools", "django_migration_linter", *INSTALLED_APPS]
MEDIA_ROOT = tempfile.mkdtemp(prefix="mash-test-media-")
CELERY_BEAT_SCHEDULER = "celery.beat:PersistentScheduler"
DATABASES["default"]["TEST"] = {"TEMPLATE": os.environ.get("TEST_DATABASE_TEMPLATE") or None}
