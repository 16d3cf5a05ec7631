"""Dip samples as they stand in the database, in any state, with reviews of any outcome; journeys are for the tests of services."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory

from accounts.models import Agency, Area, User
from common.clock import ONE_DAY, london_day, start_of_day
from common.statistics import picking, sampling
from grading.enums import Needed, ReviewStatus, SampleState
from grading.models import (
    DipSample,
    EarlierImport,
    EarlierReview,
    IncidentReview,
    LiveGap,
    PublishedCompliance,
    SampledIncident,
)
from referrals.enums import ConcernType
from tests.factories.accounts import AgencyFactory, AreaFactory, UserFactory
from tests.factories.referrals import IncidentFactory

DRAWN = datetime(2026, 9, 2, 9, 0, tzinfo=UTC)
REVIEWED = datetime(2026, 9, 16, 15, 0, tzinfo=UTC)
WHY = "A fictitious child was there and nobody looked after them."

# What a review says, by what it comes to.
OUTCOMES: dict[str, dict[str, Any]] = {
    ReviewStatus.COMPLIANT: {"required": Needed.YES, "required_types": [ConcernType.CHILD], "done": True}
    | {"found_types": [ConcernType.CHILD], "in_time": True},
    "LATE": {"required": Needed.YES, "required_types": [ConcernType.CHILD], "done": True}
    | {"found_types": [ConcernType.CHILD], "in_time": False},
    ReviewStatus.PARTIAL: {
        "required": Needed.YES,
        "required_types": [ConcernType.CHILD, ConcernType.ADULT_AT_RISK],
        "done": False,
    }
    | {"found_types": [ConcernType.CHILD], "in_time": True},
    ReviewStatus.MISSING: {"required": Needed.YES, "required_types": [ConcernType.CHILD], "done": False},
    ReviewStatus.NOT_NEEDED: {"required": Needed.NO, "done": True},
    ReviewStatus.OVER_SUBMITTED: {"required": Needed.NO, "done": True, "found_types": [ConcernType.CHILD]},
    ReviewStatus.UNCLEAR: {"required": Needed.UNCLEAR, "done": None},
}

# The forty incidents of the worked example: 25 need a form, 13 need none, 2 are unclear.
FORTY = (
    [ReviewStatus.COMPLIANT] * 22
    + [ReviewStatus.PARTIAL] * 2
    + [ReviewStatus.MISSING]
    + [ReviewStatus.OVER_SUBMITTED] * 3
    + [ReviewStatus.NOT_NEEDED] * 10
    + [ReviewStatus.UNCLEAR] * 2
)


class DipSampleFactory(factory.django.DjangoModelFactory):
    """`DipSampleFactory(state="PUBLISHED")`: with who and when of every step up to that state; the incidents come apart."""

    class Meta:
        model = DipSample

    force = factory.SubFactory(AgencyFactory, kind="POLICE")
    period_start = date(2026, 7, 1)
    period_end = date(2026, 8, 31)
    rule = factory.LazyAttribute(
        lambda sample: {
            "words": "Incidents in which somebody's vulnerability was recorded",
            "force": str(sample.force.pk),
            "reported_from": str(sample.period_start),
            "reported_to": str(sample.period_end),
            "any_of": ["child_linked"],
        }
    )
    size = 40
    seed = "a fixed seed"
    algorithm = picking.ALGORITHM
    frame_size = 400
    frame_digest = "0123456789abcdef" * 4
    state = SampleState.DRAWN
    drawn_at = DRAWN
    drawn_by = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..force"))

    @classmethod
    def _create(cls, model_class: type[DipSample], *args: Any, **kwargs: Any) -> DipSample:
        if kwargs["state"] in (SampleState.REVIEWED, SampleState.PUBLISHED):
            kwargs = {"reviewed_at": REVIEWED} | kwargs
        if kwargs["state"] == SampleState.PUBLISHED:
            kwargs = {"published_at": REVIEWED + timedelta(days=1), "published_by": kwargs["drawn_by"]} | kwargs
        created: DipSample = super()._create(model_class, *args, **kwargs)
        return created


class SampledIncidentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SampledIncident

    sample = factory.SubFactory(DipSampleFactory)
    incident = factory.SubFactory(
        IncidentFactory, force=factory.SelfAttribute("..sample.force"), district=factory.SubFactory(AreaFactory)
    )
    position = factory.Sequence(lambda n: n % 30_000 + 1)
    ticket = factory.LazyAttribute(lambda one: sampling.ticket(one.sample.seed, str(one.incident.pk)))
    kind = factory.LazyAttribute(lambda one: one.incident.kind)
    district = factory.LazyAttribute(lambda one: one.incident.district)
    team = factory.LazyAttribute(lambda one: one.incident.team)


class IncidentReviewFactory(factory.django.DjangoModelFactory):
    """`IncidentReviewFactory(outcome="PARTIAL")`; also "LATE": compliant, and too late."""

    class Meta:
        model = IncidentReview

    sampled = factory.SubFactory(SampledIncidentFactory)
    reviewer_number = 1
    why = WHY
    reviewed_by = factory.SubFactory(UserFactory, roles=["MASH_SUPERVISOR"])
    reviewed_at = REVIEWED

    @classmethod
    def _create(cls, model_class: type[IncidentReview], *args: Any, **kwargs: Any) -> IncidentReview:
        outcome = OUTCOMES[kwargs.pop("outcome", ReviewStatus.COMPLIANT)]
        created: IncidentReview = super()._create(model_class, *args, **(outcome | kwargs))
        return created


class LiveGapFactory(factory.django.DjangoModelFactory):
    """Open; `LiveGapFactory(closed=True)`: with who and when, two hours after it was raised."""

    class Meta:
        model = LiveGap

    class Params:
        closed = factory.Trait(
            outcome="A patrol went there the same afternoon; all are well.",
            closed_by=factory.SelfAttribute("raised_by"),
            closed_at=factory.LazyAttribute(lambda gap: gap.raised_at + timedelta(hours=2)),
        )

    review = factory.SubFactory(
        IncidentReviewFactory, outcome="MISSING", live_gap=True, live_gap_action="Rang the hub at once."
    )
    sampled = factory.LazyAttribute(lambda gap: gap.review.sampled)
    force = factory.LazyAttribute(lambda gap: gap.review.sampled.sample.force)
    what = factory.LazyAttribute(lambda gap: gap.review.why)
    done_at_once = factory.LazyAttribute(lambda gap: gap.review.live_gap_action)
    raised_at = factory.LazyAttribute(lambda gap: gap.review.reviewed_at)
    raised_by = factory.LazyAttribute(lambda gap: gap.review.reviewed_by)
    due_at = factory.LazyAttribute(lambda gap: start_of_day(london_day(gap.raised_at) + ONE_DAY))


def reviewed_sample(
    outcomes: list[str],
    *,
    force: Agency,
    by: User,
    district: Area,
    kinds: list[str] | None = None,
    state: str = SampleState.REVIEWED,
    **sample: Any,
) -> DipSample:
    """A sample of one incident for each outcome, all reviewed by one person; `kinds` go round."""
    made = DipSampleFactory(force=force, drawn_by=by, state=state, **({"size": len(outcomes)} | sample))
    for number, outcome in enumerate(outcomes):
        kind = {"kind": kinds[number % len(kinds)]} if kinds else {}
        incident = IncidentFactory(force=force, district=district, **kind)
        one = SampledIncidentFactory(sample=made, incident=incident, position=number + 1)
        IncidentReviewFactory(sampled=one, outcome=outcome, reviewed_by=by)
    return made


class EarlierImportFactory(factory.django.DjangoModelFactory):
    """One row of three was taken, one was there, one was refused; its review comes apart."""

    class Meta:
        model = EarlierImport

    force = factory.SubFactory(AgencyFactory, kind="POLICE")
    at = REVIEWED
    file_name = "dip samples 2023.xlsx"
    sha256 = "0123456789abcdef" * 4
    rows, taken, already_there, refused = 3, 1, 1, 1


class EarlierReviewFactory(factory.django.DjangoModelFactory):
    """Compliant, of March and April 2023."""

    class Meta:
        model = EarlierReview

    force = factory.SelfAttribute("taken_from.force")
    taken_from = factory.SubFactory(EarlierImportFactory)
    row_number = 2
    period_start, period_end = date(2023, 3, 1), date(2023, 4, 30)
    incident_number = factory.Sequence(lambda n: f"98{n:09}")
    required, required_types, found_types = Needed.YES, [ConcernType.CHILD], [ConcernType.CHILD]
    in_time, good_enough = True, False


class PublishedComplianceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PublishedCompliance

    period = "2024"
    percent = "80"
    minimum_examined = 200
    source = "published_compliance.csv"
    imported_at = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
