"""Knowledge tests: the bank, one set of questions before and after, when which may be taken, and how it is scored."""

import threading
from datetime import date, timedelta
from functools import partial
from io import BytesIO

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from audit.models import Entry
from common.statistics.picking import draw
from tests.factories.knowledge import KnowledgeQuestionFactory, KnowledgeTestFactory, sat
from tests.factories.programmes import CohortFactory, CohortMemberFactory, ProgrammeFactory, TrainingSessionFactory
from tests.factories.training import ModuleVersionFactory
from tests.people import NOW, Cast, make_cast
from tests.races import at_once, while_another_waits
from training.models import (
    Cohort,
    KnowledgeOption,
    KnowledgeQuestion,
    KnowledgeTest,
    KnowledgeTestQuestion,
    Module,
    RegisterEntry,
    Sitting,
    SittingAnswer,
    TrainingSession,
)
from training.queries.knowledge import asked_by, own_tests, paper_of
from training.services import knowledge as services

ANSWERS = ["See the child", "Close the record"]


def module_of(cast: Cast):
    return ModuleVersionFactory(module__force=cast.police).module


def write(cast: Cast, **fields) -> KnowledgeQuestion:
    values = {"words": "What comes first?", "options": ANSWERS, "right": 1, "by": cast.tess, "at": NOW}
    if "module" not in fields:
        values["module"] = module_of(cast)
    return services.write_question(**values | fields)


def make(cast: Cast, **fields) -> KnowledgeTest:
    values = {"title": "Neglect", "pass_percent": 80, "attempts": 2, "by": cast.tess, "at": NOW}
    if "module" not in fields:
        values["module"] = module_of(cast)
    return services.make_test(**values | fields)


def open_it(test: KnowledgeTest, *, by) -> KnowledgeTest:
    """With what it asks now, as the page of it says."""
    return services.open_test(test_id=test.pk, read=services.stamp_of(test, asked_by(test)), by=by, at=NOW)


def taught(cast: Cast, *people, **fields) -> tuple[KnowledgeTest, TrainingSession]:
    """An open test, and a session of its module two days from now at which these people are expected."""
    version = ModuleVersionFactory(module__force=cast.police)
    cohort = CohortFactory(programme=ProgrammeFactory(force=cast.police, set_up_by=cast.tess, gives=[version]))
    for person in people or (cast.olu,):
        CohortMemberFactory(cohort=cohort, person=person)
    session = TrainingSessionFactory(cohort=cohort, starts_at=NOW + timedelta(days=2))
    return KnowledgeTestFactory(**{"module": version.module, "made_by": cast.tess} | fields), session


def was_there(session: TrainingSession, person, presence: str = "PRESENT") -> None:
    RegisterEntry.objects.filter(session=session, person=person).update(
        presence=presence, marked_how="TICK", marked_at=NOW, marked_by=session.trainer
    )


def begin(test: KnowledgeTest, by, at=NOW) -> Sitting:
    return services.begin_sitting(test_id=test.pk, by=by, at=at)


def choose(sitting: Sitting, *, right: int, at=NOW) -> None:
    """Answer so many rightly and the others wrongly."""
    answers = {}
    for place, asked in enumerate(paper_of(sitting)):
        answers[asked.question.pk] = next(one.pk for one in asked.options if one.is_right == (place < right))
    services.answer(sitting_id=sitting.pk, answers=answers, by=sitting.person, at=at)


def hand_in(sitting: Sitting, at=NOW) -> Sitting:
    return services.hand_in(sitting_id=sitting.pk, by=sitting.person, at=at)


def sits(test: KnowledgeTest, by, *, right: int, at=NOW) -> Sitting:
    sitting = begin(test, by, at)
    choose(sitting, right=right, at=at)
    return hand_in(sitting, at)


def occasion(test: KnowledgeTest, person, at=NOW) -> str | None:
    own = [one for one in own_tests(person, at=at) if one.test == test]
    return str(own[0].step.occasion) if own and own[0].step.occasion else None


# --- the bank ---------------------------------------------------------------------------------------------------------


def test_a_question_has_its_answers_of_which_one_is_right(cast):
    question = write(cast, words=" What comes first? ", options=[" See  the child", "Close the record"], right=2)

    assert question.words == "What comes first?"
    assert list(question.options.order_by("position").values_list("words", "is_right")) == [
        ("See the child", False),
        ("Close the record", True),
    ]
    assert Entry.objects.filter(what="training.question_written", object_id=str(question.pk)).exists()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"words": " "}, "Write the question"),
        ({"options": ["One"]}, "2 to 6 answers"),
        ({"options": list("abcdefg")}, "2 to 6 answers"),
        ({"options": ["One", " "]}, "2 to 6 answers"),
        ({"options": ["One", "ONE "]}, "the same"),
        ({"right": 3}, "which answer is right"),
        ({"right": 0}, "which answer is right"),
    ],
)
def test_what_cannot_be_answered_is_no_question(cast, fields, message):
    with pytest.raises(services.CannotWriteQuestion, match=message):
        write(cast, **fields)
    assert not KnowledgeQuestion.objects.exists()


