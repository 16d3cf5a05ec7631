"""Two people at the same moment at one test."""

import threading
from functools import partial

import pytest
from django.db import IntegrityError

from audit.models import Entry
from common.statistics.picking import draw
from tests.factories.knowledge import KnowledgeTestFactory
from tests.people import NOW, make_cast
from tests.races import at_once, while_another_waits
from tests.training.knowledge_steps import (
    ANSWERS,
    begin,
    choose,
    hand_in,
    module_of,
    open_it,
    taught,
    write,
)
from training.models import (
    KnowledgeTest,
    KnowledgeTestQuestion,
    Sitting,
)
from training.queries.knowledge import asked_by
from training.services import knowledge_questions, knowledge_sittings, knowledge_tests


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

    monkeypatch.setattr(knowledge_sittings, "_one_at_a_time", lambda person: None)
    monkeypatch.setattr(knowledge_sittings, "draw", draw_when_both_have_looked)
    begun = at_once(*[partial(begin, test, cast.olu)] * 2, refusal=IntegrityError)

    assert len([one for one in begun if isinstance(one, Sitting)]) == 1
    (refusal,) = [str(one) for one in begun if not isinstance(one, Sitting)]
    assert "sitting_once_an_attempt" in refusal or "sitting_one_under_way" in refusal


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_begun", [False, True])
def test_who_begins_or_hands_in_while_it_is_closed_is_told_so(has_begun):
    test, _ = taught(cast := make_cast())
    late = partial(hand_in, begin(test, cast.olu)) if has_begun else partial(begin, test, cast.olu)
    close = partial(knowledge_tests.close_test, test_id=test.pk, by=cast.tess, at=NOW)
    refusal = while_another_waits(close, late, refusal=knowledge_sittings.CannotSit)

    assert "it is closed" in str(refusal)
    assert not Sitting.objects.handed_in().exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_replaced", [True, False])
def test_a_question_that_goes_out_of_use_at_that_moment_is_not_chosen(is_replaced):
    cast = make_cast()
    module = module_of(cast)
    question, draft = write(cast, module=module), KnowledgeTestFactory(module=module, asks=0, state="DRAFT")
    replace = partial(knowledge_questions.replace_question, words="Who comes first?", options=ANSWERS, right=1)
    go = partial(
        replace if is_replaced else knowledge_questions.retire_question, question_id=question.pk, by=cast.tess, at=NOW
    )
    choosing = partial(
        knowledge_tests.choose_questions, test_id=draft.pk, questions=[question.pk], by=cast.tess, at=NOW
    )
    refusal = while_another_waits(go, choosing, refusal=knowledge_tests.CannotMoveTest)

    assert "not in the bank" in str(refusal)
    assert not draft.asks.exists()


@pytest.mark.django_db(transaction=True)
def test_a_question_that_is_chosen_at_that_moment_is_replaced():
    cast = make_cast()
    module = module_of(cast)
    question, draft = write(cast, module=module), KnowledgeTestFactory(module=module, asks=0, state="DRAFT")
    later = while_another_waits(
        partial(knowledge_tests.choose_questions, test_id=draft.pk, questions=[question.pk], by=cast.tess, at=NOW),
        partial(
            knowledge_questions.replace_question,
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
            partial(knowledge_tests.choose_questions, test_id=one.pk, questions=[question.pk], by=cast.tess, at=NOW)
            for one in drafts
        ]
        retire = partial(knowledge_questions.retire_question, question_id=question.pk, by=cast.tess, at=NOW)
        at_once(*ask, retire, refusal=knowledge_tests.CannotMoveTest)

        assert not KnowledgeTestQuestion.objects.filter(question=question).exists()


@pytest.mark.django_db(transaction=True)
def test_who_opens_while_another_test_of_the_module_opens_is_told_so():
    cast = make_cast()
    module = module_of(cast)
    first, second = (KnowledgeTestFactory(module=module, state="DRAFT") for _ in range(2))
    refusal = while_another_waits(
        partial(open_it, first, by=cast.tess),
        partial(open_it, second, by=cast.tess),
        refusal=knowledge_tests.CannotMoveTest,
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
    at_once(partial(choose, sitting, right=1), partial(hand_in, sitting), refusal=knowledge_sittings.CannotSit)

    sitting.refresh_from_db()
    assert sitting.right == sitting.answers.filter(option__is_right=True).count()


@pytest.mark.django_db(transaction=True)
def test_two_trainers_open_two_tests_of_a_module_and_one_is_refused():
    cast = make_cast()
    module = module_of(cast)
    drafts = [KnowledgeTestFactory(module=module, state="DRAFT") for _ in range(2)]
    deeds = [partial(open_it, one, by=cast.tess) for one in drafts]
    given = at_once(*deeds, refusal=knowledge_tests.CannotMoveTest)

    assert sum(isinstance(one, KnowledgeTest) for one in given) == 1
    assert KnowledgeTest.objects.open().count() == 1
