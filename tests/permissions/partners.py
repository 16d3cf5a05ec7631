"""Who gets which answer from the pages of sessions and bookings."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.factories.accounts import AgencyFactory
from tests.factories.partners import BookingFactory, DelegateFactory, SessionFactory
from tests.people import Cast
from tests.permissions.rows import Row

BOOKERS = ("pat", "cory", "out")


def furnish(cast: Cast) -> dict[str, Any]:
    """Sessions of the hub's force, planned, open, over and called off; one of another force; bookings of the council and of others."""
    soon = timezone.now() + timedelta(days=30)

    def session(**fields: Any):
        return SessionFactory(**{"host": cast.police, "planned_by": cast.tess, "starts_at": soon} | fields)

    over = timezone.now() - timedelta(days=3)
    opened = session()
    pats = BookingFactory(session=opened, user=cast.pat)
    jo = DelegateFactory(agency=cast.council, added_by=cast.cory)
    return {
        "partners_planned": session(state="PLANNED"),
        "partners_open": opened,
        "partners_over": session(starts_at=over),
        "partners_elsewhere": SessionFactory(host=AgencyFactory(kind="POLICE"), starts_at=soon, state="PLANNED"),
        "partners_pats": pats,
        "partners_jos": BookingFactory(session=opened, user=None, delegate=jo),
        "partners_outs": BookingFactory(session=opened, user=cast.out),
    }


def of(thing: str) -> Any:
    return lambda cast, things: {"pk": things[f"partners_{thing}"].pk}


def booking_rows(name: str, status: int, *, method: str = "GET") -> list[Row]:
    """A page of one booking: the person and their coordinator, and nobody else whatever their role."""
    return [
        Row(f"partners:{name}", 404, {"pat": status, "cory": status}, method=method, arguments=of("pats")),
        Row(f"partners:{name}", 404, {"cory": status}, method=method, arguments=of("jos")),
        Row(f"partners:{name}", 404, {"out": status}, method=method, arguments=of("outs")),
    ]


def trainer_rows(name: str, thing: str, status: int, *, method: str = "GET", data: Any = None) -> Row:
    """What only trainers of the force do: 403 for who may see the session, 404 for all others."""
    seen = dict.fromkeys(BOOKERS, 404 if thing in ("planned", "elsewhere") else 403)
    return Row(
        f"partners:{name}",
        404,
        {"tess": status} | seen,
        method=method,
        arguments=of(thing),
        **({"data": data} if data else {}),
    )


ROWS: list[Row] = [
    Row("partners:sessions", 403, dict.fromkeys((*BOOKERS, "tess"), 200)),
    Row("partners:session", 404, dict.fromkeys((*BOOKERS, "tess"), 200), arguments=of("open")),
    Row("partners:session", 404, {"tess": 200}, arguments=of("planned")),
    Row("partners:session", 404, arguments=of("elsewhere"), why="Planned by another force"),
    Row("partners:session_plan", 403, {"tess": 200}),
    Row("partners:session_plan", 403, {"tess": 422}, method="POST", why="When it begins is missing"),
    trainer_rows("session_open", "planned", 302, method="POST"),
    trainer_rows("session_open", "open", 302, method="POST"),
    trainer_rows("session_change", "open", 200),
    trainer_rows("session_change", "open", 422, method="POST"),
    trainer_rows("session_change", "elsewhere", 404),
    trainer_rows("session_cancel", "open", 200),
    trainer_rows("session_cancel", "open", 302, method="POST", data=lambda cast, things: {"reason": "Snow."}),
    trainer_rows("session_register", "over", 200),
    trainer_rows("session_register", "over", 302, method="POST"),
    Row(
        "partners:book",
        404,
        {"pat": 302, "out": 302, "cory": 200, "tess": 403},
        arguments=of("open"),
        why="A practitioner goes on to the check; a trainer sees it and may not book",
    ),
    Row("partners:book", 404, {"pat": 302, "out": 302, "cory": 422, "tess": 403}, method="POST", arguments=of("open")),
    Row("partners:book", 404, {"tess": 403}, arguments=of("planned")),
    Row(
        "partners:book_check",
        404,
        {"pat": 200, "out": 200, "cory": 302, "tess": 403},
        arguments=of("open"),
        why="A coordinator says first who it is for",
    ),
    Row(
        "partners:book_check",
        404,
        {"pat": 422, "out": 422, "cory": 302, "tess": 403},
        method="POST",
        arguments=of("open"),
        why="Both have a place already",
    ),
    Row("partners:bookings", 403, dict.fromkeys(BOOKERS, 200)),
    *booking_rows("booking", 200),
    *booking_rows("booked", 200),
    *booking_rows("booking_cancel", 200),
    *booking_rows("booking_cancel", 302, method="POST"),
    *booking_rows("booking_calendar", 200),
]