def test_a_question_stands_in_the_bank_of_a_module_once(cast):
    first = write(cast, words="Who is seen alone?")
    with pytest.raises(services.AskedAlready, match="in the bank of this module already"):
        write(cast, module=first.module, words=" Who is  seen alone? ")
    another = write(cast, module=first.module, words="Who is told?")
    same = {"words": first.words, "options": [one.words for one in first.options.order_by("position")], "right": 1}
    with pytest.raises(services.AskedAlready):
        services.replace_question(question_id=another.pk, by=cast.tess, at=NOW, **same)
    assert KnowledgeQuestion.objects.in_use().count() == 2

    services.retire_question(question_id=first.pk, by=cast.tess, at=NOW)
    assert write(cast, module=first.module, words="Who is seen alone?").pk != first.pk
    write(cast, words="Who is seen alone?")


@pytest.mark.parametrize("name", ["olu", "lin", "moss", "leda", "ana", "cory", "out"])
def test_nobody_but_a_trainer_of_the_force_keeps_questions_and_tests(cast, name):
    by, module = getattr(cast, name), module_of(cast)
    question = KnowledgeQuestionFactory(module=module)
    draft, opened = KnowledgeTestFactory(module=module, state="DRAFT"), KnowledgeTestFactory(module=module)
    with pytest.raises(services.CannotWriteQuestion, match="Only a trainer"):
        write(cast, module=module, by=by)
    with pytest.raises(services.CannotWriteQuestion, match="Only a trainer"):
        services.replace_question(question_id=question.pk, words="What?", options=ANSWERS, right=1, by=by, at=NOW)
    with pytest.raises(services.CannotRetireQuestion, match="Only a trainer"):
        services.retire_question(question_id=question.pk, by=by, at=NOW)
    with pytest.raises(services.CannotMakeTest, match="Only a trainer"):
        make(cast, module=module, by=by)
    with pytest.raises(services.CannotMoveTest, match="Only a trainer"):
        services.choose_questions(test_id=draft.pk, questions=[question.pk], by=by, at=NOW)
    with pytest.raises(services.CannotMoveTest, match="Only a trainer"):
        open_it(draft, by=by)
    with pytest.raises(services.CannotMoveTest, match="Only a trainer"):
        services.close_test(test_id=opened.pk, by=by, at=NOW)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"words": "x" * 501}, "500 characters, and an answer 300"),
        ({"options": ["One", "x" * 301]}, "500 characters, and an answer 300"),
        ({"scenario": "x" * 3001}, "3000 characters"),
        ({"explanation": "x" * 2001}, "right 2000"),
    ],
)
def test_a_question_is_no_longer_than_its_form_lets_it_be(cast, fields, message):
    with pytest.raises(services.CannotWriteQuestion, match=message):
        write(cast, **fields)
    longest = write(cast, words="x" * 500, options=["One", "x" * 300], scenario="x" * 3000, explanation="x" * 2000)
    assert len(longest.words) == 500


def test_a_retired_module_gets_no_question_and_no_test(cast):
    module = module_of(cast)
    retired = {
        "retired_on": NOW.date(),
        "retired_at": NOW,
        "retired_by": cast.tess,
        "retired_reason": "Two became one.",
    }
    file = b"Scenario,Question"
    Module.objects.filter(pk=module.pk).update(**retired)

    # As it was read before: the rule is looked up when it is written.
    assert module.retired_on is None
    with pytest.raises(services.CannotWriteQuestion, match="This module is retired"):
        write(cast, module=module)
    with pytest.raises(services.CannotTakeQuestions, match="This module is retired"):
        services.take_questions(module=module, file=BytesIO(file), by=cast.tess, at=NOW)
    with pytest.raises(services.CannotMakeTest, match="This module is retired"):
        make(cast, module=module)
    yesterday = NOW - timedelta(days=1)
    assert write(cast, module=module, at=yesterday).module == module


def test_a_question_is_replaced_in_drafts_and_stays_where_it_was_asked(cast):
    module = module_of(cast)
    earlier = write(cast, module=module)
    draft = KnowledgeTestFactory(module=module, asks=[earlier], state="DRAFT")
    opened = KnowledgeTestFactory(module=module, asks=[earlier])

    later = services.replace_question(
        question_id=earlier.pk, words="Who comes first?", options=ANSWERS, right=1, by=cast.tess, at=NOW
    )

    earlier.refresh_from_db()
    assert (later.replaces, earlier.retired_by) == (earlier, cast.tess)
    assert [ask.question for ask in draft.asks.all()] == [later]
    assert [ask.question for ask in opened.asks.all()] == [earlier]
    with pytest.raises(services.CannotWriteQuestion, match="somebody else"):
        services.replace_question(question_id=earlier.pk, words="Who?", options=ANSWERS, right=1, by=cast.tess, at=NOW)


