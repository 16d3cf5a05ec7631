"""One trainer leads a session in the place of another: kept with the reason, and both are told."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.enums import Permission
from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from partners.enums import SessionMove, next_session_state
from partners.models import Session, Substitution
from partners.models.substitutions import LONGEST_REASON
from partners.permissions import can_run
from partners.queries.diary import spans_of
from partners.services import scheduling
from partners.services.refusals import RefusedAnswer


class CannotSubstitute(RefusedAnswer):
    pass


@transaction.atomic
def substitute_trainer(
    *,
    session_id: UUID,
    trainer: User,
    stand_in: User,
    reason: str,
    by: User,
    at: datetime,
    clash_known: bool = False,
) -> Substitution:
    """Have somebody lead an open session, or have led one that was held, in the place of one of its trainers. Both are told.

    The same again changes nothing. Raises CannotSubstitute, or scheduling.TrainersAreBusy unless that is known.
    """
    session = Session.objects.locked().get(pk=session_id)
    if not can_run(by, session):
        raise CannotSubstitute("Only a trainer of the force that runs this session may do that.")
    if next_session_state(SessionMove.SUBSTITUTE, session.state) is None:
        raise CannotSubstitute(
            f"This session is {session.get_state_display().lower()}. Its trainers are chosen when it is changed."
        )
    why = " ".join(reason.split())
    if not why:
        raise CannotSubstitute("Say why somebody else leads the session", "reason")
    if len(why) > LONGEST_REASON:
        raise CannotSubstitute(f"Use at most {LONGEST_REASON} characters", "reason")
    leading = set(session.trainers.all())
    if trainer not in leading:
        made = session.substitutions.filter(trainer=trainer, stand_in=stand_in, reason=why).order_by("-made_at").first()
        if made is not None and stand_in in leading:
            return made
        raise CannotSubstitute(f"{trainer} does not lead this session any more. Look at who does", "trainer")
    if stand_in in leading:
        raise CannotSubstitute(f"{stand_in} leads this session already. Choose somebody else", "stand_in")
    if not stand_in.is_active or stand_in.agency_id != session.host_id or not stand_in.may(Permission.RUN_SESSIONS):
        raise CannotSubstitute(f"{stand_in} is not a trainer of this force", "stand_in")
    if not clash_known and session.ends_at > at:
        scheduling.check_trainers_are_free(
            [stand_in], spans_of(session), host_id=session.host_id, apart_from=session.pk
        )
    session.trainers.remove(trainer)
    session.trainers.add(stand_in)
    session.changed_at = at
    session.save(update_fields=["changed_at"])
    made = Substitution.objects.create(
        session=session, trainer=trainer, stand_in=stand_in, reason=why, made_at=at, made_by=by
    )
    scheduling.record(
        "changed",
        session,
        by=by,
        at=at,
        fields=["trainers"],
        substitution=str(made.pk),
        clash_known=clash_known,
    )
    scheduling.tell_trainers(session, [trainer], "REPLACED", by=by, at=at)
    scheduling.tell_trainers(session, [stand_in], "STANDS_IN", by=by, at=at)
    return made


@transaction.atomic
def read_substitutions(*, by: User, at: datetime, count: int) -> None:
    """Write down that a trainer read who led in whose place, and why."""
    audit.record(verb=Verb.READ, what="partners.substitutions_read", at=at, actor=by, count=count)
