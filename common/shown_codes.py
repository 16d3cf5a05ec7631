"""Codes that stand on a trainer's screen: worked out and kept nowhere, another one every minute, typed by who is in the room."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from django.utils.crypto import salted_hmac

# A code is shown for a minute and taken for two, so that there is time to type it.
CODE_LASTS = timedelta(seconds=60)
CODES_ARE_SHOWN_FOR = timedelta(minutes=30)
MOST_WRONG_CODES = 5
PAUSE = timedelta(minutes=5)

NO_CODE = "No code is shown at the moment. Ask the trainer to show it."
WRONG_CODE = "That is not the code. It changes every minute: look at the screen again."
TOO_MANY = "There were too many wrong codes. Wait five minutes, or ask the trainer to tick you."


@dataclass(frozen=True)
class ShownCode:
    """What stands on the trainer's screen now: six digits, when the next ones come, and when none come any more."""

    digits: str
    until: datetime
    ends_at: datetime

    def seconds(self, *, at: datetime) -> int:
        """Until the next ones come, rounded up."""
        return max(int((self.until - at).total_seconds()), 0) + 1


@dataclass(frozen=True)
class CodesOnScreen:
    """The codes of one session from `opened_at` on. They follow from the service's secret, `purpose`, the session and the minute."""

    purpose: str
    session_id: UUID
    opened_at: datetime | None

    def shown(self, *, at: datetime) -> ShownCode | None:
        """The code of this minute, or None where none is shown."""
        if self.opened_at is None or not self.opened_at <= at < self.opened_at + CODES_ARE_SHOWN_FOR:
            return None
        minute = self._minute(self.opened_at, at)
        until = self.opened_at + (minute + 1) * CODE_LASTS
        return ShownCode(self._code(self.opened_at, minute), until, self.opened_at + CODES_ARE_SHOWN_FOR)

    def is_right(self, typed: str, *, at: datetime) -> bool:
        """Whether it is the code of this minute or of the last one."""
        if self.opened_at is None:
            return False
        minute = self._minute(self.opened_at, at)
        code = "".join(typed.split()).encode()
        codes = [self._code(self.opened_at, one).encode() for one in (minute, minute - 1) if one >= 0]
        right = [hmac.compare_digest(code, one) for one in codes]
        return any(right)

    def _code(self, opened_at: datetime, minute: int) -> str:
        words = f"{self.session_id} {opened_at.isoformat()} {minute}"
        number = int.from_bytes(salted_hmac(self.purpose, words, algorithm="sha256").digest()[:8])
        return f"{number % 1_000_000:06d}"

    @staticmethod
    def _minute(opened_at: datetime, at: datetime) -> int:
        return (at - opened_at) // CODE_LASTS


class Tries(Protocol):
    """A row on which somebody's wrong codes are counted; whoever calls has locked it, and saves it."""

    wrong_codes: int
    wrong_code_at: datetime | None


def has_to_wait(tries: Tries, *, at: datetime) -> bool:
    """Whether there were too many wrong codes; after a pause counting begins anew."""
    if tries.wrong_code_at is not None and at >= tries.wrong_code_at + PAUSE:
        tries.wrong_codes = 0
    return tries.wrong_codes >= MOST_WRONG_CODES


def count_wrong(tries: Tries, *, at: datetime) -> None:
    """Count one more wrong code."""
    tries.wrong_codes, tries.wrong_code_at = tries.wrong_codes + 1, at
