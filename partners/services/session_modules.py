"""Modules of the training catalogue at a session: put beside its files by its trainers, and taken off."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from partners.enums import MaterialTime, SessionState
from partners.models import Session, SessionModule
from partners.permissions import can_run
from partners.queries.materials import modules_to_add
from partners.services.refusals import RefusedAnswer

MOST_MODULES = 10


class CannotKeepModule(RefusedAnswer):
    pass


@transaction.atomic
def add_module(*, session_id: UUID, module_id: UUID, time: MaterialTime | str, by: User, at: datetime) -> SessionModule:
    """Put a module of the force's catalogue at a session, for before or after it; again changes nothing. Raises CannotKeepModule."""
    session = _to_keep(session_id, by)
    if session.state == SessionState.CANCELLED:
        raise CannotKeepModule("This session was cancelled.")
    if time not in MaterialTime.values:
        raise CannotKeepModule("Choose for whom it is", "time")
    there = SessionModule.objects.filter(session=session)
    earlier = there.filter(module=module_id, time=time).first()
    if earlier is not None:
        return earlier
    module = modules_to_add(session, at=at).filter(pk=module_id).first()
    if module is None:
        raise CannotKeepModule("Choose a module that your force teaches now", "module")
    if there.count() >= MOST_MODULES:
        raise CannotKeepModule(f"A session has at most {MOST_MODULES} modules. Take one off first.", "module")
    added = SessionModule.objects.create(session=session, module=module, time=time, added_at=at, added_by=by)
    _record("added", added, by=by, at=at)
    return added


@transaction.atomic
def remove_module(*, session_module_id: UUID, by: User, at: datetime) -> None:
    """Take a module off a session; that it stood there is in the access log. Raises CannotKeepModule."""
    found = SessionModule.objects.select_related("session").get(pk=session_module_id)
    _to_keep(found.session_id, by)
    _record("removed", found, by=by, at=at)
    found.delete()


def _to_keep(session_id: UUID, by: User) -> Session:
    session = Session.objects.locked().get(pk=session_id)
    if not can_run(by, session):
        raise CannotKeepModule("Only a trainer of the force that runs this session keeps what belongs to it.")
    return session


def _record(what: str, kept: SessionModule, *, by: User, at: datetime) -> None:
    audit.record(
        verb=Verb.CHANGED,
        what=f"partners.session_module_{what}",
        at=at,
        actor=by,
        subject=kept.session,
        module=str(kept.module_id),
        time=str(kept.time),
    )
