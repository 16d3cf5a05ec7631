"""Who completed which training, and when: for pages that set it beside something else. Training itself never learns what."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import F, Min

from training.enums import RecordState
from training.models import Module, RecordVersion


def first_completed(people: Collection[UUID], *, module_id: UUID | None = None) -> dict[UUID, date]:
    """By person the first day on which they did the module, or any module, of what both have signed for since; one query."""
    done = RecordVersion.objects.filter(
        record__person__in=people, record__state=RecordState.COMPLETE, number=F("record__version")
    )
    if module_id is not None:
        done = done.filter(record__module_version__module=module_id)
    # order_by() drops a default order, which would be grouped by as well.
    return dict(
        done.order_by().values("record__person").annotate(first=Min("done_on")).values_list("record__person", "first")
    )


def modules_completed_by(people: Collection[UUID]) -> list[Module]:
    """The modules that any of them completed, by title."""
    completed = RecordVersion.objects.filter(record__person__in=people, record__state=RecordState.COMPLETE)
    return list(
        Module.objects.filter(pk__in=completed.values("record__module_version__module")).order_by("title", "pk")
    )