def test_a_retired_question_leaves_drafts_and_comes_into_no_test(cast):
    module = module_of(cast)
    question = write(cast, module=module)
    draft = KnowledgeTestFactory(module=module, asks=[question], state="DRAFT")
    for _ in range(2):
        services.retire_question(question_id=question.pk, by=cast.tess, at=NOW)

    assert not draft.asks.exists()
    with pytest.raises(services.CannotMoveTest, match="not in the bank"):
        services.choose_questions(test_id=draft.pk, questions=[question.pk], by=cast.tess, at=NOW)
    assert Entry.objects.filter(what="training.question_retired").count() == 1


# --- tests ------------------------------------------------------------------------------------------------------------


def test_a_test_is_a_draft_then_open_then_closed(cast):
    test = make(cast)
    questions = [write(cast, module=test.module, words=f"Question {n}?") for n in range(3)]
    with pytest.raises(services.CannotMoveTest, match="at least one question"):
        open_it(test, by=cast.tess)
    services.choose_questions(test_id=test.pk, questions=[one.pk for one in questions], by=cast.tess, at=NOW)
    for _ in range(2):
        opened = open_it(test, by=cast.tess)

    assert (opened.state, opened.opened_by, len(opened.fingerprint)) == ("OPEN", cast.tess, 64)
    with pytest.raises(services.CannotMoveTest, match="This test is open"):
        services.choose_questions(test_id=test.pk, questions=[], by=cast.tess, at=NOW)
    for _ in range(2):
        closed = services.close_test(test_id=test.pk, by=cast.tess, at=NOW)
    assert (closed.state, closed.closed_by) == ("CLOSED", cast.tess)
    with pytest.raises(services.CannotMoveTest, match="This test is closed"):
        open_it(test, by=cast.tess)
    assert (
        Entry.objects.filter(what__in=("training.knowledge_test_opened", "training.knowledge_test_closed")).count() == 2
    )


def test_what_a_colleague_changed_since_one_looked_is_not_opened(cast):
    draft = KnowledgeTestFactory(module=module_of(cast), asks=3, state="DRAFT")
    read = services.stamp_of(draft, asked_by(draft))
    first, second, third = asked_by(draft)
    other = write(cast, module=draft.module)
    for now in ([first, second], [first, second, third, other], [first, second, other], [second, first, third], []):
        services.choose_questions(test_id=draft.pk, questions=[one.pk for one in now], by=cast.tess, at=NOW)
        with pytest.raises(services.CannotMoveTest, match="changed this test|at least one question"):
            services.open_test(test_id=draft.pk, read=read, by=cast.tess, at=NOW)
    services.choose_questions(test_id=draft.pk, questions=[first.pk, second.pk, third.pk], by=cast.tess, at=NOW)

    assert services.open_test(test_id=draft.pk, read=read, by=cast.tess, at=NOW).state == "OPEN"
    # Whoever was second to click is told that it is open, whatever they saw.
    assert services.open_test(test_id=draft.pk, read="", by=cast.tess, at=NOW).state == "OPEN"


def test_a_draft_is_corrected_and_only_what_was_read_is_opened(cast):
    draft = KnowledgeTestFactory(module=module_of(cast), asks=1, state="DRAFT")
    seen, terms = services.stamp_of(draft, asked_by(draft)), services.terms_of(draft)
    said = {"title": " Neglect, corrected ", "pass_percent": 60, "attempts": 3, "months_to_follow_up": 6}
    corrected = services.correct_test(test_id=draft.pk, read=terms, by=cast.tess, at=NOW, **said)

    assert services.terms_of(corrected) == "60 3 6 Neglect, corrected"
    assert Entry.objects.filter(what="training.knowledge_test_corrected", object_id=str(draft.pk)).exists()
    with pytest.raises(services.CannotMoveTest, match="changed this draft meanwhile"):
        services.correct_test(test_id=draft.pk, read=terms, by=cast.tess, at=NOW, **said)
    with pytest.raises(services.CannotMoveTest, match="changed this test meanwhile"):
        services.open_test(test_id=draft.pk, read=seen, by=cast.tess, at=NOW)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"title": " "}, "Write a title"),
        ({"title": "There already"}, "of that title already"),
        ({"pass_percent": 101}, "0 to 100"),
        ({"attempts": 0}, "1 to 5"),
        ({"months_to_follow_up": 25}, "1 to 24 months"),
    ],
)
def test_a_draft_is_not_corrected_into_what_cannot_be_asked(cast, fields, message):
    draft = KnowledgeTestFactory(module=module_of(cast), state="DRAFT")
    KnowledgeTestFactory(module=draft.module, state="DRAFT", title="There already")
    said = {"title": "Neglect", "pass_percent": 60, "attempts": 3, "months_to_follow_up": None} | fields
    with pytest.raises(services.CannotMakeTest, match=message):
        services.correct_test(test_id=draft.pk, read=services.terms_of(draft), by=cast.tess, at=NOW, **said)
    before = services.terms_of(draft)
    draft.refresh_from_db()
    assert services.terms_of(draft) == before


