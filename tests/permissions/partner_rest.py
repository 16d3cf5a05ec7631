"""Who gets which answer from modules at sessions, substitutions of trainers, walk-ins with an account, absences and anonymous links."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from partners.models import FeedbackLink, SessionModule, WalkInJoin
from partners.models.session_feedback import hash_of_token
from tests.factories.partners import BookingFactory, DelegateFactory, SessionFactory
from tests.factories.training import ModuleVersionFactory
from tests.people import Cast
from tests.permissions.rows import Row, Things

BOOKERS = ("pat", "cory", "out")
TOKEN = "b" * 64


def furnish(cast: Cast) -> dict[str, Any]:
    """A session to come with a module."""
    now = timezone.now()
    given = {"host": cast.police, "planned_by": cast.tess}
    coming = SessionFactory(**given, starts_at=now + timedelta(days=61))
    module = ModuleVersionFactory(module__force=cast.police, module__title="Sharing, for the matrix").module
    over = SessionFactory(**given, starts_at=now - timedelta(days=8), state="HELD")
    came = {"session": over, "user": None, "state": "PRESENT", "walk_in": "PLACE", "registered_at": now}
    entered, joined = (
        DelegateFactory(agency=cast.council, added_by=cast.tess, name=name, email=f"{name[:3]}@example.com".lower())
        for name in ("Patt Fictitious", "Out Fictitious")
    )
    taken = BookingFactory(**came, delegate=joined)
    WalkInJoin.objects.create(booking=taken, delegate=joined, user=cast.out, joined_at=now, joined_by=cast.tess)
    taken.user, taken.delegate = cast.out, None
    taken.save(update_fields=["user", "delegate"])
    put = {"session": coming, "module": module, "time": "BEFORE", "added_at": now, "added_by": cast.tess}
    return {
        "rest_coming": coming,
        "rest_link": FeedbackLink.objects.create(session=over, token_hash=hash_of_token(TOKEN)),
        "rest_walk_in": BookingFactory(**came, delegate=entered),
        "rest_joined": taken,
        "rest_module": SessionModule.objects.create(**put),
    }


def of(thing: str) -> Any:
    return lambda cast, things: {"pk": things[f"rest_{thing}"].pk}


def by(token: str) -> Any:
    return lambda cast, things: {"token": token}


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
    Row("partners:walk_ins", 403, {"tess": 200, "ada": 200}, why="Who may know of accounts: trainers, administrators"),
    Row("partners:walk_in", 403, {"tess": 200, "ada": 200}, arguments=of("walk_in")),
    Row("partners:walk_in", 403, {"tess": 422, "ada": 422}, method="POST", arguments=of("walk_in")),
    Row("partners:walk_in_undo", 403, {"tess": 200, "ada": 200}, arguments=of("joined")),
    Row("partners:walk_in_undo", 403, {"tess": 422, "ada": 422}, method="POST", arguments=of("joined")),
    Row(
        "partners:feedback_by_link", 200, arguments=by(TOKEN), anonymous=200, why="Whoever has the address from a mail"
    ),
    Row("partners:feedback_by_link", 422, method="POST", arguments=by(TOKEN), anonymous=422),
    Row("partners:feedback_by_link", 404, arguments=by("wrong"), anonymous=404),
    runs("session_module_remove", "coming", 302, method="POST", arguments=the_module),
]
