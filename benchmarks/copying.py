"""Samples and rounds of other years: copies of those of the demonstration data, within a transaction that is taken back."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar

from django.db import models

from grading.models import DipSample, GradingRound, IncidentReview, SampledIncident

Row = TypeVar("Row", bound=models.Model)


def copy_sample(
    sample: DipSample,
    reviews: Sequence[IncidentReview],
    *,
    years_back: int = 0,
    period: tuple[date, date] | None = None,
) -> DipSample:
    """A sample like this one, so many years earlier or of that period, with an incident for each of these reviews."""
    starts, ends = period or (earlier(sample.period_start, years_back), earlier(sample.period_end, years_back))
    (copy,) = copied([sample], period_start=starts, period_end=ends, size=len(reviews))
    incidents, found = [], []
    for position, review in enumerate(reviews, start=1):
        (incident,) = fresh([review.sampled], sample=copy, position=position)
        incidents.append(incident)
        found += fresh([review], sampled=incident, reviewer_number=1, live_gap=False, live_gap_action="")
    SampledIncident.objects.bulk_create(incidents)
    IncidentReview.objects.bulk_create(found)
    return copy


def copy_round(round: GradingRound, *, years_back: int) -> None:
    """A round like this one, so many years earlier, with its grades."""
    starts, ends = earlier(round.starts_on, years_back), earlier(round.ends_on, years_back)
    (copy,) = copied([round], starts_on=starts, ends_on=ends, name=f"{round.name}, {years_back} years before")
    for item in round.items.prefetch_related("assignments__grade"):
        (of,) = copied([item], round=copy)
        for place in item.assignments.all():
            (given,) = copied([place], item=of)
            if hasattr(place, "grade"):
                copied([place.grade], assignment=given)


def first_reviews(samples: Iterable[DipSample]) -> list[IncidentReview]:
    """The reviews that count, in order, each with its incident."""
    return list(
        IncidentReview.objects.counted()
        .filter(sampled__sample__in=samples)
        .select_related("sampled")
        .order_by("sampled__sample__period_start", "sampled__position")
    )


def earlier(day: date, years: int) -> date:
    """The same day so many years before; the last of February where that year has no 29th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return (day - timedelta(days=1)).replace(year=day.year - years)


def fresh(rows: Iterable[Row], **changes: object) -> list[Row]:
    """Copies that are not saved yet, under ids of their own."""
    made = []
    for row in rows:
        values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        copy = type(row)(**values | {"id": uuid.uuid4()})
        for name, value in changes.items():
            setattr(copy, name, value)
        made.append(copy)
    return made


def copied(rows: Iterable[Row], **changes: object) -> list[Row]:
    """Copies, saved."""
    made = fresh(rows, **changes)
    for row in made:
        row.save(force_insert=True)
    return made
