"""Questions, tests and sittings. What is asked, when, and what a score is for: training/models/knowledge.py and ADR 0046."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.csv_files import ReadableBytes, Row, RowError, read_rows
from common.errors import DomainError
from common.statistics.picking import draw
from training.documents.knowledge import BANK_HEADINGS
from training.enums import KnowledgeTestMove, KnowledgeTestState, Occasion, next_knowledge_test_state
from training.models import (
    CohortMember,
    KnowledgeOption,
    KnowledgeQuestion,
    KnowledgeTest,
    KnowledgeTestQuestion,
    Module,
    Sitting,
    SittingAnswer,
)
from training.models.knowledge import (
    FEWEST_OPTIONS,
    LONGEST_EXPLANATION,
    LONGEST_OPTION,
    LONGEST_SCENARIO,
    LONGEST_WORDS,
    MOST_ATTEMPTS,
    MOST_MONTHS,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    content_fingerprint,
    fingerprint_of,
    question_fingerprint,
)
from training.models.modules import months_after
from training.permissions import can_run_for
from training.queries.knowledge import next_step

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


class CannotMakeTest(DomainError):
    pass


class CannotMoveTest(DomainError):
    pass


class CannotSit(DomainError):
    pass


# --- the bank ---------------------------------------------------------------------------------------------------------


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
    if _locked_module(module).is_retired(on=london_day(at)):
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


def _locked_module(module: Module) -> Module:
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
    if _locked_module(module).is_retired(on=london_day(at)):
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


# --- tests ------------------------------------------------------------------------------------------------------------


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
    if _locked_module(module).is_retired(on=london_day(at)):
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


# --- taking one -------------------------------------------------------------------------------------------------------


@transaction.atomic
def begin_sitting(*, test_id: UUID, by: User, at: datetime) -> Sitting:
    """Begin, or go on with, what is to be taken now: before, after or as follow-up. Raises CannotSit, saying why not.

    The order of the questions is drawn by the sitting's key: random, and the same again for whoever draws it again.
    """
    # So that two tabs begin one sitting.
    _one_at_a_time(by)
    _stay_open(test_id)
    test, step = next_step(test_id, by, at=at)
    if test is None or step.occasion is None:
        raise CannotSit(step.why_not)
    if step.under_way is not None:
        return step.under_way
    # Begun before the training and not handed in by then: it can say nothing of before any more.
    Sitting.objects.under_way().filter(test=test, person=by).update(set_aside_at=at)
    sitting = Sitting(
        test=test,
        person=by,
        agency_id=test.module.force_id,
        cohort_id=_cohort_of(by, test),
        occasion=step.occasion,
        attempt=step.attempt,
        begun_at=at,
    )
    questions = test.asks.order_by("position").values_list("question", flat=True)
    sitting.order = [UUID(one.id) for one in draw(str(sitting.pk), map(str, questions), MOST_QUESTIONS)]
    sitting.save(force_insert=True)
    return sitting


@transaction.atomic
def answer(*, sitting_id: UUID, answers: Mapping[UUID, UUID], by: User, at: datetime) -> Sitting:
    """Keep what was chosen, option by question; questions that are not named keep their answer. Raises CannotSit."""
    sitting = _under_way(sitting_id, by, at=at)
    options = dict(KnowledgeOption.objects.filter(pk__in=answers.values()).values_list("pk", "question"))
    if any(question not in sitting.order or options.get(option) != question for question, option in answers.items()):
        raise CannotSit("One of these answers does not belong to its question. Open the test again.")
    SittingAnswer.objects.bulk_create(
        [
            SittingAnswer(sitting=sitting, question_id=question, option_id=option)
            for question, option in answers.items()
        ],
        update_conflicts=True,
        unique_fields=["sitting", "question"],
        update_fields=["option"],
    )
    return sitting


@transaction.atomic
def hand_in(*, sitting_id: UUID, by: User, at: datetime) -> Sitting:
    """End the sitting and count what is right. Handing it in again changes nothing. Raises CannotSit."""
    sitting = Sitting.objects.locked().select_related("test").get(pk=sitting_id)
    if sitting.person_id == by.pk and sitting.handed_in_at is not None:
        return sitting
    _stay_open(sitting.test_id)
    sitting = _under_way(sitting_id, by, at=at)
    sitting.right = sitting.answers.filter(option__is_right=True).count()
    sitting.out_of, sitting.handed_in_at = len(sitting.order), at
    months = sitting.test.months_to_follow_up
    if months and sitting.occasion == Occasion.AFTER and sitting.attempt == 1:
        sitting.follow_up_on = months_after(london_day(at), months)
    sitting.save(update_fields=["right", "out_of", "handed_in_at", "follow_up_on"])
    _record("knowledge_test_handed_in", sitting, by=by, at=at, occasion=sitting.occasion)
    return sitting


def _under_way(sitting_id: UUID, by: User, *, at: datetime) -> Sitting:
    """The sitting, locked, where it is this person's and takes answers still."""
    sitting = Sitting.objects.locked().select_related("test").get(pk=sitting_id)
    if sitting.person_id != by.pk:
        raise CannotSit("This test is taken by somebody else.")
    if sitting.set_aside_at is not None:
        raise CannotSit("This attempt was not handed in in time, so it counts for nothing. Go on from Knowledge tests.")
    if not sitting.is_under_way:
        raise CannotSit("This test was handed in already.")
    test, step = next_step(sitting.test_id, by, at=at)
    if test is None or step.occasion != sitting.occasion:
        raise CannotSit(
            "You have been to the training since you began, so your answers cannot count as before it. Take the test after it."
            if sitting.occasion == Occasion.BEFORE and test is not None
            else step.why_not
        )
    return sitting


def _one_at_a_time(person: User) -> None:
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)


def _stay_open(test_id: UUID) -> None:
    """Whoever closes the test waits for this transaction, or this one for them; those who take it do not wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM training_knowledgetest WHERE id = %s FOR SHARE", [test_id])


def _cohort_of(person: User, test: KnowledgeTest) -> UUID | None:
    """With whom the person goes through a programme that gives the module; of several the one that they joined last."""
    members = CohortMember.objects.current().filter(person=person, programme__modules=test.module_id)
    return members.order_by("-joined_at", "-pk").values_list("cohort", flat=True).first()


def _record(what: str, subject: models.Model, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(verb=Verb.CHANGED, what=f"training.{what}", at=at, actor=by, subject=subject, **details)
