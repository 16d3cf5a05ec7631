"""Lists of sessions with ten thousand sessions and half a million bookings: a trainer's, a delegate's, a coordinator's, the public one.

In a database of its own, copied from this one and dropped afterwards, filled by a few statements. For each list: what the database
is asked for its first page, against a bare statement that gives the same 25 rows (shown to be the same first); and the whole page, at
the size of the demonstration and filled, against the same bare statement of 25 sessions by their ids, whose cost does not depend on
the size. A page may cost half as much again, and asks no more questions than before.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from benchmarks.large_draw import copied_database
from benchmarks.measuring import CALLS_A_ROUND, SHORT_ROUNDS, Result, compare, once_a_run
from common.paging import PAGE_SIZE
from partners import queries
from partners.models import Booking, Session
from partners.queries.totals import Asked, totals_for

SESSIONS, BOOKINGS_EACH, DELEGATES = 10_000, 50, 5_000
OF_ONE_PERSON = 200
GROWTH_LIMIT = 1.5
# Of the database's part against the bare statement, as of the list of referrals (P1 of docs/performance.md): scope costs that much.
LIMIT = 3.5
FILL = (
    # Nine of ten have been, over three years; the others are open and to come within half a year.
    """INSERT INTO partners_session (id, host_id, kind, title, about, starts_at, ends_at, venue, place, joining_link, capacity,
        places_taken, booking_closes_at, state, revision, planned_at, planned_by_id, changed_at, opened_at, opened_by_id,
        cancel_reason, held_at, held_by_id)
    SELECT md5('session' || n)::uuid, %(host)s, (ARRAY['CPI', 'CLARES_LAW', 'SARAHS_LAW', 'SHARING_LAW', 'TOOLKIT_TOUR'])[n %% 5 + 1],
        'Session ' || n, '', at, at + interval '90 minutes', 'ONLINE', '', '', 60, 50, at,
        CASE WHEN at < now() THEN 'HELD' ELSE 'OPEN' END, 0, at - interval '90 days', %(trainer)s, at - interval '90 days',
        at - interval '89 days', %(trainer)s, '', CASE WHEN at < now() THEN at END, CASE WHEN at < now() THEN %(trainer)s::uuid END
    FROM generate_series(1, %(sessions)s) AS n, LATERAL (SELECT CASE WHEN n %% 10 > 0 THEN now() - n * interval '2 hours 37 minutes'
        ELSE now() + interval '2 days' + n * interval '25 minutes' END AS at) AS moment""",
    """INSERT INTO partners_sessiondate (id, session_id, starts_at, ends_at)
    SELECT md5('date' || id)::uuid, id, starts_at, ends_at FROM partners_session AS one
        WHERE NOT EXISTS (SELECT FROM partners_sessiondate WHERE session_id = one.id)""",
    """INSERT INTO partners_delegate (id, agency_id, name, email, added_at, added_by_id)
    SELECT md5('delegate' || n)::uuid, (ARRAY(SELECT id FROM accounts_agency WHERE NOT is_hub ORDER BY id))[n %% 16 + 1],
        'Delegate ' || n, 'delegate' || n || '@example.org', now(), %(trainer)s FROM generate_series(1, %(delegates)s) AS n""",
    # The last place of some sessions is the partner's own; every other is a delegate's, each on another session.
    """INSERT INTO partners_booking (id, reference, session_id, agency_id, user_id, delegate_id, state, request_key, booked_at,
        booked_by_id, registered_at, registered_by_id, moves, moved_note)
    SELECT md5('booking' || n || '-' || seat)::uuid, 'BKG-B-' || n || '-' || seat, one.id,
        CASE WHEN own THEN %(agency)s ELSE person.agency_id END, CASE WHEN own THEN %(partner)s::uuid END,
        CASE WHEN NOT own THEN person.id END,
        CASE WHEN one.state = 'OPEN' THEN 'BOOKED' WHEN seat %% 9 = 0 THEN 'ABSENT' ELSE 'PRESENT' END,
        md5('key' || n || '-' || seat)::uuid, one.planned_at, %(trainer)s, one.held_at, one.held_by_id, 0, ''
    FROM generate_series(1, %(sessions)s) AS n
        JOIN partners_session AS one ON one.id = md5('session' || n)::uuid
        CROSS JOIN generate_series(1, %(each)s) AS seat
        JOIN partners_delegate AS person ON person.id = md5('delegate' || ((n * 53 + seat) %% %(delegates)s + 1))::uuid
        CROSS JOIN LATERAL (SELECT seat = %(each)s AND n %% (%(sessions)s / %(own)s) = 0 AS own) AS whose""",
)
TABLES = ("partners_session", "partners_sessiondate", "partners_delegate", "partners_booking")
FIRST = "SELECT id FROM partners_session WHERE {} ORDER BY starts_at{}, id{} LIMIT 26"
COMING = ("ends_at > now()", "", "")
PAST = ("ends_at <= now()", " DESC", " DESC")
OPEN = ("ends_at > now() AND state = 'OPEN'", "", "")
BY_IDS = "SELECT id, kind, title, starts_at, ends_at, venue, place, capacity, places_taken, state FROM partners_session WHERE id = ANY(%s)"


@dataclass(frozen=True)
class List:
    """One list: whose, where, and the bare statement of its first page."""

    title: str
    who: str
    address: str
    show: str
    bare: tuple[str, str, str]


LISTS = (
    List("A trainer's list of what is coming", "trainer", reverse("partners:sessions"), "coming", COMING),
    List("A trainer's list of what has been", "trainer", f"{reverse('partners:sessions')}?show=past", "past", PAST),
    List("A delegate's list of sessions", "partner", reverse("partners:sessions"), "coming", OPEN),
    List("A coordinator's list of sessions", "coordinator", reverse("partners:sessions"), "coming", OPEN),
)
PUBLIC = reverse("partners:sessions_public")
# It shows all there are, two hundred at most, so it is longer in a filled database: its questions are pinned, and not its cost.
WHOLE = ("The public list",)


@once_a_run
def main() -> None:
    """Measure, fill, measure again; an error where a page grows by more than it may, or asks more often."""
    with copied_database():
        before = dict(pages())
        with connection.cursor() as cursor:
            fill(cursor)
        sessions, bookings = Session.objects.count(), Booking.objects.count()
        assert sessions >= SESSIONS
        assert bookings >= SESSIONS * BOOKINGS_EACH
        size = f"{sessions:,} sessions, {bookings:,} bookings"
        for one in LISTS:
            against_bare(one, size)
        after = dict(pages())
        totals_of_a_year(size)
    wrong = []
    for name, (result, asked) in after.items():
        grown = result.ratio / before[name][0].ratio
        print(f"{name}: {grown:.2f} times as much as before, {before[name][1]} and {asked} queries", flush=True)
        if (grown > GROWTH_LIMIT and name not in WHOLE) or asked != before[name][1]:
            wrong.append(name)
    assert not wrong, wrong


def fill(cursor: Any) -> None:
    """Without triggers, which the statements stand in for: counted places and dates are written with the sessions."""
    people = {name: User.objects.get(email=f"{name}@example.org") for name in ("trainer", "partner")}
    values = {
        "host": people["trainer"].agency_id,
        "trainer": people["trainer"].pk,
        "partner": people["partner"].pk,
        "agency": people["partner"].agency_id,
        "sessions": SESSIONS,
        "each": BOOKINGS_EACH,
        "own": OF_ONE_PERSON,
        "delegates": DELEGATES,
    }
    for table in TABLES:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for statement in FILL:
        cursor.execute(statement, values)
    for table in TABLES:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    cursor.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")
    cursor.execute(
        "SELECT count(*) FROM partners_session AS one WHERE title LIKE 'Session %' AND places_taken <>"
        " (SELECT count(*) FROM partners_booking WHERE session_id = one.id)"
    )
    assert cursor.fetchone() == (0,)


def against_bare(one: List, size: str) -> None:
    """The database's part of the first page, shown to be the same rows first."""
    user = User.objects.get(email=f"{one.who}@example.org")
    order = queries.PAST_ORDER if one.show == "past" else queries.COMING_ORDER
    statement = FIRST.format(*one.bare)

    listed = queries.listed_sessions(user, at=timezone.now(), show=one.show).order_by(*order)[: PAGE_SIZE + 1]
    asked, values = listed.query.sql_with_params()

    def ours() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(asked, values)
            return [row[0] for row in cursor.fetchall()][:PAGE_SIZE]

    def bare() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            ids = [row[0] for row in cursor.fetchall()][:PAGE_SIZE]
            cursor.execute(BY_IDS, [ids])
            assert len(cursor.fetchall()) == PAGE_SIZE
        return ids

    assert ours() == bare()
    assert listed.model._meta.concrete_fields[0].name == "id"
    compare(
        f"{one.title}, the database's part, against bare SQL",
        ours=ours,
        peer=bare,
        size=size,
        calls=CALLS_A_ROUND,
        rounds=SHORT_ROUNDS,
        limit=LIMIT,
    )


