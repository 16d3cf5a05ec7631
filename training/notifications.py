"""Mail about training records, modules, sessions and supervision. It names nobody and no module: the reader signs in, and sees what they may see."""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.clock import london_day
from common.templatetags.dates import day
from mail.notifications.kinds import Kind, kind
from mail.services.sending import send_message, try_each
from training.enums import TURNS, DigestAudience, RecordState, SignerRole, TrainingSessionState
from training.models import (
    Induction,
    Module,
    ModuleVersion,
    RecordOpening,
    RegisterEntry,
    SigningDelegation,
    SupervisionSession,
    TrainingDigest,
    TrainingRecord,
    TrainingSession,
)
from training.permissions import signing_as
from training.queries.digests import lapses_of, lapses_of_teams, leaders_of_teams
from training.queries.modules import learners_of


def _kind(name: str, subject: str, line: str, **example: str) -> Kind:
    """The text begins with what the subject says."""
    return kind(f"training.{name}", subject, f"{subject}. {line}", example=example)


NEXT_SIGNER = _kind(
    "next_signer",
    "A training record waits for your signature",
    "It was logged and is yours to read, and to sign or send back.",
)
MENTOR_ABOUT_OUTCOMES = _kind(
    "mentor_about_outcomes",
    "{what} for your signature",
    "They were logged together. Read each, and sign it or send it back.",
    what="2 training records wait",
)
DEPUTY = _kind(
    "deputy",
    "You are asked to sign training records in a colleague's place",
    "From {day} to {last_day}. You can say no on the same page.",
    last_day="8 January 2000",
)
TRAINER_ABOUT_SENDING_BACK = _kind(
    "trainer_about_sending_back", "A training record was sent back to you", "The reason stands on the record."
)
PERSON_ABOUT_COMPLETION = _kind(
    "person_about_completion",
    "A training record of yours is complete",
    "Your mentor and your line manager have signed it.",
)
OWNER_ABOUT_REVIEW = _kind(
    "owner_about_review",
    "A training module of yours waits for your review",
    "It is taught from the day on which you, or another trainer, have reviewed it.",
)
MEMBER_REMINDED = _kind(
    "member_reminded", "A training session of yours is near", "You are expected at it, or asked to watch it."
)
MEMBER_ABOUT_PLACE = _kind(
    "member_about_place",
    "You have a place on a training session",
    "A trainer has added you, so that you can catch up.",
)
MEMBER_ABOUT_CHANGE = _kind(
    "member_about_change",
    "A training session of yours has changed",
    "The time, the place or the link is another one.",
)
MEMBER_ABOUT_CANCELLATION = _kind(
    "member_about_cancellation", "A training session of yours is cancelled", "The reason stands on its page."
)
SUPERVISED_ABOUT_RECORD = _kind(
    "supervised_about_record",
    "A supervision record waits for you to read",
    "Read it, add what you want to add, and confirm that you have read it.",
)
THE_TWO_ABOUT_OPENING = _kind(
    "the_two_about_opening",
    "A supervision record of yours was opened",
    "A superior opened it for a limited time. Who, when and why stands on the record.",
)
INDUCTION_READY = _kind(
    "induction_ready", "Your induction plan is ready", "It says what to do by when, and who helps you."
)
INDUCTION_PEOPLE = _kind("induction_people", "Somebody else helps you with your induction", "Your plan says who.")
INDUCTION_ROLE = _kind(
    "induction_role", "You are the {role} of a starter", "Their induction plan is ready.", role="mentor"
)
LEARNER_ABOUT_RETIREMENT = _kind(
    "learner_about_retirement",
    "A module in your training is no longer used",
    "It is not needed from {day} on. What stands on your record stays there. Ask your trainer what comes in its place.",
)
DIGEST_SELF = _kind(
    "digest_self",
    "Some of your training runs out soon",
    "{found} Ask your trainer how to renew it.",
    found="2 things run out within 30 days.",
)
DIGEST_TEAM = _kind(
    "digest_team", "Training in your team runs out", "{found}", found="2 things run out within 30 days."
)


