"""The rows of the queue, ready to be written: dates, words and colours are made here once, and not cell by cell in the template."""

import uuid
from collections.abc import Callable, Collection, Sequence
from typing import TypedDict

from django.urls import reverse

from accounts.models import User
from common.templatetags.dates import moment
from referrals.enums import FormKind, RiskLevel
from referrals.queries import Protection, QueueRow

NOBODY = uuid.UUID(int=0)
Address = Callable[[uuid.UUID], str]
RISK_COLOURS: dict[int | None, str] = {RiskLevel.HIGH: "orange", RiskLevel.MEDIUM: "yellow"}


class Mark(TypedDict):
    """A coloured tag, and what a screen reader hears after it."""

    words: str
    colour: str
    more: str


class ShownRow(TypedDict):
    """What the page writes of one referral; `claim` is where it is taken, of those that nobody has."""

    pk: str
    reference: str
    address: str
    marks: list[Mark]
    risk: Mark
    left: str
    is_late: bool
    due: str
    protection: Mark | None
    types: str
    sender: str
    age: str
    came_out_of_hours: bool
    holder: str
    is_mine: bool
    claim: str


def shown_rows(rows: Sequence[QueueRow], *, user: User, came_back: Collection[uuid.UUID]) -> list[ShownRow]:
    """Asks the database nothing of the referrals of `queries.marked_for_queue`."""
    page, claim = _addresses("referrals:detail"), _addresses("referrals:claim")
    return [_shown(row, user=user, came_back=row.referral.pk in came_back, page=page, claim=claim) for row in rows]


def _addresses(name: str) -> Address:
    """The addresses of that name. Each is found once a page: fifty of them cost as much as reading the rows."""
    before, after = reverse(name, args=[NOBODY]).split(str(NOBODY))
    return lambda pk: f"{before}{pk}{after}"


def _shown(row: QueueRow, *, user: User, came_back: bool, page: Address, claim: Address) -> ShownRow:
    referral = row.referral
    holder = referral.assigned_to
    level = referral.risk_level
    is_cpi = referral.kind == FormKind.CPI
    return {
        "pk": str(referral.pk),
        "reference": str(referral),
        "address": page(referral.pk),
        "marks": _marks(row, came_back=came_back),
        "risk": _mark(referral.get_risk_level_display(), RISK_COLOURS.get(level, "grey")),
        "left": row.left_in_words,
        "is_late": row.is_late,
        "due": moment(referral.due_at),
        "protection": _protected(row.protection),
        "types": "Community information" if is_cpi else ", ".join(referral.types_in_words),
        "sender": ", ".join(str(one) for one in (referral.agency, referral.district) if one),
        "age": row.age_in_words,
        "came_out_of_hours": referral.came_out_of_hours,
        "holder": str(holder) if holder else "",
        "is_mine": holder == user,
        "claim": "" if holder else claim(referral.pk),
    }


def _mark(words: str, colour: str, more: str = "") -> Mark:
    return {"words": words, "colour": colour, "more": more}


def _marks(row: QueueRow, *, came_back: bool) -> list[Mark]:
    marks = [_mark(flag, "red") for flag in row.flags]
    if getattr(row.referral, "is_amended", False):
        marks.append(_mark("Amended", "light-blue"))
    if came_back:
        marks.append(_mark("Came back", "purple", "within twelve months of no further action"))
    return marks


def _protected(protection: Protection | None) -> Mark | None:
    if protection is None or not protection.is_on:
        return None
    colour = "red" if protection.is_alarming else "purple"
    return _mark(f"Police protection until {moment(protection.ends_at)}", colour)