def test_a_draft_is_thrown_away_and_its_questions_stay(cast):
    draft = KnowledgeTestFactory(module=module_of(cast), asks=2, state="DRAFT")
    services.throw_test_away(test_id=draft.pk, by=cast.tess, at=NOW)

    assert not KnowledgeTest.objects.exists()
    assert KnowledgeQuestion.objects.in_use().count() == 2
    entry = Entry.objects.get(what="training.knowledge_test_thrown_away")
    assert (entry.object_id, entry.verb) == (str(draft.pk), "DELETED")


@pytest.mark.parametrize("state", ["OPEN", "CLOSED"])
def test_what_was_opened_is_neither_corrected_nor_thrown_away(cast, state):
    test = KnowledgeTestFactory(module=module_of(cast), state=state)
    said = {"title": "Another", "pass_percent": 60, "attempts": 3, "months_to_follow_up": None}
    with pytest.raises(services.CannotMoveTest, match=f"This test is {state.lower()}"):
        services.correct_test(test_id=test.pk, read=services.terms_of(test), by=cast.tess, at=NOW, **said)
    with pytest.raises(services.CannotMoveTest, match=f"This test is {state.lower()}"):
        services.throw_test_away(test_id=test.pk, by=cast.tess, at=NOW)
    assert KnowledgeTest.objects.get().title == test.title


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"title": " "}, "Write a title"),
        ({"pass_percent": 101}, "0 to 100"),
        ({"attempts": 0}, "1 to 5"),
        ({"attempts": 6}, "1 to 5"),
        ({"months_to_follow_up": 0}, "1 to 24 months"),
        ({"months_to_follow_up": 25}, "1 to 24 months"),
    ],
)
def test_what_cannot_be_asked_is_no_test(cast, fields, message):
    with pytest.raises(services.CannotMakeTest, match=message):
        make(cast, **fields)


def test_a_title_comes_once_in_a_module_and_one_test_of_it_is_open(cast):
    module = module_of(cast)
    make(cast, module=module)
    with pytest.raises(services.CannotMakeTest, match="of that title already"):
        make(cast, module=module)
    KnowledgeTestFactory(module=module)
    draft = KnowledgeTestFactory(module=module, state="DRAFT")
    with pytest.raises(services.CannotMoveTest, match="Another test of this module is open"):
        open_it(draft, by=cast.tess)


def test_a_test_asks_questions_of_its_module_and_at_most_twenty(cast):
    test = make(cast)
    with pytest.raises(services.CannotMoveTest, match="not in the bank of this module"):
        services.choose_questions(test_id=test.pk, questions=[write(cast).pk], by=cast.tess, at=NOW)
    many = KnowledgeQuestionFactory.create_batch(21, module=test.module)
    with pytest.raises(services.CannotMoveTest, match="at most 20"):
        services.choose_questions(test_id=test.pk, questions=[one.pk for one in many], by=cast.tess, at=NOW)


def test_two_forces_that_ask_the_same_have_the_same_fingerprint_in_whatever_order(cast):
    def asked(words: str, options: list[str], right: int = 1) -> KnowledgeQuestion:
        return KnowledgeQuestionFactory(words=words, options=options, right=right)

    here = [asked("Who is seen?", ["The child", "Nobody"]), asked("When?", ["Today", "Later"])]
    there = [asked("When?", ["Today", "Later"]), asked("Who  is\nseen?", ["The child", "Nobody"])]
    fingerprint = services.fingerprint_of(here)

    assert services.fingerprint_of(there) == fingerprint
    assert services.fingerprint_of(here[:1]) != fingerprint
    assert services.fingerprint_of([here[0], asked("When?", ["Today", "Later"], right=2)]) != fingerprint
    assert services.fingerprint_of([here[0], asked("When?", ["Later", "Today"], right=2)]) != fingerprint


# --- who takes it, and when -------------------------------------------------------------------------------------------


def test_who_is_expected_takes_it_before_and_who_was_there_takes_it_after(cast):
    test, session = taught(cast, cast.olu, cast.mina)
    assert occasion(test, cast.olu) == "BEFORE"
    assert occasion(test, cast.gail) is None
    sits(test, cast.olu, right=1)
    assert occasion(test, cast.olu) is None
    was_there(session, cast.olu)
    was_there(session, cast.mina, "ABSENT")

    assert occasion(test, cast.olu, session.ends_at - timedelta(minutes=16)) is None
    assert occasion(test, cast.olu, session.ends_at - timedelta(minutes=15)) == "AFTER"
    # Whoever was not there has not been taught, and what they know is still what they knew before.
    assert occasion(test, cast.mina, session.ends_at) == "BEFORE"


