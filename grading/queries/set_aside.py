"""Which incidents of a sample nobody of the force can review or settle, so that it could never be published."""

from datetime import date
from uuid import UUID

from django.db.models import Prefetch

from accounts.enums import Permission
from accounts.models import User
from grading.models import DipSample, IncidentReview, SampledIncident
from grading.queries.dip_samples import reviewed_twice
from grading.queries.settling import is_unsettled, settlement_of
from referrals.queries.readers import grants_of_who_may


def left_to_nobody(sample: DipSample, *, on: date) -> list[SampledIncident]:
    """Incidents whose next step, a review or settling, is open to nobody who reviews for the force that day, in the order drawn.

    Everybody took part in them, reviewed them, or read what their first reviewer raised. Two queries for each reviewer.
    """
    reviewers = User.objects.filter(
        pk__in=grants_of_who_may([Permission.REVIEW_INCIDENTS], on=on)
        .filter(user__agency=sample.force_id)
        .values("user")
    )
    for_review: dict[UUID, set[UUID]] = {}
    for_settling: dict[UUID, set[UUID]] = {}
    for person in reviewers:
        for_review[person.pk] = set(sample.incidents.free_for_review_by(person).values_list("pk", flat=True))
        for_settling[person.pk] = set(sample.incidents.without_part_of(person).values_list("pk", flat=True))
    twice = reviewed_twice(sample)
    reviews = Prefetch("reviews", IncidentReview.objects.in_order())
    found = []
    for one in sample.incidents.select_related("incident", "settlement").prefetch_related(reviews).in_order():
        given = list(one.reviews.all())
        needed = 2 if one.pk in twice else 1
        if settlement_of(one) is not None:
            continue
        if len(given) < needed:
            open_to = for_review
        elif is_unsettled(one, given, needed=needed):
            open_to = for_settling
        else:
            continue
        done_by = {review.reviewed_by_id for review in given}
        if not any(one.pk in free and person not in done_by for person, free in open_to.items()):
            found.append(one)
    return found
