"""What the database holds of questions, tests and sittings, whoever writes."""

from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tests.factories.knowledge import KnowledgeQuestionFactory, KnowledgeTestFactory, sat
from tests.people import NOW
from tests.training.knowledge_steps import begin, choose, hand_in, module_of, taught
from training.models import (
    KnowledgeOption,
    KnowledgeQuestion,
    KnowledgeTest,
    KnowledgeTestQuestion,
    Sitting,
    SittingAnswer,
)


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
