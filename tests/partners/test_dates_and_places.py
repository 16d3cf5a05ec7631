"""Sessions of several dates, sessions that move, sessions for some: what that means for places and for who waits."""

import uuid
from datetime import timedelta

import pytest

from jobs.models import Job
from partners.enums import Audience
from partners.models import Session
from partners.queries.diary import Span
from partners.services import bookings, holds, scheduling, waiting_list
from tests.factories.partners import STARTS, BookingFactory, SessionFactory
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
LENGTH = timedelta(minutes=90)


def of_two_dates(cast: Cast, **fields: object) -> Session:
    """On a Thursday, and again on the Thursday after."""
    session: Session = SessionFactory(host=cast.police, planned_by=cast.tess, **fields)
    move(session, cast, [(STARTS, STARTS + LENGTH), (STARTS + WEEK, STARTS + WEEK + LENGTH)])
    Job.objects.all().delete()
    return Session.objects.get(pk=session.pk)


def move(session: Session, cast: Cast, spans: list[Span]) -> None:
    scheduling.move_session(
        session_id=session.pk, spans=spans, reason="The room.", by=cast.tess, at=NOW, clash_known=True
    )


def book(session: Session, cast: Cast) -> None:
    bookings.book_place(session_id=session.pk, key=uuid.uuid4(), by=cast.pat, at=NOW)


@pytest.mark.parametrize("later", [timedelta(0), WEEK, WEEK + timedelta(minutes=89)])
def test_nobody_is_on_another_session_at_any_of_its_dates(cast: Cast, later: timedelta) -> None:
    book(of_two_dates(cast), cast)

    with pytest.raises(bookings.CannotBook, match="at that time"):
        book(SessionFactory(host=cast.police, planned_by=cast.tess, starts_at=STARTS + later), cast)


@pytest.mark.parametrize("later", [timedelta(days=3), WEEK + LENGTH])
def test_the_days_between_two_dates_are_free(cast: Cast, later: timedelta) -> None:
    book(of_two_dates(cast), cast)

    book(SessionFactory(host=cast.police, planned_by=cast.tess, starts_at=STARTS + later), cast)

    assert cast.pat.session_bookings.count() == 2


def test_who_waits_is_told_that_a_session_moves(cast: Cast) -> None:
    session = SessionFactory(host=cast.police, planned_by=cast.tess, capacity=1)
    BookingFactory(session=session, user=cast.out)
    waits = BookingFactory(session=session, user=cast.pat, state="WAITING")

    move(session, cast, [(STARTS + WEEK, STARTS + WEEK + LENGTH)])

    told = [job.arguments["booking_id"] for job in Job.objects.filter(task="partners.tasks.email_person_about_change")]
    assert len(told) == 2
    assert str(waits.pk) in told


def test_a_session_for_others_is_not_held_booked_or_waited_for(cast: Cast) -> None:
    session = SessionFactory(
        host=cast.police, planned_by=cast.tess, audience=Audience.KINDS, audience_kinds=["EDUCATION"], capacity=1
    )

    with pytest.raises(bookings.CannotBook, match="other agencies"):
        book(session, cast)
    with pytest.raises(bookings.CannotBook, match="other agencies"):
        holds.hold_place(session_id=session.pk, by=cast.pat, at=NOW)
    BookingFactory(session=session, user=cast.out)
    with pytest.raises(bookings.CannotBook, match="other agencies"):
        waiting_list.join_waiting_list(session_id=session.pk, key=uuid.uuid4(), by=cast.pat, at=NOW)
