"""What tests of the pages of knowledge tests need again and again."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.factories.knowledge import KnowledgeTestFactory, sat
from tests.factories.programmes import CohortFactory, CohortMemberFactory, ProgrammeFactory, TrainingSessionFactory
from tests.factories.training import ModuleVersionFactory
from tests.people import Cast
from training.models import Cohort, KnowledgeTest, RegisterEntry, TrainingSession


def address(name: str, *arguments: object) -> str:
    return reverse(f"training:{name}", args=arguments)


@pytest.fixture
def cohort(cast: Cast) -> Cohort:
    """Olu and Mina, to be taught about child neglect."""
    version = ModuleVersionFactory(module__force=cast.police, module__title="Child neglect")
    programme = ProgrammeFactory(force=cast.police, set_up_by=cast.tess, name="For recruits", gives=[version])
    cohort = CohortFactory(programme=programme, name="Autumn")
    for person in (cast.olu, cast.mina):
        CohortMemberFactory(cohort=cohort, person=person)
    return cohort


def module_of(cohort: Cohort):
    return cohort.programme.modules.get()


def a_test(cohort: Cohort, **fields) -> KnowledgeTest:
    return KnowledgeTestFactory(**{"module": module_of(cohort), "made_by": cohort.set_up_by} | fields)


def tomorrow(cohort: Cohort) -> TrainingSession:
    return TrainingSessionFactory(cohort=cohort, starts_at=timezone.now() + timedelta(days=1))


def taught(session: TrainingSession, *people) -> None:
    """The session is nearly over, and these people are there."""
    TrainingSession.objects.filter(pk=session.pk).update(
        starts_at=timezone.now() - timedelta(hours=3), ends_at=timezone.now() + timedelta(minutes=10)
    )
    RegisterEntry.objects.filter(session=session, person__in=people).update(
        presence="PRESENT", marked_how="TICK", marked_at=timezone.now(), marked_by=session.trainer
    )


def group(test: KnowledgeTest, cohort: Cohort | None, scores: list[tuple[int, int]]) -> list:
    """People of one cohort with these scores before and after."""
    people = UserFactory.create_batch(len(scores), agency=test.module.force)
    for person, (before, after) in zip(people, scores, strict=True):
        sat(test, person, "BEFORE", before, cohort=cohort)
        sat(test, person, "AFTER", after, cohort=cohort)
    return people


def uploaded(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("questions.csv", content, content_type="text/csv")


def question_form(module, **fields) -> dict[str, str]:
    given = {"module": str(module.pk), "words": "Who is seen alone?", "option_1": "The child", "option_2": "Nobody"}
    return given | {"right": "1"} | fields
