"""Questions about dip samples: the frame, the draw, who reviews what, progress, and the forms that an incident led to."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, User
from common.clock import ONE_DAY, Period, london_day, two_month_period_of
from common.statistics import sampling
from common.statistics.sample_size import margin_of_error, needed_sample_size
from common.waiting import Waiting
from grading.enums import RULE_FACTS, SampleState, Strata
from grading.models import DipSample, IncidentReview, SampledIncident, Settlement
from grading.models.dip_sample import DipSampleQuerySet, SampledIncidentQuerySet
from grading.queries.settling import is_unsettled, settlement_of
from grading.queries.timeliness import FoundForm, sent_after
from referrals.models import Incident, Referral
from referrals.models.incident import IncidentQuerySet

# What the list of samples may be narrowed to beside one state: drawn ones and those of which some is reviewed.
TO_BE_REVIEWED = "open"
PERIODS_OFFERED = 6
SHARE_REVIEWED_TWICE = 10  # one in ten
# A PPN that was written before its incident was imported is known by its number only; it is looked for in these days.
FORMS_COME_WITHIN = timedelta(days=31)
MARGINS = (0.15, 0.10, 0.05)


# --- the frame and the draw -----------------------------------------------------------------------------------------------


def rule_for(force: Agency, period: Period, *, any_of: Iterable[str] = RULE_FACTS, strata: str = "") -> dict[str, Any]:
    """Which incidents can be drawn, as a sample keeps it: in words, and as the values from which `frame` asks again.

    The words, which reports print, also say when they were drawn from strata.
    """
    facts = [fact for fact in RULE_FACTS if fact in set(any_of)]
    words = " or ".join(f"“{RULE_FACTS[fact]}”" for fact in facts)
    return {
        "words": f"All incidents of {force} reported in {period.label} and imported before the draw, of which the records "
        f"system says {words}" + (f"; drawn by {Strata(strata).label.lower()} in proportion" if strata else ""),
        "force": str(force.pk),
        "reported_from": period.start.isoformat(),
        "reported_to": period.end.isoformat(),
        "any_of": facts,
    }


def frame(rule: dict[str, Any], *, known_at: datetime) -> IncidentQuerySet:
    """The incidents that a rule allows, as far as they were known at that moment. Nothing is fetched."""
    facts = Q()
    for fact in rule["any_of"]:
        facts |= Q(**{fact: True})
    first, last = date.fromisoformat(rule["reported_from"]), date.fromisoformat(rule["reported_to"])
    reported = Incident.objects.reported_between(first, last + ONE_DAY)
    return reported.filter(facts, force=UUID(rule["force"]), imported_at__lte=known_at)


def periods_to_draw(force: Agency, *, today: date) -> list[Period]:
    """Of the last six two-month periods that have ended, those without a sample, the latest first."""
    drawn = set(DipSample.objects.filter(force=force).values_list("period_start", flat=True))
    period = last_period_before(today)
    periods = []
    for _ in range(PERIODS_OFFERED):
        if period.start not in drawn:
            periods.append(period)
        period = two_month_period_of(period.start - ONE_DAY)
    return periods


def last_period_before(today: date) -> Period:
    """The latest two-month period that has ended."""
    return two_month_period_of(two_month_period_of(today).start - ONE_DAY)


@dataclass(frozen=True)
class SizeHelp:
    """How exact a sample would be: the margin of the usual size, and the size for each margin. In points, for a share of one half."""

    period: Period
    population: int
    size: int
    margin: float | None
    needed: list[tuple[int, int]]


def help_with_size(force: Agency, periods: Iterable[Period], *, size: int, at: datetime) -> list[SizeHelp]:
    """For each period with the usual rule, in one query."""
    listed = list(periods)
    if not listed:
        return []
    start, end = min(period.start for period in listed), max(period.end for period in listed)
    known = Incident.objects.reported_between(start, end + ONE_DAY).involving_vulnerability()
    counts = known.filter(force=force, imported_at__lte=at).aggregate(
        **{
            f"period_{number}": Count("pk", filter=Q(reported_on__gte=period.start, reported_on__lte=period.end))
            for number, period in enumerate(listed)
        }
    )
    return [_help(period, counts[f"period_{number}"], size) for number, period in enumerate(listed)]


def _help(period: Period, population: int, size: int) -> SizeHelp:
    drawn = min(size, population)
    margin = margin_of_error(n=drawn, population=population)
    return SizeHelp(
        period=period,
        population=population,
        size=drawn,
        margin=None if margin is None else round(margin * 100, 1),
        needed=[(round(one * 100), needed_sample_size(margin=one, population=population)) for one in MARGINS],
    )


def margin_of(sample: DipSample) -> float | None:
    """How far, in points, the share among all that could be drawn may lie from the sample's, for a share of one half."""
    margin = margin_of_error(n=min(sample.size, sample.frame_size), population=sample.frame_size)
    return None if margin is None else round(margin * 100, 1)


