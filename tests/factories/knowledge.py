"""Questions, tests and sittings as they stand in the database; journeys through services are for the tests of services."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import factory

from accounts.models import User
from tests.factories.accounts import UserFactory
from tests.factories.training import ModuleVersionFactory
from training.models import (
    KnowledgeOption,
    KnowledgeQuestion,
    KnowledgeTest,
    KnowledgeTestQuestion,
    Sitting,
    SittingAnswer,
)
from training.models.knowledge import fingerprint_of

WRITTEN = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
# Stands in each explanation and nowhere else: whoever finds it on a page has been told what is right.
EXPLAINED = "Marigold-46"


class KnowledgeQuestionFactory(factory.django.DjangoModelFactory):
    """`KnowledgeQuestionFactory(module=…, options=[…], right=1)`: three answers of which the first is right, unless told otherwise."""

    class Meta:
        model = KnowledgeQuestion
        skip_postgeneration_save = True

    module = factory.LazyFunction(lambda: ModuleVersionFactory.create().module)
    words = factory.Sequence(lambda n: f"What comes first, {n}?")
    explanation = f"{EXPLAINED}: because the child is seen first."
    written_at = WRITTEN
    written_by = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..module.force"), roles=["TRAINER"])

    @classmethod
    def _create(cls, model_class: type[KnowledgeQuestion], *args: Any, **kwargs: Any) -> KnowledgeQuestion:
        options = kwargs.pop("options", ["See the child", "Close the record", "Wait for a form"])
        right = kwargs.pop("right", 1)
        question: KnowledgeQuestion = super()._create(model_class, *args, **kwargs)
        KnowledgeOption.objects.bulk_create(
            KnowledgeOption(question=question, position=place, words=words, is_right=place == right)
            for place, words in enumerate(options, start=1)
        )
        return question


class KnowledgeTestFactory(factory.django.DjangoModelFactory):
    """`KnowledgeTestFactory(module=…, asks=4, state="OPEN")`: with so many new questions, or with those that are given."""

    class Meta:
        model = KnowledgeTest
        skip_postgeneration_save = True

    module = factory.LazyFunction(lambda: ModuleVersionFactory.create().module)
    title = factory.Sequence(lambda n: f"Test {n}")
    pass_percent = 75
    attempts = 2
    state = "OPEN"
    made_at = WRITTEN
    made_by = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..module.force"), roles=["TRAINER"])

    @classmethod
    def _create(cls, model_class: type[KnowledgeTest], *args: Any, **kwargs: Any) -> KnowledgeTest:
        asks, state, opened_at = kwargs.pop("asks", 4), kwargs.pop("state"), kwargs.pop("opened_at", WRITTEN)
        test: KnowledgeTest = super()._create(model_class, *args, **kwargs)
        made: Sequence[KnowledgeQuestion] = (
            KnowledgeQuestionFactory.create_batch(asks, module=test.module, written_by=test.made_by)
            if isinstance(asks, int)
            else asks
        )
        KnowledgeTestQuestion.objects.bulk_create(
            KnowledgeTestQuestion(test=test, question=one, position=place) for place, one in enumerate(made, start=1)
        )
        if state != "DRAFT":
            test.state, test.opened_at, test.opened_by = "OPEN", opened_at, test.made_by
            test.fingerprint = fingerprint_of(made)
            test.save()
        if state == "CLOSED":
            test.state, test.closed_at, test.closed_by = "CLOSED", opened_at, test.made_by
            test.save()
        return test


def sat(test: KnowledgeTest, person: User, occasion: str, right: int | str, **fields: Any) -> Sitting:
    """Handed in: so many right, the first ones, or a pattern such as "1011" by question; all others have the second answer."""
    questions = [ask.question for ask in test.asks.select_related("question").order_by("position")]
    pattern = right if isinstance(right, str) else "1" * right + "0" * (len(questions) - right)
    handed_in_at = fields.pop("handed_in_at", WRITTEN)
    follow_up_on = fields.pop("follow_up_on", None)
    sitting = Sitting.objects.create(
        test=test,
        person=person,
        agency=test.module.force,
        occasion=occasion,
        order=[question.pk for question in questions],
        **{"begun_at": handed_in_at} | fields,
    )
    answers = []
    for mark, question in zip(pattern, questions, strict=True):
        options = sorted(question.options.all(), key=lambda one: (not one.is_right, one.position))
        answers.append(SittingAnswer(sitting=sitting, question=question, option=options[0 if mark == "1" else 1]))
    SittingAnswer.objects.bulk_create(answers)
    sitting.right, sitting.out_of, sitting.handed_in_at = pattern.count("1"), len(questions), handed_in_at
    sitting.follow_up_on = follow_up_on
    sitting.save()
    return sitting
