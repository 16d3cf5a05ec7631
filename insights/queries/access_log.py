"""What the access log pages ask: whom and what a search means, and the names behind the ids of entries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Agency, User
from audit import queries as audit
from audit.enums import TOLD_TO_WRITERS
from audit.models import Entry, LogSearch
from common.clock import london_day, start_of_day
from common.references import normalise_reference
from insights.queries.names import agencies_named, people_named, references_of
from referrals.models import Person, Referral
from referrals.permissions import sees_all_looks
from referrals.queries import submitted_about

MOST_PEOPLE = 50
MOST_REFERRALS = 500
# Without days, and without a person, a record or a word, the log would be read from its end to its start.
DAYS_UNLESS_NARROWED = 31
EXPORTED_AT_MOST = 50_000


@dataclass(frozen=True)
class LogLine:
    """An entry of the access log with the names behind its ids."""

    entry: Entry
    actor: str
    record: str
    recipient: str
    is_submitted: bool = False
    agency: str = ""

    @property
    def day(self) -> date:
        return london_day(self.entry.at)


def with_names(entries: Iterable[Entry]) -> list[LogLine]:
    """Put names to ids in three queries, whatever the number of entries; an id without a person is shown as it is."""
    listed = list(entries)
    names = people_named(e.actor_id for e in listed)
    agencies = agencies_named(one for e in listed for one in (e.recipient_id, e.actor_agency_id))
    references = references_of((e.object_label, e.object_id) for e in listed)
    return [
        LogLine(
            entry,
            names.get(entry.actor_id, entry.actor_id or "The service itself"),
            references.get(entry.object_id) or entry.kind_of_record,
            agencies.get(entry.recipient_id, entry.recipient_id),
            is_submitted=bool(references.get(entry.object_id)),
            agency=agencies.get(entry.actor_agency_id, entry.actor_agency_id),
        )
        for entry in listed
    ]


def agencies_offered() -> list[Agency]:
    """Every agency, closed ones too: the log outlives them."""
    return list(Agency.objects.order_by("name"))


def people_meant(words: str) -> list[str]:
    """Ids of those whose name holds these words, or whose address or collar number they are; one more than a search takes."""
    words = words.strip()
    named = Q(name__icontains=words) | Q(email__iexact=words) | Q(collar_number__iexact=words)
    return [str(pk) for pk in User.objects.filter(named).order_by("pk").values_list("pk", flat=True)[: MOST_PEOPLE + 1]]


def records_meant(*, reference: str, person: Mapping[str, Any]) -> list[str]:
    """Ids of the referral of that reference, or of all that are about a person, and of the people within: they have entries too."""
    found = submitted_about(person) if person else Referral.objects.submitted()
    if reference:
        found = found.filter(reference=normalise_reference(reference))
    referrals = list(found.order_by("-submitted_at", "-pk").values_list("pk", flat=True)[:MOST_REFERRALS])
    people = Person.objects.filter(referral__in=referrals).values_list("pk", flat=True)
    return [str(pk) for pk in (*referrals, *people)]


def entries_of(search: LogSearch) -> QuerySet[Entry]:
    """What this search finds now, the newest first."""
    terms = search.terms
    start = date.fromisoformat(terms["start"]) if terms["start"] else None
    end = date.fromisoformat(terms["end"]) if terms["end"] else None
    is_narrow = "actor_ids" in terms or "object_ids" in terms or terms["digest"]
    if start is None and not is_narrow:
        start = (end or timezone.localdate(search.at)) - timedelta(days=DAYS_UNLESS_NARROWED)
    return audit.found(
        verb=terms["verb"],
        actor_ids=terms.get("actor_ids"),
        agency_id=terms["agency_id"],
        object_ids=terms.get("object_ids"),
        digest=terms["digest"],
        since=start_of_day(start) if start else None,
        before=start_of_day(end + timedelta(days=1)) if end else None,
    )


def shown_of(user: User, referral: Referral) -> Q:
    """Which entries about a referral this person reads: all of them, or what its writer may know."""
    if sees_all_looks(user, referral):
        return Q()
    return Q(what__in=list(TOLD_TO_WRITERS))


def people_who_looked(referral: Referral, shown: Q) -> list[tuple[str, str]]:
    """Id and name of everybody who read or changed it, by name."""
    ids = audit.actors_of(str(referral.pk), shown)
    return [(str(pk), name) for pk, name in User.objects.filter(pk__in=ids).order_by("name").values_list("pk", "name")]