# --- who reviews what -----------------------------------------------------------------------------------------------------


def reviewed_twice(sample: DipSample) -> frozenset[UUID]:
    """Ids of the sampled incidents that get a second, independent review: one in ten, chosen by the sample's seed."""
    known = dict(sample.incidents.values_list("incident_id", "pk"))
    wanted = math.ceil(len(known) / SHARE_REVIEWED_TWICE)
    drawn = sampling.draw(f"{sample.seed}:second review", map(str, known), wanted)
    return frozenset(known[UUID(one.id)] for one in drawn)


@dataclass(frozen=True)
class ReviewState:
    """How far the review of one sampled incident is, as one person may know it.

    `reviews` shows what others found only when as many reviews are in as the incident needs, so that a second reviewer
    never knows the first one's answer. `is_free`: neither this person nor their team has a part in the incident, nor have
    they read a live gap that its first review raised.
    """

    sampled: SampledIncident
    needed: int
    done: int
    mine: IncidentReview | None
    reviews: list[IncidentReview]
    is_free: bool
    is_reviewer: bool
    is_unsettled: bool = False
    settlement: Settlement | None = None

    @property
    def is_done(self) -> bool:
        return self.done >= self.needed or self.settlement is not None

    @property
    def wanted(self) -> int:
        """How many reviews it gets: as many as it needs, or those that are in where it was set aside."""
        return self.done if self.settlement is not None else self.needed

    @property
    def waits_for_me(self) -> bool:
        """Whether this person can review it now."""
        return self.is_reviewer and self.is_free and self.mine is None and not self.is_done

    @property
    def may_correct(self) -> bool:
        """Until the sample is published, and, where two review, until the other review is in."""
        if self.mine is None or not self.is_reviewer:
            return False
        return self.sampled.sample.state != SampleState.PUBLISHED and self.done == 1 and self.settlement is None

    @property
    def counted(self) -> IncidentReview | Settlement | None:
        """What counts, where this person may know it: what was settled, else the first review."""
        return self.settlement or next((review for review in self.reviews if review.reviewer_number == 1), None)


def review_states(sample: DipSample, user: User) -> list[ReviewState]:
    """Every incident of the sample in the order it was drawn, in four queries."""
    reviews = IncidentReview.objects.in_order().select_related("reviewed_by")
    listed = sample.incidents.select_related("incident__team", "district", "settlement").prefetch_related(
        Prefetch("reviews", reviews)
    )
    free = set(sample.incidents.free_for_review_by(user).values_list("pk", flat=True))
    twice = reviewed_twice(sample)
    is_reviewer = _reviews_for(user, sample)
    return [
        _review_state(sampled, sample, user, twice=twice, is_free=sampled.pk in free, is_reviewer=is_reviewer)
        for sampled in listed.in_order()
    ]


def review_state(sampled: SampledIncident, user: User, *, is_free: bool) -> ReviewState:
    """The same of one incident."""
    sample = sampled.sample
    return _review_state(
        sampled,
        sample,
        user,
        twice=reviewed_twice(sample),
        is_free=is_free,
        is_reviewer=_reviews_for(user, sample),
    )


def _reviews_for(user: User, sample: DipSample) -> bool:
    return user.may(Permission.REVIEW_INCIDENTS) and user.agency_id == sample.force_id


def _review_state(
    sampled: SampledIncident,
    sample: DipSample,
    user: User,
    *,
    twice: frozenset[UUID],
    is_free: bool,
    is_reviewer: bool,
) -> ReviewState:
    sampled.sample = sample
    found = sorted(sampled.reviews.all(), key=lambda review: review.reviewer_number)
    needed = 2 if sampled.pk in twice else 1
    return ReviewState(
        sampled=sampled,
        needed=needed,
        done=len(found),
        mine=next((review for review in found if review.reviewed_by_id == user.pk), None),
        reviews=[review for review in found if len(found) >= needed or review.reviewed_by_id == user.pk],
        is_free=is_free,
        is_reviewer=is_reviewer,
        is_unsettled=is_unsettled(sampled, found, needed=needed),
        settlement=settlement_of(sampled),
    )


def reviews_left(sample: DipSample) -> int:
    """How many reviews the sample still needs, first and second ones; what was set aside needs none."""
    twice = reviewed_twice(sample)
    done = sample.incidents.filter(settlement=None).annotate(done=Count("reviews")).values_list("pk", "done")
    return sum(max(0, (2 if pk in twice else 1) - count) for pk, count in done)


def unsettled(sample: DipSample) -> list[SampledIncident]:
    """The incidents that a third person has to settle before the sample can be published, in the order they were drawn."""
    twice = reviewed_twice(sample)
    reviews = Prefetch("reviews", IncidentReview.objects.in_order())
    listed = sample.incidents.select_related("settlement").prefetch_related(reviews).in_order()
    return [one for one in listed if is_unsettled(one, list(one.reviews.all()), needed=2 if one.pk in twice else 1)]


