"""Second looks: what can be drawn, who gets which, how a referral stood when it was decided on, and how far both agree."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from accounts.models import User
from audit import queries as audit
from audit.enums import Verb
from common.clock import Period
from common.statistics import sampling
from common.statistics.agreement import (
    FEWEST_ITEMS_TO_JUDGE,
    agreement_within_one,
    cohen_kappa,
    cohen_kappa_interval,
    exact_agreement,
    paired,
)
from common.statistics.proportions import Interval, Proportion
from common.statistics.rounding import round_half_up, rounded_or_none
from referrals.enums import VOIDED, Level
from referrals.models import (
    Attachment,
    Conflict,
    Referral,
    SecondLook,
    SecondReading,
    ThresholdDecision,
    open_to,
    unrestricted,
)
from referrals.queries.versions import as_it_stood

SECOND_LOOKS_ORDER = ("-drawn_at", "-pk")
# How the own page, which hides the decision, is named in the access log.
READ_AGAIN = "referral.read_again"


# --- the draw -------------------------------------------------------------------------------------------------------------


def second_look_frame(hub_id: uuid.UUID, period: Period, people: Sequence[User]) -> QuerySet[Referral]:
    """What the hub decided in the period, as it stands, and one of these people neither wrote nor ever decided on.

    Nothing that is restricted, and nothing in which one of these people has a conflict of interest.
    """
    standing = ThresholdDecision.objects.filter(
        referral=OuterRef("pk"), is_current=True, decided_at__gte=period.starts_at, decided_at__lt=period.ends_before
    )
    decided = ThresholdDecision.objects.filter(referral=OuterRef(OuterRef("pk")), decided_by=OuterRef("pk"))
    free = User.objects.filter(pk__in=[one.pk for one in people]).exclude(pk=OuterRef("author"))
    received = Referral.objects.sent().received_by(hub_id).filter(unrestricted())
    kept_from = Conflict.objects.keeping_out().filter(person__in=[one.pk for one in people]).values("referral")
    return received.exclude(pk__in=kept_from).filter(Exists(standing), Exists(free.exclude(Exists(decided))))


@dataclass(frozen=True)
class DrawnReferral:
    """A drawn referral, its ticket, the decision that stands, and who has no part in it."""

    referral: Referral
    ticket: str
    decision: ThresholdDecision
    free: list[User]


def frame_facts(frame: QuerySet[Referral]) -> tuple[int, str]:
    """How many can be drawn, and the fingerprint of their ids."""
    found = frame.aggregate(size=Count("pk"), digest=sampling.FrameDigest("pk"))
    return found["size"], found["digest"]


def smallest_tickets(frame: QuerySet[Referral], *, seed: str, size: int, people: Sequence[User]) -> list[DrawnReferral]:
    """So many of the frame, in the order of their tickets; the database works the tickets out."""
    drawn = frame.annotate(ticket=sampling.ticket_expression(seed)).order_by("ticket", "pk")
    drawn = drawn.only("pk", "author_id").prefetch_related("decisions")
    found = []
    for referral in drawn[:size]:
        decisions = list(referral.decisions.all())
        part = {referral.author_id, *(decision.decided_by_id for decision in decisions)}
        current = next(decision for decision in decisions if decision.is_current)
        free = [one for one in people if one.pk not in part]
        found.append(DrawnReferral(referral, referral.ticket, current, free))  # type: ignore[attr-defined]
    return found


def share_out(may: Sequence[Sequence[User]]) -> list[User]:
    """For each referral, of which `may` says who has no part in it, who gets it: who has the fewest so far.

    Those that few people may have go first, so that they leave nobody with more than others. The same is always shared out
    the same way.
    """
    has: dict[Any, int] = {one.pk: 0 for free in may for one in free}
    given: dict[int, User] = {}
    for place in sorted(range(len(may)), key=lambda place: (len(may[place]), place)):
        to = min(may[place], key=lambda one: (has[one.pk], one.name, one.pk))
        has[to.pk] += 1
        given[place] = to
    return [given[place] for place in range(len(may))]


# --- the lists, and the page of who decides again -------------------------------------------------------------------------


def second_looks_of(user: User) -> QuerySet[SecondLook]:
    """Those of the own hub, each with `drawn` and `recorded` as counts of what stands."""
    standing = ~Q(readings__referral__state__in=VOIDED)
    return SecondLook.objects.visible_to(user).annotate(
        drawn=Count("readings", filter=standing),
        recorded=Count("readings", filter=standing & Q(readings__recorded_at__isnull=False)),
    )


def readings_to_do(user: User) -> QuerySet[SecondReading]:
    """What waits for this person's second decision, in the order of the draw."""
    return (
        SecondReading.objects.to_do_by(user)
        .filter(open_to(user, of="referral"))
        .select_related("look", "referral")
        .order_by("look", "position")
    )


