"""Headers, cookies and the content security policy: nothing from elsewhere, nothing inline."""

from csp.constants import NONE, SELF

from config.settings.environment import env
from config.settings.providers import apps_of, origins_of

SECRET_KEY = env("SECRET_KEY")
ALLOWED_HOSTS = env("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env("TRUSTED_ORIGINS")
REQUIRE_SECOND_FACTOR = env("REQUIRE_SECOND_FACTOR")

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * env("SESSION_IDLE_MINUTES")
ACCESS_REVIEW_DAYS = env("ACCESS_REVIEW_DAYS")
SESSION_LONGEST_SECONDS = 3600 * env("SESSION_LONGEST_HOURS")
SESSION_SAVE_EVERY_REQUEST = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.pages.form_too_old"
# Not in a cookie: a message may name an agency.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A register sends two fields for each person, and one of a whole force may have a thousand.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *origins_of(apps_of(env("OIDC_PROVIDERS")))],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
