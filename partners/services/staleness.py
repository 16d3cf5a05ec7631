"""Two people change one session: who saves second is told what the first did, so that nothing is overwritten unseen."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from accounts.models import User
from audit.queries import entries
from common.errors import DomainError
from common.templatetags.dates import moment
from partners.models import Session

# Entries of the access log that tell of a change; a move names no fields.
CHANGES = ("partners.session_changed", "partners.session_moved")
# What a move changes: the end of booking moves with the dates.
MOVED = ("starts_at", "ends_at", "booking_closes_at")
# How the access log names a field of a session: how the pages call it.
CALLED: Mapping[str, str] = {
    "kind": "the kind",
    "title": "the title",
    "about": "what it is about",
    "starts_at": "when it begins",
    "ends_at": "how long it is",
    "venue": "where it is",
    "joining_link": "the joining link",
    "place": "the place",
    "town": "the town",
    "capacity": "how many places there are",
    "booking_opens_at": "when booking opens",
    "booking_closes_at": "when booking closes",
    "trainers": "the trainers",
    "audience": "who it is for",
    "audience_kinds": "which kinds of agency it is for",
    "audience_agencies": "which agencies it is for",
    "notes": "the notes for trainers",
}


class WasChanged(DomainError):
    """The session is not as the page showed it. `fields` are those that were changed, as the access log names them."""

    def __init__(self, message: str, *, fields: frozenset[str]) -> None:
        super().__init__(message)
        self.fields = fields


def refuse_stale(session: Session, seen: datetime | None, changing: Collection[str], *, by: User) -> None:
    """Raise WasChanged where saving these fields of a session that the caller has locked would undo what somebody did meanwhile.

    `seen` is the session's `changed_at` as the page showed it; without it nothing is refused.
    """
    if seen is None or seen == session.changed_at:
        return
    told: dict[str, set[str]] = {}
    deeds = entries(object_id=str(session.pk), since=seen).filter(at__gt=seen, what__in=CHANGES)
    for entry in reversed(deeds):
        told.setdefault(entry.actor_id, set()).update(entry.details.get("fields", MOVED))
    changed = frozenset(name for fields in told.values() for name in fields)
    if changed and not changed & set(changing):
        return
    who = [f"{_name(actor, by)} changed {_listed(fields)}" for actor, fields in told.items()] or ["It was changed"]
    raise WasChanged(
        f"{'; '.join(who)} after you had opened this page, last on {moment(session.changed_at)}. Nothing of yours is saved yet, "
        "and all that you typed is kept. Correct it if need be, and save again.",
        fields=changed,
    )


def _name(actor_id: str, by: User) -> str:
    if actor_id == str(by.pk):
        return "You"
    person = User.objects.filter(pk=UUID(actor_id)).first() if actor_id else None
    return person.name if person else "Somebody"


def _listed(fields: Collection[str]) -> str:
    names = [CALLED[name] for name in CALLED if name in fields]
    if len(names) < 2:
        return names[0] if names else "it"
    return f"{', '.join(names[:-1])} and {names[-1]}"