def pages() -> Iterator[tuple[str, tuple[Result, int]]]:
    """Every page at what there is now, and how many queries it takes."""
    size = f"{Session.objects.count():,} sessions"
    ids = list(Session.objects.order_by("-starts_at", "pk").values_list("pk", flat=True)[:PAGE_SIZE])
    for one in LISTS:
        client = Client(SERVER_NAME="localhost")
        user = User.objects.get(email=f"{one.who}@example.org")
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        yield one.title, page_of(one.title, lambda c=client, a=one.address: c.get(a), ids, size)  # type: ignore[misc]
    visitor = Client(SERVER_NAME="localhost")

    def public() -> Any:
        cache.clear()
        return visitor.get(PUBLIC)

    yield "The public list", page_of("The public list", public, ids, size)


def page_of(title: str, get: Callable[[], Any], ids: list[Any], size: str) -> tuple[Result, int]:
    """One page against 25 sessions by their ids."""
    get()
    with CaptureQueriesContext(connection) as asked:
        assert get().status_code == 200
    # Counted here: the next request forgets them.
    count = len(asked)
    assert count > 0

    def peer() -> None:
        with connection.cursor() as cursor:
            cursor.execute(BY_IDS, [ids])
            assert len(cursor.fetchall()) == len(ids)

    result = compare(
        f"{title}, the whole page, against 25 sessions by their ids",
        ours=get,
        peer=peer,
        size=size,
        calls=CALLS_A_ROUND,
        rounds=SHORT_ROUNDS // 3,
    )
    return result, count


def totals_of_a_year(size: str) -> None:
    """A figure to know: all totals of the last twelve months, against counting the bookings of the same sessions."""
    trainer = User.objects.get(email="trainer@example.org")
    at = timezone.now()
    asked = Asked(first=at.date().replace(year=at.year - 1), last=at.date())

    def counted() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT one.id, booking.state, count(*) FROM partners_session AS one JOIN partners_booking AS booking"
                " ON booking.session_id = one.id WHERE one.starts_at >= now() - interval '1 year' AND one.state = 'HELD'"
                " GROUP BY one.id, booking.state"
            )
            assert cursor.fetchall()

    assert trainer.agency is not None
    force = trainer.agency
    compare(
        "Totals of a year against counting its bookings",
        ours=lambda: totals_for(force, asked, at=at),
        peer=counted,
        size=size,
        calls=1,
    )


if __name__ == "__main__":
    main()
