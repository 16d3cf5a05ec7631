"""Who gets which answer from the register of a session for partners: walk-ins, closing, codes, no-shows and certificates."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from partners.models import Certificate
from tests.factories.partners import BookingFactory, DelegateFactory, SessionFactory
from tests.people import Cast
from tests.permissions.rows import Row

BOOKERS = ("pat", "cory", "out")
TOKEN = "A" * 43


def furnish(cast: Cast) -> dict[str, Any]:
    """A session that runs, with its code shown, on which Pat is booked; a held one, where Pat and a delegate of the council were."""
    begun = timezone.now() - timedelta(minutes=20)
    given = {"host": cast.police, "planned_by": cast.tess}
    runs = SessionFactory(**given, starts_at=begun, code_opened_at=timezone.now(), code_opened_by=cast.tess)
    held = SessionFactory(**given, starts_at=begun - timedelta(days=2), state="HELD")
    jo = DelegateFactory(agency=cast.council, added_by=cast.cory)
    there = BookingFactory(session=held, user=cast.pat, state="PRESENT")
    Certificate.objects.create(booking=there, token=TOKEN, made_at=begun, made_by=cast.pat)
    BookingFactory(session=held, user=cast.out, state="ABSENT")
    return {
        "register_runs": runs,
        "register_held": held,
        "register_pats": BookingFactory(session=runs, user=cast.pat),
        "register_pats_there": there,
        "register_jos_there": BookingFactory(session=held, user=None, delegate=jo, state="PRESENT"),
    }


def of(thing: str) -> Any:
    return lambda cast, things: {"pk": things[f"register_{thing}"].pk}


def runs(name: str, thing: str, status: int, *, method: str = "GET") -> Row:
    """What only trainers of the force do: 403 for who may see the session, 404 for all others."""
    seen = dict.fromkeys(BOOKERS, 403)
    return Row(f"partners:{name}", 404, {"tess": status} | seen, method=method, arguments=of(thing))


ROWS: list[Row] = [
    runs("session_register", "held", 200),
    runs("session_register", "runs", 200),
    runs("session_register_close", "runs", 200),
    runs("session_register_close", "runs", 302, method="POST"),
    runs("session_walk_in", "runs", 200),
    runs("session_walk_in", "runs", 422, method="POST"),
    runs("session_code", "runs", 200),
    runs("session_code", "runs", 302, method="POST"),
    runs("session_no_shows", "held", 200),
    Row(
        "partners:booking_check_in",
        404,
        {"pat": 200, "cory": 302},
        arguments=of("pats"),
        why="Their coordinator sees the booking, and says for nobody else that they are there",
    ),
    Row("partners:booking_check_in", 404, {"pat": 422, "cory": 422}, method="POST", arguments=of("pats")),
    Row(
        "partners:booking_certificate",
        404,
        {"pat": 200, "cory": 403},
        arguments=of("pats_there"),
        why="Who has an account takes it themselves",
    ),
    Row("partners:booking_certificate", 404, {"cory": 200}, arguments=of("jos_there")),
    Row("partners:booking_certificate", 404, {"cory": 403}, arguments=of("pats"), why="Nobody knows yet who came"),
    Row(
        "certificate_verify",
        200,
        arguments=lambda cast, things: {"token": TOKEN},
        anonymous=200,
        why="Whoever has the address: it says no name and no agency",
    ),
    Row("certificate_verify", 404, arguments=lambda cast, things: {"token": "wrong"}, anonymous=404),
]
