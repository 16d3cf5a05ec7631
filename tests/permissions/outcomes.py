"""Who gets which answer from the pages of outcomes that are logged from a file."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from common.waiting_files import WaitingFile
from tests.factories.training import ModuleVersionFactory, OutcomeImportFactory
from tests.people import Cast
from tests.permissions.rows import Row, Things
from tests.permissions.training import only
from training.services import outcome_imports


def furnish(cast: Cast) -> dict[str, Any]:
    """A file that was logged, and one of Tess that waits: a row that is right, and one that is not."""
    ModuleVersionFactory(module__force=cast.police, module__title="Taken from a file")
    outcome_imports.waiting(cast.tess).keep(WaitingFile("", _file(cast)))
    return {"outcome_import": OutcomeImportFactory(agency=cast.police, by=cast.tess)}


def _file(cast: Cast) -> bytes:
    row = f"{cast.olu.email},Taken from a file,2026-10-02,PASS,Explained two fictitious calls."
    signers = f"{cast.moss.email},{cast.lin.email}"
    heading = "Person,Module,Date completed,Outcome,Evidence,Mentor,Line manager"
    return f"{heading}\n{row},{signers}\nnobody,,,FAIL,,,\n".encode()


def done(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["outcome_import"].pk}


def chosen(cast: Cast, things: Things) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("outcomes.csv", _file(cast))}


def shown(cast: Cast, things: Things) -> dict[str, Any]:
    return {"shown": "another"}


ROWS: list[Row] = [
    Row("training:outcome_imports", 403, only(200, "tess")),
    Row("training:outcome_import_new", 403, only(200, "tess")),
    Row("training:outcome_import_new", 403, only(302, "tess"), method="POST", data=chosen),
    Row("training:outcome_import_check", 403, only(200, "tess")),
    Row(
        "training:outcome_import_check",
        403,
        only(302, "tess"),
        method="POST",
        data=shown,
        why="what was not shown is not logged, and the page says so",
    ),
    Row("training:outcome_import", 403, only(200, "tess"), arguments=done),
]