def test_once_somebody_was_there_before_is_over(cast):
    test, session = taught(cast)
    sitting = begin(test, cast.olu)
    choose(sitting, right=2)
    was_there(session, cast.olu)

    for deed in (partial(choose, sitting, right=3), partial(hand_in, sitting)):
        with pytest.raises(services.CannotSit, match="cannot count as before"):
            deed()
    with pytest.raises(services.CannotSit, match="opens a quarter of an hour before the end"):
        begin(test, cast.olu)
    after = begin(test, cast.olu, session.ends_at)
    sitting.refresh_from_db()
    assert (after.occasion, sitting.set_aside_at, sitting.right) == ("AFTER", session.ends_at, None)


def test_a_register_that_is_put_right_lets_somebody_begin_again(cast):
    test, session = taught(cast)
    before = begin(test, cast.olu)
    was_there(session, cast.olu)
    after = begin(test, cast.olu, session.ends_at)
    was_there(session, cast.olu, "ABSENT")

    again = begin(test, cast.olu, session.ends_at)
    assert (again.occasion, again.attempt) == ("BEFORE", 1)
    assert begin(test, cast.olu, session.ends_at) == again
    for one in (before, after):
        one.refresh_from_db()
        assert one.set_aside_at == session.ends_at
        for deed in (partial(choose, one, right=3), partial(hand_in, one)):
            with pytest.raises(services.CannotSit, match="not handed in in time, so it counts for nothing"):
                deed()
    assert sits(test, cast.olu, right=1, at=session.ends_at).pk == again.pk
    was_there(session, cast.olu)
    assert sits(test, cast.olu, right=3, at=session.ends_at).attempt == 1


def test_a_test_of_another_module_or_a_closed_one_is_asked_of_nobody(cast):
    test, _ = taught(cast, state="CLOSED")
    for other in (test, KnowledgeTestFactory(module=module_of(cast)), KnowledgeTestFactory()):
        with pytest.raises(services.CannotSit, match="not asked of you"):
            begin(other, cast.olu)


def test_a_session_that_was_called_off_or_over_before_the_test_asks_nothing(cast):
    test, session = taught(cast)
    TrainingSession.objects.filter(pk=session.pk).update(
        state="CANCELLED", cancelled_at=NOW, cancelled_by=cast.tess, cancel_reason="Nobody came."
    )
    assert occasion(test, cast.olu) is None

    test, session = taught(cast, opened_at=NOW + timedelta(days=3))
    assert occasion(test, cast.olu, NOW + timedelta(days=4)) is None


def test_trainers_see_what_is_right_so_they_take_none(cast):
    test, _ = taught(cast, cast.tess)
    assert occasion(test, cast.tess) is None
    with pytest.raises(services.CannotSit):
        begin(test, cast.tess)


def test_it_is_tried_again_until_passed_or_no_attempt_is_left(cast):
    test, session = taught(cast, attempts=2, pass_percent=75)
    was_there(session, cast.olu)
    first = sits(test, cast.olu, right=2, at=session.ends_at)
    second = sits(test, cast.olu, right=3, at=session.ends_at)

    assert [(one.attempt, one.right, one.has_passed(75)) for one in (first, second)] == [(1, 2, False), (2, 3, True)]
    with pytest.raises(services.CannotSit, match="You have taken this test"):
        begin(test, cast.olu, session.ends_at)

    test, session = taught(cast, cast.mina)
    was_there(session, cast.mina)
    sits(test, cast.mina, right=4, at=session.ends_at)
    with pytest.raises(services.CannotSit, match="You have taken this test"):
        begin(test, cast.mina, session.ends_at)


def test_it_is_asked_once_more_after_so_many_months(cast):
    test, session = taught(cast, months_to_follow_up=3)
    was_there(session, cast.olu)
    after = sits(test, cast.olu, right=4, at=session.ends_at)
    assert after.follow_up_on == date(2027, 2, 22)
    with pytest.raises(services.CannotSit, match="once more from 22 February 2027"):
        begin(test, cast.olu, session.ends_at + timedelta(days=80))

    later = session.ends_at + timedelta(days=92)
    assert occasion(test, cast.olu, later) == "FOLLOW_UP"
    assert sits(test, cast.olu, right=3, at=later).occasion == "FOLLOW_UP"
    assert occasion(test, cast.olu, later) is None


def test_the_follow_up_comes_before_another_attempt(cast):
    test, session = taught(cast, months_to_follow_up=1, attempts=3)
    was_there(session, cast.olu)
    sits(test, cast.olu, right=1, at=session.ends_at)
    again = begin(test, cast.olu, session.ends_at)
    later = session.ends_at + timedelta(days=40)

    follow_up = begin(test, cast.olu, later)
    again.refresh_from_db()
    assert (again.attempt, again.set_aside_at, follow_up.occasion) == (2, later, "FOLLOW_UP")
    assert begin(test, cast.olu, later) == follow_up
    choose(follow_up, right=2, at=later)
    hand_in(follow_up, later)
    with pytest.raises(services.CannotSit, match="You have taken this test"):
        begin(test, cast.olu, later)


def test_with_whom_somebody_was_taught_is_kept(cast):
    test, session = taught(cast)
    assert begin(test, cast.olu).cohort == Cohort.objects.get(sessions=session)


# --- a sitting --------------------------------------------------------------------------------------------------------


