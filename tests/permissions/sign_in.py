"""Rows for the pages about one's sessions and those of people."""

from typing import Any

from tests.people import Cast
from tests.permissions.rows import Row, Things

OTHERS_NOT = 403  # the page of somebody's sessions is for administrators


def olu(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": cast.olu.pk}


ROWS = [
    Row("account_sessions", 200),
    Row("account_session_end", 302, method="POST", why="each ends their own"),
    Row("account_session_end", 405),
    Row("account_sessions_end_others", 302, method="POST"),
    Row("account_sessions_end_others", 405),
    Row("account_file", 302, why="no file waits for anybody"),
    Row("person_sessions", OTHERS_NOT, {"ada": 200}, arguments=olu),
    Row("person_sessions_end", OTHERS_NOT, {"ada": 302}, method="POST", arguments=olu),
    Row("person_sessions_end", 405, arguments=olu),
]


def furnish(cast: Cast) -> dict[str, Any]:
    return {}
