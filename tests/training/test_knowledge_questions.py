"""The bank of questions of a module."""

from datetime import timedelta
from io import BytesIO

import pytest

from audit.models import Entry
from tests.factories.knowledge import KnowledgeQuestionFactory, KnowledgeTestFactory
from tests.people import NOW
from tests.training.knowledge_steps import ANSWERS, make, module_of, open_it, write
from training.models import (
    KnowledgeQuestion,
    Module,
)
from training.services import knowledge_questions, knowledge_tests


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
    with pytest.raises(knowledge_questions.CannotWriteQuestion, match=message):
        write(cast, **fields)
    assert not KnowledgeQuestion.objects.exists()


def test_a_question_stands_in_the_bank_of_a_module_once(cast):
    first = write(cast, words="Who is seen alone?")
    with pytest.raises(knowledge_questions.AskedAlready, match="in the bank of this module already"):
        write(cast, module=first.module, words=" Who is  seen alone? ")
    another = write(cast, module=first.module, words="Who is told?")
    same = {"words": first.words, "options": [one.words for one in first.options.order_by("position")], "right": 1}
    with pytest.raises(knowledge_questions.AskedAlready):
        knowledge_questions.replace_question(question_id=another.pk, by=cast.tess, at=NOW, **same)
    assert KnowledgeQuestion.objects.in_use().count() == 2

    knowledge_questions.retire_question(question_id=first.pk, by=cast.tess, at=NOW)
    assert write(cast, module=first.module, words="Who is seen alone?").pk != first.pk
    write(cast, words="Who is seen alone?")


@pytest.mark.parametrize("name", ["olu", "lin", "moss", "leda", "ana", "cory", "out"])
def test_nobody_but_a_trainer_of_the_force_keeps_questions_and_tests(cast, name):
    by, module = getattr(cast, name), module_of(cast)
    question = KnowledgeQuestionFactory(module=module)
    draft, opened = KnowledgeTestFactory(module=module, state="DRAFT"), KnowledgeTestFactory(module=module)
    with pytest.raises(knowledge_questions.CannotWriteQuestion, match="Only a trainer"):
        write(cast, module=module, by=by)
    with pytest.raises(knowledge_questions.CannotWriteQuestion, match="Only a trainer"):
        knowledge_questions.replace_question(
            question_id=question.pk, words="What?", options=ANSWERS, right=1, by=by, at=NOW
        )
    with pytest.raises(knowledge_questions.CannotRetireQuestion, match="Only a trainer"):
        knowledge_questions.retire_question(question_id=question.pk, by=by, at=NOW)
    with pytest.raises(knowledge_tests.CannotMakeTest, match="Only a trainer"):
        make(cast, module=module, by=by)
    with pytest.raises(knowledge_tests.CannotMoveTest, match="Only a trainer"):
        knowledge_tests.choose_questions(test_id=draft.pk, questions=[question.pk], by=by, at=NOW)
    with pytest.raises(knowledge_tests.CannotMoveTest, match="Only a trainer"):
        open_it(draft, by=by)
    with pytest.raises(knowledge_tests.CannotMoveTest, match="Only a trainer"):
        knowledge_tests.close_test(test_id=opened.pk, by=by, at=NOW)


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
    with pytest.raises(knowledge_questions.CannotWriteQuestion, match=message):
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
    with pytest.raises(knowledge_questions.CannotWriteQuestion, match="This module is retired"):
        write(cast, module=module)
    with pytest.raises(knowledge_questions.CannotTakeQuestions, match="This module is retired"):
        knowledge_questions.take_questions(module=module, file=BytesIO(file), by=cast.tess, at=NOW)
    with pytest.raises(knowledge_tests.CannotMakeTest, match="This module is retired"):
        make(cast, module=module)
    yesterday = NOW - timedelta(days=1)
    assert write(cast, module=module, at=yesterday).module == module


def test_a_question_is_replaced_in_drafts_and_stays_where_it_was_asked(cast):
    module = module_of(cast)
    earlier = write(cast, module=module)
    draft = KnowledgeTestFactory(module=module, asks=[earlier], state="DRAFT")
    opened = KnowledgeTestFactory(module=module, asks=[earlier])

    later = knowledge_questions.replace_question(
        question_id=earlier.pk, words="Who comes first?", options=ANSWERS, right=1, by=cast.tess, at=NOW
    )

    earlier.refresh_from_db()
    assert (later.replaces, earlier.retired_by) == (earlier, cast.tess)
    assert [ask.question for ask in draft.asks.all()] == [later]
    assert [ask.question for ask in opened.asks.all()] == [earlier]
    with pytest.raises(knowledge_questions.CannotWriteQuestion, match="somebody else"):
        knowledge_questions.replace_question(
            question_id=earlier.pk, words="Who?", options=ANSWERS, right=1, by=cast.tess, at=NOW
        )


def test_a_retired_question_leaves_drafts_and_comes_into_no_test(cast):
    module = module_of(cast)
    question = write(cast, module=module)
    draft = KnowledgeTestFactory(module=module, asks=[question], state="DRAFT")
    for _ in range(2):
        knowledge_questions.retire_question(question_id=question.pk, by=cast.tess, at=NOW)

    assert not draft.asks.exists()
    with pytest.raises(knowledge_tests.CannotMoveTest, match="not in the bank"):
        knowledge_tests.choose_questions(test_id=draft.pk, questions=[question.pk], by=cast.tess, at=NOW)
    assert Entry.objects.filter(what="training.question_retired").count() == 1