def readings_to_look_at(user: User) -> QuerySet[SecondReading]:
    """Far higher the second time, and no supervisor has looked, for the supervisors of the hub; the furthest first."""
    found = _side_by_side(SecondReading.objects.visible_to(user).to_look_at_again())
    return found.order_by("decision__level", "-level", "recorded_at", "pk")


def as_decided_on(reading: SecondReading) -> Referral:
    """The referral as it stood when it was decided on, in memory only: amendments and files since are left out."""
    referral, decided_at = reading.referral, reading.decision.decided_at
    later = referral.amendments.filter(amended_at__gt=decided_at).order_by("number").first()
    return referral if later is None else as_it_stood(referral, later)


def files_decided_on(reading: SecondReading) -> list[Attachment]:
    """The files that were there when it was decided on."""
    found = reading.referral.attachments.filter(added_at__lte=reading.decision.decided_at)
    return list(found.order_by("added_at", "pk"))


def has_seen_since(reading: SecondReading) -> bool:
    """Whether who decides again has read the referral elsewhere since the decision, as the access log says."""
    read = audit.entries(
        actor_id=str(reading.reader_id), object_id=str(reading.referral_id), since=reading.decision.decided_at
    )
    return read.filter(verb=Verb.READ).exclude(what=READ_AGAIN).exists()


# --- results --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SecondLookResults:
    """Both decisions side by side and how far they agree; no figure is about a person.

    `count`: all that figures are worked out from. `rows`: those of them that are open to who looks, what is to be looked at again
    first, then by how far the levels are apart. `unread`: drawn and not recorded.
    """

    count: int
    rows: list[SecondReading]
    unread: int
    level: Proportion
    within_one: Proportion
    pathway: Proportion
    had_seen: int
    kappa: Decimal | None
    kappa_low: Decimal | None
    kappa_high: Decimal | None

    @property
    def is_enough_to_judge(self) -> bool:
        return self.count >= FEWEST_ITEMS_TO_JUDGE

    @property
    def closed(self) -> int:
        """How many count and are not shown to who looks."""
        return self.count - len(self.rows)


def second_look_results(look: SecondLook, *, viewer: User) -> SecondLookResults:
    """Over all that was recorded and stands."""
    closed = ExpressionWrapper(~open_to(viewer, of="referral"), output_field=BooleanField())
    standing = _side_by_side(look.readings.standing()).annotate(is_closed=closed)
    recorded = list(standing.filter(recorded_at__isnull=False).order_by("position"))
    first, second = [one.decision.level for one in recorded], [one.level for one in recorded]
    levels, scale = paired(first, second), Level.values
    kappa = cohen_kappa(first, second, categories=scale)
    interval = cohen_kappa_interval(first, second, categories=scale)
    return SecondLookResults(
        count=len(recorded),
        rows=sorted(
            (one for one in recorded if not one.is_closed),
            key=lambda one: (not one.is_far_higher, -_apart(one), one.position),
        ),
        unread=standing.filter(recorded_at=None).count(),
        level=exact_agreement(levels),
        within_one=agreement_within_one(levels),
        pathway=Proportion(sum(one.pathway == one.decision.pathway for one in recorded), len(recorded)),
        had_seen=sum(bool(one.had_seen) for one in recorded),
        kappa=rounded_or_none(kappa, 2),
        kappa_low=_bound(interval, "low"),
        kappa_high=_bound(interval, "high"),
    )


def _apart(reading: SecondReading) -> int:
    return abs((reading.level or 0) - reading.decision.level)


def _bound(interval: Interval | None, name: str) -> Decimal | None:
    return None if interval is None else round_half_up(Fraction(getattr(interval, name)), 2)


def _side_by_side(readings: QuerySet[SecondReading]) -> QuerySet[SecondReading]:
    """With all that a row of the comparison shows."""
    return readings.select_related("referral", "look", "decision__threshold_document", "threshold_document")
