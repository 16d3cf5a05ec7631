"""Who gets which answer from the matrix, its list and its files, and from what lapses in the coming months."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.factories.training import ModuleVersionFactory, TrainingRecordFactory
from tests.people import Cast
from tests.permissions.rows import Row, Things

SEES_PEOPLE = ("tess", "lin", "sam")
SEES_TRENDS = ("leda", "ana")


def furnish(cast: Cast) -> dict[str, Any]:
    """Two modules that everybody of a team needs: one that soon lapses for the line manager, and one that is missing."""
    roles = ["LINE_MANAGER", "FRONTLINE_OFFICER"]
    soon, _ = (
        ModuleVersionFactory(
            module__force=cast.police, module__title=title, module__short_title=title, required_for=roles
        )
        for title in ("Asked of a team, and soon to lapse", "Asked of a team, and missing")
    )
    done_on = timezone.localdate() - timedelta(days=690)
    people = {"trainer": cast.tess, "mentor": cast.moss, "line_manager": cast.sam}
    TrainingRecordFactory(person=cast.lin, module_version=soon, state="COMPLETE", done_on=done_on, **people)
    return {}


def only(status: int, *names: str) -> dict[str, int]:
    return dict.fromkeys(names, status)


def as_csv(cast: Cast, things: Things) -> dict[str, Any]:
    return {"format": "csv"}


ROWS: list[Row] = [
    Row("training:matrix", 403, only(200, *SEES_PEOPLE)),
    Row("training:readiness", 403, only(200, *SEES_PEOPLE)),
    Row("training:matrix_people", 403, only(200, *SEES_PEOPLE)),
    Row("training:matrix_export", 403, only(200, *SEES_PEOPLE), data=as_csv, why="a file"),
    Row("training:forecast", 403, only(200, *SEES_PEOPLE, *SEES_TRENDS), why="leaders see counts by team"),
    Row("training:forecast_people", 403, only(200, *SEES_PEOPLE)),
]
