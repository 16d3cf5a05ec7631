"""A knowledge test as a draft, open and closed."""

import pytest

from audit.models import Entry
from tests.factories.knowledge import KnowledgeQuestionFactory, KnowledgeTestFactory
from tests.people import NOW
from tests.training.knowledge_steps import make, module_of, open_it, write
from training.models import (
    KnowledgeQuestion,
    KnowledgeTest,
)
from training.queries.knowledge import asked_by
from training.services import knowledge_tests


def test_a_test_is_a_draft_then_open_then_closed(cast):
    test = make(cast)
    questions = [write(cast, module=test.module, words=f"Question {n}?") for n in range(3)]
    with pytest.raises(knowledge_tests.CannotMoveTest, match="at least one question"):
        open_it(test, by=cast.tess)
    knowledge_tests.choose_questions(test_id=test.pk, questions=[one.pk for one in questions], by=cast.tess, at=NOW)
    for _ in range(2):
        opened = open_it(test, by=cast.tess)

    assert (opened.state, opened.opened_by, len(opened.fingerprint)) == ("OPEN", cast.tess, 64)
    with pytest.raises(knowledge_tests.CannotMoveTest, match="This test is open"):
        knowledge_tests.choose_questions(test_id=test.pk, questions=[], by=cast.tess, at=NOW)
    for _ in range(2):
        closed = knowledge_tests.close_test(test_id=test.pk, by=cast.tess, at=NOW)
    assert (closed.state, closed.closed_by) == ("CLOSED", cast.tess)
    with pytest.raises(knowledge_tests.CannotMoveTest, match="This test is closed"):
        open_it(test, by=cast.tess)
    assert (
        Entry.objects.filter(what__in=("training.knowledge_test_opened", "training.knowledge_test_closed")).count() == 2
    )


def test_what_a_colleague_changed_since_one_looked_is_not_opened(cast):
    draft = KnowledgeTestFactory(module=module_of(cast), asks=3, state="DRAFT")
    read = knowledge_tests.stamp_of(draft, asked_by(draft))
    first, second, third = asked_by(draft)
    other = write(cast, module=draft.module)
    for now in ([first, second], [first, second, third, other], [first, second, other], [second, first, third], []):
        knowledge_tests.choose_questions(test_id=draft.pk, questions=[one.pk for one in now], by=cast.tess, at=NOW)
        with pytest.raises(knowledge_tests.CannotMoveTest, match="changed this test|at least one question"):
            knowledge_tests.open_test(test_id=draft.pk, read=read, by=cast.tess, at=NOW)
    knowledge_tests.choose_questions(test_id=draft.pk, questions=[first.pk, second.pk, third.pk], by=cast.tess, at=NOW)

    assert knowledge_tests.open_test(test_id=draft.pk, read=read, by=cast.tess, at=NOW).state == "OPEN"
    # Whoever was second to click is told that it is open, whatever they saw.
    assert knowledge_tests.open_test(test_id=draft.pk, read="", by=cast.tess, at=NOW).state == "OPEN"


def test_a_draft_is_corrected_and_only_what_was_read_is_opened(cast):
    draft = KnowledgeTestFactory(module=module_of(cast), asks=1, state="DRAFT")
    seen, terms = knowledge_tests.stamp_of(draft, asked_by(draft)), knowledge_tests.terms_of(draft)
    said = {"title": " Neglect, corrected ", "pass_percent": 60, "attempts": 3, "months_to_follow_up": 6}
    corrected = knowledge_tests.correct_test(test_id=draft.pk, read=terms, by=cast.tess, at=NOW, **said)

    assert knowledge_tests.terms_of(corrected) == "60 3 6 Neglect, corrected"
    assert Entry.objects.filter(what="training.knowledge_test_corrected", object_id=str(draft.pk)).exists()
    with pytest.raises(knowledge_tests.CannotMoveTest, match="changed this draft meanwhile"):
        knowledge_tests.correct_test(test_id=draft.pk, read=terms, by=cast.tess, at=NOW, **said)
    with pytest.raises(knowledge_tests.CannotMoveTest, match="changed this test meanwhile"):
        knowledge_tests.open_test(test_id=draft.pk, read=seen, by=cast.tess, at=NOW)


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
    with pytest.raises(knowledge_tests.CannotMakeTest, match=message):
        knowledge_tests.correct_test(
            test_id=draft.pk, read=knowledge_tests.terms_of(draft), by=cast.tess, at=NOW, **said
        )
    before = knowledge_tests.terms_of(draft)
    draft.refresh_from_db()
    assert knowledge_tests.terms_of(draft) == before


