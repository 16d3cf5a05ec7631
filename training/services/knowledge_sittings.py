"""Taking a knowledge test: begun, answered, handed in and counted (ADR 0046)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.statistics.picking import draw
from training.enums import Occasion
from training.models import (
    CohortMember,
    KnowledgeOption,
    KnowledgeTest,
    Sitting,
    SittingAnswer,
)
from training.models.knowledge import (
    MOST_QUESTIONS,
)
from training.models.modules import months_after
from training.queries.knowledge import next_step


class CannotSit(DomainError):
    pass


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
