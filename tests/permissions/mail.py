"""Who gets which answer where GOV.UK Notify says what became of a message: whoever has the token, and that is nobody who is signed in."""

from typing import Any

from tests.people import Cast
from tests.permissions.rows import Row


def furnish(cast: Cast) -> dict[str, Any]:
    return {}


ROWS = [
    Row("mail:notify_callback", 401, method="POST", anonymous=401, why="A program with a token, never a person"),
]
