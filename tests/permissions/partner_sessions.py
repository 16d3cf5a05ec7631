"""Who gets which answer from copying, moving, repeating, courses, files, calendar addresses and the public list."""

import hashlib
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.services import hash_of_token
from partners.models import CalendarFeed, SeriesPart, SessionSeries
from tests.factories.partners import BookingFactory, SessionFactory, SessionMaterialFactory
from tests.people import Cast
from tests.permissions.rows import Row

TOKEN = "a-fictitious-token-of-the-tests"
CONTENT = b"%PDF-1.4 fictitious"
BOOKERS = ("pat", "cory", "out")


def furnish(cast: Cast) -> dict[str, Any]:
    """An open session with a file for who is booked (Pat is), in a course; one by invitation of the council; Tess's address."""
    soon = timezone.now() + timedelta(days=45)
    given = {"host": cast.police, "planned_by": cast.tess}
    session = SessionFactory(**given, starts_at=soon)
    BookingFactory(session=session, user=cast.pat)
    invited = SessionFactory(**given, starts_at=soon + timedelta(days=1), audience="INVITED")
    invited.audience_agencies.add(cast.council)
    course = SessionSeries.objects.create(
        host=cast.police,
        kind="COURSE",
        title="Sharing in two parts",
        request_key="00000000-0000-4000-8000-000000000052",
        made_at=soon,
        made_by=cast.tess,
    )
    SeriesPart.objects.create(session=session, series=course)
    material = SessionMaterialFactory(
        session=session,
        added_by=cast.tess,
        state="CLEAN",
        scanned_at=timezone.now(),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        file=default_storage.save("sessions/aa/matrix", ContentFile(CONTENT)),
    )
    CalendarFeed.objects.create(user=cast.tess, token_hash=hash_of_token(TOKEN), made_at=soon)
    return {
        "plan_session": session,
        "plan_invited": invited,
        "plan_course": course,
        "plan_material": material,
    }


def of(thing: str) -> Any:
    return lambda cast, things: {"pk": things[f"plan_{thing}"].pk}


def file(cast: Cast, things: dict[str, Any]) -> dict[str, Any]:
    return {"pk": things["plan_session"].pk, "material_pk": things["plan_material"].pk}


def runs(name: str, status: int, *, method: str = "GET") -> Row:
    """What only trainers of the force do: 403 for who may see the session, 404 for all others."""
    return Row(
        f"partners:{name}",
        404,
        {"tess": status} | dict.fromkeys(BOOKERS, 403),
        method=method,
        arguments=of("session"),
    )


ROWS: list[Row] = [
    Row(
        "partners:session", 404, {"tess": 200, "cory": 200}, arguments=of("invited"), why="By invitation: coordinators"
    ),
    Row("partners:book", 404, {"tess": 403, "cory": 200}, arguments=of("invited")),
    runs("session_copy", 200),
    runs("session_move", 200),
    runs("session_move", 422, method="POST"),
    runs("session_repeat", 200),
    runs("session_repeat", 422, method="POST"),
    runs("material_new", 200),
    runs("material_new", 422, method="POST"),
    Row("partners:material", 404, {"tess": 200, "pat": 200}, arguments=file, why="Trainers, and who is booked"),
    Row("partners:material_remove", 404, {"tess": 302, "pat": 403}, method="POST", arguments=file),
    Row("partners:course_new", 403, {"tess": 200}),
    Row("partners:course_new", 403, {"tess": 422}, method="POST"),
    Row("partners:series", 404, dict.fromkeys((*BOOKERS, "tess"), 200), arguments=of("course")),
    Row("partners:series", 404, {"tess": 302} | dict.fromkeys(BOOKERS, 403), method="POST", arguments=of("course")),
    Row("partners:feed", 403, {"tess": 200}),
    Row("partners:feed", 403, {"tess": 200}, method="POST", why="The new address is shown this once"),
    Row("partners:feed_end", 403, {"tess": 302}, method="POST"),
    Row(
        "partners:feed_read",
        200,
        arguments=lambda cast, things: {"token": TOKEN},
        anonymous=200,
        why="Whoever has the secret address: a calendar does not sign in",
    ),
    Row("partners:feed_read", 404, arguments=lambda cast, things: {"token": "wrong"}, anonymous=404),
    Row("partners:sessions_public", 200, anonymous=200, why="Nothing that may not be public"),
]
