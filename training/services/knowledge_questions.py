"""The bank of a module: questions are written, replaced, retired, and taken over from another force (ADR 0046)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.csv_files import ReadableBytes, Row, RowError, read_rows
from common.errors import DomainError
from training.documents.knowledge import BANK_HEADINGS
from training.enums import KnowledgeTestState
from training.models import (
    KnowledgeOption,
    KnowledgeQuestion,
    KnowledgeTest,
    KnowledgeTestQuestion,
    Module,
)
from training.models.knowledge import (
    FEWEST_OPTIONS,
    LONGEST_EXPLANATION,
    LONGEST_OPTION,
    LONGEST_SCENARIO,
    LONGEST_WORDS,
    MOST_OPTIONS,
    content_fingerprint,
    question_fingerprint,
)
from training.permissions import can_run_for

MOST_BYTES, MOST_ROWS, MOST_NAMED = 2_000_000, 200, 5
TRAINERS_WRITE = "Only a trainer of the agency writes questions."


class CannotWriteQuestion(DomainError):
    pass


class AskedAlready(CannotWriteQuestion):
    def __init__(self) -> None:
        super().__init__("This question is in the bank of this module already, with the same answers.")


class CannotTakeQuestions(DomainError):
    pass


class CannotRetireQuestion(DomainError):
    pass


@transaction.atomic
def write_question(
    *,
    module: Module,
    words: str,
    options: Sequence[str],
    right: int,
    by: User,
    at: datetime,
    scenario: str = "",
    explanation: str = "",
    keeps_order: bool = False,
) -> KnowledgeQuestion:
    """Add a question to the bank of a module; `right` counts the options from 1. Raises CannotWriteQuestion."""
    if locked_module(module).is_retired(on=london_day(at)):
        raise CannotWriteQuestion("This module is retired, so it gets no further question.")
    # Before the question is compared with others, which says something about them.
    if not can_run_for(by, module.force_id):
        raise CannotWriteQuestion(TRAINERS_WRITE)
    content = _content(
        words=words,
        options=options,
        right=right,
        scenario=scenario,
        explanation=explanation,
        keeps_order=keeps_order,
    )
    if content.fingerprint in _in_use(module):
        raise AskedAlready
    return _write(module, None, content, by=by, at=at)


@transaction.atomic
def replace_question(
    *,
    question_id: UUID,
    words: str,
    options: Sequence[str],
    right: int,
    by: User,
    at: datetime,
    scenario: str = "",
    explanation: str = "",
    keeps_order: bool = False,
) -> KnowledgeQuestion:
    """Write a question anew: the earlier one is retired, and drafts of tests ask the new one. Raises CannotWriteQuestion.

    Tests that were opened go on asking the earlier one, so that what was answered before can be compared with what comes.
    """
    earlier = _locked_question(question_id)
    if earlier.retired_at is not None:
        raise CannotWriteQuestion("This question was replaced or retired by somebody else.")
    content = _content(
        words=words,
        options=options,
        right=right,
        scenario=scenario,
        explanation=explanation,
        keeps_order=keeps_order,
    )
    if content.fingerprint in _in_use(earlier.module):
        # Its own words too: then there is nothing to replace.
        raise AskedAlready
    written = _write(earlier.module, earlier, content, by=by, at=at)
    _retire(earlier, by=by, at=at)
    _of_drafts(earlier).update(question=written)
    return written


@transaction.atomic
def retire_question(*, question_id: UUID, by: User, at: datetime) -> KnowledgeQuestion:
    """Put it into no further test; drafts lose it. Again changes nothing. Raises CannotRetireQuestion."""
    question = _locked_question(question_id)
    if not can_run_for(by, question.module.force_id):
        raise CannotRetireQuestion("Only a trainer of the agency retires a question.")
    if question.retired_at is None:
        _retire(question, by=by, at=at)
        _of_drafts(question).delete()
        _record("question_retired", question, by=by, at=at)
    return question


def locked_module(module: Module) -> Module:
    """What changes the bank or the drafts of a module goes on one at a time. Locked before its tests and its questions are."""
    locked: Module = Module.objects.locked().get(pk=module.pk)
    return locked


def _locked_question(question_id: UUID) -> KnowledgeQuestion:
    Module.objects.locked().get(questions=question_id)
    question: KnowledgeQuestion = KnowledgeQuestion.objects.locked().select_related("module").get(pk=question_id)
    return question


@dataclass(frozen=True)
class _Content:
    """What a question says, checked and without needless spaces."""

    words: str
    options: Sequence[str]
    right: int
    scenario: str
    explanation: str
    keeps_order: bool

    @property
    def fingerprint(self) -> str:
        return content_fingerprint(self.scenario, self.words, self.options, self.right, keeps_order=self.keeps_order)


def _content(
    *, words: str, options: Sequence[str], right: int, scenario: str, explanation: str, keeps_order: bool
) -> _Content:
    """Raises CannotWriteQuestion where nobody could answer it."""
    options = [" ".join(option.split()) for option in options]
    if not words.strip():
        raise CannotWriteQuestion("Write the question.")
    if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS or not all(options):
        raise CannotWriteQuestion(f"A question has {FEWEST_OPTIONS} to {MOST_OPTIONS} answers.")
    if len({option.casefold() for option in options}) < len(options):
        raise CannotWriteQuestion("Two answers are the same.")
    if not 1 <= right <= len(options):
        raise CannotWriteQuestion("Say which answer is right.")
    words, scenario, explanation = words.strip(), scenario.strip(), explanation.strip()
    if len(words) > LONGEST_WORDS or any(len(option) > LONGEST_OPTION for option in options):
        raise CannotWriteQuestion(f"The question may have {LONGEST_WORDS} characters, and an answer {LONGEST_OPTION}.")
    if len(scenario) > LONGEST_SCENARIO or len(explanation) > LONGEST_EXPLANATION:
        raise CannotWriteQuestion(
            f"The scenario may have {LONGEST_SCENARIO} characters, and why the answer is right {LONGEST_EXPLANATION}."
        )
    return _Content(words, options, right, scenario, explanation, keeps_order)


def _write(
    module: Module, earlier: KnowledgeQuestion | None, content: _Content, *, by: User, at: datetime
) -> KnowledgeQuestion:
    if not can_run_for(by, module.force_id):
        raise CannotWriteQuestion(TRAINERS_WRITE)
    question = KnowledgeQuestion.objects.create(
        module=module,
        replaces=earlier,
        words=content.words,
        scenario=content.scenario,
        explanation=content.explanation,
        keeps_order=content.keeps_order,
        written_at=at,
        written_by=by,
    )
    KnowledgeOption.objects.bulk_create(
        KnowledgeOption(question=question, position=place, words=option, is_right=place == content.right)
        for place, option in enumerate(content.options, start=1)
    )
    _record("question_replaced" if earlier else "question_written", question, by=by, at=at)
    return question


def _in_use(module: Module) -> set[str]:
    """The fingerprints of the questions of a module that may be put into a test."""
    in_use = KnowledgeQuestion.objects.in_use().filter(module=module).prefetch_related("options")
    return {question_fingerprint(question) for question in in_use}


def _retire(question: KnowledgeQuestion, *, by: User, at: datetime) -> None:
    question.retired_at, question.retired_by = at, by
    question.save(update_fields=["retired_at", "retired_by"])


def _of_drafts(question: KnowledgeQuestion) -> "models.QuerySet[KnowledgeTestQuestion]":
    """Where tests that are not open yet ask a question. The tests are locked, so that none opens meanwhile."""
    drafts = KnowledgeTest.objects.locked().filter(asks__question=question, state=KnowledgeTestState.DRAFT)
    return KnowledgeTestQuestion.objects.filter(question=question, test__in=[test.pk for test in drafts])


@dataclass(frozen=True)
class TakenQuestions:
    """How many questions of a file are new in the bank, and how many were there already."""

    new: int
    there_already: int


@transaction.atomic
def take_questions(*, module: Module, file: ReadableBytes, by: User, at: datetime) -> TakenQuestions:
    """Take the questions of a file into the bank of a module, all of them or none; those that are in use already stay as they are.

    The file is one that another force downloaded from its test, so that both ask the same. Raises CannotTakeQuestions, naming
    the rows that are wrong, and UnreadableCsv where the file is wrong as a whole.
    """
    if not can_run_for(by, module.force_id):
        raise CannotTakeQuestions(TRAINERS_WRITE)
    if locked_module(module).is_retired(on=london_day(at)):
        raise CannotTakeQuestions("This module is retired, so it gets no further question.")
    known = _in_use(module)
    taken: list[_Content] = []
    wrong: list[str] = []
    count = 0
    for count, row in enumerate(read_rows(file, columns=BANK_HEADINGS, max_bytes=MOST_BYTES), start=1):
        if count > MOST_ROWS:
            raise CannotTakeQuestions(f"A file may have {MOST_ROWS} questions. Split it and try again.")
        try:
            content = _of_row(row)
        except CannotWriteQuestion as error:
            wrong.append(f"Row {row.number}: {error}")
            continue
        if content.fingerprint not in known:
            known.add(content.fingerprint)
            taken.append(content)
    if wrong:
        more = f" {len(wrong) - MOST_NAMED} more rows are wrong." if len(wrong) > MOST_NAMED else ""
        raise CannotTakeQuestions(" ".join(wrong[:MOST_NAMED]) + more)
    if not count:
        raise CannotTakeQuestions("There is no question in the file.")
    for content in taken:
        _write(module, None, content, by=by, at=at)
    return TakenQuestions(len(taken), count - len(taken))


def _of_row(row: Row | RowError) -> "_Content":
    """What a row says, checked as if somebody had typed it."""
    if isinstance(row, RowError):
        raise CannotWriteQuestion(row.message)
    said = row.values
    options = [said[f"Answer {number}"] for number in range(1, MOST_OPTIONS + 1)]
    while options and not options[-1]:
        options.pop()
    if said["Keep the order"].casefold() not in ("yes", "no", ""):
        raise CannotWriteQuestion("Say yes or no to keeping the order.")
    right = said["Right answer"]
    return _content(
        words=said["Question"],
        options=options,
        right=int(right) if right.isdecimal() and len(right) == 1 else 0,
        scenario=said["Scenario"],
        explanation=said["Why"],
        keeps_order=said["Keep the order"].casefold() == "yes",
    )


def _record(what: str, subject: models.Model, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(verb=Verb.CHANGED, what=f"training.{what}", at=at, actor=by, subject=subject, **details)
