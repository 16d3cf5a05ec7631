"""Planning, opening, changing, calling off; and what the database refuses of a session."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.models import Entry
from jobs.models import Job
from partners.enums import (
    BOOKING_MOVES,
    SESSION_MOVES,
    BookingMove,
    BookingState,
    SessionMove,
    SessionState,
    next_booking_state,
    next_session_state,
)
from partners.models import Session
from partners.services import scheduling
from partners.services import sessions as services
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.partners import STARTS, BookingFactory, SessionFactory
from tests.people import NOW, Cast

PLAN = {
    "kind": "CLARES_LAW",
    "title": "Right to ask, right to know",
    "starts_at": STARTS,
    "capacity": 30,
    "venue": "ONLINE",
    "joining_link": "https://meet.example.org/fictitious",
}


def plan(cast: Cast, **fields) -> Session:
    return services.plan_session(**PLAN | {"by": cast.tess, "at": NOW} | fields)


def own_session(cast: Cast, **fields) -> Session:
    return SessionFactory(host=cast.police, planned_by=cast.tess, **fields)


def test_a_session_is_planned_for_90_minutes_led_by_its_planner_and_booked_until_it_begins(cast):
    session = plan(cast)

    assert session.ends_at - session.starts_at == timedelta(minutes=90)
    assert session.booking_closes_at == STARTS
    assert list(session.trainers.all()) == [cast.tess]
    assert (session.state, session.host, session.places_taken) == ("PLANNED", cast.police, 0)
    assert [(entry.what, entry.object_id) for entry in Entry.objects.all()] == [
        ("partners.session_planned", str(session.pk))
    ]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": "  "}, "title"),
        ({"starts_at": NOW}, "in the future"),
        ({"ends_at": STARTS}, "begin before it ends"),
        ({"capacity": 0}, "1 to 500 places"),
        ({"capacity": 501}, "1 to 500 places"),
        ({"booking_closes_at": STARTS + timedelta(seconds=1)}, "Booking closes when"),
        ({"booking_opens_at": STARTS}, "open before it closes"),
        ({"venue": "PLACE", "joining_link": ""}, "Say where"),
        ({"venue": "PLACE", "place": "Room 1"}, "no joining link"),
        ({"place": "Room 1"}, "no place"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(cast, fields, words):
    with pytest.raises(services.CannotPlan, match=words):
        plan(cast, **fields)
    assert not Session.objects.exists()


@pytest.mark.parametrize("name", ["olu", "sam", "pat", "cory", "ada"])
def test_only_trainers_of_the_force_plan_open_change_and_cancel(cast, name):
    person = getattr(cast, name)
    session = plan(cast)

    with pytest.raises(services.CannotPlan):
        plan(cast, by=person)
    with pytest.raises(services.CannotOpen):
        services.open_session(session_id=session.pk, by=person, at=NOW)
    with pytest.raises(services.CannotChange):
        services.change_session(session_id=session.pk, by=person, at=NOW, title="Mine")
    with pytest.raises(services.CannotCancelSession):
        services.cancel_session(session_id=session.pk, reason="Because.", by=person, at=NOW)


def test_a_trainer_of_another_force_does_not_touch_it(cast):
    stranger = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["TRAINER"])
    session = plan(cast)

    with pytest.raises(services.CannotOpen):
        services.open_session(session_id=session.pk, by=stranger, at=NOW)
    assert not Session.objects.visible_to(stranger).exists()


def test_somebody_who_is_no_trainer_of_the_force_leads_nothing(cast):
    with pytest.raises(services.CannotPlan, match="Pat Fictitious is not a trainer"):
        plan(cast, trainers=[cast.tess, cast.pat])


def test_partners_see_a_session_from_when_it_is_opened(cast):
    session = plan(cast)
    assert not Session.objects.visible_to(cast.pat).exists()

    services.open_session(session_id=session.pk, by=cast.tess, at=NOW)
    services.open_session(session_id=session.pk, by=cast.tess, at=NOW + timedelta(hours=1))

    assert list(Session.objects.visible_to(cast.pat)) == [session]
    session.refresh_from_db()
    assert (session.state, session.opened_at, session.opened_by) == ("OPEN", NOW, cast.tess)
    assert Entry.objects.filter(what="partners.session_opened").count() == 1


def test_a_session_whose_booking_has_closed_is_not_opened(cast):
    session = plan(cast, booking_closes_at=NOW + timedelta(hours=1))

    with pytest.raises(services.CannotOpen, match="has closed"):
        services.open_session(session_id=session.pk, by=cast.tess, at=NOW + timedelta(hours=1))


def test_another_time_is_told_to_whoever_has_a_place_and_raises_the_revision(cast, mailoutbox):
    session = own_session(cast)
    kept = BookingFactory(session=session)
    BookingFactory(session=session, state="CANCELLED")
    later = STARTS + timedelta(days=1)

    scheduling.move_session(
        session_id=session.pk, spans=[(later, later + timedelta(hours=1))], reason="Snow.", by=cast.tess, at=NOW
    )

    session.refresh_from_db()
    assert (session.starts_at, session.revision) == (later, 1)
    assert [(job.task, job.arguments) for job in Job.objects.all()] == [
        ("partners.tasks.email_person_about_change", {"booking_id": str(kept.pk)})
    ]
    assert Entry.objects.get(what="partners.session_moved").details == {"dates": 1, "clash_known": False}


@pytest.mark.parametrize(
    "change", [{"starts_at": STARTS + timedelta(days=1)}, {"ends_at": STARTS + timedelta(hours=1)}]
)
def test_once_a_session_is_open_its_time_changes_by_a_move_with_a_reason_alone(cast, change):
    opened, planned = own_session(cast), plan(cast, clash_known=True)
    later = {"ends_at": STARTS + timedelta(days=1, hours=1)} | change

    with pytest.raises(services.CannotChange, match="Use Move") as refusal:
        services.change_session(session_id=opened.pk, by=cast.tess, at=NOW, title="Other", clash_known=True, **later)
    assert refusal.value.field == "starts_at"
    services.change_session(session_id=planned.pk, by=cast.tess, at=NOW, clash_known=True, **later)

    opened.refresh_from_db()
    planned.refresh_from_db()
    assert (opened.starts_at, opened.title) == (STARTS, "The CPI form in 90 minutes")
    assert planned.ends_at == later["ends_at"]
    assert Entry.objects.get(what="partners.session_changed").details == {"fields": sorted(later)}


def test_another_title_bothers_nobody(cast):
    session = own_session(cast)
    BookingFactory(session=session)

    services.change_session(session_id=session.pk, by=cast.tess, at=NOW, title="Better words")

    session.refresh_from_db()
    assert (session.title, session.revision, Job.objects.count()) == ("Better words", 0, 0)


def test_there_cannot_be_fewer_places_than_are_taken(cast):
    session = own_session(cast, capacity=3)
    BookingFactory.create_batch(2, session=session)

    with pytest.raises(services.CannotChange, match="2 places are taken"):
        services.change_session(session_id=session.pk, by=cast.tess, at=NOW, capacity=1)
    services.change_session(session_id=session.pk, by=cast.tess, at=NOW, capacity=2)

    session.refresh_from_db()
    assert (session.capacity, session.places_left) == (2, 0)


@pytest.mark.parametrize("state", ["HELD", "CANCELLED"])
def test_what_is_over_or_called_off_is_not_changed(cast, state):
    session = own_session(cast, state=state)

    with pytest.raises(services.CannotChange):
        services.change_session(session_id=session.pk, by=cast.tess, at=NOW, title="Other")


def test_calling_off_gives_all_places_back_and_tells_everybody(cast):
    session = own_session(cast)
    bookings = BookingFactory.create_batch(2, session=session)
    BookingFactory(session=session, state="CANCELLED")

    services.cancel_session(session_id=session.pk, reason=" The trainer is ill. ", by=cast.tess, at=NOW)

    session.refresh_from_db()
    assert (session.state, session.cancel_reason, session.places_taken) == ("CANCELLED", "The trainer is ill.", 0)
    assert (session.cancelled_at, session.cancelled_by, session.revision) == (NOW, cast.tess, 1)
    for booking in bookings:
        booking.refresh_from_db()
        assert (booking.state, booking.cancelled_at, booking.cancelled_by) == ("CALLED_OFF", NOW, cast.tess)
    assert {job.arguments["booking_id"] for job in Job.objects.all()} == {str(booking.pk) for booking in bookings}
    assert Job.objects.count() == 2


def test_calling_off_needs_a_reason_and_happens_once(cast):
    session = own_session(cast)
    with pytest.raises(services.CannotCancelSession, match="Say why"):
        services.cancel_session(session_id=session.pk, reason="  ", by=cast.tess, at=NOW)
    services.cancel_session(session_id=session.pk, reason="Snow.", by=cast.tess, at=NOW)

    with pytest.raises(services.CannotCancelSession, match="is cancelled"):
        services.cancel_session(session_id=session.pk, reason="Snow again.", by=cast.tess, at=NOW)
    with pytest.raises(services.CannotOpen):
        services.open_session(session_id=session.pk, by=cast.tess, at=NOW)


def test_a_session_that_is_over_is_not_called_off(cast):
    session = own_session(cast)

    with pytest.raises(services.CannotCancelSession, match="over"):
        services.cancel_session(session_id=session.pk, reason="Late.", by=cast.tess, at=session.ends_at)


def test_a_move_that_is_in_no_table_is_refused():
    for move in SessionMove:
        for state in SessionState:
            assert next_session_state(move, state) == SESSION_MOVES.get((move, state))
    for move in BookingMove:
        for state in BookingState:
            assert next_booking_state(move, state) == BOOKING_MOVES.get((move, state))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"capacity": 0}, "session_has_a_place_to_give"),
        ({"ends_at": STARTS}, "session_begins_before_it_ends"),
        ({"booking_closes_at": STARTS + timedelta(seconds=1)}, "session_booking_closes_before_it_begins"),
        ({"booking_opens_at": STARTS}, "session_booking_closes_before_it_begins"),
        ({"venue": "PLACE"}, "session_is_online_or_in_a_place"),
        ({"place": "Room 1"}, "session_is_online_or_in_a_place"),
        ({"opened_at": None}, "session_opened_says_who_and_when"),
        ({"opened_by": None, "opened_at": None}, "session_opened_says_who_and_when"),
        ({"state": "PLANNED", "opened_at": STARTS}, "session_opened_says_who_and_when"),
        ({"state": "CANCELLED", "cancel_reason": ""}, "session_cancelled_says_who_when_and_why"),
        ({"state": "CANCELLED", "cancelled_by": None}, "session_cancelled_says_who_when_and_why"),
        ({"cancel_reason": "Because."}, "session_cancelled_says_who_when_and_why"),
        ({"state": "HELD", "held_by": None}, "session_held_says_who_and_when"),
        ({"held_at": datetime(2026, 12, 3, tzinfo=UTC)}, "session_held_says_who_and_when"),
    ],
)
def test_the_database_refuses_a_session_that_breaks_a_rule(db, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SessionFactory(**fields)
