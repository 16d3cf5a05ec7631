"""Dip samples: every two months of nearly three years drawn, reviewed and published; one is being reviewed.

The latest two months are left to draw for who tries the demo, and the oldest two that the page still offers for `demo_ready`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from accounts.models import User
from common.clock import LONDON, ONE_DAY, Period, add_working_days, london_day, start_of_day, two_month_period_of
from common.statistics import picking
from devtools.demo_data.findings import GAP_OUTCOME, OPEN_GAP_ACTION, SETTLED_WHY, findings_of, said_beside
from devtools.demo_data.identity import named_id, next_id
from devtools.demo_data.people import Setting
from grading.enums import Needed, ReviewStatus, SampleState, Strata
from grading.management.commands.import_published_compliance import CARRIED
from grading.models import DipSample, IncidentReview, LiveGap, SampledIncident, Settlement
from grading.models.dip_sample import USUAL_SIZE
from grading.models.findings import status_of
from grading.queries import dip_samples as queries
from grading.queries.drawing import drawn_incidents
from grading.queries.settling import give_one_answer
from grading.queries.strata import facts_of
from grading.services.published_compliance import import_published_compliance
from referrals.models import Incident, Referral

PERIODS = 17
IN_REVIEW = 1  # periods ago; 0 is the latest that has ended
LEFT_TO_DRAW = (0, queries.PERIODS_OFFERED - 1)
# Of the sample that is being reviewed, this share has its first review.
SHARE_REVIEWED = 0.6
REVIEWS_A_DAY = 3


@dataclass(frozen=True)
class _Drawn:
    """A sample with its incidents."""

    sample: DipSample
    incidents: list[SampledIncident]


def make_dip_samples(setting: Setting, *, seed: int) -> int:
    """Import the compliance that was published elsewhere and make the service's own samples; returns how many of these."""
    with CARRIED.open("rb") as file:
        import_published_compliance(file=file, source=CARRIED.name, at=start_of_day(setting.today))
    drawn = [
        found
        for number, period in enumerate(_periods(setting))
        if number not in LEFT_TO_DRAW
        and (found := _draw(setting, period, is_in_review=number == IN_REVIEW, seed=seed)) is not None
    ]
    _review(setting, drawn, seed=seed)
    return len(drawn)


def _periods(setting: Setting) -> list[Period]:
    """The latest first."""
    periods = [queries.last_period_before(setting.today)]
    while len(periods) < PERIODS:
        periods.append(two_month_period_of(periods[-1].start - ONE_DAY))
    return periods


def _draw(setting: Setting, period: Period, *, is_in_review: bool, seed: int) -> _Drawn | None:
    """The sample and what was drawn, saved, as `draw_sample` would have done it then; None when nothing was imported."""
    random = Random(f"{seed} dip sample {period.start}")
    day = setting.today - timedelta(days=9) if is_in_review else add_working_days(period.end, 3)
    at = _moment(min(day, setting.today - ONE_DAY), random)
    # The one that is being reviewed shows a draw from strata.
    strata = Strata.DISTRICT if is_in_review else ""
    rule = queries.rule_for(setting.hub, period, strata=strata)
    frame = queries.frame(rule, known_at=at)
    facts = facts_of(frame, strata=strata)
    if not facts.size:
        return None
    sample = DipSample.objects.create(
        id=named_id("dip sample", period.start),
        force=setting.hub,
        period_start=period.start,
        period_end=period.end,
        rule=rule,
        size=USUAL_SIZE,
        seed=f"{random.getrandbits(128):032x}",
        algorithm=picking.ALGORITHM,
        strata=strata,
        frame_size=facts.size,
        frame_digest=facts.digest,
        state=SampleState.IN_REVIEW if is_in_review else SampleState.DRAWN,
        drawn_at=at,
        drawn_by=setting.people["supervisor"],
    )
    incidents = [
        SampledIncident(
            id=next_id(random),
            sample=sample,
            incident_id=one.incident_id,
            position=one.position,
            ticket=one.ticket,
            stratum=one.stratum,
            kind=one.kind,
            district_id=one.district_id,
            team_id=one.team_id,
        )
        for one in drawn_incidents(
            frame, frame_size=facts.size, algorithm=sample.algorithm, seed=sample.seed, size=sample.size, strata=strata
        )
    ]
    return _Drawn(sample, SampledIncident.objects.bulk_create(incidents))


