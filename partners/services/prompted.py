"""The log of applications that a partner prompted: logged, judged, ended, struck out; and advice before there is one."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from accounts.models import Agency, User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError, KeyWasUsed
from partners.enums import (
    NOT_COMPLETED,
    Advice,
    ApplicationMove,
    ApplicationOutcome,
    ApplicationState,
    DisclosureScheme,
    Judgement,
    Known,
    ShouldHave,
    next_application_state,
)
from partners.models import ApplicationEvent, AskingCheck, PromptedApplication
from partners.models.prompted import REASON_LENGTH, Answers, check_force_reference
from partners.permissions import can_check_asking, can_keep_prompted
from partners.services.refusals import RefusedAnswer


class CannotKeepPrompted(RefusedAnswer):
    pass


class CannotCheckAsking(DomainError):
    pass


@transaction.atomic
def log_application(
    *,
    agency: Agency,
    scheme: DisclosureScheme | str,
    received_on: date,
    answers: Answers,
    key: UUID,
    by: User,
    at: datetime,
    force_reference: str = "",
) -> PromptedApplication:
    """Put an application that `agency` prompted into the log of one's own force. The same key again returns what it made.

    Raises CannotKeepPrompted, and KeyWasUsed where the key made something else.
    """
    if by.agency_id is None or not can_keep_prompted(by):
        raise CannotKeepPrompted("Only who keeps the log of a police force may write in it.")
    Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=by.agency_id)
    reference = force_reference.strip().upper()
    said = {
        "force_id": by.agency_id,
        "agency_id": agency.pk,
        "scheme": str(scheme),
        "received_on": received_on,
        "force_reference": reference,
        **_columns(answers),
    }
    if earlier := PromptedApplication.objects.filter(request_key=key).first():
        if any(getattr(earlier, name) != value for name, value in said.items()):
            raise KeyWasUsed("This form was sent before with other answers. Send it again to log this one as well.")
        return earlier
    _check_answers(answers)
    if agency.is_police:
        raise CannotKeepPrompted("Choose a partner agency: the police do not prompt, they know.", "agency")
    if received_on > london_day(at):
        raise CannotKeepPrompted("The application cannot have come in the future.", "received_on")
    try:
        check_force_reference(reference)
    except ValidationError as error:
        raise CannotKeepPrompted(error.messages[0], "force_reference") from error
    same = PromptedApplication.objects.counted().filter(force=by.agency_id, force_reference=reference)
    if reference and same.exists():
        raise CannotKeepPrompted("An application with this number is in the log already.", "force_reference")

    application = PromptedApplication.objects.create(**said, request_key=key, logged_at=at, logged_by=by)
    _step(application, ApplicationMove.LOG, by=by, at=at)
    return application


@transaction.atomic
def judge_application(
    *,
    application_id: UUID,
    answers: Answers,
    judgement: Judgement | str,
    reason: str,
    by: User,
    at: datetime,
    should_have: ShouldHave | str = "",
) -> PromptedApplication:
    """Say whether a partner was right to prompt it and why, by what is known now. Earlier judgements stay as steps.

    Raises CannotKeepPrompted.
    """
    application = _to_keep(application_id, by)
    application.state = _state_after(ApplicationMove.JUDGE, application)
    judgement, why = Judgement(judgement), _reason(reason, "Say why, without anybody's name.")
    if judgement == Judgement.INAPPROPRIATE and not should_have:
        raise CannotKeepPrompted("Say what should have happened.", "should_have")
    if judgement == Judgement.APPROPRIATE and should_have:
        raise CannotKeepPrompted("Where it was appropriate nothing else should have happened.", "should_have")
    _check_answers(answers)
    for name, value in _columns(answers).items():
        setattr(application, name, value)
    application.judgement, application.reason, application.should_have = judgement, why, should_have
    application.judged_at, application.judged_by = at, by
    application.save()
    _step(application, ApplicationMove.JUDGE, by=by, at=at, reason=why)
    return application


@transaction.atomic
def end_application(
    *,
    application_id: UUID,
    outcome: ApplicationOutcome | str,
    ended_on: date,
    by: User,
    at: datetime,
    risk_acted_on: Known | str = "",
) -> PromptedApplication:
    """Say how it ended; saying it again corrects it. Where it was not completed, whether the risk was acted on all the same.

    Raises CannotKeepPrompted.
    """
    application = _to_keep(application_id, by)
    application.state = _state_after(ApplicationMove.END, application)
    outcome = ApplicationOutcome(outcome)
    if not application.received_on <= ended_on <= london_day(at):
        raise CannotKeepPrompted("It ended on a day since it came, and not in the future.", "ended_on")
    if outcome in NOT_COMPLETED and not risk_acted_on:
        raise CannotKeepPrompted("Say whether the risk was acted on all the same.", "risk_acted_on")
    application.outcome, application.ended_on = outcome, ended_on
    application.risk_acted_on = risk_acted_on if outcome in NOT_COMPLETED else ""
    application.save()
    _step(application, ApplicationMove.END, by=by, at=at)
    return application


@transaction.atomic
def strike_application(*, application_id: UUID, reason: str, by: User, at: datetime) -> PromptedApplication:
    """Strike out what was logged by mistake: it stays with its reason and counts nowhere. Raises CannotKeepPrompted."""
    application = _to_keep(application_id, by)
    application.state = _state_after(ApplicationMove.STRIKE, application)
    why = _reason(reason, "Say why it is struck out.")
    application.save(update_fields=["state"])
    _step(application, ApplicationMove.STRIKE, by=by, at=at, reason=why)
    return application


@transaction.atomic
def check_before_asking(
    *,
    scheme: DisclosureScheme | str,
    in_danger: Known | str,
    held_information: Known | str,
    asked_by_person: Known | str,
    by: User,
    at: datetime,
) -> AskingCheck:
    """What to do for somebody who thinks of telling a person to ask the police; the answers are kept for the agency alone.

    Raises CannotCheckAsking.
    """
    if by.agency is None or not can_check_asking(by):
        raise CannotCheckAsking("Only people of an agency are advised here.")
    check = AskingCheck.objects.create(
        agency=by.agency,
        scheme=scheme,
        in_danger=in_danger,
        held_information=held_information,
        asked_by_person=asked_by_person,
        advice=advice_for(
            in_danger=Known(in_danger), held_information=Known(held_information), asked_by_person=Known(asked_by_person)
        ),
        checked_on=london_day(at),
    )
    audit.record(verb=Verb.CHANGED, what="partners.asking_checked", at=at, actor=by, subject=by.agency)
    return check


def advice_for(*, in_danger: Known, held_information: Known, asked_by_person: Known) -> Advice:
    """Danger comes first, then what one holds: an agency that may share does not send somebody to ask for it elsewhere."""
    if in_danger == Known.YES:
        return Advice.EMERGENCY
    if held_information == Known.YES:
        return Advice.SHARE
    if held_information == Known.UNKNOWN or in_danger == Known.UNKNOWN:
        return Advice.CONSULT
    return Advice.RIGHT_TO_ASK if asked_by_person == Known.YES else Advice.TELL_POLICE


@transaction.atomic
def read_application(*, application: PromptedApplication, by: User, at: datetime) -> None:
    """Write down that somebody opened an application of the log."""
    audit.record(verb=Verb.READ, what="partners.prompted_read", at=at, actor=by, subject=application)


@transaction.atomic
def export_months(*, by: User, at: datetime, months: int, agency: Agency | None) -> None:
    """Write down that somebody took the figures by month with them."""
    audit.record(
        verb=Verb.EXPORTED,
        what="partners.prompted_exported",
        at=at,
        actor=by,
        subject=agency or by.agency,
        months=months,
    )


def _to_keep(application_id: UUID, by: User) -> PromptedApplication:
    application = PromptedApplication.objects.locked().get(pk=application_id)
    if not can_keep_prompted(by) or by.agency_id != application.force_id:
        raise CannotKeepPrompted("Only who keeps the log of this force may change it.")
    return application


def _state_after(move: ApplicationMove, application: PromptedApplication) -> ApplicationState:
    state = next_application_state(move, application.state)
    if state is None:
        raise CannotKeepPrompted("This application was struck out.")
    return state


def _reason(text: str, missing: str) -> str:
    why = text.strip()
    if not why:
        raise CannotKeepPrompted(missing, "reason")
    if len(why) > REASON_LENGTH:
        raise CannotKeepPrompted(f"Use at most {REASON_LENGTH} characters.", "reason")
    return why


def _check_answers(answers: Answers) -> None:
    if answers.contradict:
        raise CannotKeepPrompted("An agency that held nothing cannot have shared it.", "shared_itself")


def _columns(answers: Answers) -> dict[str, Known]:
    return {
        "held_information": answers.held_information,
        "shared_itself": answers.shared_itself,
        "asked_by_person": answers.asked_by_person,
    }


def _step(application: PromptedApplication, move: ApplicationMove, *, by: User, at: datetime, **said: Any) -> None:
    """Keep the step with all that the row says now, and record it. The application is locked, or new."""
    last = application.events.aggregate(last=Max("number"))["last"] or 0
    kept = ("held_information", "shared_itself", "asked_by_person", "outcome", "ended_on", "risk_acted_on")
    fields = {name: getattr(application, name) for name in kept}
    if move == ApplicationMove.JUDGE:
        fields |= {"judgement": application.judgement, "should_have": application.should_have}
    ApplicationEvent.objects.create(application=application, number=last + 1, move=move, at=at, by=by, **fields, **said)
    audit.record(
        verb=Verb.CHANGED, what=f"partners.prompted_{move.lower()}", at=at, actor=by, subject=application, step=last + 1
    )
