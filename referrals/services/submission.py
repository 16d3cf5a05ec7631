"""Submitting a referral: exactly once, with a reference, a deadline and the hub's access, in one transaction."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.enums import Permission
from accounts.models import Agency, User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.references import new_reference
from jobs.services import enqueue
from referrals import permissions, tasks
from referrals.enums import (
    DECLARATION,
    RELATION_TO,
    SENT,
    AccessReason,
    ConcernType,
    FormKind,
    Move,
    ReferrerKind,
    RiskLevel,
    from_to,
    next_state,
)
from referrals.models import Referral, ReferralAccess
from referrals.queries import counts_as_high, incident_of, may_be_named, may_exist_already
from referrals.services.conflicts import suspect_conflicts
from referrals.services.deadlines import decision_due_at
from referrals.services.drafting import begin_draft, save_section
from referrals.services.encompass import open_notices
from referrals.services.intelligence_clock import open_assessment
from referrals.services.lookup import remember_people
from referrals.services.people import add_person, write_person
from referrals.services.risk import ask_for_review, raise_to_colour

# Each retry asks for a longer reference, so that a full year still finds a free one.
REFERENCE_LENGTHS = (5, 5, 6, 8, 10)


class CannotSubmit(DomainError):
    """`missing` names what must be there before anything can be sent: (section, question) pairs."""

    def __init__(self, message: str, *, missing: list[tuple[str, str]] | None = None) -> None:
        super().__init__(message)
        self.missing = missing or []


class MayExistAlready(CannotSubmit):
    """Another PPN on the same may be there, and nothing says why this one is sent too."""

    def __init__(self) -> None:
        super().__init__(
            "A PPN with this occurrence number, or of the last 24 hours about somebody much alike, may exist already. "
            "Say why you send another."
        )


@transaction.atomic
def submit_referral(
    *, referral_id: uuid.UUID, key: uuid.UUID, by: User, at: datetime, why_another: str = ""
) -> Referral:
    """Send a draft to the hub. The same key again returns the same referral and does nothing more.

    Only the few things that a referral cannot do without are asked for; what graders would miss never blocks it.
    Raises MayExistAlready where another PPN on the same may be there and `why_another` does not say why, unless it is urgent;
    the words are kept for the hub.
    """
    referral = Referral.objects.locked().get(pk=referral_id)
    if not permissions.can_edit(by, referral):
        raise CannotSubmit("Only the person who wrote a draft may submit it.")
    if referral.state in SENT and referral.submission_key == key:
        return referral
    state = next_state(Move.SUBMIT, referral.state)
    if state is None:
        raise CannotSubmit(
            f"This referral was sent already: {referral}." if referral.reference else "It was discarded."
        )
    missing = missing_to_submit(referral)
    if missing:
        questions = ", ".join(question for _, question in missing)
        raise CannotSubmit(f"Before you can submit this, answer: {questions}.", missing=missing)
    if Referral.objects.filter(submission_key=key).exists():
        raise CannotSubmit("This submission key was used for another referral.")
    if not (why_another.strip() or counts_as_high(referral)) and may_exist_already(referral, by, at=at):
        raise MayExistAlready
    hub = Agency.objects.filter(is_hub=True).first()
    if hub is None:
        raise CannotSubmit("No force has been set up to receive referrals yet.")

    moved = from_to(referral.state, state)
    referral.state, referral.submission_key = state, key
    referral.submitted_at = referral.changed_at = at
    referral.declaration = DECLARATION
    referral.referrer_kind = _referrer_kind(by) if referral.kind == FormKind.PPN else ""
    referral.saves, referral.why_another = {}, why_another.strip()
    referral.risk_level = referral.risk_level or RiskLevel.STANDARD
    referral.due_at = decision_due_at(referral, since=at)
    referral.incident = incident_of(referral)
    remember_people(referral_id=referral.pk, at=at)
    _save_with_reference(referral, year=london_day(at).year)
    ReferralAccess.objects.create(agency=hub, referral=referral, reason=AccessReason.HUB, since=at)
    open_assessment(referral, hub=hub)
    suspect_conflicts(referral, among=may_be_named(referral), at=at)
    open_notices(referral)
    ask_for_review(referral, at=at)
    if raise_to_colour(referral, by=by, at=at):
        referral.save(update_fields=["risk_level", "due_at"])
    audit.record(
        verb=Verb.COLLECTED,
        what="referral.submitted",
        at=at,
        actor=by,
        subject=referral,
        recipient=hub,
        kind=referral.kind,
        **moved,
    )
    enqueue(tasks.email_hub_about_submission, at=at, by=by, referral_id=referral.pk)
    enqueue(tasks.email_writer_about_submission, at=at, by=by, referral_id=referral.pk)
    enqueue(tasks.make_writer_copy, at=at, by=by, referral_id=referral.pk, number=1)
    return referral


@transaction.atomic
def submit_complete_referral(
    *,
    kind: FormKind,
    answers: Mapping[str, Any],
    people: Iterable[Mapping[str, Any]],
    relations: Iterable[tuple[int, int, str]] = (),
    modules: Mapping[ConcernType, Mapping[str, Any]] | None = None,
    key: uuid.UUID,
    by: User,
    at: datetime,
    why_another: str = "",
) -> Referral:
    """Write and submit a whole form in one go, as a program does; all of it or nothing.

    A relation is the places of two people in `people` and what the first is to the second.
    """
    draft = begin_draft(kind=kind, by=by, at=at)
    saved = save_section(referral_id=draft.pk, version=draft.version, answers=answers, by=by, at=at)
    for concern, given in (modules or {}).items():
        saved = save_section(referral_id=draft.pk, version=saved.version, answers=given, by=by, at=at, concern=concern)
    added = [add_person(referral_id=draft.pk, answers=person, by=by, at=at) for person in people]
    for one, other, relation in relations:
        write_person(added[one], {f"{RELATION_TO}{added[other].pk}": relation}, at=at)
    return submit_referral(referral_id=draft.pk, key=key, by=by, at=at, why_another=why_another)


def _referrer_kind(by: User) -> ReferrerKind:
    if by.may(Permission.DECIDE_REFERRAL):
        return ReferrerKind.HUB
    return ReferrerKind.LINE_MANAGER if by.may(Permission.REVIEW_REFERRAL) else ReferrerKind.FRONTLINE


def missing_to_submit(referral: Referral) -> list[tuple[str, str]]:
    """What this referral cannot be sent without and has not: section and question, in the order of the form."""
    if referral.kind == FormKind.CPI:
        needed = [
            ("topic", "what it is about", bool(referral.cpi.topics)),
            ("information", "the information", bool(referral.cpi.information.strip())),
            ("handling", "the lawful basis", bool(referral.lawful_basis)),
        ]
    else:
        needed = [
            ("incident", "the type of concern", bool(referral.types)),
            ("people", "at least one person the concern is about", referral.people.about_whom().exists()),
            ("concern", "what the concern is", bool(referral.ppn.concern.strip())),
            ("risk", "the risk level", referral.risk_level is not None),
            ("sharing-and-consent", "the lawful basis", bool(referral.lawful_basis)),
        ]
    return [(section, question) for section, question, is_there in needed if not is_there]


def _save_with_reference(referral: Referral, *, year: int) -> None:
    for length in REFERENCE_LENGTHS:
        referral.reference = new_reference(str(referral.kind), year, length=length)
        try:
            with transaction.atomic():
                referral.save()
            return
        except IntegrityError as error:
            if "referral_one_submission_per_key" in str(error):
                raise CannotSubmit("This submission key was used for another referral.") from error
            if "referral_reference_is_given_once" not in str(error):
                raise
    raise CannotSubmit("No free reference was found. Nothing was lost: try again.")
