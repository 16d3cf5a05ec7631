"""A training record from logging to the second signature; sending back, correcting and revoking."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.row_values import known_as
from jobs.services import enqueue
from training import tasks
from training.enums import (
    SIGNING_MOVES,
    Delivery,
    RecordMove,
    RecordState,
    SignerRole,
    next_record_state,
    statement_of,
)
from training.models import (
    ModuleVersion,
    RecordVersion,
    SendingBack,
    Signature,
    SignatureRevocation,
    SigningDelegation,
    TrainingRecord,
)
from training.permissions import SIGNING_PERMISSIONS, can_correct, can_revoke, can_run_training, signing_as
from training.queries.prerequisites import gaps_of_person
from training.services.prerequisites import check_order, note_out_of_order

SHORTEST_WORDS = 10
SAY_WHAT_SHOWS = "Write what shows that the person can do it."


class CannotLog(DomainError):
    pass


class CannotSign(DomainError):
    pass


class CannotSendBack(DomainError):
    pass


class CannotCorrect(DomainError):
    pass


class CannotRevoke(DomainError):
    pass


@transaction.atomic
def log_module(
    *,
    person: User,
    module_version: ModuleVersion,
    done_on: date,
    method: str,
    evidence: str,
    mentor: User,
    line_manager: User,
    by: User,
    at: datetime,
    knowing: str = "",
    asks_mentor: bool = True,
) -> TrainingRecord:
    """Write down that somebody did a module, and ask the mentor to sign; the line manager is asked after that.

    One record of a module is open for a person at a time. Where something that comes first was not completed on that day it is
    logged only if whoever logs it was shown what is missing and goes on: `knowing` is the stamp of that. Without `asks_mentor`
    whoever calls asks the mentor of several records in one mail. Raises CannotLog or NotInOrder.
    """
    if by.agency is None or not can_run_training(by):
        raise CannotLog("Only a trainer may log a module.")
    if person.agency_id != by.agency_id or not person.is_active:
        raise CannotLog(f"{person} is not of your agency.")
    if person.pk == by.pk:
        raise CannotLog("Nobody logs their own training: ask another trainer.")
    if module_version.module.force_id != by.agency_id:
        raise CannotLog("This module is not one of your agency's.")
    if not module_version.is_ready:
        raise CannotLog("This version has not been reviewed yet.")
    if module_version.module.is_retired(on=done_on):
        raise CannotLog("This module was retired by that day.")
    _check_signers(person, mentor, line_manager, CannotLog)
    evidence = _checked_content(done_on, method, evidence, at, CannotLog)
    # One at a time for a person, so that two trainers at once do not open two records.
    User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if TrainingRecord.objects.filter(person=person, module_version__module=module_version.module).open().exists():
        raise CannotLog(f"{person} has an open record for this module already.")
    gaps = gaps_of_person(person, module_version.module, on=done_on)
    check_order(gaps, knowing=knowing)

    record = TrainingRecord.objects.create(
        agency=by.agency,
        person=person,
        module_version=module_version,
        trainer=by,
        mentor=mentor,
        line_manager=line_manager,
        logged_at=at,
    )
    _write_version(record, done_on=done_on, method=method, evidence=evidence, by=by, at=at)
    _record("logged", record, by=by, at=at, **note_out_of_order(gaps, by=by, at=at, record=record))
    if asks_mentor:
        enqueue(tasks.email_next_signer, at=at, by=by, record_id=record.pk)
    return record


@transaction.atomic
def sign(*, record_id: UUID, version: int, signed_as: str, by: User, at: datetime) -> Signature:
    """Sign the version that was read: the named mentor first, then the named line manager, which completes the record.

    Whoever was named in the place of one of them for that day may sign for them; both names are kept. `signed_as` is the
    signer's name as they typed it. Signing the same version again changes nothing and gives the signature that is there.
    Raises CannotSign.
    """
    record = _locked(record_id)
    signing = signing_as(by, record, on=london_day(at))
    if signing is None:
        raise CannotSign("You are not named to sign this record.")
    if signing.delegation is not None and not _still_counts(signing.delegation, on=london_day(at)):
        raise CannotSign("You no longer sign in the place of somebody else.")
    role, absent = signing.role, signing.on_behalf_of
    earlier = record.signatures.valid().filter(signer=by, version=version).first()
    if earlier is not None:
        return earlier
    if version != record.version:
        raise CannotSign("The record has changed since you opened it. Read it again before you sign.")
    state = next_record_state(SIGNING_MOVES[role], record.state)
    if state is None:
        raise CannotSign(_why_not_now(role, record))
    if known_as(signed_as) != known_as(by.name):
        raise CannotSign(f"Write your name as it stands in your account: {by.name}.")

    content = record.versions.get(number=version)
    signature = Signature.objects.create(
        record=record,
        version=version,
        role=role,
        signer=by,
        on_behalf_of=absent,
        delegation=signing.delegation,
        signed_as=signed_as.strip(),
        statement=statement_of(role, on_behalf_of=absent.name if absent else ""),
        content_sha256=content.content_hash(record),
        signed_at=at,
    )
    _move(record, state, by=by, at=at, done_on=content.done_on)
    in_place: dict[str, Any] = {"on_behalf_of": str(absent.pk)} if absent else {}
    _record("signed", record, by=by, at=at, role=str(role), version=version, **in_place)
    if state == RecordState.MENTOR_SIGNED:
        enqueue(tasks.email_next_signer, at=at, by=by, record_id=record.pk)
    else:
        enqueue(tasks.email_person_about_completion, at=at, by=by, record_id=record.pk)
    return signature


@transaction.atomic
def send_back(*, record_id: UUID, reason: str, by: User, at: datetime) -> TrainingRecord:
    """Send a record back to its trainer instead of signing it; a signature that it has is revoked. Raises CannotSendBack."""
    record = _locked(record_id)
    signing = signing_as(by, record, on=london_day(at))
    if signing is None:
        raise CannotSendBack("You are not named to sign this record.")
    role = signing.role
    state = next_record_state(RecordMove.SEND_BACK, record.state)
    if state is None or next_record_state(SIGNING_MOVES[role], record.state) is None:
        raise CannotSendBack("A record is sent back by whose turn it is to sign.")
    reason = _checked_words(reason, "Say what is missing, so that the trainer can put it right.", CannotSendBack)

    SendingBack.objects.create(record=record, version=record.version, reason=reason, sent_at=at, sent_by=by)
    _revoke_signatures(record, reason=f"Sent back: {reason}", by=by, at=at)
    _move(record, state, by=by, at=at)
    _record("sent_back", record, by=by, at=at, role=str(role), version=record.version)
    enqueue(tasks.email_trainer_about_sending_back, at=at, by=by, record_id=record.pk)
    return record


@transaction.atomic
def correct_record(
    *,
    record_id: UUID,
    done_on: date,
    method: str,
    evidence: str,
    mentor: User,
    line_manager: User,
    by: User,
    at: datetime,
) -> TrainingRecord:
    """Answer a sending back with the next version, and ask the mentor to sign that. Raises CannotCorrect."""
    record = _locked(record_id)
    if not can_correct(by, record):
        raise CannotCorrect("Only a trainer of the agency may correct this record.")
    state = next_record_state(RecordMove.CORRECT, record.state)
    if state is None:
        raise CannotCorrect("A record is corrected after it was sent back.")
    _check_signers(record.person, mentor, line_manager, CannotCorrect)
    evidence = _checked_content(done_on, method, evidence, at, CannotCorrect)

    record.version += 1
    record.mentor, record.line_manager, record.state = mentor, line_manager, state
    record.save(update_fields=["version", "mentor", "line_manager", "state"])
    _write_version(record, done_on=done_on, method=method, evidence=evidence, by=by, at=at)
    _record("corrected", record, by=by, at=at, version=record.version)
    enqueue(tasks.email_next_signer, at=at, by=by, record_id=record.pk)
    return record


@transaction.atomic
def revoke_signatures(*, record_id: UUID, reason: str, by: User, at: datetime) -> TrainingRecord:
    """Take back what was signed: every signature of the record stops counting, and it waits for the mentor again.

    The signatures stay on the record with who revoked them, when and why. Raises CannotRevoke.
    """
    record = _locked(record_id)
    if not can_revoke(by, record, on=london_day(at)):
        raise CannotRevoke("Only who is named to sign, or a trainer, may revoke a signature.")
    state = next_record_state(RecordMove.REVOKE, record.state)
    if state is None:
        raise CannotRevoke("There is no signature to revoke.")
    reason = _checked_words(reason, "Say why the signatures no longer hold.", CannotRevoke)

    revoked = _revoke_signatures(record, reason=reason, by=by, at=at)
    _move(record, state, by=by, at=at)
    _record("signatures_revoked", record, by=by, at=at, signatures=revoked, version=record.version)
    enqueue(tasks.email_next_signer, at=at, by=by, record_id=record.pk)
    return record


@transaction.atomic
def note_reading(*, record: TrainingRecord, by: User, at: datetime) -> None:
    """Write down that somebody opened a record that is not their own."""
    if record.person_id != by.pk:
        _record("read", record, by=by, at=at, verb=Verb.READ)


def _locked(record_id: UUID) -> TrainingRecord:
    return TrainingRecord.objects.locked().get(pk=record_id)


def _still_counts(delegation: SigningDelegation, *, on: date) -> bool:
    """Locked, so that a time that is being ended is waited for."""
    return SigningDelegation.objects.locked().covering(on=on).filter(pk=delegation.pk).first() is not None


def _move(record: TrainingRecord, state: RecordState, *, by: User, at: datetime, done_on: date | None = None) -> None:
    """Into the state, with who completed it and until when it holds; outside COMPLETE none of these is there."""
    is_complete = state == RecordState.COMPLETE and done_on is not None
    record.state = state
    record.completed_at, record.completed_by = (at, by) if is_complete else (None, None)
    record.lapses_on = record.module_version.lapses_on(done_on) if is_complete and done_on else None
    record.save(update_fields=["state", "completed_at", "completed_by", "lapses_on"])


def _write_version(
    record: TrainingRecord, *, done_on: date, method: str, evidence: str, by: User, at: datetime
) -> None:
    RecordVersion.objects.create(
        record=record,
        number=record.version,
        done_on=done_on,
        method=method,
        evidence=evidence,
        written_at=at,
        written_by=by,
    )


def _revoke_signatures(record: TrainingRecord, *, reason: str, by: User, at: datetime) -> int:
    """Revoke every signature that counts; returns how many."""
    revocations = [
        SignatureRevocation(signature=signature, revoked_at=at, revoked_by=by, reason=reason)
        for signature in record.signatures.valid().order_by("pk")
    ]
    return len(SignatureRevocation.objects.bulk_create(revocations))


def _check_signers(person: User, mentor: User, line_manager: User, refusal: type[DomainError]) -> None:
    """Two people, neither of them the learner, both of the learner's agency and with the role to sign."""
    if mentor.pk == line_manager.pk:
        raise refusal("Mentor and line manager must be two people.")
    if person.pk in (mentor.pk, line_manager.pk):
        raise refusal("Nobody signs off their own training.")
    for signer, role in ((mentor, SignerRole.MENTOR), (line_manager, SignerRole.LINE_MANAGER)):
        if signer.agency_id != person.agency_id or not signer.may(SIGNING_PERMISSIONS[role]):
            raise refusal(f"{signer} may not sign as {role.label.lower()}.")


def _checked_content(done_on: date, method: str, evidence: str, at: datetime, refusal: type[DomainError]) -> str:
    if done_on > london_day(at):
        raise refusal("The day on which it was done cannot be in the future.")
    if method not in Delivery.values:
        raise refusal("Choose how the module was done.")
    return _checked_words(evidence, SAY_WHAT_SHOWS, refusal)


def _checked_words(words: str, message: str, refusal: type[DomainError]) -> str:
    words = words.strip()
    if len(words) < SHORTEST_WORDS:
        raise refusal(f"{message} At least {SHORTEST_WORDS} characters.")
    return words


def _why_not_now(role: SignerRole, record: TrainingRecord) -> str:
    if record.state == RecordState.SENT_BACK:
        return "This record was sent back. You can sign when the trainer has corrected it."
    if role == SignerRole.LINE_MANAGER and record.state == RecordState.LOGGED:
        return "The mentor signs first. You can sign when they have."
    return "This record is signed already."


def _record(
    what: str, record: TrainingRecord, *, by: User, at: datetime, verb: Verb = Verb.CHANGED, **details: Any
) -> None:
    audit.record(verb=verb, what=f"training.record_{what}", at=at, actor=by, subject=record, **details)
