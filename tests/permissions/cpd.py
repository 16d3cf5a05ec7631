"""Who gets which answer from the pages of the CPD log."""

import hashlib
import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from common import stored_files
from common.waiting_files import WaitingFile
from tests.factories.training import CpdEntryFactory, CpdEventFactory, CpdFileFactory, CpdImportFactory
from tests.files import PDF
from tests.people import Cast
from tests.permissions.rows import Row, Things
from tests.permissions.training import date_of, only
from training.services import cpd_imports

SPREADSHEET = b"Date,Topic,Kind,Hours,What was learned\n2026-10-02,Neglect,Course,1,To ask twice.\nsoon,Neglect,,,\n"
# Olu's log: his own, his line manager's and the trainer's to see.
SEES = ("olu", "tess", "lin")


def furnish(cast: Cast) -> dict[str, Any]:
    """An entry of Olu's own with a file, one that the trainer logged for him, an event, an import, and files that wait."""
    own = CpdEntryFactory(person=cast.olu)
    event = CpdEventFactory(logged_by=cast.tess)
    file = WaitingFile("my cpd.csv", SPREADSHEET)
    mapping = cpd_imports.ColumnMap({"done_on": 0, "topic": 1, "kind": 2, "hours": 3, "learned": 4})
    for person in (cast.olu, cast.tess):
        cpd_imports.waiting(person=cast.olu, by=person).keep(file)
        cpd_imports.keep_mapping(mapping=mapping, person=cast.olu, by=person)
    with stored_files.keeping("cpd", uuid.uuid4(), PDF) as kept:
        pass
    return {
        "cpd_own": own,
        "cpd_given": CpdEntryFactory(person=cast.olu, logged_by=cast.tess, event=event),
        "cpd_event": event,
        "cpd_file": CpdFileFactory(entry=own, file=kept, sha256=hashlib.sha256(PDF).hexdigest()),
        "cpd_import": CpdImportFactory(person=cast.olu),
    }


def of(name: str) -> Any:
    return lambda cast, things: {"pk": things[name].pk}


def olu(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": cast.olu.pk}


def file_of(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["cpd_own"].pk, "file_pk": things["cpd_file"].pk}


def team(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": cast.response_team.pk}


FACTS = date_of("2 10 2026") | {"kind": "COURSE", "topic": "Stalking", "hours": "1.5"}


def correction(cast: Cast, things: Things) -> dict[str, Any]:
    return FACTS | {"learned": "The pattern.", "version": "1"}


def look_back(cast: Cast, things: Things) -> dict[str, Any]:
    return {"did_help": "Yes, twice.", "version": "1"}


def why(cast: Cast, things: Things) -> dict[str, Any]:
    return {"why": "Logged on the wrong day."}


def group(cast: Cast, things: Things) -> dict[str, Any]:
    return FACTS | {"learned": "The pattern.", "listed": "olu@example.org", "key": str(uuid.uuid4())}


def expectation(cast: Cast, things: Things) -> dict[str, Any]:
    return {f"valid_from_{part}": value for part, value in enumerate(("1", "1", "2026"))} | {"hours": "30"}


def evidence(cast: Cast, things: Things) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("another.pdf", PDF + b"\n%%EOF")}


def spreadsheet(cast: Cast, things: Things) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("my cpd.csv", SPREADSHEET)}


def columns(cast: Cast, things: Things) -> dict[str, Any]:
    return {"done_on": "0", "topic": "1"}


def shown(cast: Cast, things: Things) -> dict[str, Any]:
    return {"shown": "another"}


ROWS: list[Row] = [
    Row("training:cpd_entry", 404, only(200, *SEES), arguments=of("cpd_own")),
    Row("training:cpd_correct", 404, only(403, *SEES) | only(200, "olu"), arguments=of("cpd_own")),
    Row(
        "training:cpd_correct",
        404,
        only(403, *SEES) | only(302, "olu"),
        method="POST",
        arguments=of("cpd_own"),
        data=correction,
    ),
    Row(
        "training:cpd_correct",
        404,
        only(403, *SEES) | only(200, "olu", "tess"),
        arguments=of("cpd_given"),
        why="facts are the trainer's who logged them, words the person's",
    ),
    Row("training:cpd_look_back", 404, only(403, *SEES) | only(200, "olu"), arguments=of("cpd_own")),
    Row(
        "training:cpd_look_back",
        404,
        only(403, *SEES) | only(302, "olu"),
        method="POST",
        arguments=of("cpd_given"),
        data=look_back,
    ),
    Row("training:cpd_take_back", 404, only(403, *SEES) | only(200, "olu"), arguments=of("cpd_own")),
    Row(
        "training:cpd_take_back",
        404,
        only(403, *SEES) | only(302, "olu"),
        method="POST",
        arguments=of("cpd_own"),
        data=why,
    ),
    Row("training:cpd_take_back", 404, only(403, *SEES) | only(200, "tess"), arguments=of("cpd_given")),
    Row("training:cpd_file_new", 404, only(403, *SEES) | only(200, "olu"), arguments=of("cpd_own")),
    Row(
        "training:cpd_file_new",
        404,
        only(403, *SEES) | only(302, "olu"),
        method="POST",
        arguments=of("cpd_own"),
        data=evidence,
    ),
    Row("training:cpd_file", 404, only(200, *SEES), arguments=file_of),
    Row("training:cpd_file_remove", 404, only(403, *SEES) | only(302, "olu"), method="POST", arguments=file_of),
    Row("training:cpd_people", 403, only(200, "tess", "lin", "sam")),
    Row(
        "training:cpd_team_xlsx",
        403,
        only(200, "tess", "lin") | only(404, "sam"),
        arguments=team,
        why="Sam leads another team",
    ),
    Row("training:cpd_expectation", 403, only(200, "tess")),
    Row("training:cpd_expectation", 403, only(302, "tess"), method="POST", data=expectation),
    Row("training:cpd_group", 403, only(200, "tess")),
    Row("training:cpd_group", 403, only(302, "tess"), method="POST", data=group),
    Row("training:cpd_event", 403, only(200, "tess"), arguments=of("cpd_event")),
    Row("training:cpd_xlsx", 404, only(200, *SEES), arguments=olu),
    Row("training:cpd_portfolio", 404, only(200, *SEES), arguments=olu),
    Row("training:cpd_import", 404, only(200, "olu", "tess") | only(403, "lin"), arguments=olu),
    Row("training:cpd_import_columns", 404, only(200, "olu", "tess") | only(403, "lin"), arguments=olu),
    Row("training:cpd_import_check", 404, only(200, "olu", "tess") | only(403, "lin"), arguments=olu),
    Row(
        "training:cpd_import_columns",
        404,
        only(302, "olu", "tess") | only(403, "lin"),
        method="POST",
        arguments=olu,
        data=columns,
    ),
    Row(
        "training:cpd_import_check",
        404,
        only(302, "olu", "tess") | only(403, "lin"),
        method="POST",
        arguments=olu,
        data=shown,
        why="what was not shown is not taken, and the page says so",
    ),
    Row(
        "training:cpd_import",
        404,
        only(302, "olu", "tess") | only(403, "lin"),
        method="POST",
        arguments=olu,
        data=spreadsheet,
    ),
    Row("training:cpd_import_undo", 404, only(403, *SEES) | only(200, "olu"), arguments=of("cpd_import")),
    Row(
        "training:cpd_import_undo",
        404,
        only(403, *SEES) | only(302, "olu"),
        method="POST",
        arguments=of("cpd_import"),
        data=why,
    ),
]
