"""The two scenarios: writing the next version of them, and answering them once before and once after a session (ADR 0057)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Agency, User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError, KeyWasUsed
from partners.enums import AskedWhen
from partners.models import Booking, Scenario, ScenarioAnswer, ScenarioVersion
from partners.models.scenario_words import ScenarioWords
from partners.models.scenarios import CONFIDENCES, SCENARIOS, WORTHS
from partners.permissions import can_plan
from partners.queries.scenarios import scenarios_of, standing_of


class CannotWriteScenarios(DomainError):
    pass


class ScenariosChangedMeanwhile(CannotWriteScenarios):
    pass


class CannotAnswerScenarios(DomainError):
    pass


@transaction.atomic
def write_scenarios(
    *, scenarios: Sequence[ScenarioWords], after: int, key: UUID, by: User, at: datetime
) -> ScenarioVersion:
    """Put down the next version of one's force, asked of whoever has not begun with an earlier one. The same key again returns what it made.

    `after` is the number of the version from which the form began, 0 where there was none. Raises CannotWriteScenarios,
    ScenariosChangedMeanwhile where a colleague put down the next one since, and KeyWasUsed where the key made something else.
    """
    if by.agency_id is None or not can_plan(by):
        raise CannotWriteScenarios("Only a trainer of a police force writes scenarios.")
    if len(scenarios) != len(SCENARIOS) or any(_is_incomplete(one) for one in scenarios):
        raise CannotWriteScenarios("Write two scenarios, each with five answers and a reason for each.")
    if any(len({" ".join(choice.split()).casefold() for choice in one.choices}) < len(WORTHS) for one in scenarios):
        raise CannotWriteScenarios(
            "Two answers of a scenario are the same. Each is worth something else, so write each apart."
        )
    # One at a time for a force, so that versions follow each other.
    Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=by.agency_id)
    if earlier := ScenarioVersion.objects.filter(request_key=key).first():
        if earlier.force_id != by.agency_id or [_words(one) for one in scenarios_of(earlier)] != list(scenarios):
            raise KeyWasUsed("This form was sent before with other words. Send it again to make another version.")
        return earlier
    last = ScenarioVersion.objects.of_force(by.agency_id).select_related("written_by").first()
    if last and last.number != after:
        raise ScenariosChangedMeanwhile(
            f"{last.written_by} put {last} to use while you wrote. Read it below. Send yours again to put it to use after that one."
        )
    if last and [_words(one) for one in scenarios_of(last)] == list(scenarios):
        raise CannotWriteScenarios(f"Nothing is changed: these are the words of {last}, which is asked now.")
    version = ScenarioVersion.objects.create(
        force_id=by.agency_id, number=last.number + 1 if last else 1, request_key=key, written_at=at, written_by=by
    )
    Scenario.objects.bulk_create(
        Scenario(
            version=version,
            position=position,
            title=one.title,
            story=one.story,
            question=one.question,
            choices=list(one.choices),
            reasons=list(one.reasons),
        )
        for position, one in zip(SCENARIOS, scenarios, strict=True)
    )
    audit.record(
        verb=Verb.CHANGED,
        what="partners.scenarios_written",
        at=at,
        actor=by,
        subject=version,
        number=version.number,
    )
    return version


def _is_incomplete(one: ScenarioWords) -> bool:
    texts = (one.title, one.story, one.question, *one.choices, *one.reasons)
    return len(one.choices) != len(WORTHS) or len(one.reasons) != len(WORTHS) or not all(map(str.strip, texts))


def _words(one: Scenario) -> ScenarioWords:
    return ScenarioWords(one.title, one.story, one.question, tuple(one.choices), tuple(one.reasons))


@transaction.atomic
def answer_scenarios(
    *,
    booking_id: UUID,
    asked: AskedWhen | str,
    version_id: UUID,
    worths: tuple[int, int],
    confidence: int,
    by: User,
    at: datetime,
) -> ScenarioAnswer:
    """Answer both scenarios, once before and once after. `asked` and `version_id` are what the person was shown.

    What was chosen is in no log. Raises CannotAnswerScenarios, also where by now something else would be asked.
    """
    # One at a time for a person, who may have a place on two sessions.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    booking = Booking.objects.locked().select_related("session").get(pk=booking_id)
    if booking.user_id != by.pk:
        raise CannotAnswerScenarios("Scenarios are answered by the person whose place it is.")
    standing = standing_of(booking, at=at)
    if standing is None or standing.version is None or standing.asked is None:
        raise CannotAnswerScenarios((standing and standing.why_not) or "You have answered, or nothing is asked of you.")
    if standing.asked != asked or standing.version.pk != version_id:
        raise CannotAnswerScenarios(
            "What is asked has changed since you opened the page. Nothing was kept. Answer again."
        )
    if not all(worth in WORTHS for worth in worths) or confidence not in CONFIDENCES:
        raise CannotAnswerScenarios("Choose one of the answers that are offered.")
    first, second = worths
    answer = ScenarioAnswer.objects.create(
        version=standing.version,
        booking=booking,
        person=by,
        asked=standing.asked,
        first=first,
        second=second,
        confidence=confidence,
        answered_at=at,
    )
    audit.record(
        verb=Verb.COLLECTED,
        what="partners.scenarios_answered",
        at=at,
        actor=by,
        subject=booking,
        asked=str(standing.asked),
    )
    return answer
