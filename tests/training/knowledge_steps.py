"""What tests of knowledge tests do again and again: write, make, open, begin, choose, hand in."""

from datetime import timedelta

from tests.factories.knowledge import KnowledgeTestFactory
from tests.factories.programmes import CohortFactory, CohortMemberFactory, ProgrammeFactory, TrainingSessionFactory
from tests.factories.training import ModuleVersionFactory
from tests.people import NOW, Cast
from training.models import (
    KnowledgeQuestion,
    KnowledgeTest,
    RegisterEntry,
    Sitting,
    TrainingSession,
)
from training.queries.knowledge import asked_by, own_tests, paper_of
from training.services import knowledge_questions, knowledge_sittings, knowledge_tests

ANSWERS = ["See the child", "Close the record"]


def module_of(cast: Cast):
    return ModuleVersionFactory(module__force=cast.police).module


def write(cast: Cast, **fields) -> KnowledgeQuestion:
    values = {"words": "What comes first?", "options": ANSWERS, "right": 1, "by": cast.tess, "at": NOW}
    if "module" not in fields:
        values["module"] = module_of(cast)
    return knowledge_questions.write_question(**values | fields)


def make(cast: Cast, **fields) -> KnowledgeTest:
    values = {"title": "Neglect", "pass_percent": 80, "attempts": 2, "by": cast.tess, "at": NOW}
    if "module" not in fields:
        values["module"] = module_of(cast)
    return knowledge_tests.make_test(**values | fields)


def open_it(test: KnowledgeTest, *, by) -> KnowledgeTest:
    """With what it asks now, as the page of it says."""
    return knowledge_tests.open_test(
        test_id=test.pk, read=knowledge_tests.stamp_of(test, asked_by(test)), by=by, at=NOW
    )


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
    return knowledge_sittings.begin_sitting(test_id=test.pk, by=by, at=at)


def choose(sitting: Sitting, *, right: int, at=NOW) -> None:
    """Answer so many rightly and the others wrongly."""
    answers = {}
    for place, asked in enumerate(paper_of(sitting)):
        answers[asked.question.pk] = next(one.pk for one in asked.options if one.is_right == (place < right))
    knowledge_sittings.answer(sitting_id=sitting.pk, answers=answers, by=sitting.person, at=at)


def hand_in(sitting: Sitting, at=NOW) -> Sitting:
    return knowledge_sittings.hand_in(sitting_id=sitting.pk, by=sitting.person, at=at)


def sits(test: KnowledgeTest, by, *, right: int, at=NOW) -> Sitting:
    sitting = begin(test, by, at)
    choose(sitting, right=right, at=at)
    return hand_in(sitting, at)


def occasion(test: KnowledgeTest, person, at=NOW) -> str | None:
    own = [one for one in own_tests(person, at=at) if one.test == test]
    return str(own[0].step.occasion) if own and own[0].step.occasion else None