def test_the_order_is_drawn_by_the_sitting_and_comes_out_the_same_again(cast):
    test, _ = taught(cast, asks=12)
    sitting = begin(test, cast.olu)
    asked = [str(ask.question_id) for ask in test.asks.all()]

    assert [str(one) for one in sitting.order] == [one.id for one in draw(str(sitting.pk), asked, 12)]
    assert sorted(map(str, sitting.order)) == sorted(asked)
    assert begin(test, cast.olu) == sitting
    shown = [[option.pk for option in one.options] for one in paper_of(sitting)]
    assert shown == [[option.pk for option in one.options] for one in paper_of(sitting)]
    as_written = [list(one.question.options.all().values_list("pk", flat=True)) for one in paper_of(sitting)]
    assert shown != as_written
    assert [sorted(one) for one in shown] == [sorted(one) for one in as_written]


def test_answers_that_keep_their_order_are_not_shuffled(cast):
    options = ["Never", "Seldom", "Sometimes", "Often", "Always", "All of these"]
    module = module_of(cast)
    questions = KnowledgeQuestionFactory.create_batch(5, module=module, options=options, keeps_order=True)
    test = KnowledgeTestFactory(module=module, asks=questions)
    paper = paper_of(sat(test, cast.olu, "BEFORE", 5))

    assert [[option.words for option in one.options] for one in paper] == [options] * 5


def test_what_is_not_answered_is_not_right_and_the_score_is_counted_once(cast):
    test, _ = taught(cast, asks=4)
    sitting = begin(test, cast.olu)
    first = paper_of(sitting)[0]
    services.answer(sitting_id=sitting.pk, answers={first.question.pk: first.options[0].pk}, by=cast.olu, at=NOW)
    services.answer(sitting_id=sitting.pk, answers={first.question.pk: first.right.pk}, by=cast.olu, at=NOW)
    for _ in range(2):
        done = hand_in(sitting)

    assert (done.right, done.out_of, done.handed_in_at) == (1, 4, NOW)
    assert Entry.objects.filter(what="training.knowledge_test_handed_in").count() == 1
    with pytest.raises(services.CannotSit, match="handed in already"):
        choose(sitting, right=4)


def test_an_answer_belongs_to_its_question_and_a_sitting_to_its_person(cast):
    test, _ = taught(cast, cast.olu, cast.mina)
    sitting = begin(test, cast.olu)
    first, second = paper_of(sitting)[:2]
    stranger = KnowledgeQuestionFactory()
    for answers in (
        {first.question.pk: second.options[0].pk},
        {stranger.pk: stranger.options.first().pk},
    ):
        with pytest.raises(services.CannotSit, match="does not belong"):
            services.answer(sitting_id=sitting.pk, answers=answers, by=cast.olu, at=NOW)
    for deed in (
        partial(services.answer, sitting_id=sitting.pk, answers={}, by=cast.mina, at=NOW),
        partial(services.hand_in, sitting_id=sitting.pk, by=cast.mina, at=NOW),
    ):
        with pytest.raises(services.CannotSit, match="somebody else"):
            deed()


@pytest.mark.parametrize(("right", "out_of", "passed"), [(3, 4, True), (2, 4, False), (15, 20, True), (14, 20, False)])
def test_exactly_the_pass_mark_is_enough(right, out_of, passed):
    assert Sitting(right=right, out_of=out_of).has_passed(75) is passed
    assert Sitting().has_passed(0) is False


# --- what the database holds ------------------------------------------------------------------------------------------


def refused(*deeds, error=DatabaseError, match=None) -> None:
    for deed in deeds:
        with pytest.raises(error, match=match), transaction.atomic():
            deed()


def test_questions_and_answers_are_not_rewritten(cast):
    question = KnowledgeQuestionFactory()
    one = KnowledgeQuestion.objects.filter(pk=question.pk)
    options = KnowledgeOption.objects.filter(question=question)
    refused(
        partial(one.update, words="Something else?"),
        partial(one.update, explanation="Something else"),
        partial(options.update, words="Something else"),
        match="not changed",
    )
    refused(one.delete, options.delete, match="not removed|referenced")
    one.update(retired_at=NOW, retired_by=cast.tess)
    refused(partial(one.update, retired_at=None, retired_by=None), match="not changed")
    refused(
        partial(KnowledgeOption.objects.create, question=question, position=4, words="Also right", is_right=True),
        error=IntegrityError,
        match="knowledge_option_one_is_right",
    )


def test_what_an_open_test_asks_stands(cast):
    test = KnowledgeTestFactory(module=module_of(cast), asks=2)
    question, other = test.asks.first().question, KnowledgeQuestionFactory(module=test.module)
    one = KnowledgeTest.objects.filter(pk=test.pk)
    refused(
        partial(KnowledgeTestQuestion.objects.create, test=test, question=other, position=3),
        test.asks.all().delete,
        partial(test.asks.filter(position=1).update, question=other),
        match="stand",
    )
    refused(
        partial(KnowledgeOption.objects.create, question=question, position=4, words="Later"), match="no further answer"
    )
    refused(partial(one.update, pass_percent=1), partial(one.update, fingerprint="0" * 64), match="stands")
    refused(
        partial(one.update, state="DRAFT", opened_at=None, opened_by=None, fingerprint=""), match="stands|a draft, then"
    )
    refused(one.delete, match="not removed|referenced")