def email_next_signer(*, record_id: str) -> None:
    """Ask whose turn it is now, or who signs in their place today; nobody, when the record has moved on meanwhile."""
    record = TrainingRecord.objects.select_related("mentor", "line_manager").get(pk=record_id)
    role = TURNS.get(RecordState(record.state))
    if role is not None:
        named = record.mentor if role is SignerRole.MENTOR else record.line_manager
        today = london_day(timezone.now())
        places = SigningDelegation.objects.covering(on=today).filter(role=role, absent=named, agency=record.agency_id)
        place = places.select_related("deputy").first()
        signing = signing_as(place.deputy, record, on=today) if place else None
        signer = place.deputy if place and signing and signing.role == role else named
        _send(NEXT_SIGNER, record, signer.email)


def email_mentor_about_outcomes(*, import_id: str, mentor_id: str) -> None:
    """Tell a mentor, or who signs in their place today, how many records of one file wait; nobody, when none does any more."""
    waiting = TrainingRecord.objects.filter(
        outcome_row__taken_from=UUID(import_id), mentor=UUID(mentor_id), state=RecordState.LOGGED
    )
    records = list(waiting.select_related("mentor"))
    if not records:
        return
    mentor, today = records[0].mentor, london_day(timezone.now())
    places = SigningDelegation.objects.covering(on=today).filter(
        role=SignerRole.MENTOR, absent=mentor, agency=records[0].agency_id
    )
    place = places.select_related("deputy").first()
    signer = place.deputy if place else mentor
    count = len(records)
    what = "A training record waits" if count == 1 else f"{count} training records wait"
    _mail(MENTOR_ABOUT_OUTCOMES, signer.email, reverse("training:sign_offs"), what=what)


def email_deputy(*, delegation_id: str) -> None:
    """Tell somebody that they sign in a colleague's place; nobody, when it was ended meanwhile."""
    delegation = SigningDelegation.objects.select_related("deputy").get(pk=delegation_id)
    if delegation.ended_at is None:
        _mail(
            DEPUTY,
            delegation.deputy.email,
            reverse("training:delegations"),
            day=day(delegation.starts_on),
            last_day=day(delegation.last_day),
        )


def email_trainer_about_sending_back(*, record_id: str) -> None:
    record = TrainingRecord.objects.select_related("trainer").get(pk=record_id)
    if record.state == RecordState.SENT_BACK:
        _send(TRAINER_ABOUT_SENDING_BACK, record, record.trainer.email)


def email_person_about_completion(*, record_id: str) -> None:
    record = TrainingRecord.objects.select_related("person").get(pk=record_id)
    if record.state == RecordState.COMPLETE:
        _send(PERSON_ABOUT_COMPLETION, record, record.person.email)


def email_owner_about_review(*, version_id: str) -> None:
    """Ask the owner of a module to review a version before it is used; nobody, when it was reviewed meanwhile."""
    version = ModuleVersion.objects.select_related("module__owner").get(pk=version_id)
    owner = version.module.owner
    if owner is not None and owner.pk != version.written_by_id and not version.is_ready:
        _mail(OWNER_ABOUT_REVIEW, owner.email, version.module.get_absolute_url())


def remind_member_of_session(*, entry_id: str) -> None:
    _tell_member(entry_id, MEMBER_REMINDED)


def email_member_about_place(*, entry_id: str) -> None:
    _tell_member(entry_id, MEMBER_ABOUT_PLACE)


def email_member_about_change(*, entry_id: str) -> None:
    _tell_member(entry_id, MEMBER_ABOUT_CHANGE)


def email_member_about_cancellation(*, entry_id: str) -> None:
    _tell_member(entry_id, MEMBER_ABOUT_CANCELLATION, in_state=TrainingSessionState.CANCELLED)


def _tell_member(entry_id: str, about: Kind, *, in_state: TrainingSessionState = TrainingSessionState.PLANNED) -> None:
    """Nobody, where the session has moved on meanwhile, or the person was taken out, marked, or has left the force."""
    entry = RegisterEntry.objects.select_related("session", "person").filter(pk=entry_id).first()
    if entry is None or entry.presence or not entry.person.is_active or entry.session.state != in_state:
        return
    if entry.person.agency_id != entry.session.force_id:
        return
    _send(about, entry.session, entry.person.email)


