"""Coming back after no further action: of the referrals of a page, and of the hub as a whole."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from common.clock import Period, london_day, months_before
from common.statistics.proportions import Proportion
from referrals.enums import ABOUT, RE_REFERRAL_MONTHS, AccessReason, ConcernType, Pathway, PersonRole
from referrals.models import Person, PersonMatch, Referral, ReferralAccess, ThresholdDecision
from referrals.queries.matching import known_people

DAYS_TO_COME_BACK = (30, 90, 180, 365)
# Of a period the newest so many referrals are looked at, so that a list costs the same in a hub of any size.
MOST_LOOKED_AT = 10_000
RE_REFERRALS_ORDER = ("-submitted_at", "-pk")


def with_matches(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    """`has_match`: whether somebody in it was confirmed to be somebody in another."""
    return referrals.annotate(has_match=_is_matched())


def _is_matched() -> Q:
    confirmed = PersonMatch.objects.confirmed()
    one = confirmed.filter(one__referral=OuterRef("pk"))
    other = confirmed.filter(other__referral=OuterRef("pk"))
    return Exists(one) | Exists(other)


def came_back(referrals: Iterable[Referral]) -> set[uuid.UUID]:
    """Which of these came within twelve months of no further action on the same person; of referrals of `with_matches`.

    Asks nothing where nobody of them was matched.
    """
    return set(ended_before(referrals))


def ended_before(referrals: Iterable[Referral]) -> dict[uuid.UUID, ThresholdDecision]:
    """For each of these that came back, the decision to take no further action that it followed, the last where there are
    several; of it only what is needed to know that. Of referrals of `with_matches`; four queries at most.
    """
    looked_at = {one.pk: one for one in referrals if getattr(one, "has_match", True)}
    if not looked_at:
        return {}
    people = Person.objects.filter(referral__in=looked_at).exclude(role=PersonRole.PROFESSIONAL)
    here = dict(people.values_list("pk", "referral"))
    known = known_people(list(here))
    elsewhere = _referrals_of({member for members in known.values() for member in members})
    decisions = _decisions_on(set(elsewhere.values()))
    found: dict[uuid.UUID, ThresholdDecision] = {}
    for person, referral in here.items():
        moment = looked_at[referral].submitted_at or looked_at[referral].created_at
        since = months_before(london_day(moment), RE_REFERRAL_MONTHS)
        others = {elsewhere[member] for member in known[person] if member in elsewhere} - {referral}
        ended = [found[referral]] if referral in found else []
        for other in others:
            decision = ended_in_nothing(decisions[other], moment)
            if decision is not None and london_day(decision.decided_at) >= since:
                ended.append(decision)
        if ended:
            found[referral] = max(ended, key=lambda decision: (decision.decided_at, decision.pk))
    return found


def ended_in_nothing(decisions: Iterable[ThresholdDecision], moment: datetime) -> ThresholdDecision | None:
    """The decision that stood at that moment, where it was to take no further action; whatever came later."""
    before = [decision for decision in decisions if decision.decided_at <= moment]
    stood = max(before, key=lambda decision: decision.number, default=None)
    return stood if stood is not None and stood.pathway == Pathway.NO_FURTHER_ACTION else None


def ended_in_nothing_on(decisions: Iterable[ThresholdDecision], moment: datetime) -> date | None:
    """The day of that decision."""
    stood = ended_in_nothing(decisions, moment)
    return london_day(stood.decided_at) if stood is not None else None


@dataclass(frozen=True)
class ReReferrals:
    """What came back in a period, and whether there was more in it than is looked at."""

    referrals: QuerySet[Referral]
    after: dict[uuid.UUID, ThresholdDecision]
    is_cut: bool

    def __len__(self) -> int:
        return len(self.after)


def re_referrals_of(user: User, period: Period, *, within: int | None = None) -> ReReferrals:
    """What this person's hub received in the period and came within twelve months (or so many days) of no further action on
    somebody who was confirmed to be the same. Seven queries, the newest MOST_LOOKED_AT referrals of the period looked at.
    """
    received = ReferralAccess.objects.filter(agency=user.agency_id, reason=AccessReason.HUB)
    in_it = received.filter(since__gte=period.starts_at, since__lt=period.ends_before)
    newest_first = in_it.order_by("-since", "-referral").values_list("since", flat=True)
    left_out = next(iter(newest_first[MOST_LOOKED_AT : MOST_LOOKED_AT + 1]), None)
    if left_out is not None:
        in_it = in_it.filter(since__gt=left_out)
    looked_at = Referral.objects.sent().open_to(user).filter(pk__in=in_it.values("referral"))
    matched = looked_at.filter(_is_matched()).only("submitted_at", "created_at")
    after = ended_before(matched)
    if within is not None:
        sent = {one.pk: one.submitted_at or one.created_at for one in matched}
        after = {pk: one for pk, one in after.items() if sent[pk] - one.decided_at <= timedelta(within)}
    earlier = Referral.objects.received_for(user).sent().filter(pk__in={one.referral_id for one in after.values()})
    ours = set(earlier.values_list("pk", flat=True))
    after = {pk: one for pk, one in after.items() if one.referral_id in ours}
    return ReReferrals(Referral.objects.filter(pk__in=after), after, is_cut=left_out is not None)


@dataclass(frozen=True)
class ReReferralRow:
    """A referral that came back: the decision it followed, and how it was decided on since."""

    referral: Referral
    after: ThresholdDecision
    decision: ThresholdDecision | None

    @property
    def days(self) -> int:
        """Whole days from the decision until somebody was referred again."""
        return ((self.referral.submitted_at or self.referral.created_at) - self.after.decided_at).days

    @property
    def same_concerns(self) -> list[str]:
        """The types of concern that both have."""
        return [str(ConcernType(one).label) for one in self.referral.types if one in self.after.referral.types]


def re_referral_rows(referrals: list[Referral], found: ReReferrals) -> list[ReReferralRow]:
    """Of a page of `re_referrals_of`; two queries, however many rows."""
    shown = {found.after[one.pk].pk for one in referrals}
    after = ThresholdDecision.objects.select_related("referral").in_bulk(shown)
    current = ThresholdDecision.objects.filter(is_current=True, referral__in=[one.pk for one in referrals])
    since = {decision.referral_id: decision for decision in current}
    return [ReReferralRow(one, after[found.after[one.pk].pk], since.get(one.pk)) for one in referrals]


@dataclass(frozen=True)
class ReReferralRate:
    """Of the people on whom no further action was decided, those who came again within so many days."""

    days: int
    came_back: Proportion


def re_referral_rates(period: Period) -> list[ReReferralRate]:
    """For decisions of the period to take no further action, counted by person, up to now; a later one counts as it stands.

    One person is all descriptions that a decision-maker confirmed to be the same.
    """
    decided = Person.objects.filter(
        role__in=ABOUT,
        referral__decisions__pathway=Pathway.NO_FURTHER_ACTION,
        referral__decisions__decided_at__gte=period.starts_at,
        referral__decisions__decided_at__lt=period.ends_before,
    ).values_list("pk", "referral__decisions__decided_at")
    moments: defaultdict[uuid.UUID, list[datetime]] = defaultdict(list)
    for person, decided_at in decided:
        moments[person].append(decided_at)
    known = known_people(list(moments))
    from_when = {group: min(when for one in group for when in moments.get(one, ())) for group in set(known.values())}
    members = {member for group in from_when for member in group}
    submitted = _submissions_of(members) if len(members) > len(from_when) else {}
    gaps = {group: _gap(submitted, group, since) for group, since in from_when.items()}
    return [
        ReReferralRate(
            days, Proportion(sum(gap is not None and gap <= timedelta(days) for gap in gaps.values()), len(gaps))
        )
        for days in DAYS_TO_COME_BACK
    ]


def _gap(submitted: dict[uuid.UUID, datetime], group: frozenset[uuid.UUID], since: datetime) -> timedelta | None:
    """How long after that moment this person was next referred."""
    return min((submitted[one] - since for one in group if one in submitted and submitted[one] > since), default=None)


def _submissions_of(people: set[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    sent = Person.objects.filter(pk__in=people, referral__submitted_at__isnull=False)
    return {person: moment for person, moment in sent.values_list("pk", "referral__submitted_at") if moment is not None}


def _referrals_of(people: set[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Nothing that is closed to anybody: these marks stand in lists that everybody of the hub reads."""
    return dict(Person.objects.filter(pk__in=people, referral__is_guarded=False).values_list("pk", "referral"))


def _decisions_on(referrals: set[uuid.UUID]) -> defaultdict[uuid.UUID, list[ThresholdDecision]]:
    found: defaultdict[uuid.UUID, list[ThresholdDecision]] = defaultdict(list)
    needed = ("referral_id", "number", "pathway", "decided_at")
    for decision in ThresholdDecision.objects.filter(referral__in=referrals).only(*needed):
        found[decision.referral_id].append(decision)
    return found