def test_a_draft_asks_complete_questions_of_its_module_and_opens_with_some(cast):
    draft = KnowledgeTestFactory(module=module_of(cast), asks=0, state="DRAFT")
    ask = partial(KnowledgeTestQuestion.objects.create, test=draft, position=1)
    retired = KnowledgeQuestionFactory(module=draft.module, retired_at=NOW, retired_by=cast.tess)
    refused(
        partial(ask, question=retired),
        partial(ask, question=KnowledgeQuestionFactory()),
        partial(ask, question=KnowledgeQuestionFactory(module=draft.module, right=9)),
        partial(ask, question=KnowledgeQuestionFactory(module=draft.module, options=["Only this"])),
        match="one right answer",
    )
    opened = partial(
        KnowledgeTest.objects.filter(pk=draft.pk).update,
        state="OPEN",
        opened_at=NOW,
        opened_by=cast.tess,
        fingerprint="0" * 64,
    )
    refused(opened, match="asks something")


@pytest.mark.parametrize("state", ["OPEN", "CLOSED"])
def test_a_test_begins_as_a_draft(cast, state):
    values = {"title": "Neglect", "pass_percent": 80, "attempts": 1, "made_at": NOW, "made_by": cast.tess}
    opened = {"opened_at": NOW, "opened_by": cast.tess, "fingerprint": "0" * 64}
    closed = {"closed_at": NOW, "closed_by": cast.tess} if state == "CLOSED" else {}
    make_one = partial(KnowledgeTest.objects.create, module=module_of(cast), **values)
    refused(partial(make_one, state=state, **opened, **closed), match="begins as a draft")
    assert make_one().state == "DRAFT"


def test_a_score_is_what_is_right_and_stands(cast):
    test, _ = taught(cast)
    sitting = begin(test, cast.olu)
    choose(sitting, right=2)
    one = Sitting.objects.filter(pk=sitting.pk)
    refused(partial(one.update, handed_in_at=NOW, right=3, out_of=4), match="how many answers are right")
    refused(partial(one.update, handed_in_at=NOW, right=2, out_of=3), match="how many answers are right")
    refused(partial(one.update, handed_in_at=NOW), error=IntegrityError)
    hand_in(sitting)
    answer = SittingAnswer.objects.filter(sitting=sitting)[:1].get()
    option = answer.question.options.exclude(pk=answer.option_id).first()
    refused(
        partial(SittingAnswer.objects.filter(pk=answer.pk).update, option=option),
        partial(SittingAnswer.objects.create, sitting=sitting, question=KnowledgeQuestionFactory(), option=option),
        match="under way",
    )
    refused(partial(one.update, right=4), partial(one.update, handed_in_at=None), match="stands")
    refused(one.delete, answer.delete, match="not removed|referenced")


def test_sittings_come_in_order(cast):
    test, _ = taught(cast, attempts=2)
    sat(test, cast.olu, "AFTER", 2)
    order = [ask.question_id for ask in test.asks.all()]
    new = partial(Sitting.objects.create, test=test, person=cast.olu, agency=cast.police, order=order, begun_at=NOW)
    refused(
        partial(new, occasion="BEFORE"),
        partial(new, occasion="AFTER", attempt=3),
        partial(new, occasion="FOLLOW_UP", attempt=2),
        partial(new, occasion="FOLLOW_UP", person=cast.mina),
        match="before after",
    )
    refused(
        partial(new, occasion="AFTER", attempt=2, order=order[:-1]),
        partial(new, occasion="AFTER", attempt=2, agency=cast.council),
        partial(new, occasion="AFTER", attempt=2, handed_in_at=NOW, right=1, out_of=4),
        match="questions of an open test",
    )
    sat(test, cast.olu, "AFTER", 3, attempt=2)
    refused(partial(new, occasion="AFTER", attempt=3), match="before after")


