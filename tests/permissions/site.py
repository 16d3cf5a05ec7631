"""Rows for the pages of the service as a whole, sign-in and the API's description."""

from typing import Any

from tests.people import Cast
from tests.permissions.referrals import draft, only, received, shared
from tests.permissions.rows import Row

REAUTHENTICATE = 302  # changes to how one signs in ask for the password again first
SENT_ON = 302  # pages for people without a session send others on

ROWS = [
    Row("home", 200),
    Row("access_log", 403, {"iggy": 200}),
    Row("who_looked", 404, only(200, "olu", "sam", "iggy") | only(403, "lin", "mina"), arguments=received),
    Row(
        "who_looked",
        404,
        only(200, "olu", "sam", "iggy") | only(403, "lin", "mina", "pat", "out"),
        arguments=shared,
        why="the writer may see who looked at what is theirs",
    ),
    Row("who_looked", 404, arguments=draft, why="of a draft the access log alone is asked"),
    Row("form_faults", 403, dict.fromkeys(("sam", "tess", "leda", "ana", "ada"), 200)),
    Row(
        "training_effect",
        403,
        dict.fromkeys(("sam", "gail", "pam", "tess", "leda", "ana"), 200),
        why="of single trainings, cohorts and teams for who runs grading alone",
    ),
    Row("training_effect_xlsx", 403, {"sam": 404}, why="there is nobody to compare"),
    Row("account", 200),
    Row("help", 200, anonymous=200),
    Row("accessibility", 200, anonymous=200),
    Row("privacy", 200, anonymous=200),
    Row("health_live", 200, anonymous=200),
    Row("health_ready", 503, anonymous=503, why="no worker runs beside the matrix"),
    Row("api_schema", 200, anonymous=401),
    Row("api_docs", 200, anonymous=401),
    Row("account_login", SENT_ON, anonymous=200),
    Row("account_keys", 405),
    Row("account_keys", 302, method="POST", why="each sets their own"),
    Row("account_stay", 405),
    Row("account_stay", 302, method="POST"),
    Row("account_logout", 200, anonymous=302),
    Row("account_logout", 302, method="POST", anonymous=302),
    Row("account_signup", SENT_ON, anonymous=200, why="says that accounts are made by invitation"),
    Row("account_inactive", 200, anonymous=200),
    Row("account_reauthenticate", 200),
    Row("account_change_password", 200),
    Row("account_set_password", 302, why="everybody here has a password: sent to change it"),
    Row("account_reset_password", 200, anonymous=200),
    Row("account_reset_password_done", 200, anonymous=200),
    Row(
        "account_reset_password_from_key",
        200,
        anonymous=200,
        arguments=lambda cast, things: {"uidb36": "0", "key": "used-or-forged"},
        why="says that the link is used or too old",
    ),
    Row("account_reset_password_from_key_done", 200, anonymous=200),
    Row("mfa_index", 200),
    Row("mfa_activate_totp", REAUTHENTICATE),
    Row("mfa_deactivate_totp", 404, why="there is nothing to turn off"),
    Row("mfa_authenticate", SENT_ON),
    Row("mfa_reauthenticate", 302, why="no second factor to ask for"),
    Row("mfa_generate_recovery_codes", REAUTHENTICATE),
    Row("mfa_view_recovery_codes", 404, why="there are none"),
    Row("mfa_download_recovery_codes", 404, why="there are none"),
]


def furnish(cast: Cast) -> dict[str, Any]:
    return {}
