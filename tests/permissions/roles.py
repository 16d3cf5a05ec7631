"""Who reads what each role may do, and who holds one."""

from typing import Any

from tests.people import Cast
from tests.permissions.rows import Row, Things


def furnish(cast: Cast) -> dict[str, Any]:
    return {}


def decision_maker(cast: Cast, things: Things) -> dict[str, Any]:
    return {"code": "MASH_DECISION_MAKER"}


def unknown(cast: Cast, things: Things) -> dict[str, Any]:
    return {"code": "NO_SUCH_ROLE"}


ROWS: list[Row] = [
    Row("account_roles", 200, why="everybody who signs in"),
    Row("account_role_holders", 403, {"ada": 200, "iggy": 200}, arguments=decision_maker),
    Row("account_role_holders", 403, {"ada": 404, "iggy": 404}, arguments=unknown),
]
