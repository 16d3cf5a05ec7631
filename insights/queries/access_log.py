"""What the access log pages ask: the names behind the ids of entries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.apps import apps as installed

from accounts.models import Agency, User
from audit import queries as audit
from audit.models import Entry
from common.clock import london_day
from referrals.models import Referral


@dataclass(frozen=True)
class LogLine:
    """An entry of the access log with the names behind its ids."""

    entry: Entry
    actor: str
    record: str
    recipient: str
    is_submitted: bool = False

    @property
    def day(self) -> date:
        return london_day(self.entry.at)


def with_names(entries: Iterable[Entry]) -> list[LogLine]:
    """Put names to ids in three queries, whatever the number of entries; an id without a person is shown as it is."""
    listed = list(entries)
    names = {
        str(pk): name
        for pk, name in User.objects.filter(pk__in={e.actor_id for e in listed if e.actor_id}).values_list("pk", "name")
    }
    agencies = {
        str(pk): name
        for pk, name in Agency.objects.filter(pk__in={e.recipient_id for e in listed if e.recipient_id}).values_list(
            "pk", "name"
        )
    }
    about = {e.object_id for e in listed if e.object_label == Referral._meta.label}
    references = {
        str(pk): reference for pk, reference in Referral.objects.filter(pk__in=about).values_list("pk", "reference")
    }
    return [
        LogLine(
            entry,
            names.get(entry.actor_id, entry.actor_id or "The service itself"),
            references.get(entry.object_id) or _kind_of_record(entry.object_label),
            agencies.get(entry.recipient_id, entry.recipient_id),
            is_submitted=bool(references.get(entry.object_id)),
        )
        for entry in listed
    ]


def people_who_looked(referral: Referral) -> list[tuple[str, str]]:
    """Id and name of everybody who read or changed it, by name."""
    ids = audit.actors_of(str(referral.pk))
    return [(str(pk), name) for pk, name in User.objects.filter(pk__in=ids).order_by("name").values_list("pk", "name")]


def _kind_of_record(label: str) -> str:
    """ "Referral" for "referrals.Referral"; a model that is no longer there is shown as it was written down."""
    if not label:
        return ""
    try:
        return str(installed.get_model(label)._meta.verbose_name).capitalize()
    except LookupError:
        return label
