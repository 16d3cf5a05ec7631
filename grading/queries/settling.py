"""Which incidents have to be settled: those whose reviews are in and do not give one answer."""

from collections.abc import Sequence

from grading.enums import Needed
from grading.models import IncidentReview, SampledIncident, Settlement


def settlement_of(sampled: SampledIncident) -> Settlement | None:
    """What was settled of it; None while nothing was. Wants `settlement` selected with the incident."""
    return getattr(sampled, "settlement", None)


def give_one_answer(reviews: Sequence[IncidentReview]) -> bool:
    """Whether all reviews of an incident would count the same, and the first is not unclear. In the order of their numbers."""
    return reviews[0].required != Needed.UNCLEAR and len({review.counted_as for review in reviews}) == 1


def is_unsettled(sampled: SampledIncident, reviews: Sequence[IncidentReview], *, needed: int) -> bool:
    """Whether all reviews that it needs are in, do not give one answer, and nothing was settled. In the order of their numbers."""
    is_reviewed = len(reviews) >= needed
    return is_reviewed and settlement_of(sampled) is None and not give_one_answer(reviews)
