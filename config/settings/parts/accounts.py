"""Sign-in by django-allauth. Its rate limits are the authoritative throttle (docs/adr): no second lock-out library."""

from config.settings.environment import env
from config.settings.providers import apps_of

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_FORMS = {"reset_password": "accounts.sign_in.forms.ForgottenPasswordForm"}
ACCOUNT_ADAPTER = "accounts.sign_in.InvitedPeopleOnly"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # the mail says so
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 60 * env("CONFIRMED_FOR_MINUTES")
# Guesses that fail: by address, and by account from whatever addresses. Ten in an hour is what one account takes.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,100/h/ip,5/5m/key,10/h/key",
    "reset_password": "20/m/ip,5/h/key",
}
# On a device that its person used before: apart from the others, so that nobody elsewhere locks the owner out.
KNOWN_DEVICE_RATE = "5/5m/key,10/h/key"
KNOWN_DEVICE_COOKIE_NAME = "known-device"
MFA_ADAPTER = "accounts.sign_in.SecondStep"
MFA_FORMS = {
    "add_webauthn": "accounts.sign_in.forms.AddPasskeyForm",
    "authenticate_webauthn": "accounts.sign_in.forms.UsePasskeyForm",
    "login_webauthn": "accounts.sign_in.forms.SignInByPasskeyForm",
    "reauthenticate_webauthn": "accounts.sign_in.forms.ConfirmByPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "MASH Referral Quality"

OIDC_LINK_BY_EMAIL = env("OIDC_LINK_BY_EMAIL")
SOCIALACCOUNT_ADAPTER = "accounts.sign_in.provider.ForceProvider"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": apps_of(env("OIDC_PROVIDERS")), "OAUTH_PKCE_ENABLED": True}}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
