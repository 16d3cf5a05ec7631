"""Rows for the pages about one's sessions and those of people."""

from typing import Any

from accounts.models import RoleGrant
from tests.people import Cast
from tests.permissions.rows import Row, Things

OTHERS_NOT = 403  # the page of somebody's sessions is for administrators


def olu(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": cast.olu.pk}


def one(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": 1}


def role_of_olu(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": RoleGrant.objects.get(user=cast.olu).pk}


def still_needed(cast: Cast, things: Things) -> dict[str, Any]:
    return {"outcome": "KEPT"}


def no_provider(cast: Cast, things: Things) -> dict[str, Any]:
    return {"provider_id": "nowhere"}


ROWS = [
    Row("account_sessions", 200),
    Row("account_session_end", 302, method="POST", why="each ends their own"),
    Row("account_session_end", 405),
    Row("account_sessions_end_others", 302, method="POST"),
    Row("account_sessions_end_others", 405),
    Row("second_step", 200, why="who has a second factor is sent on; nobody of the cast has one"),
    Row("second_step", 200, method="POST"),
    Row(
        "second_step_open", 302, arguments=lambda cast, things: {"key": "used-or-forged"}, why="says that it is too old"
    ),
    Row("mfa_list_webauthn", 200),
    Row("mfa_add_webauthn", 302, why="changes to how one signs in ask for the password again first"),
    Row("mfa_login_webauthn", 302, anonymous=302, why="answers a script of the sign-in page; to others that page"),
    Row("mfa_reauthenticate_webauthn", 302, why="nobody has a passkey to show"),
    Row("mfa_edit_webauthn", 302, arguments=one, why="asks for the password again first"),
    Row("mfa_remove_webauthn", 302, arguments=one, why="asks for the password again first"),
    Row("access_review", OTHERS_NOT, {"ada": 200}),
    Row("access_review_say", OTHERS_NOT, {"ada": 302}, method="POST", arguments=role_of_olu, data=still_needed),
    Row("access_review_say", 405, arguments=role_of_olu),
    Row("openid_connect_login", 404, anonymous=404, arguments=no_provider, why="no provider is set up"),
    Row("openid_connect_callback", 404, anonymous=404, arguments=no_provider, why="no provider is set up"),
    Row("socialaccount_login_cancelled", 200, anonymous=200),
    Row("account_file", 302, why="no file waits for anybody"),
    Row("person_sessions", OTHERS_NOT, {"ada": 200}, arguments=olu),
    Row("person_sessions_end", OTHERS_NOT, {"ada": 302}, method="POST", arguments=olu),
    Row("person_sessions_end", 405, arguments=olu),
]


def furnish(cast: Cast) -> dict[str, Any]:
    return {}
