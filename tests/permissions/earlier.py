"""Who gets which answer from the pages of sign-offs on paper of before."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from common.waiting_files import WaitingFile
from tests.factories.training import (
    EarlierAcceptanceFactory,
    EarlierImportFactory,
    EarlierSignOffFactory,
    ModuleVersionFactory,
    ProfileAssignmentFactory,
    ProfileModuleFactory,
    RoleProfileFactory,
)
from tests.people import Cast
from tests.permissions.rows import Row, Things
from tests.permissions.training import only
from training.services import earlier_sign_offs as services

SPREADSHEET = b"Item,Date done,Mentor,Mentor signed on\nStalking,2026-03-02,A. Fictitious,2026-03-03\nLate,soon,,\n"
# Olu's: his own, his line manager's and the trainer's to see; the trainer alone does anything with them.
SEES = ("olu", "tess", "lin")
# The mentor of his induction plan, which shows them, sees each of them too.
READS = (*SEES, "moss")


def furnish(cast: Cast) -> dict[str, Any]:
    """A sign-off of Olu's that is accepted, one that is not, their import, and a file that waits for the trainer."""
    module = ModuleVersionFactory(module__force=cast.police, module__title="Signed on paper", valid_months=None).module
    profile = RoleProfileFactory(force=cast.police, name="Asks for what was signed on paper")
    ProfileModuleFactory(profile=profile, module=module)
    ProfileAssignmentFactory(person=cast.olu, profile=profile, assigned_by=cast.tess)
    # Who took one over leaves it to another trainer to accept.
    own = EarlierSignOffFactory(
        person=cast.olu, taken_from__by=cast.tess, item="Taken over by her", item_key="taken over by her"
    )
    done = EarlierImportFactory(person=cast.olu)
    one = EarlierSignOffFactory(person=cast.olu, taken_from=done)
    waiting = services.waiting(person=cast.olu, by=cast.tess)
    waiting.keep(WaitingFile("initial.csv", SPREADSHEET))
    places = {"item": 0, "done_on": 1, "mentor": 2, "mentor_on": 3}
    waiting.keep_columns(places)
    accepted = EarlierSignOffFactory(person=cast.olu, taken_from=done, item="Done before", item_key="done before")
    return {
        "earlier_import": done,
        "earlier_sign_off": one,
        "earlier_own": own,
        "earlier_module": module,
        "earlier_acceptance": EarlierAcceptanceFactory(sign_off=accepted, module=module, accepted_by=cast.tess),
    }


def of(name: str) -> Any:
    return lambda cast, things: {"pk": things[name].pk}


def olu(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": cast.olu.pk}


def spreadsheet(cast: Cast, things: Things) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("initial.csv", SPREADSHEET)}


def columns(cast: Cast, things: Things) -> dict[str, Any]:
    return {"item": "0", "done_on": "1"}


def shown(cast: Cast, things: Things) -> dict[str, Any]:
    return {"shown": "another"}


def why(cast: Cast, things: Things) -> dict[str, Any]:
    return {"why": "The file of somebody else."}


def acceptance(cast: Cast, things: Things) -> dict[str, Any]:
    return {"module": str(things["earlier_module"].pk), "why": "I saw the signed sheet."}


RUNS = only(403, *SEES) | only(200, "tess")
DOES = only(403, *SEES) | only(302, "tess")
RUNS_ONE = only(403, *READS) | only(200, "tess")
DOES_ONE = only(403, *READS) | only(302, "tess")

ROWS: list[Row] = [
    Row("training:earlier_import", 404, RUNS, arguments=olu),
    Row("training:earlier_import", 404, DOES, method="POST", arguments=olu, data=spreadsheet),
    Row("training:earlier_columns", 404, RUNS, arguments=olu),
    Row("training:earlier_columns", 404, DOES, method="POST", arguments=olu, data=columns),
    Row("training:earlier_check", 404, RUNS, arguments=olu),
    Row("training:earlier_check", 404, DOES, method="POST", arguments=olu, data=shown, why="another file was shown"),
    Row("training:earlier_refused", 404, RUNS, arguments=olu),
    Row("training:earlier_undo", 404, RUNS, arguments=of("earlier_import")),
    Row("training:earlier_undo", 404, DOES, method="POST", arguments=of("earlier_import"), data=why),
    Row("training:earlier_sign_off", 404, only(200, *READS), arguments=of("earlier_sign_off")),
    Row("training:earlier_accepted", 404, only(302, *READS), arguments=of("earlier_acceptance")),
    Row("training:earlier_accept", 404, RUNS_ONE, arguments=of("earlier_sign_off")),
    Row("training:earlier_accept", 404, DOES_ONE, method="POST", arguments=of("earlier_sign_off"), data=acceptance),
    Row("training:earlier_accept", 404, only(403, *READS), arguments=of("earlier_own")),
    Row(
        "training:earlier_accept",
        404,
        only(403, *READS),
        method="POST",
        arguments=of("earlier_own"),
        data=acceptance,
        why="she took it over",
    ),
    Row("training:earlier_take_back", 404, RUNS_ONE, arguments=of("earlier_acceptance")),
    Row("training:earlier_take_back", 404, DOES_ONE, method="POST", arguments=of("earlier_acceptance"), data=why),
    Row("training:initial_training_xlsx", 404, only(200, *SEES), arguments=olu),
]