def test_a_draft_is_thrown_away_and_its_questions_stay(cast):
    draft = KnowledgeTestFactory(module=module_of(cast), asks=2, state="DRAFT")
    knowledge_tests.throw_test_away(test_id=draft.pk, by=cast.tess, at=NOW)

    assert not KnowledgeTest.objects.exists()
    assert KnowledgeQuestion.objects.in_use().count() == 2
    entry = Entry.objects.get(what="training.knowledge_test_thrown_away")
    assert (entry.object_id, entry.verb) == (str(draft.pk), "DELETED")


@pytest.mark.parametrize("state", ["OPEN", "CLOSED"])
def test_what_was_opened_is_neither_corrected_nor_thrown_away(cast, state):
    test = KnowledgeTestFactory(module=module_of(cast), state=state)
    said = {"title": "Another", "pass_percent": 60, "attempts": 3, "months_to_follow_up": None}
    with pytest.raises(knowledge_tests.CannotMoveTest, match=f"This test is {state.lower()}"):
        knowledge_tests.correct_test(test_id=test.pk, read=knowledge_tests.terms_of(test), by=cast.tess, at=NOW, **said)
    with pytest.raises(knowledge_tests.CannotMoveTest, match=f"This test is {state.lower()}"):
        knowledge_tests.throw_test_away(test_id=test.pk, by=cast.tess, at=NOW)
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
    with pytest.raises(knowledge_tests.CannotMakeTest, match=message):
        make(cast, **fields)


def test_a_title_comes_once_in_a_module_and_one_test_of_it_is_open(cast):
    module = module_of(cast)
    make(cast, module=module)
    with pytest.raises(knowledge_tests.CannotMakeTest, match="of that title already"):
        make(cast, module=module)
    KnowledgeTestFactory(module=module)
    draft = KnowledgeTestFactory(module=module, state="DRAFT")
    with pytest.raises(knowledge_tests.CannotMoveTest, match="Another test of this module is open"):
        open_it(draft, by=cast.tess)


def test_a_test_asks_questions_of_its_module_and_at_most_twenty(cast):
    test = make(cast)
    with pytest.raises(knowledge_tests.CannotMoveTest, match="not in the bank of this module"):
        knowledge_tests.choose_questions(test_id=test.pk, questions=[write(cast).pk], by=cast.tess, at=NOW)
    many = KnowledgeQuestionFactory.create_batch(21, module=test.module)
    with pytest.raises(knowledge_tests.CannotMoveTest, match="at most 20"):
        knowledge_tests.choose_questions(test_id=test.pk, questions=[one.pk for one in many], by=cast.tess, at=NOW)


def test_two_forces_that_ask_the_same_have_the_same_fingerprint_in_whatever_order(cast):
    def asked(words: str, options: list[str], right: int = 1) -> KnowledgeQuestion:
        return KnowledgeQuestionFactory(words=words, options=options, right=right)

    here = [asked("Who is seen?", ["The child", "Nobody"]), asked("When?", ["Today", "Later"])]
    there = [asked("When?", ["Today", "Later"]), asked("Who  is\nseen?", ["The child", "Nobody"])]
    fingerprint = knowledge_tests.fingerprint_of(here)

    assert knowledge_tests.fingerprint_of(there) == fingerprint
    assert knowledge_tests.fingerprint_of(here[:1]) != fingerprint
    assert knowledge_tests.fingerprint_of([here[0], asked("When?", ["Today", "Later"], right=2)]) != fingerprint
    assert knowledge_tests.fingerprint_of([here[0], asked("When?", ["Later", "Today"], right=2)]) != fingerprint
