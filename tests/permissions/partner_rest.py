"""Who gets which answer from modules at sessions, substitutions of trainers, walk-ins with an account, absences and anonymous links."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from partners.models import SessionModule
from tests.factories.partners import SessionFactory
from tests.factories.training import ModuleVersionFactory
from tests.people import Cast
from tests.permissions.rows import Row, Things

BOOKERS = ("pat", "cory", "out")


def furnish(cast: Cast) -> dict[str, Any]:
    """A session to come with a module."""
    now = timezone.now()
    given = {"host": cast.police, "planned_by": cast.tess}
    coming = SessionFactory(**given, starts_at=now + timedelta(days=61))
    module = ModuleVersionFactory(module__force=cast.police, module__title="Sharing, for the matrix").module
    put = {"session": coming, "module": module, "time": "BEFORE", "added_at": now, "added_by": cast.tess}
    return {
        "rest_coming": coming,
        "rest_module": SessionModule.objects.create(**put),
    }


def of(thing: str) -> Any:
    return lambda cast, things: {"pk": things[f"rest_{thing}"].pk}


def the_module(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["rest_coming"].pk, "module_pk": things["rest_module"].pk}


def runs(name: str, thing: str, status: int, *, method: str = "GET", **fields: Any) -> Row:
    """What only trainers of the force do: 403 for who may see the session, 404 for all others."""
    seen = dict.fromkeys(BOOKERS, 403)
    return Row(f"partners:{name}", 404, {"tess": status} | seen, method=method, **{"arguments": of(thing)} | fields)


ROWS: list[Row] = [
    runs("session_module_new", "coming", 200),
    runs("session_module_new", "coming", 422, method="POST"),
    runs("session_substitute", "coming", 200),
    runs("session_substitute", "coming", 422, method="POST"),
    Row("partners:substitutions", 403, {"tess": 200}, why="Trainers of a police force"),
    runs("session_module_remove", "coming", 302, method="POST", arguments=the_module),
]
