"""Who completed which training, and when: for pages that set it beside something else. Training itself never learns what."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, Min, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import User
from training.enums import RecordState
from training.models import Cohort, CohortMember, Module, RecordVersion, RegisterEntry
from training.queries.programmes import asked_for, with_training

# A video counts from the day on which somebody had watched it.
ATTENDED_ON = Coalesce("watched_at__date", "session__starts_at__date")


def first_completed(people: Collection[UUID], *, module_id: UUID | None = None) -> dict[UUID, date]:
    """By person the first day on which they did the module, or any module; two queries.

    Done is what both have signed for since, and a session at which they were present and whose register is closed.
    """
    signed, attended = signed_for(people), attended_by(people)
    if module_id is not None:
        signed = signed.filter(record__module_version__module=module_id)
        attended = attended.filter(session__module_version__module=module_id)
    # order_by() drops a default order, which would be grouped by as well.
    found = dict(
        signed.order_by().values("record__person").annotate(first=Min("done_on")).values_list("record__person", "first")
    )
    days = attended.order_by().values("person").annotate(first=Min(ATTENDED_ON))
    for person, day in days.values_list("person", "first"):
        found[person] = min(day, found.get(person, day))
    return found


def modules_completed_by(people: Collection[UUID]) -> list[Module]:
    """The modules that any of them completed, by title."""
    signed = signed_for(people).values("record__module_version__module")
    attended = attended_by(people).values("session__module_version__module")
    return list((Module.objects.filter(pk__in=signed) | Module.objects.filter(pk__in=attended)).order_by("title", "pk"))


def completed_programme(cohort: Cohort) -> dict[UUID, date]:
    """By person the day on which they had the last module of the cohort's programme, whichever of its cohorts they are in.

    Who left the force since is there; who was taken out of a cohort is not. Two queries.
    """
    # The stubs do not follow annotations.
    members: Any = with_training(CohortMember.objects.filter(programme=cohort.programme_id, left_at=None))
    people = set(members.filter(is_trained=True).values_list("person", flat=True))
    days = (
        attended_by(people)
        .filter(
            session__module_version__module__in=asked_for().filter(programmes=cohort.programme_id),
            session__starts_at__date__gte=cohort.programme.began_on,
        )
        .order_by()
        .values("person", module=F("session__module_version__module"))
        .annotate(first=Min(ATTENDED_ON))
    )
    last: dict[UUID, date] = {}
    for person, day in days.values_list("person", "first"):
        last[person] = max(day, last.get(person, day))
    return last


def people_of_cohort(cohort: Cohort) -> set[UUID]:
    """Who is in it, or was until they left the force."""
    return set(CohortMember.objects.filter(cohort=cohort, left_at=None).values_list("person", flat=True))


def cohorts_with_training(user: User) -> list[Cohort]:
    """The cohorts of the person's agency of which somebody was at a session, the latest first, with their programmes."""
    held = RegisterEntry.objects.trained().values("cohort")
    cohorts = Cohort.objects.of(user).filter(pk__in=held).select_related("programme")
    return list(cohorts.order_by("-starts_on", "programme__name", "name", "pk"))


def signed_for(people: Collection[UUID]) -> QuerySet[RecordVersion]:
    """What both have signed for, of these people: the version that counts of each complete record."""
    return RecordVersion.objects.filter(
        record__person__in=people, record__state=RecordState.COMPLETE, number=F("record__version")
    )


def attended_by(people: Collection[UUID]) -> QuerySet[RegisterEntry]:
    """Sessions at which these people were present, and whose register is closed."""
    return RegisterEntry.objects.trained().filter(person__in=people)
