"""Knowledge tests: made and corrected as drafts, opened, closed. What a score is for: training/models/knowledge.py and ADR 0046."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from training.enums import KnowledgeTestMove, KnowledgeTestState, next_knowledge_test_state
from training.models import (
    KnowledgeQuestion,
    KnowledgeTest,
    KnowledgeTestQuestion,
    Module,
)
from training.models.knowledge import (
    MOST_ATTEMPTS,
    MOST_MONTHS,
    MOST_QUESTIONS,
    fingerprint_of,
)
from training.permissions import can_run_for
from training.services.knowledge_questions import locked_module


class CannotMakeTest(DomainError):
    pass


class CannotMoveTest(DomainError):
    pass


@transaction.atomic
def make_test(
    *,
    module: Module,
    title: str,
    pass_percent: int,
    attempts: int,
    by: User,
    at: datetime,
    months_to_follow_up: int | None = None,
) -> KnowledgeTest:
    """Begin a test of a module, as a draft without questions. Raises CannotMakeTest."""
    if not can_run_for(by, module.force_id):
        raise CannotMakeTest("Only a trainer of the agency makes a test.")
    # Locked too, so that a form sent twice is told of it.
    if locked_module(module).is_retired(on=london_day(at)):
        raise CannotMakeTest("This module is retired, so it gets no further test.")
    test = KnowledgeTest(
        module=module,
        title=title.strip(),
        pass_percent=pass_percent,
        attempts=attempts,
        months_to_follow_up=months_to_follow_up,
        made_at=at,
        made_by=by,
    )
    _check(test)
    test.save(force_insert=True)
    _record("knowledge_test_made", test, by=by, at=at)
    return test


@transaction.atomic
def correct_test(
    *,
    test_id: UUID,
    title: str,
    pass_percent: int,
    attempts: int,
    months_to_follow_up: int | None,
    read: str,
    by: User,
    at: datetime,
) -> KnowledgeTest:
    """Change what a draft is called and what is enough; its module stays. Raises CannotMakeTest and CannotMoveTest.

    `read` is the `terms_of` the draft that was on the page; where somebody changed them since, nothing changes.
    """
    test = _to_move(test_id, KnowledgeTestMove.CORRECT, by)
    if terms_of(test) != read:
        raise CannotMoveTest("Somebody changed this draft meanwhile. Cancel, look at it, and correct it again.")
    test.title, test.pass_percent, test.attempts = title.strip(), pass_percent, attempts
    test.months_to_follow_up = months_to_follow_up
    _check(test)
    test.save(update_fields=["title", "pass_percent", "attempts", "months_to_follow_up"])
    _record("knowledge_test_corrected", test, by=by, at=at)
    return test


@transaction.atomic
def throw_test_away(*, test_id: UUID, by: User, at: datetime) -> None:
    """Remove a draft. Nobody took it, and its questions stay in the bank; that it was there stays in the record. Raises CannotMoveTest."""
    test = _to_move(test_id, KnowledgeTestMove.THROW_AWAY, by)
    audit.record(verb=Verb.DELETED, what="training.knowledge_test_thrown_away", at=at, actor=by, subject=test)
    test.asks.all().delete()
    test.delete()


def _check(test: KnowledgeTest) -> None:
    """Raises CannotMakeTest where a draft says what cannot be asked."""
    if not test.title:
        raise CannotMakeTest("Write a title.")
    if KnowledgeTest.objects.filter(module=test.module_id, title=test.title).exclude(pk=test.pk).exists():
        raise CannotMakeTest("This module has a test of that title already.")
    if not 0 <= test.pass_percent <= 100 or not 1 <= test.attempts <= MOST_ATTEMPTS:
        raise CannotMakeTest(f"The pass mark is 0 to 100 per cent, and there are 1 to {MOST_ATTEMPTS} attempts.")
    if test.months_to_follow_up is not None and not 1 <= test.months_to_follow_up <= MOST_MONTHS:
        raise CannotMakeTest(f"It is asked again after 1 to {MOST_MONTHS} months, or not at all.")


@transaction.atomic
def choose_questions(*, test_id: UUID, questions: Sequence[UUID], by: User, at: datetime) -> KnowledgeTest:
    """Say which questions a draft asks, in that order, instead of those that it asked. Raises CannotMoveTest."""
    test = _to_move(test_id, KnowledgeTestMove.CHOOSE, by)
    if len(questions) > MOST_QUESTIONS:
        raise CannotMoveTest(f"A test has at most {MOST_QUESTIONS} questions.")
    found = set(
        KnowledgeQuestion.objects.in_use().filter(module=test.module_id, pk__in=questions).values_list("pk", flat=True)
    )
    if found != set(questions):
        raise CannotMoveTest("One of these questions is not in the bank of this module any more. Choose again.")
    test.asks.all().delete()
    KnowledgeTestQuestion.objects.bulk_create(
        KnowledgeTestQuestion(test=test, question_id=question, position=place)
        for place, question in enumerate(dict.fromkeys(questions), start=1)
    )
    _record("knowledge_test_questions_chosen", test, by=by, at=at, questions=len(found))
    return test


@transaction.atomic
def open_test(*, test_id: UUID, read: str, by: User, at: datetime) -> KnowledgeTest:
    """Ask it from now on: its questions stand, and have a fingerprint. Opening it again changes nothing. Raises CannotMoveTest.

    `read` is the `stamp_of` what was on the page; where somebody changed the test since, it is not opened.
    """
    test = _locked(test_id)
    if can_run_for(by, test.module.force_id) and test.state == KnowledgeTestState.OPEN:
        return test
    test = _to_move(test_id, KnowledgeTestMove.OPEN, by)
    questions = list(
        KnowledgeQuestion.objects.filter(in_tests__test=test).prefetch_related("options").order_by("in_tests__position")
    )
    if not questions:
        raise CannotMoveTest("Choose at least one question first.")
    if stamp_of(test, questions) != read:
        raise CannotMoveTest("Somebody changed this test meanwhile. Look at it, and open it again.")
    if KnowledgeTest.objects.open().filter(module=test.module_id).exists():
        raise CannotMoveTest("Another test of this module is open. Close it first.")
    test.state, test.opened_at, test.opened_by = KnowledgeTestState.OPEN, at, by
    test.fingerprint = fingerprint_of(questions)
    test.save(update_fields=["state", "opened_at", "opened_by", "fingerprint"])
    _record("knowledge_test_opened", test, by=by, at=at, questions=len(questions))
    return test


@transaction.atomic
def close_test(*, test_id: UUID, by: User, at: datetime) -> KnowledgeTest:
    """Take no more answers; results stay. Closing it again changes nothing. Raises CannotMoveTest."""
    test = _locked(test_id)
    if can_run_for(by, test.module.force_id) and test.state == KnowledgeTestState.CLOSED:
        return test
    test = _to_move(test_id, KnowledgeTestMove.CLOSE, by)
    test.state, test.closed_at, test.closed_by = KnowledgeTestState.CLOSED, at, by
    test.save(update_fields=["state", "closed_at", "closed_by"])
    _record("knowledge_test_closed", test, by=by, at=at)
    return test


def terms_of(test: KnowledgeTest) -> str:
    """What tells what a draft is called, and what is enough, from what it may say later."""
    return f"{test.pass_percent} {test.attempts} {test.months_to_follow_up or 0} {test.title}"


def stamp_of(test: KnowledgeTest, questions: Sequence[KnowledgeQuestion]) -> str:
    """What tells a draft from what it may be later: its terms, and which questions it asks, in their order."""
    return " ".join([*(str(question.pk) for question in questions), terms_of(test)])


def _locked(test_id: UUID) -> KnowledgeTest:
    Module.objects.locked().get(knowledge_tests=test_id)
    return KnowledgeTest.objects.locked().select_related("module").get(pk=test_id)


def _to_move(test_id: UUID, move: KnowledgeTestMove, by: User) -> KnowledgeTest:
    test = _locked(test_id)
    if not can_run_for(by, test.module.force_id):
        raise CannotMoveTest("Only a trainer of the agency may do that.")
    if next_knowledge_test_state(move, test.state) is None:
        raise CannotMoveTest(f"This test is {test.get_state_display().lower()}.")
    return test


def _record(what: str, subject: models.Model, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(verb=Verb.CHANGED, what=f"training.{what}", at=at, actor=by, subject=subject, **details)