def next_to_review(states: list[ReviewState], *, after: SampledIncident) -> SampledIncident | None:
    """The next incident that waits for this person: the one after the given one first, then from the top."""
    waiting = [state.sampled for state in states if state.waits_for_me and state.sampled.pk != after.pk]
    later = [sampled for sampled in waiting if sampled.position > after.position]
    return next(iter([*later, *waiting]), None)


# --- forms that an incident led to ----------------------------------------------------------------------------------------


def forms_of(incident: Incident, *, user: User | None = None) -> list[FoundForm]:
    """Submitted PPNs of the incident, the first one first: linked to it or, written before it was imported, bearing its number.

    For a person without what is closed to them.
    """
    sent = Referral.objects.ppns().sent()
    if user is not None:
        sent = sent.open_to(user)
    by_number = sent.filter(
        agency=incident.force_id,
        occurrence_number=incident.number,
        submitted_at__gte=incident.reported_at - ONE_DAY,
        submitted_at__lt=incident.reported_at + FORMS_COME_WITHIN,
    )
    found = {referral.pk: referral for referral in (*sent.filter(incident=incident), *by_number)}
    return sent_after(incident, list(found.values()))


def open_referrals(user: User, found: Iterable[FoundForm]) -> set[UUID]:
    """Ids of the forms that this person may open."""
    ids = [one.referral.pk for one in found]
    return set(Referral.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))


# --- lists, progress and the home page ------------------------------------------------------------------------------------


def listed_samples(user: User, *, state: str = "") -> DipSampleQuerySet:
    """The samples of the list, each with `drawn` and `reviewed` as counts; a state that is unknown filters nothing."""
    samples = DipSample.objects.visible_to(user)
    if state in SampleState.values:
        samples = samples.filter(state=state)
    elif state == TO_BE_REVIEWED:
        samples = samples.open_for_review()
    return samples.annotate(
        drawn=Count("incidents", distinct=True),
        reviewed=Count("incidents", filter=Q(incidents__reviews__reviewer_number=1), distinct=True),
    )


def sampled_to_read() -> SampledIncidentQuerySet:
    """Sampled incidents with all that the reviewer's page needs."""
    reviews = IncidentReview.objects.in_order().select_related("reviewed_by").prefetch_related("forms_found")
    return SampledIncident.objects.select_related(
        "sample__force", "incident__district", "incident__team", "incident__officer", "settlement__settled_by"
    ).prefetch_related(Prefetch("reviews", reviews))


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """Incidents that this person can review, samples to publish, and a period that has ended without a sample."""
    lines: list[Waiting] = []
    listed = reverse("grading:dip_samples")
    if user.may(Permission.REVIEW_INCIDENTS):
        samples = list(DipSample.objects.visible_to(user).open_for_review())
        count = sum(state.waits_for_me for sample in samples for state in review_states(sample, user))
        url = f"{samples[0].get_absolute_url()}?show=mine" if len(samples) == 1 else f"{listed}?state={TO_BE_REVIEWED}"
        lines.append(Waiting(f"incident{'s' * (count != 1)} to review", count, url))
        lines.append(_to_settle(user))
    if user.may(Permission.RUN_DIP_SAMPLES):
        ready = DipSample.objects.visible_to(user).filter(state=SampleState.REVIEWED).count()
        title = f"dip sample{'s' * (ready != 1)} to publish"
        lines.append(Waiting(title, ready, f"{listed}?state={SampleState.REVIEWED}"))
        agency = user.agency
        period = last_period_before(london_day(at))
        if agency is not None and agency.is_police and Incident.objects.exists():
            is_drawn = DipSample.objects.filter(force=agency, period_start=period.start).exists()
            title = f"dip sample to draw, of {period.label}"
            lines.append(Waiting(title, 0 if is_drawn else 1, reverse("grading:dip_sample_draw")))
    return [line for line in lines if line.count]


def _to_settle(user: User) -> Waiting:
    """Incidents that this person can settle, as the third one: none that they reviewed or have a part in."""
    samples = list(DipSample.objects.visible_to(user).exclude(state__in=(SampleState.DRAWN, SampleState.PUBLISHED)))
    count, last = 0, None
    for sample in samples:
        free = set(sample.incidents.without_part_of(user).values_list("pk", flat=True))
        mine = [one for one in unsettled(sample) if one.pk in free and user.pk not in _reviewers_of(one)]
        count, last = count + len(mine), sample if mine else last
    url = last.get_absolute_url() if last is not None else reverse("grading:dip_samples")
    return Waiting(f"incident{'s' * (count != 1)} of a dip sample to settle", count, url)


def _reviewers_of(sampled: SampledIncident) -> set[UUID]:
    return {review.reviewed_by_id for review in sampled.reviews.all()}
