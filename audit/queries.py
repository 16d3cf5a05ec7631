"""Questions to the access log."""

from django.db.models import QuerySet

from audit.models import Entry


def entries(*, what: str = "", actor_id: str = "", object_id: str = "") -> QuerySet[Entry]:
    """Entries, newest first, narrowed by what was done, by whom and to which record."""
    found = Entry.objects.order_by("-pk")
    wanted = {"what": what, "actor_id": actor_id, "object_id": object_id}
    return found.filter(**{field: value for field, value in wanted.items() if value})