# --- at the same moment -----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_tabs_begin_one_sitting():
    test, _ = taught(cast := make_cast())
    begun = at_once(*[partial(begin, test, cast.olu)] * 4)

    assert len({one.pk for one in begun}) == 1
    assert Sitting.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_same_two_tabs_end_in_an_error(monkeypatch):
    """The negative control: it is the lock that lets two tabs begin one sitting; without it the database refuses one of them."""
    test, _ = taught(cast := make_cast())
    looked = threading.Barrier(2)

    def draw_when_both_have_looked(*args):
        looked.wait(timeout=20)
        return draw(*args)

    monkeypatch.setattr(services, "_one_at_a_time", lambda person: None)
    monkeypatch.setattr(services, "draw", draw_when_both_have_looked)
    begun = at_once(*[partial(begin, test, cast.olu)] * 2, refusal=IntegrityError)

    assert len([one for one in begun if isinstance(one, Sitting)]) == 1
    (refusal,) = [str(one) for one in begun if not isinstance(one, Sitting)]
    assert "sitting_once_an_attempt" in refusal or "sitting_one_under_way" in refusal


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_begun", [False, True])
def test_who_begins_or_hands_in_while_it_is_closed_is_told_so(has_begun):
    test, _ = taught(cast := make_cast())
    late = partial(hand_in, begin(test, cast.olu)) if has_begun else partial(begin, test, cast.olu)
    close = partial(services.close_test, test_id=test.pk, by=cast.tess, at=NOW)
    refusal = while_another_waits(close, late, refusal=services.CannotSit)

    assert "it is closed" in str(refusal)
    assert not Sitting.objects.handed_in().exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_replaced", [True, False])
def test_a_question_that_goes_out_of_use_at_that_moment_is_not_chosen(is_replaced):
    cast = make_cast()
    module = module_of(cast)
    question, draft = write(cast, module=module), KnowledgeTestFactory(module=module, asks=0, state="DRAFT")
    replace = partial(services.replace_question, words="Who comes first?", options=ANSWERS, right=1)
    go = partial(replace if is_replaced else services.retire_question, question_id=question.pk, by=cast.tess, at=NOW)
    choosing = partial(services.choose_questions, test_id=draft.pk, questions=[question.pk], by=cast.tess, at=NOW)
    refusal = while_another_waits(go, choosing, refusal=services.CannotMoveTest)

    assert "not in the bank" in str(refusal)
    assert not draft.asks.exists()


@pytest.mark.django_db(transaction=True)
def test_a_question_that_is_chosen_at_that_moment_is_replaced():
    cast = make_cast()
    module = module_of(cast)
    question, draft = write(cast, module=module), KnowledgeTestFactory(module=module, asks=0, state="DRAFT")
    later = while_another_waits(
        partial(services.choose_questions, test_id=draft.pk, questions=[question.pk], by=cast.tess, at=NOW),
        partial(
            services.replace_question,
            question_id=question.pk,
            words="Who comes first?",
            options=ANSWERS,
            right=1,
            by=cast.tess,
            at=NOW,
        ),
    )

    assert asked_by(draft) == [later]


@pytest.mark.django_db(transaction=True)
def test_choosing_and_replacing_again_and_again_never_stops_the_other():
    cast = make_cast()
    module = module_of(cast)
    drafts = [KnowledgeTestFactory(module=module, asks=0, state="DRAFT") for _ in range(2)]
    for number in range(5):
        question = write(cast, module=module, words=f"Question {number}?")
        ask = [
            partial(services.choose_questions, test_id=one.pk, questions=[question.pk], by=cast.tess, at=NOW)
            for one in drafts
        ]
        retire = partial(services.retire_question, question_id=question.pk, by=cast.tess, at=NOW)
        at_once(*ask, retire, refusal=services.CannotMoveTest)

        assert not KnowledgeTestQuestion.objects.filter(question=question).exists()


@pytest.mark.django_db(transaction=True)
def test_who_opens_while_another_test_of_the_module_opens_is_told_so():
    cast = make_cast()
    module = module_of(cast)
    first, second = (KnowledgeTestFactory(module=module, state="DRAFT") for _ in range(2))
    refusal = while_another_waits(
        partial(open_it, first, by=cast.tess), partial(open_it, second, by=cast.tess), refusal=services.CannotMoveTest
    )

    assert "Another test of this module is open" in str(refusal)


@pytest.mark.django_db(transaction=True)
def test_handing_in_twice_gives_one_score():
    test, _ = taught(cast := make_cast())
    sitting = begin(test, cast.olu)
    choose(sitting, right=3)
    done = at_once(*[partial(hand_in, sitting)] * 4)

    assert {(one.right, one.out_of) for one in done} == {(3, 4)}
    assert Entry.objects.filter(what="training.knowledge_test_handed_in").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_answer_at_the_moment_of_handing_in_is_counted_or_refused():
    test, _ = taught(cast := make_cast(), asks=1)
    sitting = begin(test, cast.olu)
    choose(sitting, right=0)
    at_once(partial(choose, sitting, right=1), partial(hand_in, sitting), refusal=services.CannotSit)

    sitting.refresh_from_db()
    assert sitting.right == sitting.answers.filter(option__is_right=True).count()


@pytest.mark.django_db(transaction=True)
def test_two_trainers_open_two_tests_of_a_module_and_one_is_refused():
    cast = make_cast()
    module = module_of(cast)
    drafts = [KnowledgeTestFactory(module=module, state="DRAFT") for _ in range(2)]
    deeds = [partial(open_it, one, by=cast.tess) for one in drafts]
    given = at_once(*deeds, refusal=services.CannotMoveTest)

    assert sum(isinstance(one, KnowledgeTest) for one in given) == 1
    assert KnowledgeTest.objects.open().count() == 1