def _review(setting: Setting, drawn: Sequence[_Drawn], *, seed: int) -> None:
    """Reviews of all, by people who have no part in the incident; then the samples that are complete are published."""
    ids = [one.incident_id for found in drawn for one in found.incidents]
    incidents = Incident.objects.in_bulk(ids)
    forms: dict[UUID, list[Referral]] = {}
    for form in Referral.objects.ppns().sent().filter(incident__in=ids).order_by("submitted_at", "pk"):
        forms.setdefault(form.incident_id, []).append(form)  # type: ignore[arg-type]
    reviewers = [*setting.by_role["DIP_SAMPLE_REVIEWER"], *setting.by_role["MASH_SUPERVISOR"]]
    reviews: list[IncidentReview] = []
    settled: list[Settlement] = []
    for found in drawn:
        random = Random(f"{seed} reviews {found.sample.period_start}")
        free = {
            person: set(found.sample.incidents.without_part_of(person).values_list("pk", flat=True))
            for person in reviewers
        }
        twice = queries.reviewed_twice(found.sample)
        made: list[IncidentReview] = []
        for one in _to_review(found):
            able = [person for person in reviewers if one.pk in free[person]]
            wanted = 2 if one.pk in twice and found.sample.state == SampleState.DRAWN else 1
            for number, person in enumerate(_turn(able, one.position)[:wanted], start=1):
                at = _reviewed_at(found.sample, len(made), random, setting)
                review = _reviewed(random, one, number, incidents[one.incident_id], forms, by=person, at=at)
                made.append(review)
        if found.sample.state == SampleState.IN_REVIEW:
            _leave_one_gap_open(made)
        reviews += made
        if found.sample.state == SampleState.DRAWN:
            settled += _settlements(random, made, free)
        _finish(found.sample, made, setting)
    IncidentReview.objects.bulk_create(reviews)
    Settlement.objects.bulk_create(settled)
    LiveGap.objects.bulk_create(_live_gaps(setting, reviews))
    through = IncidentReview.forms_found.through
    through.objects.bulk_create(
        through(incidentreview_id=review.pk, referral_id=form.pk)
        for review in reviews
        for form in forms.get(review.sampled.incident_id, ())
    )


def _settlements(
    random: Random, reviews: Sequence[IncidentReview], free: Mapping[User, set[UUID]]
) -> Iterable[Settlement]:
    """As `settle_incident` would have kept them: the review that is clear counts, or else none was needed."""
    by_incident: dict[UUID, list[IncidentReview]] = {}
    for review in reviews:
        by_incident.setdefault(review.sampled_id, []).append(review)
    for sampled_id, given in by_incident.items():
        if give_one_answer(given):
            continue
        reviewers = {review.reviewed_by for review in given}
        third = next((person for person in free if person not in reviewers and sampled_id in free[person]), None)
        clear = next((review for review in reversed(given) if review.required != Needed.UNCLEAR), None)
        if third is None:
            continue
        yield Settlement(
            id=next_id(random),
            sampled=given[0].sampled,
            required=clear.required if clear else Needed.NO,
            required_types=clear.required_types if clear else [],
            found_types=given[0].found_types,
            in_time=given[0].in_time,
            quick_quality=given[0].quick_quality,
            learning_themes=given[0].learning_themes,
            reason_missing=clear.reason_missing if clear else "",
            why=SETTLED_WHY,
            settled_by=third,
            settled_at=max(review.reviewed_at for review in given) + timedelta(minutes=50),
        )


def _to_review(found: _Drawn) -> Iterable[SampledIncident]:
    if found.sample.state == SampleState.DRAWN:
        return found.incidents
    return found.incidents[: round(len(found.incidents) * SHARE_REVIEWED)]


