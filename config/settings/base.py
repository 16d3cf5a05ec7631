"""Settings that hold everywhere. What an environment changes stands in development, test and production."""

from datetime import date
from pathlib import Path

from config.settings.environment import env
from config.settings.parts.accounts import *  # noqa: F403 -- settings are assembled from parts
from config.settings.parts.api import *  # noqa: F403 -- settings are assembled from parts
from config.settings.parts.audit import *  # noqa: F403 -- settings are assembled from parts
from config.settings.parts.bookings import *  # noqa: F403 -- settings are assembled from parts
from config.settings.parts.celery import *  # noqa: F403 -- settings are assembled from parts
from config.settings.parts.database import *  # noqa: F403 -- settings are assembled from parts
from config.settings.parts.guards import *  # noqa: F403 -- settings are assembled from parts
from config.settings.parts.logs import *  # noqa: F403 -- settings are assembled from parts
from config.settings.parts.mail import *  # noqa: F403 -- settings are assembled from parts
from config.settings.parts.partners import *  # noqa: F403 -- settings are assembled from parts
from config.settings.parts.retention import *  # noqa: F403 -- settings are assembled from parts
from config.settings.parts.security import *  # noqa: F403 -- settings are assembled from parts
from config.settings.parts.uploads import *  # noqa: F403 -- settings are assembled from parts

BASE_DIR = Path(__file__).resolve().parent.parent.parent

FORCE_NAME = env("FORCE_NAME")
SERVICE_NAME = "MASH Referral Quality"
CLASSIFICATION = env("CLASSIFICATION")
SITE_URL = env("SITE_URL")
NATION = env("NATION")
DARA_FROM = date.fromisoformat(env("DARA_FROM")) if env("DARA_FROM") else None
MARAC_YES_COUNT = env("MARAC_YES_COUNT")
RIGHT_TO_ASK_DAYS = env("RIGHT_TO_ASK_DAYS")
RIGHT_TO_ASK_VERY_LATE_DAYS = env("RIGHT_TO_ASK_VERY_LATE_DAYS")
IS_DEMONSTRATION = False
CSV_MAX_BYTES = env("CSV_MAX_BYTES")

INSTALLED_APPS = [
    "insights",
    "grading",
    "partners",
    "referrals",
    "training",
    "accounts",
    "mail",
    "audit",
    "jobs",
    "common",
    "config.administration.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_celery_beat",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "guardian",
    "rest_framework",
]

MIDDLEWARE = [
    "common.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "common.middleware.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "audit.middleware.WhoChangesMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.ThrottleAwayMiddleware",
    "accounts.middleware.KeptWordsMiddleware",
    "accounts.middleware.CurrentAccessMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "common.middleware.NoStoreMiddleware",
    "common.middleware.NotAllowedPageMiddleware",
    "insights.middleware.FormFaultsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.page_frame",
            ],
            "builtins": ["django.templatetags.static"],
        },
    }
]
FORM_RENDERER = "common.forms.GovukRenderer"

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg")]
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / env("STATIC_ROOT")
MEDIA_ROOT = BASE_DIR / env("MEDIA_ROOT")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
