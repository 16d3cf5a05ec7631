"""Questions to the access log."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from audit.models import Change, Entry
from audit.models.entry import SEARCHED_REFERRALS

# Under which names a search of referrals keeps the digest of a word.
DIGESTED = ("text", "given_names", "family_name", "address", "officer")


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


def found(
    *,
    verb: str = "",
    what: str = "",
    actor_ids: Sequence[str] | None = None,
    agency_id: str = "",
    object_ids: Sequence[str] | None = None,
    digest: str = "",
    since: datetime | None = None,
    before: datetime | None = None,
) -> QuerySet[Entry]:
    """Entries, newest first, that meet all that is asked; None of people or records asks nothing, an empty list finds nothing.

    `digest` finds the searches of referrals for a word; an agency is that of who did it, or the one that something went to.
    """
    entries_found = entries(what=what, since=since, before=before)
    if verb:
        entries_found = entries_found.filter(verb=verb)
    if actor_ids is not None:
        entries_found = entries_found.filter(actor_id__in=actor_ids)
    if agency_id:
        entries_found = entries_found.filter(Q(actor_agency_id=agency_id) | Q(recipient_id=agency_id))
    if object_ids is not None:
        entries_found = entries_found.filter(object_id__in=object_ids)
    if digest:
        asked = Q()
        for name in DIGESTED:
            asked |= Q(details__contains={"digests": {name: digest}})
        entries_found = entries_found.filter(asked, what=SEARCHED_REFERRALS)
    return entries_found


def history_of(label: str, record_id: str) -> QuerySet[Change]:
    """What changed in a record and what belongs to it, the newest first."""
    return Change.objects.filter(record_label=label, record_id=record_id).order_by("-pk")


def actors_of(object_id: str, shown: Q) -> list[str]:
    """Who did something to a record that is among what is shown, each once."""
    acted = Entry.objects.filter(shown, object_id=object_id).exclude(actor_id="").order_by("actor_id")
    return list(acted.values_list("actor_id", flat=True).distinct())
