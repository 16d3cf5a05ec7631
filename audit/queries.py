"""Questions to the access log."""

from datetime import datetime

from django.db.models import QuerySet

from audit.models import Entry


def entries(
    *,
    what: str = "",
    actor_id: str = "",
    object_id: str = "",
    since: datetime | None = None,
    before: datetime | None = None,
) -> QuerySet[Entry]:
    """Entries, newest first, narrowed by what was done, by whom, to which record, and when."""
    found = Entry.objects.order_by("-pk")
    wanted = {"what": what, "actor_id": actor_id, "object_id": object_id, "at__gte": since, "at__lt": before}
    return found.filter(**{field: value for field, value in wanted.items() if value})


def actors_of(object_id: str) -> list[str]:
    """Who did something to a record, each once."""
    found = Entry.objects.filter(object_id=object_id).exclude(actor_id="").order_by("actor_id")
    return list(found.values_list("actor_id", flat=True).distinct())
