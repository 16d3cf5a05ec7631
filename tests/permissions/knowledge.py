"""Who gets which answer from the pages of knowledge tests. One is asked of Olu and Gail."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from common.csv_files import csv_chunks
from tests.factories.knowledge import KnowledgeQuestionFactory, KnowledgeTestFactory, sat
from tests.factories.programmes import CohortFactory, ProgrammeFactory, TrainingSessionFactory
from tests.factories.training import ModuleVersionFactory
from tests.people import Cast
from tests.permissions.rows import Row, Things
from training.documents.knowledge import BANK_HEADINGS
from training.models import RegisterEntry
from training.queries.knowledge import asked_by
from training.services.knowledge_sittings import begin_sitting
from training.services.knowledge_tests import stamp_of, terms_of

OF_ANOTHER_AGENCY = ("pam", "pat", "cory", "out")
ASKED = ("olu", "gail")
SEE_TRENDS = ("tess", "leda", "ana", "sam")


def furnish(cast: Cast) -> dict[str, Any]:
    """An open test that Gail has begun and others have handed in, a draft of another, and a question that no test asks."""
    version = ModuleVersionFactory(module__force=cast.police)
    cohort = CohortFactory(programme=ProgrammeFactory(force=cast.police, set_up_by=cast.tess, gives=[version]))
    now = timezone.now()
    session = TrainingSessionFactory(cohort=cohort, starts_at=now + timedelta(days=5))
    for person in (cast.olu, cast.gail):
        RegisterEntry.objects.create(session=session, person=person, cohort=cohort, expected_since=now)
    test = KnowledgeTestFactory(module=version.module, made_by=cast.tess)
    sat(test, cast.mina, "BEFORE", 1)
    sat(test, cast.mina, "AFTER", 3)
    return {
        "knowledge_test": test,
        "knowledge_draft": KnowledgeTestFactory(module=version.module, made_by=cast.tess, state="DRAFT"),
        "knowledge_closable": KnowledgeTestFactory(
            module=ModuleVersionFactory(module__force=cast.police).module, made_by=cast.tess
        ),
        "knowledge_needless": KnowledgeTestFactory(module=version.module, made_by=cast.tess, state="DRAFT"),
        "knowledge_openable": KnowledgeTestFactory(
            module=ModuleVersionFactory(module__force=cast.police).module, made_by=cast.tess, state="DRAFT"
        ),
        "knowledge_question": KnowledgeQuestionFactory(module=version.module, written_by=cast.tess),
        "knowledge_sitting": begin_sitting(test_id=test.pk, by=cast.gail, at=now),
    }


def only(status: int, *names: str) -> dict[str, int]:
    return dict.fromkeys(names, status)


def of(name: str) -> Any:
    return lambda cast, things: {"pk": things[f"knowledge_{name}"].pk}


def for_trainers(status: int) -> dict[str, int]:
    return only(status, "tess") | only(404, *OF_ANOTHER_AGENCY)


def question(cast: Cast, things: Things) -> dict[str, Any]:
    return {
        "module": str(things["knowledge_test"].module_id),
        "words": "Who is seen alone?",
        "option_1": "The child",
        "option_2": "Nobody",
        "right": "1",
    }


def question_file(cast: Cast, things: Things) -> dict[str, Any]:
    row = ["", "Who writes?", "Whoever was there", "Nobody", "", "", "", "", "1", "no", ""]
    content = "".join(csv_chunks(BANK_HEADINGS, [row])).encode()
    return {
        "module": str(things["knowledge_test"].module_id),
        "file": SimpleUploadedFile("questions.csv", content, content_type="text/csv"),
    }


def new_test(cast: Cast, things: Things) -> dict[str, Any]:
    return {
        "module": str(things["knowledge_test"].module_id),
        "title": "Another test",
        "pass_percent": "80",
        "attempts": "2",
    }


def seen(cast: Cast, things: Things) -> dict[str, Any]:
    return {"read": stamp_of(things["knowledge_openable"], asked_by(things["knowledge_openable"]))}


def corrected(cast: Cast, things: Things) -> dict[str, Any]:
    return {
        "title": "What a corrected draft is called",
        "pass_percent": "70",
        "attempts": "1",
        "read": terms_of(things["knowledge_draft"]),
    }


def chosen(cast: Cast, things: Things) -> dict[str, Any]:
    return {"questions": [str(things["knowledge_question"].pk)]}


ROWS: list[Row] = [
    Row("training:knowledge", 200, why="what waits for oneself"),
    Row("training:knowledge_begin", 403, only(200, *ASKED) | only(404, *OF_ANOTHER_AGENCY), arguments=of("test")),
    Row(
        "training:knowledge_begin",
        403,
        only(302, *ASKED) | only(404, *OF_ANOTHER_AGENCY),
        method="POST",
        arguments=of("test"),
    ),
    Row("training:knowledge_sitting", 404, only(200, "gail"), arguments=of("sitting"), why="nobody else's answers"),
    Row("training:knowledge_sitting", 404, only(302, "gail"), method="POST", arguments=of("sitting")),
    Row("training:knowledge_hand_in", 404, only(200, "gail"), arguments=of("sitting")),
    Row("training:knowledge_hand_in", 404, only(302, "gail"), method="POST", arguments=of("sitting")),
    Row("training:knowledge_questions", 403, only(200, "tess")),
    Row("training:knowledge_question_new", 403, only(200, "tess")),
    Row("training:knowledge_question_new", 403, only(302, "tess"), method="POST", data=question),
    Row("training:knowledge_questions_take", 403, only(200, "tess")),
    Row("training:knowledge_questions_take", 403, only(302, "tess"), method="POST", data=question_file),
    Row("training:knowledge_questions_csv", 403, for_trainers(200), arguments=of("test")),
    Row("training:knowledge_question_replace", 403, for_trainers(200), arguments=of("question")),
    Row(
        "training:knowledge_question_replace",
        403,
        for_trainers(302),
        method="POST",
        arguments=of("question"),
        data=question,
    ),
    Row("training:knowledge_question_retire", 403, for_trainers(200), arguments=of("question")),
    Row("training:knowledge_question_retire", 403, for_trainers(302), method="POST", arguments=of("question")),
    Row("training:knowledge_test_new", 403, only(200, "tess")),
    Row("training:knowledge_test_new", 403, only(302, "tess"), method="POST", data=new_test),
    Row("training:knowledge_test", 403, for_trainers(200), arguments=of("test")),
    Row("training:knowledge_test_questions", 403, for_trainers(200), arguments=of("draft")),
    Row("training:knowledge_test_questions", 403, for_trainers(302), method="POST", arguments=of("draft"), data=chosen),
    Row("training:knowledge_test_correct", 403, for_trainers(200), arguments=of("draft")),
    Row(
        "training:knowledge_test_correct", 403, for_trainers(302), method="POST", arguments=of("draft"), data=corrected
    ),
    Row("training:knowledge_test_throw_away", 403, for_trainers(200), arguments=of("needless")),
    Row("training:knowledge_test_throw_away", 403, for_trainers(302), method="POST", arguments=of("needless")),
    Row("training:knowledge_test_open", 403, for_trainers(200), arguments=of("openable")),
    Row("training:knowledge_test_open", 403, for_trainers(302), method="POST", arguments=of("openable"), data=seen),
    Row("training:knowledge_test_close", 403, for_trainers(200), arguments=of("closable")),
    Row("training:knowledge_test_close", 403, for_trainers(302), method="POST", arguments=of("closable")),
    Row(
        "training:knowledge_results",
        403,
        only(200, *SEE_TRENDS) | only(404, *OF_ANOTHER_AGENCY),
        arguments=of("test"),
        why="from five people up for who is no trainer",
    ),
    Row("training:knowledge_people", 403, for_trainers(200), arguments=of("test")),
    Row("training:knowledge_analysis", 403, for_trainers(200), arguments=of("test")),
    Row("training:knowledge_export", 403, for_trainers(200), arguments=of("test")),
    Row("training:knowledge_export_csv", 403, for_trainers(200), arguments=of("test")),
]
