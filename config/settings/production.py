"""Production: refuses to start with a demo secret, without hosts, or over plain HTTP."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403 -- an environment refines the base
from config.settings.environment import env

DEBUG = False

if len(env("SECRET_KEY")) < 50 or env("SECRET_KEY").startswith(("demonstration-only", "tests-only")):
    raise ImproperlyConfigured(
        "SECRET_KEY must be a secret of at least 50 characters (or SECRET_KEY_FILE a file of one)."
    )
if not env("ALLOWED_HOSTS"):
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts of the service.")
if not env("DATABASE_URL") or not env("REDIS_URL"):
    raise ImproperlyConfigured("DATABASE_URL and REDIS_URL must be set.")
if not env("SECURE_COOKIES"):
    raise ImproperlyConfigured("Production is served over HTTPS only: leave SECURE_COOKIES on.")
if env("UPLOAD_SCANNER") == "common.scanning.EicarScanner":
    raise ImproperlyConfigured("UPLOAD_SCANNER names the scanner of the demonstration, which finds nothing.")
if env("MAIL_SENDER") not in ("smtp", "notify"):
    raise ImproperlyConfigured("MAIL_SENDER must be smtp or notify.")
if env("MAIL_SENDER") == "notify" and not (env("NOTIFY_API_KEY") and env("NOTIFY_TEMPLATE_ID")):
    raise ImproperlyConfigured("NOTIFY_API_KEY and NOTIFY_TEMPLATE_ID must be set for MAIL_SENDER=notify.")
if env("NOTIFY_CALLBACK_TOKEN") and len(env("NOTIFY_CALLBACK_TOKEN")) < 32:
    raise ImproperlyConfigured("NOTIFY_CALLBACK_TOKEN must be a secret of at least 32 characters.")

SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
KNOWN_DEVICE_COOKIE_NAME = "__Host-known-device"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
# Preloading is asked for a whole registered domain, which is the force's to decide about, and not ours.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env("BEHIND_PROXY") else None
# Else all visitors would be the proxy, and one of them could use up what everybody may ask in a minute.
ALLAUTH_TRUSTED_PROXY_COUNT = env("PROXIES") if env("BEHIND_PROXY") else 0
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
