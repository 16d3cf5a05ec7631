"""Mail about training records, modules, sessions and supervision. It names nobody and no module: the reader signs in, and sees what they may see."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.clock import london_day
from common.templatetags.dates import day
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
        _send(
            record,
            signer.email,
            "A training record waits for your signature",
            "It was logged and is yours to read, and to sign or send back.",
        )


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
    subject = "A training record waits" if count == 1 else f"{count} training records wait"
    _mail(
        signer.email,
        f"{subject} for your signature",
        "They were logged together. Read each, and sign it or send it back.",
        reverse("training:sign_offs"),
    )


def email_deputy(*, delegation_id: str) -> None:
    """Tell somebody that they sign in a colleague's place; nobody, when it was ended meanwhile."""
    delegation = SigningDelegation.objects.select_related("deputy").get(pk=delegation_id)
    if delegation.ended_at is None:
        _mail(
            delegation.deputy.email,
            "You are asked to sign training records in a colleague's place",
            f"From {day(delegation.starts_on)} to {day(delegation.last_day)}. You can say no on the same page.",
            reverse("training:delegations"),
        )


def email_trainer_about_sending_back(*, record_id: str) -> None:
    record = TrainingRecord.objects.select_related("trainer").get(pk=record_id)
    if record.state == RecordState.SENT_BACK:
        _send(
            record, record.trainer.email, "A training record was sent back to you", "The reason stands on the record."
        )


def email_person_about_completion(*, record_id: str) -> None:
    record = TrainingRecord.objects.select_related("person").get(pk=record_id)
    if record.state == RecordState.COMPLETE:
        _send(
            record,
            record.person.email,
            "A training record of yours is complete",
            "Your mentor and your line manager have signed it.",
        )


def email_owner_about_review(*, version_id: str) -> None:
    """Ask the owner of a module to review a version before it is used; nobody, when it was reviewed meanwhile."""
    version = ModuleVersion.objects.select_related("module__owner").get(pk=version_id)
    owner = version.module.owner
    if owner is not None and owner.pk != version.written_by_id and not version.is_ready:
        _mail(
            owner.email,
            "A training module of yours waits for your review",
            "It is taught from the day on which you, or another trainer, have reviewed it.",
            version.module.get_absolute_url(),
        )


def remind_member_of_session(*, entry_id: str) -> None:
    _tell_member(entry_id, "A training session of yours is near", "You are expected at it, or asked to watch it.")


def email_member_about_place(*, entry_id: str) -> None:
    _tell_member(
        entry_id, "You have a place on a training session", "A trainer has added you, so that you can catch up."
    )


def email_member_about_change(*, entry_id: str) -> None:
    _tell_member(entry_id, "A training session of yours has changed", "The time, the place or the link is another one.")


def email_member_about_cancellation(*, entry_id: str) -> None:
    _tell_member(
        entry_id,
        "A training session of yours is cancelled",
        "The reason stands on its page.",
        in_state=TrainingSessionState.CANCELLED,
    )


def _tell_member(
    entry_id: str, subject: str, line: str, *, in_state: TrainingSessionState = TrainingSessionState.PLANNED
) -> None:
    """Nobody, where the session has moved on meanwhile, or the person was taken out, marked, or has left the force."""
    entry = RegisterEntry.objects.select_related("session", "person").filter(pk=entry_id).first()
    if entry is None or entry.presence or not entry.person.is_active or entry.session.state != in_state:
        return
    if entry.person.agency_id != entry.session.force_id:
        return
    _send(entry.session, entry.person.email, subject, line)


def email_supervised_about_record(*, session_id: str) -> None:
    """Ask the person supervised to read what was written; nobody, when they have meanwhile."""
    session = SupervisionSession.objects.select_related("supervision__supervisee").get(pk=session_id)
    newest = session.versions.select_related("reading").order_by("-number").first()
    if newest is not None and not hasattr(newest, "reading"):
        _send(
            session,
            session.supervision.supervisee.email,
            "A supervision record waits for you to read",
            "Read it, add what you want to add, and confirm that you have read it.",
        )


def email_the_two_about_opening(*, opening_id: str) -> None:
    """Tell both, each apart, that somebody else opened their record."""
    opening = RecordOpening.objects.select_related(
        "session__supervision__supervisee", "session__supervision__supervisor"
    ).get(pk=opening_id)
    supervision = opening.session.supervision
    for person in (supervision.supervisee, supervision.supervisor):
        _send(
            opening.session,
            person.email,
            "A supervision record of yours was opened",
            "A superior opened it for a limited time. Who, when and why stands on the record.",
        )


def email_about_induction(*, induction_id: str) -> None:
    """Tell the three, each apart, that there is a plan; nobody of them who has left."""
    induction = Induction.objects.select_related("person", "mentor", "line_manager").get(pk=induction_id)
    _mail_of_induction(
        induction,
        induction.person,
        "Your induction plan is ready",
        "It says what to do by when, and who helps you.",
    )
    _mail_the_two(induction, (induction.mentor, induction.line_manager))


def email_about_people_of_induction(*, induction_id: str, new: list[str]) -> None:
    """Tell the starter that somebody else helps them now, and whoever is new what they are."""
    induction = Induction.objects.select_related("person", "mentor", "line_manager").get(pk=induction_id)
    subject = "Somebody else helps you with your induction"
    _mail_of_induction(induction, induction.person, subject, "Your plan says who.")
    _mail_the_two(induction, [one for one in (induction.mentor, induction.line_manager) if str(one.pk) in new])


def _mail_the_two(induction: Induction, people: Collection[User]) -> None:
    for person in people:
        role = "mentor" if person.pk == induction.mentor_id else "line manager"
        _mail_of_induction(induction, person, f"You are the {role} of a starter", "Their induction plan is ready.")


def _mail_of_induction(induction: Induction, person: User, subject: str, line: str) -> None:
    if person.is_active and person.agency_id == induction.agency_id:
        _mail(person.email, subject, line, induction.get_absolute_url())


def email_learner_about_retirement(*, module_id: str, person_id: str) -> None:
    """Tell somebody who is on the way to a module that it is not used any more; nobody who has done it or left meanwhile."""
    module = Module.objects.get(pk=module_id)
    person = learners_of(module).filter(pk=person_id).first()
    if person is None or module.retired_on is None:
        return
    subject = "A module in your training is no longer used"
    line = f"It is not needed from {day(module.retired_on)} on. What stands on your record stays there. Ask your trainer what comes in its place."
    _mail(person.email, subject, line, reverse("training:mine"))


def _send(about: TrainingRecord | TrainingSession | SupervisionSession, to: str, subject: str, line: str) -> None:
    _mail(to, subject, line, about.get_absolute_url())


def _mail(to: str, subject: str, line: str, path: str) -> None:
    body = "\n\n".join(
        [f"{subject}. {line}", f"Sign in to read more: {settings.SITE_URL}{path}", settings.SERVICE_NAME]
    )
    EmailMessage(subject=subject, body=body, to=[to]).send()


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
            subject = "Some of your training runs out soon"
            _mail(
                person.email, subject, f"{found.in_words} Ask your trainer how to renew it.", reverse("training:mine")
            )
    elif person.team_id is not None and leaders_of_teams(on=on).filter(pk=person.pk).exists():
        of_team = lapses_of_teams([person.team_id], force_id=person.agency_id, on=on)[person.team_id]
        if of_team:
            path = f"{reverse('training:matrix')}?team={person.team_id}&state=OPEN"
            _mail(person.email, "Training in your team runs out", of_team.in_words, path)
