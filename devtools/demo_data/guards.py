"""Restricted referrals, conflicts of interest and emergency access: about nobody real, like everything here."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from accounts.models import User
from audit import services as audit
from audit.enums import UnusualRule, Verb
from audit.models import Unusual
from common.clock import london_day, start_of_day
from devtools.demo_data.identity import named_id
from devtools.demo_data.people import Setting
from grading.models import GradingRound, RoundItem
from referrals import services
from referrals.enums import ConflictMove, EmergencyOutcome, RestrictionReason
from referrals.models import Conflict, EmergencyAccess, Person, Referral, Restriction, SecondReading

PROTECTED = "She was moved last month, and somebody who must not find her has friends here."
STAFF = "The caller is married to a colleague of the response team."
MISSING = "The girl did not come home tonight and may be with somebody named in it. Nobody who is named is on duty."
SURNAME = "An officer at the door asks whether the family is known before he lets the uncle in."
NEIGHBOUR = "The boy is in my daughter's class and comes to our house."
COUSIN = "The mother is my cousin."
CONFIRMED = "Close family. Somebody else takes it."
JUSTIFIED = "A child was missing at night and nobody named was on duty. Read once, closed at once."
# So many are needed: two to restrict, two to declare, one whose address somebody knows.
NEEDED, RESTRICTED = 5, 2
# Days back from which second looks draw.
LOOKED_AT_AGAIN = 120


def make_guards(setting: Setting) -> int:
    """Adds them to a few referrals of which nothing else is told, and returns how many; a small load has too few, and none."""
    apart = _apart(setting)
    if len(apart) < NEEDED:
        return 0
    mina, sam = setting.people["decision"], setting.people["supervisor"]
    other = next(one for one in setting.by_role["MASH_DECISION_MAKER"] if one != mina)
    noon = start_of_day(setting.today) - timedelta(hours=12)
    protected, staff, declared, confirmed, known = apart
    _restrict(
        protected, RestrictionReason.PROTECTED, PROTECTED, people=[sam, other], by=sam, at=noon - timedelta(days=12)
    )
    _restrict(
        staff, RestrictionReason.STAFF, STAFF, people=[sam, mina], by=sam, at=noon - timedelta(days=11), is_hinted=True
    )

    night = start_of_day(setting.today) - timedelta(days=7) + timedelta(hours=3, minutes=10)
    reviewed = _break_glass(staff, MISSING, by=other, at=night)
    services.review_emergency(
        emergency_id=reviewed.pk,
        outcome=EmergencyOutcome.JUSTIFIED,
        review=JUSTIFIED,
        by=setting.people["governance"],
        at=noon - timedelta(days=6),
    )
    evening = start_of_day(setting.today) - timedelta(hours=2, minutes=20)
    _list_as_unusual(_break_glass(protected, SURNAME, by=mina, at=evening), at=start_of_day(setting.today))

    services.declare_conflict(referral_id=declared.pk, words=NEIGHBOUR, by=mina, at=noon)
    at = noon - timedelta(days=3)
    conflict = services.declare_conflict(referral_id=confirmed.pk, words=COUSIN, by=other, at=at)
    services.judge_conflict(
        conflict_id=conflict.pk, move=ConflictMove.CONFIRM, judgement=CONFIRMED, by=sam, at=at + timedelta(hours=2)
    )
    services.add_connection(address=_address_in(known.pk), by=other, at=noon - timedelta(days=1))
    return sum(kind.objects.count() for kind in (Restriction, Conflict, EmergencyAccess))


def _apart(setting: Setting) -> list[Referral]:
    """The newest of which no other page of the demonstration tells: shared, met about, graded or read a second time, or its people's.

    The first two were drawn from by nothing: what is restricted after a draw is not there when it is drawn again.
    """
    found = Referral.objects.ppns().sent().filter(shares=None, meeting_items=None)
    found = found.exclude(author__in=[setting.people[name].pk for name in ("officer", "decision", "supervisor")])
    found = found.exclude(pk__in=RoundItem.objects.values("referral"))
    found = found.exclude(pk__in=SecondReading.objects.values("referral"))
    with_address = Person.objects.exclude(address="").values("referral")
    found = found.filter(pk__in=with_address).order_by("-submitted_at", "pk")
    first_round = GradingRound.objects.order_by("starts_on").values_list("starts_on", flat=True).first()
    before = start_of_day(min(first_round or setting.today, setting.today - timedelta(days=LOOKED_AT_AGAIN)))
    old = list(found.filter(submitted_at__lt=before)[:RESTRICTED])
    recent = start_of_day(setting.today - timedelta(days=14))
    return [*old, *found.filter(submitted_at__gte=before, submitted_at__lt=recent)[: NEEDED - RESTRICTED]]


def _restrict(
    referral: Referral,
    reason: RestrictionReason,
    words: str,
    *,
    people: Iterable[User],
    by: User,
    at: datetime,
    is_hinted: bool = False,
) -> None:
    # That somebody is named is checked when both are there; the load checks row by row.
    _check_names("DEFERRED")
    services.restrict_referral(
        referral_id=referral.pk,
        reason=reason,
        words=words,
        is_hinted=is_hinted,
        people=people,
        by=by,
        at=at,
    )
    _check_names("IMMEDIATE")


def _check_names(when: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS referrals_restriction_names {when}")


def _break_glass(referral: Referral, reason: str, *, by: User, at: datetime) -> EmergencyAccess:
    """Open it, read it and what was said before, and close it after ten minutes."""
    opened = services.break_glass(referral_id=referral.pk, reason=reason, by=by, at=at)
    for minutes, what in ((1, "referral.read"), (4, "referral.versions_read")):
        audit.record(verb=Verb.READ, what=what, at=at + timedelta(minutes=minutes), actor=by, subject=referral)
    services.end_emergency(emergency_id=opened.pk, by=by, at=at + timedelta(minutes=10))
    return opened


def _list_as_unusual(opened: EmergencyAccess, *, at: datetime) -> None:
    """As the watcher of the log lists it within minutes; when that comes by it finds this case."""
    Unusual.objects.create(
        id=named_id("unusual", UnusualRule.BREAK_GLASS),
        rule=UnusualRule.BREAK_GLASS,
        actor_id=str(opened.opened_by_id),
        actor_agency_id=str(opened.opened_by.agency_id),
        object_label=Referral._meta.label,
        object_id=str(opened.referral_id),
        day=london_day(opened.opened_at),
        found_at=at,
    )


def _address_in(referral_id: UUID) -> str:
    """Where one of those who are named in it lives."""
    found = Person.objects.filter(referral=referral_id).exclude(address="")
    return found.order_by("position").values_list("address", flat=True)[0]
