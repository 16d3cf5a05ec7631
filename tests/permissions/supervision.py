"""Who gets which answer from the pages of supervision. Mina is supervised by Moss, and Sam leads the team of both."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.factories.supervision import SupervisionFactory, SupervisionSessionFactory
from tests.people import Cast
from tests.permissions.rows import Row, Things

THE_TWO = ("mina", "moss")


def furnish(cast: Cast) -> dict[str, Any]:
    """One session that was held, with its record, and one that is planned for today."""
    today = timezone.localdate()
    pair = {"supervisee": cast.mina, "supervisor": cast.moss, "arranged_by": cast.tess}
    supervision = SupervisionFactory(**pair, starts_on=today - timedelta(days=90))
    reflective = SupervisionFactory(**pair, kind="REFLECTIVE", starts_on=today - timedelta(days=90))
    held = SupervisionSessionFactory(supervision=supervision, state="HELD", planned_on=today - timedelta(days=50))
    planned = SupervisionSessionFactory(supervision=supervision, planned_on=today)
    return {
        "supervision": supervision,
        "reflective": reflective,
        "supervision_held": held,
        "supervision_planned": planned,
    }


def only(status: int, *names: str) -> dict[str, int]:
    return dict.fromkeys(names, status)


def of(name: str) -> Any:
    return lambda cast, things: {"pk": things[name].pk}


def day(name: str, days: int = 0) -> dict[str, str]:
    value = timezone.localdate() + timedelta(days=days)
    return {f"{name}_0": str(value.day), f"{name}_1": str(value.month), f"{name}_2": str(value.year)}


def arranged(cast: Cast, things: Things) -> dict[str, Any]:
    who = {"supervisee": cast.olu.email, "supervisor": cast.moss.email}
    return who | {"kind": "SUPERVISION", "every_weeks": "6"} | day("starts_on")


def ended(cast: Cast, things: Things) -> dict[str, Any]:
    return day("ends_on")


def planned(cast: Cast, things: Things) -> dict[str, Any]:
    return day("planned_on", 7)


def written(cast: Cast, things: Things) -> dict[str, Any]:
    return dict.fromkeys(("agreed", "curiosity", "fairness", "wellbeing"), "In words.") | {"after": "1"}


def held(cast: Cast, things: Things) -> dict[str, Any]:
    return written(cast, things) | day("held_on")


def missed(cast: Cast, things: Things) -> dict[str, Any]:
    return {"why": "OPERATIONAL"}


def cancelled(cast: Cast, things: Things) -> dict[str, Any]:
    return {"words": "A strategy meeting took its place."}


def read(cast: Cast, things: Things) -> dict[str, Any]:
    return {"version": "1", "has_read": "on"}


def reason(cast: Cast, things: Things) -> dict[str, Any]:
    return {"reason": "Somebody named in it may be at risk today."}


def both(name: str, data: Any, *, thing: str = "supervision_planned") -> list[Row]:
    """A page that each of the two may use; for everybody else it does not exist."""
    return [
        Row(name, 404, only(200, *THE_TWO), arguments=of(thing)),
        Row(name, 404, only(302, *THE_TWO), method="POST", arguments=of(thing), data=data),
    ]


ROWS: list[Row] = [
    Row("training:supervision", 200, why="one's own; who has none is told so"),
    Row("training:supervision_of_two", 404, only(200, *THE_TWO), arguments=of("supervision")),
    Row("training:supervision_arranged", 403, only(200, "tess", "lin", "sam")),
    Row("training:supervision_new", 403, only(200, "tess", "lin", "sam")),
    Row(
        "training:supervision_new",
        403,
        {"tess": 302, "lin": 302, "sam": 422},
        method="POST",
        data=arranged,
        why="Olu is of Lin's team, not of Sam's",
    ),
    Row("training:supervision_end", 403, {"tess": 200, "sam": 200, "lin": 404}, arguments=of("supervision")),
    Row(
        "training:supervision_end",
        403,
        {"tess": 302, "sam": 302, "lin": 404},
        method="POST",
        arguments=of("supervision"),
        data=ended,
    ),
    Row("training:supervision_figures", 403, only(200, "sam", "tess", "leda", "ana")),
    Row("training:supervision_records", 403, only(200, "lin", "sam")),
    *both("training:supervision_plan", planned, thing="reflective"),
    Row(
        "training:supervision_session",
        404,
        only(200, *THE_TWO),
        arguments=of("supervision_held"),
        why="the two, and nobody else: neither the administrator nor the trainer nor, before breaking the glass, Sam",
    ),
    *both("training:supervision_move", planned),
    *both("training:supervision_missed", missed),
    *both("training:supervision_cancel", cancelled),
    Row("training:supervision_held", 404, {"moss": 200, "mina": 403}, arguments=of("supervision_planned")),
    Row(
        "training:supervision_held",
        404,
        {"moss": 302, "mina": 403},
        method="POST",
        arguments=of("supervision_planned"),
        data=held,
    ),
    Row("training:supervision_record_new", 404, {"moss": 200, "mina": 403}, arguments=of("supervision_held")),
    Row(
        "training:supervision_record_new",
        404,
        {"moss": 302, "mina": 403},
        method="POST",
        arguments=of("supervision_held"),
        data=written,
    ),
    Row(
        "training:supervision_read",
        404,
        {"moss": 403, "mina": 302},
        method="POST",
        arguments=of("supervision_held"),
        data=read,
    ),
    Row("training:supervision_open", 404, only(200, "sam"), arguments=of("supervision_held")),
    Row(
        "training:supervision_open", 404, only(302, "sam"), method="POST", arguments=of("supervision_held"), data=reason
    ),
]