def email_supervised_about_record(*, session_id: str) -> None:
    """Ask the person supervised to read what was written; nobody, when they have meanwhile."""
    session = SupervisionSession.objects.select_related("supervision__supervisee").get(pk=session_id)
    newest = session.versions.select_related("reading").order_by("-number").first()
    if newest is not None and not hasattr(newest, "reading"):
        _send(SUPERVISED_ABOUT_RECORD, session, session.supervision.supervisee.email)


def email_the_two_about_opening(*, opening_id: str) -> None:
    """Tell both, each apart, that somebody else opened their record."""
    opening = RecordOpening.objects.select_related(
        "session__supervision__supervisee", "session__supervision__supervisor"
    ).get(pk=opening_id)
    supervision = opening.session.supervision
    both = [person.email for person in (supervision.supervisee, supervision.supervisor)]
    send_message(THE_TWO_ABOUT_OPENING, to=both, path=opening.session.get_absolute_url())


def email_about_induction(*, induction_id: str) -> None:
    """Tell the three, each apart, that there is a plan; nobody of them who has left."""
    induction = Induction.objects.select_related("person", "mentor", "line_manager").get(pk=induction_id)
    _mail_of_induction(INDUCTION_READY, induction, [induction.mentor, induction.line_manager])


def email_about_people_of_induction(*, induction_id: str, new: list[str]) -> None:
    """Tell the starter that somebody else helps them now, and whoever is new what they are."""
    induction = Induction.objects.select_related("person", "mentor", "line_manager").get(pk=induction_id)
    helping = [one for one in (induction.mentor, induction.line_manager) if str(one.pk) in new]
    _mail_of_induction(INDUCTION_PEOPLE, induction, helping)


def _mail_of_induction(about: Kind, induction: Induction, helping: Collection[User]) -> None:
    """`about` is for the starter; each of who helps is told what they are."""
    path, told = induction.get_absolute_url(), []
    for person in (induction.person, *helping):
        if not person.is_active or person.agency_id != induction.agency_id:
            continue
        if person == induction.person:
            told.append(partial(_mail, about, person.email, path))
        else:
            role = "mentor" if person.pk == induction.mentor_id else "line manager"
            told.append(partial(_mail, INDUCTION_ROLE, person.email, path, role=role))
    try_each(told)


def email_learner_about_retirement(*, module_id: str, person_id: str) -> None:
    """Tell somebody who is on the way to a module that it is not used any more; nobody who has done it or left meanwhile."""
    module = Module.objects.get(pk=module_id)
    person = learners_of(module).filter(pk=person_id).first()
    if person is None or module.retired_on is None:
        return
    _mail(LEARNER_ABOUT_RETIREMENT, person.email, reverse("training:mine"), day=day(module.retired_on))


def _send(about: Kind, of: TrainingRecord | TrainingSession | SupervisionSession, to: str) -> None:
    _mail(about, to, of.get_absolute_url())


def _mail(about: Kind, to: str, path: str, **values: object) -> None:
    send_message(about, to=[to], path=path, values=values)


def email_digest(*, digest_id: str, at: datetime) -> None:
    """Say how much lapses; nothing to whom it no longer concerns: they left, renewed it meanwhile, or lead that team no more."""
    digest = TrainingDigest.objects.select_related("person").get(pk=digest_id)
    person, on = digest.person, london_day(at)
    if not person.is_active or person.agency_id is None:
        return
    if digest.audience == DigestAudience.SELF:
        found, held = lapses_of(person, on=on)
        about = {proof for pair in digest.reminders.values_list("record", "evidence") for proof in pair if proof}
        if held & about:
            _mail(DIGEST_SELF, person.email, reverse("training:mine"), found=found.in_words)
    elif person.team_id is not None and leaders_of_teams(on=on).filter(pk=person.pk).exists():
        of_team = lapses_of_teams([person.team_id], force_id=person.agency_id, on=on)[person.team_id]
        if of_team:
            path = f"{reverse('training:matrix')}?team={person.team_id}&state=OPEN"
            _mail(DIGEST_TEAM, person.email, path, found=of_team.in_words)
