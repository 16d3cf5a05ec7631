"""A clock that is wrong: the code asks for the time through one function, and in a drill that adds what a file says.

The file is named by DRILL_CLOCK and holds seconds, for example -3600. Only the development settings install this.
"""

import os
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

VARIABLE = "DRILL_CLOCK"


def go_wrong() -> None:
    """Put the wrong clock in the place of the right one, if a drill asks for it; before models take hold of it."""
    name = os.environ.get(VARIABLE)
    if not name:
        return
    right, file = timezone.now, Path(name)

    def now() -> datetime:
        seconds = 0.0
        with suppress(OSError, ValueError):
            seconds = float(file.read_text())
        return right() + timedelta(seconds=seconds)

    timezone.now = now
