"""Who gets which answer from the pages of training."""

import uuid
from typing import Any

from tests.factories.training import CpdEntryFactory, ModuleVersionFactory, TrainingRecordFactory
from tests.people import Cast
from tests.permissions.rows import Row, Things

KEEPERS = ("olu", "lin", "mina", "sam", "ines", "tess", "moss", "leda", "ana", "iggy", "ada")
# Olu's records: his own, his mentor's, his line manager's and the trainer's to see.
SEES = ("olu", "moss", "lin", "tess")


def furnish(cast: Cast) -> dict[str, Any]:
    """Olu's records, one in each state; Gail, a panel member, has been to a course once."""

    def record(state: str):
        return TrainingRecordFactory(
            person=cast.olu, trainer=cast.tess, mentor=cast.moss, line_manager=cast.lin, state=state
        )

    states = ("LOGGED", "MENTOR_SIGNED", "COMPLETE", "SENT_BACK")
    CpdEntryFactory(person=cast.gail)
    return {f"training_{state}": record(state) for state in states} | {
        "training_module": ModuleVersionFactory(module__force=cast.police)
    }


def only(status: int, *names: str) -> dict[str, int]:
    return dict.fromkeys(names, status)


def of(state: str) -> Any:
    return lambda cast, things: {"pk": things[f"training_{state}"].pk}


def olu(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": cast.olu.pk}


def date_of(day: str) -> dict[str, str]:
    return {f"done_on_{part}": value for part, value in enumerate(day.split())}


CPD = date_of("2 10 2026") | {"kind": "COURSE", "topic": "Stalking", "hours": "1.5", "learned": "The pattern."}


def cpd(cast: Cast, things: Things) -> dict[str, Any]:
    return CPD | {"key": str(uuid.uuid4())}


def content(cast: Cast, things: Things) -> dict[str, Any]:
    return date_of("2 10 2026") | {
        "method": "VIRTUAL",
        "evidence": "Three fictitious calls, read together.",
        "mentor": str(cast.moss.pk),
        "line_manager": str(cast.lin.pk),
    }


def logged(cast: Cast, things: Things) -> dict[str, Any]:
    who = {"person": str(cast.olu.pk), "module_version": str(things["training_module"].pk)}
    return content(cast, things) | who


def signature(name: str) -> Any:
    return lambda cast, things: {
        "version": "1",
        "has_read": "on",
        "confirms": "on",
        "signed_as": getattr(cast, name).name,
    }


def reason(cast: Cast, things: Things) -> dict[str, Any]:
    return {"reason": "Say which calls were discussed."}


def module(cast: Cast, things: Things) -> dict[str, Any]:
    return {"title": "Neglect", "short_title": "Neglect", "aims": "Sees it.", "delivery": "VIDEO", "minutes": "60"}


def own_module(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["training_module"].module_id}


def next_version(cast: Cast, things: Things) -> dict[str, Any]:
    return {"aims": "Sees it sooner.", "delivery": "VIDEO", "minutes": "60", "after": "1"}


ROWS: list[Row] = [
    Row("training:mine", 403, only(200, *KEEPERS, "gail"), why="roles with training, and whoever has logged something"),
    Row("training:cpd_new", 403, only(200, *KEEPERS, "gail")),
    Row("training:cpd_new", 403, only(302, *KEEPERS, "gail"), method="POST", data=cpd),
    Row("training:sign_offs", 403, only(200, "moss", "lin", "tess")),
    Row("training:people", 403, only(200, "tess", "lin", "sam")),
    Row("training:person", 404, only(200, "tess", "lin"), arguments=olu, why="Sam leads another team"),
    Row("training:person_cpd_new", 404, {"tess": 200, "lin": 403}, arguments=olu),
    Row("training:person_cpd_new", 404, {"tess": 302, "lin": 403}, method="POST", arguments=olu, data=cpd),
    Row("training:matrix", 403, only(200, "tess", "lin", "sam")),
    Row("training:modules", 403, only(200, "tess")),
    Row("training:module_new", 403, only(200, "tess")),
    Row("training:module_new", 403, only(302, "tess"), method="POST", data=module),
    Row("training:module_next_version", 403, only(200, "tess"), arguments=own_module),
    Row(
        "training:module_next_version",
        403,
        only(302, "tess"),
        method="POST",
        arguments=own_module,
        data=next_version,
    ),
    Row("training:catalogue", 200, why="titles of courses, for everybody who is signed in"),
    Row("training:record_new", 403, only(200, "tess")),
    Row("training:record_new", 403, only(302, "tess"), method="POST", data=logged),
    Row("training:record", 404, only(200, *SEES), arguments=of("LOGGED")),
    Row("training:record_sign", 404, only(403, *SEES) | only(200, "moss", "lin"), arguments=of("LOGGED")),
    Row(
        "training:record_sign",
        404,
        only(403, *SEES) | {"moss": 302, "lin": 422},
        method="POST",
        arguments=of("LOGGED"),
        data=signature("moss"),
        why="the line manager signs after the mentor",
    ),
    Row(
        "training:record_sign",
        404,
        only(403, *SEES) | {"moss": 302, "lin": 302},
        method="POST",
        arguments=of("MENTOR_SIGNED"),
        data=signature("lin"),
        why="the mentor's second sending gives the signature that is there",
    ),
    Row(
        "training:record_send_back",
        404,
        only(403, *SEES) | {"moss": 200, "lin": 302},
        arguments=of("LOGGED"),
        why="whose turn it is; the other is led to the record",
    ),
    Row(
        "training:record_send_back",
        404,
        only(403, *SEES) | {"moss": 302, "lin": 422},
        method="POST",
        arguments=of("LOGGED"),
        data=reason,
    ),
    Row("training:record_correct", 404, only(403, *SEES) | {"tess": 200}, arguments=of("SENT_BACK")),
    Row(
        "training:record_correct",
        404,
        only(403, *SEES) | {"tess": 302},
        method="POST",
        arguments=of("SENT_BACK"),
        data=content,
    ),
    Row("training:record_revoke", 404, only(200, *SEES) | {"olu": 403}, arguments=of("COMPLETE")),
    Row(
        "training:record_revoke",
        404,
        only(302, *SEES) | {"olu": 403},
        method="POST",
        arguments=of("COMPLETE"),
        data=reason,
    ),
]