def _turn(people: Sequence[User], number: int) -> list[User]:
    """Each in turn is the first."""
    start = number % len(people) if people else 0
    return [*people[start:], *people[:start]]


def _reviewed(
    random: Random,
    sampled: SampledIncident,
    number: int,
    incident: Incident,
    forms: dict[UUID, list[Referral]],
    *,
    by: User,
    at: datetime,
) -> IncidentReview:
    """As `record_review` would have kept it."""
    of_it = forms.get(incident.pk, [])
    findings = findings_of(random, incident, of_it)
    needed = findings.get("required_types", [])
    covered = sorted({kind for form in of_it for kind in form.types}.union(findings.get("found_elsewhere", ())))
    status = status_of(findings["required"], needed, covered)
    action = findings.get("live_gap_action", "")
    return IncidentReview(
        id=next_id(random),
        sampled=sampled,
        reviewer_number=number,
        required=findings["required"],
        required_types=needed,
        found_types=covered,
        done=None if status == ReviewStatus.UNCLEAR else status not in (ReviewStatus.PARTIAL, ReviewStatus.MISSING),
        in_time=findings["in_time"],
        reason_missing=findings.get("reason_missing", ""),
        why=findings["why"],
        live_gap=bool(action),
        live_gap_action=action,
        reviewed_by=by,
        reviewed_at=at,
        **said_beside(Random(f"beside {sampled.pk} {number}"), needed, covered),
    )


def _leave_one_gap_open(reviews: Sequence[IncidentReview]) -> None:
    """The last review that found a form missing, or else a part of one, or could not tell, says that somebody may still be at risk."""
    for status in (ReviewStatus.MISSING, ReviewStatus.PARTIAL, ReviewStatus.UNCLEAR, ReviewStatus.COMPLIANT):
        found = [review for review in reviews if review.status == status]
        if found:
            found[-1].live_gap, found[-1].live_gap_action = True, OPEN_GAP_ACTION
            return


def _live_gaps(setting: Setting, reviews: Sequence[IncidentReview]) -> list[LiveGap]:
    """As `raise_live_gap` and `close_live_gap` would have kept them; those of the sample that is being reviewed are open."""
    return [
        LiveGap(
            id=named_id("live gap", review.pk),
            force=setting.hub,
            sampled=review.sampled,
            review=review,
            what=review.why,
            done_at_once=review.live_gap_action,
            raised_at=review.reviewed_at,
            raised_by=review.reviewed_by,
            due_at=start_of_day(london_day(review.reviewed_at) + ONE_DAY),
            **_closed(setting, review),
        )
        for review in reviews
        if review.live_gap
    ]


def _closed(setting: Setting, review: IncidentReview) -> dict[str, Any]:
    if review.sampled.sample.state != SampleState.PUBLISHED:
        return {}
    return {
        "outcome": GAP_OUTCOME,
        "closed_at": review.reviewed_at + timedelta(hours=2),
        "closed_by": setting.people["supervisor"],
    }


def _reviewed_at(sample: DipSample, done: int, random: Random, setting: Setting) -> datetime:
    """A few each working day after the draw; what is being reviewed now is behind us too."""
    day = add_working_days(london_day(sample.drawn_at), 1 + done // REVIEWS_A_DAY)
    return _moment(min(day, setting.today - ONE_DAY), random)


def _finish(sample: DipSample, reviews: Sequence[IncidentReview], setting: Setting) -> None:
    if sample.state != SampleState.DRAWN:
        return
    sample.state = SampleState.PUBLISHED
    sample.reviewed_at = max(review.reviewed_at for review in reviews)
    day = add_working_days(london_day(sample.reviewed_at), 2)
    sample.published_at = min(start_of_day(day) + timedelta(hours=10), start_of_day(setting.today))
    sample.published_by = setting.people["supervisor"]
    sample.save(update_fields=["state", "reviewed_at", "published_at", "published_by"])


def _moment(day: date, random: Random) -> datetime:
    """In the middle of that day."""
    return datetime.combine(day, time(random.randrange(9, 17), random.randrange(60)), tzinfo=LONDON)
