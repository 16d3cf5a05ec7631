"""A register that nobody closes: its trainers are reminded, it stands on their home page, and a job closes it where somebody is marked."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import Entry
from jobs.models import Job
from partners.models import Booking, CheckIn, RegisterNotice, Session
from partners.notifications.trainer_mail import email_trainer_about_register
from partners.queries import waiting_for
from partners.services import register
from partners.services.left_registers import follow_up_registers
from tests.conftest import CarefulClient
from tests.factories.accounts import UserFactory
from tests.factories.partners import STARTS, BookingFactory
from tests.partners.page_steps import own_session, page
from tests.people import Cast
from tests.races import at_once
from tests.reading import text_of

pytestmark = pytest.mark.django_db
# Thursday 3 December 2026; two working days later is Monday, ten are Thursday 17 December.
MONDAY = datetime(2026, 12, 7, 7, 50, tzinfo=STARTS.tzinfo)
IN_TEN = datetime(2026, 12, 17, 7, 50, tzinfo=STARTS.tzinfo)
ONE_DAY = timedelta(days=1)


def left_open(cast: Cast, *states: str, **fields) -> Session:
    session = own_session(cast, **{"starts_at": STARTS} | fields)
    for state in states or ("BOOKED",):
        BookingFactory(session=session, state=state)
    return session


def kinds(session: Session) -> list[str]:
    return list(RegisterNotice.objects.filter(session=session).order_by("made_at").values_list("kind", flat=True))


def test_trainers_are_reminded_once_after_some_working_days(cast):
    session = left_open(cast)
    session.trainers.add(UserFactory(agency=cast.police, roles=["TRAINER"]))

    assert follow_up_registers(at=MONDAY - ONE_DAY) == 0
    assert follow_up_registers(at=MONDAY) == 1
    assert follow_up_registers(at=MONDAY + ONE_DAY) == 0

    assert kinds(session) == ["OPEN"]
    assert Job.objects.filter(task__contains="email_trainer_about_register").count() == 2


def test_the_job_closes_a_register_in_which_somebody_is_marked(cast):
    session = left_open(cast, "PRESENT", "BOOKED")
    there, unmarked = session.bookings.order_by("-state")
    CheckIn.objects.create(booking=there, session=session)
    follow_up_registers(at=MONDAY)
    assert follow_up_registers(at=IN_TEN - ONE_DAY) == 0

    assert follow_up_registers(at=IN_TEN) == 1

    session.refresh_from_db()
    unmarked.refresh_from_db()
    assert (session.state, session.held_by, session.held_at, session.closed_by_clock) == ("HELD", None, IN_TEN, True)
    assert (unmarked.state, unmarked.registered_by, unmarked.marked_how) == ("ABSENT", None, "CLOCK")
    assert unmarked.changes.get(to_state="ABSENT").made_by is None
    assert kinds(session) == ["OPEN", "CLOSED"]
    entry = Entry.objects.get(what="partners.register_closed")
    assert (entry.actor_id, entry.details["by_clock"], entry.details["absent"]) == ("", True, 1)
    assert not CheckIn.objects.exists()
    assert follow_up_registers(at=IN_TEN + ONE_DAY) == 0


def test_nobody_is_made_absent_where_nobody_is_marked(cast):
    session = left_open(cast, "BOOKED", "BOOKED")

    assert follow_up_registers(at=IN_TEN) == 1
    assert follow_up_registers(at=IN_TEN + ONE_DAY) == 0

    session.refresh_from_db()
    assert session.state == "OPEN"
    assert set(session.bookings.values_list("state", flat=True)) == {"BOOKED"}
    assert kinds(session) == ["EMPTY"]


def test_a_trainer_corrects_what_the_job_closed(cast):
    session = left_open(cast, "PRESENT", "BOOKED")
    follow_up_registers(at=IN_TEN)
    booking = session.bookings.get(state="ABSENT")

    register.take_register(
        session_id=session.pk, marks={booking.pk: "PRESENT"}, by=cast.tess, at=IN_TEN, note="Was there."
    )

    booking.refresh_from_db()
    assert (booking.state, booking.registered_by, booking.marked_how) == ("PRESENT", cast.tess, "LIST")
    assert register.close_register(session_id=session.pk, by=cast.tess, at=IN_TEN).closed_by_clock


def test_what_is_closed_cancelled_or_without_anybody_is_left_alone(cast):
    for state in ("HELD", "CANCELLED", "PLANNED"):
        own_session(cast, starts_at=STARTS, state=state)
    own_session(cast, starts_at=STARTS)
    assert follow_up_registers(at=IN_TEN) == 0


def test_the_days_are_settings(cast, settings):
    settings.REGISTER_REMIND_AFTER_DAYS, settings.REGISTER_CLOSED_AFTER_DAYS = 1, 3
    session = left_open(cast, "PRESENT", "BOOKED")
    assert follow_up_registers(at=MONDAY - 3 * ONE_DAY) == 1
    assert follow_up_registers(at=MONDAY + ONE_DAY) == 1
    assert kinds(session) == ["OPEN", "CLOSED"]


def test_the_database_wants_a_person_or_the_clock(cast):
    session = left_open(cast, "PRESENT")
    for fields in ({"closed_by_clock": False}, {"closed_by_clock": True, "held_by": cast.tess}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Session.objects.filter(pk=session.pk).update(state="HELD", held_at=IN_TEN, **fields)
    for fields in ({"marked_how": "CLOCK"}, {"state": "ABSENT", "marked_how": "LIST"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Booking.objects.update(registered_by=None, **fields)


@pytest.mark.django_db(transaction=True)
def test_two_clocks_close_it_once_and_tell_once(cast):
    session = left_open(cast, "PRESENT", "BOOKED")
    assert sum(at_once(lambda: follow_up_registers(at=IN_TEN), lambda: follow_up_registers(at=IN_TEN))) == 1
    assert kinds(session) == ["CLOSED"]
    assert session.bookings.get(state="ABSENT").changes.filter(to_state="ABSENT").count() == 1


@pytest.mark.parametrize(
    ("states", "at", "words"),
    [
        (("BOOKED",), MONDAY, "is not closed yet"),
        (("PRESENT",), IN_TEN, "closed automatically"),
        (("BOOKED",), IN_TEN, "Nobody is marked"),
    ],
)
def test_the_mail_says_what_is_so_and_names_nothing(cast, mailoutbox, states, at, words):
    session = left_open(cast, *states, title="A topic that no mail names")
    follow_up_registers(at=at)
    notice = RegisterNotice.objects.get()
    sent = {"notice_id": str(notice.pk), "user_id": str(cast.tess.pk)}

    email_trainer_about_register(**sent)

    assert words in mailoutbox[0].body
    assert session.title not in mailoutbox[0].body
    session.trainers.clear()
    email_trainer_about_register(**sent)
    assert len(mailoutbox) == 1


def test_a_reminder_of_a_register_that_was_closed_meanwhile_is_not_sent(cast, mailoutbox):
    session = left_open(cast)
    follow_up_registers(at=MONDAY)
    register.close_register(session_id=session.pk, by=cast.tess, at=MONDAY)
    email_trainer_about_register(notice_id=str(RegisterNotice.objects.get().pk), user_id=str(cast.tess.pk))
    assert mailoutbox == []


def test_the_home_page_leads_who_led_it_to_it(client: CarefulClient, cast):
    left_open(cast, starts_at=timezone.now() - timedelta(days=9), title="Left open by Tess")
    other = UserFactory(agency=cast.police, roles=["TRAINER"])
    left_open(cast, starts_at=timezone.now() - timedelta(days=9), planned_by=other, title="Left open by another")
    found = [one for one in waiting_for(cast.tess, at=timezone.now()) if "you led" in one.title]
    assert [(one.count, one.is_late) for one in found] == [(1, True)]
    assert not [
        one
        for one in waiting_for(cast.tess, at=timezone.now() - timedelta(days=8))
        if one.is_late and "led" in one.title
    ]

    text = text_of(client.signed_in(cast.tess).get(found[0].url))
    assert "Left open by Tess" in text
    assert "Left open by another" not in text


def test_the_pages_say_that_it_was_closed_automatically(client: CarefulClient, cast):
    session = left_open(cast, "PRESENT", "BOOKED", starts_at=timezone.now() - timedelta(days=40))
    follow_up_registers(at=timezone.now())
    client.signed_in(cast.tess)
    assert "so it was closed automatically on" in text_of(client.get(page("session", session)))
    assert "When the register was closed automatically" in text_of(client.get(page("session_register", session)))


def test_among_registers_of_colleagues_the_home_page_says_which_are_ones_own(client: CarefulClient, cast: Cast) -> None:
    own = left_open(cast, starts_at=timezone.now() - timedelta(days=1))
    own.trainers.set([cast.tess])
    colleague = UserFactory(agency=cast.police, roles=["TRAINER"])
    other = left_open(cast, starts_at=timezone.now() - timedelta(days=1), planned_by=colleague)
    other.trainers.set([colleague])

    lines = {line.title: line for line in waiting_for(cast.tess, at=timezone.now()) if line.count}
    mine = client.signed_in(cast.tess).get(lines["register of sessions that you led, to close"].url)

    assert lines["registers to take"].count == 2
    assert own.get_absolute_url() in mine.content.decode()
    assert other.get_absolute_url() not in mine.content.decode()
