"""Who gets which answer from the pages of waiting lists, held places, groups, swaps and needs."""

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from partners.models import GroupBooking, GroupMember
from tests.factories.partners import BookingFactory, DelegateFactory, NeedsFactory, SessionFactory
from tests.people import Cast
from tests.permissions.rows import Row, Things

BOOKERS = ("pat", "cory", "out")


def furnish(cast: Cast) -> dict[str, Any]:
    """A session with places, one that is full with somebody waiting, one with an offer, and a group of the council."""
    soon = timezone.now() + timedelta(days=40)

    def session(**fields: Any):
        return SessionFactory(**{"host": cast.police, "planned_by": cast.tess, "starts_at": soon} | fields)

    opened = session()
    full, offering = session(capacity=1), session(capacity=2)
    BookingFactory(session=full)
    BookingFactory(session=offering)
    booked = BookingFactory(session=opened, user=cast.pat)
    NeedsFactory(booking=booked)
    jo = DelegateFactory(agency=cast.council, added_by=cast.cory)
    group = GroupBooking.objects.create(
        id=uuid.uuid4(), session=opened, agency=cast.council, made_by=cast.cory, made_at=timezone.now(), left_out=1
    )
    GroupMember.objects.create(group=group, booking=BookingFactory(session=opened, user=None, delegate=jo), number=1)
    return {
        "bookings_open": opened,
        "bookings_pats": booked,
        "bookings_waiting": BookingFactory(session=full, user=cast.pat, state="WAITING"),
        "bookings_offered": BookingFactory(session=offering, user=cast.pat, state="OFFERED"),
        "bookings_group": group,
    }


def of(thing: str) -> Any:
    return lambda cast, things: {"pk": things[f"bookings_{thing}"].pk}


def answer(cast: Cast, things: Things) -> dict[str, Any]:
    return {"answer": "DECLINE"}


def both(name: str, thing: str, status: int, *, method: str = "GET", data: Any = None) -> Row:
    """The person and their coordinator, and nobody else whatever their role."""
    people = {"pat": status, "cory": status}
    return Row(f"partners:{name}", 404, people, method=method, arguments=of(thing), **({"data": data} if data else {}))


ROWS: list[Row] = [
    Row("partners:hold", 404, {**dict.fromkeys(BOOKERS, 302), "tess": 403}, method="POST", arguments=of("open")),
    Row(
        "partners:hold_release", 404, {**dict.fromkeys(BOOKERS, 302), "tess": 403}, method="POST", arguments=of("open")
    ),
    Row("partners:group_new", 404, {"cory": 200, "pat": 403, "out": 403, "tess": 403}, arguments=of("open")),
    Row(
        "partners:group_new",
        404,
        {"cory": 422, "pat": 403, "out": 403, "tess": 403},
        method="POST",
        arguments=of("open"),
        why="Nobody is named",
    ),
    Row(
        "partners:group_check",
        404,
        {"cory": 302, "pat": 403, "out": 403, "tess": 403},
        arguments=of("open"),
        why="Nothing was typed yet",
    ),
    Row(
        "partners:group_check",
        404,
        {"cory": 302, "pat": 403, "out": 403, "tess": 403},
        method="POST",
        arguments=of("open"),
    ),
    Row("partners:group", 403, {"cory": 200}, arguments=of("group")),
    Row("partners:session_needs", 404, {"tess": 200, **dict.fromkeys(BOOKERS, 403)}, arguments=of("open")),
    both("booking_leave", "waiting", 200),
    both("booking_leave", "waiting", 302, method="POST"),
    both("booking_offer", "offered", 200),
    both("booking_offer", "offered", 302, method="POST", data=answer),
    Row("partners:booking_swap", 404, {"cory": 200, "pat": 403}, arguments=of("pats")),
    Row("partners:booking_swap", 404, {"cory": 422, "pat": 403}, method="POST", arguments=of("pats")),
    Row("partners:booking_needs", 404, {"pat": 200, "cory": 403}, arguments=of("pats")),
    Row("partners:booking_needs", 404, {"pat": 302, "cory": 403}, method="POST", arguments=of("pats")),
]
