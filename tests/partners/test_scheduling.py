"""Dates of sessions, clashes, moving, repeating, courses; and for whom a session is."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from icalendar import Calendar

from audit.models import Entry
from common.errors import KeyWasUsed
from jobs.models import Job
from partners.enums import Audience, Repeat, SessionMove
from partners.models import Session, SessionDate, SessionSeries
from partners.notifications.calendar import calendar_entry
from partners.notifications.trainer_mail import email_trainer_about_session
from partners.permissions import moves_open_to
from partners.queries.diary import clashes_of, repeated, sessions_in_order, spans_of
from partners.services import bookings, register, scheduling
from partners.services import sessions as services
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.partners import STARTS, BookingFactory, SessionFactory
from tests.people import NOW, Cast
from tests.reading import text_of

LENGTH = timedelta(minutes=90)
DAY = timedelta(days=1)
FIRST = (STARTS, STARTS + LENGTH)
SECOND = (STARTS + 7 * DAY, STARTS + 7 * DAY + LENGTH)
PLAN = {"kind": "CPI", "title": "The CPI form", "starts_at": STARTS, "capacity": 30, "venue": "ONLINE"}


def plan(cast: Cast, **fields) -> Session:
    return services.plan_session(**PLAN | {"by": cast.tess, "at": NOW} | fields)


def own_session(cast: Cast, **fields) -> Session:
    return SessionFactory(**{"host": cast.police, "planned_by": cast.tess} | fields)


def another_trainer(cast: Cast):
    return UserFactory(agency=cast.police, roles=["TRAINER"], name="Toni Fictitious", email="toni@example.org")


def refuse_now() -> None:
    """Look at what is looked at when the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def break_and_look(deed) -> None:
    deed()
    refuse_now()


def test_a_session_of_one_date_has_that_date_whoever_writes_it(cast):
    session = own_session(cast)
    assert spans_of(session) == [FIRST]

    Session.objects.filter(pk=session.pk).update(starts_at=SECOND[0], ends_at=SECOND[1], booking_closes_at=SECOND[0])

    assert spans_of(session) == [SECOND]
    refuse_now()


def test_a_session_of_several_dates_begins_with_the_first_and_ends_with_the_last(cast):
    session = plan(cast, further_dates=[SECOND])

    session.refresh_from_db()
    assert (session.starts_at, session.ends_at, session.date_count) == (FIRST[0], SECOND[1], 2)
    assert spans_of(session) == [FIRST, SECOND]
    refuse_now()


def test_dates_may_be_given_in_any_order(cast):
    session = plan(cast, starts_at=SECOND[0], further_dates=[FIRST])

    session.refresh_from_db()
    assert (session.starts_at, session.ends_at, session.booking_closes_at) == (FIRST[0], SECOND[1], FIRST[0])
    assert spans_of(session) == [FIRST, SECOND]
    refuse_now()


def test_a_date_that_moves_keeps_its_row_and_so_its_entry_in_calendars_of_trainers(cast):
    third = (SECOND[0] + DAY, SECOND[1] + DAY)
    session = plan(cast, further_dates=[SECOND])
    first, second = (date.pk for date in session.dates.order_by("starts_at"))
    for spans, kept in (
        ([SECOND, third], {SECOND[0]: second, third[0]: first}),
        ([third], {third[0]: first}),
        ([FIRST], {FIRST[0]: first}),
    ):
        scheduling.move_session(session_id=session.pk, spans=spans, reason="Snow.", by=cast.tess, at=NOW)
        refuse_now()
        assert {date.starts_at: date.pk for date in session.dates.all()} == kept
    scheduling.move_session(session_id=session.pk, spans=[FIRST, SECOND], reason="Snow.", by=cast.tess, at=NOW)
    refuse_now()
    assert spans_of(session) == [FIRST, SECOND]


def test_the_register_of_several_dates_is_taken_once_the_last_one_has_begun(cast):
    session = plan(cast, further_dates=[SECOND])
    services.open_session(session_id=session.pk, by=cast.tess, at=NOW)
    session.refresh_from_db()
    booking = BookingFactory(session=session, user=cast.pat)

    for at in (FIRST[0], FIRST[1], SECOND[0] - timedelta(seconds=1)):
        assert SessionMove.REGISTER not in moves_open_to(cast.tess, session, at=at)
        with pytest.raises(register.CannotRegister, match="last date"):
            register.take_register(session_id=session.pk, marks={booking.pk: "PRESENT"}, by=cast.tess, at=at)
    assert Session.objects.get().state == "OPEN"
    assert SessionMove.REGISTER in moves_open_to(cast.tess, session, at=SECOND[0])
    register.take_register(session_id=session.pk, marks={booking.pk: "PRESENT"}, by=cast.tess, at=SECOND[0])
    register.close_register(session_id=session.pk, by=cast.tess, at=SECOND[0])
    assert Session.objects.get().state == "HELD"


@pytest.mark.parametrize("broken", ["late", "gone", "one_more"])
def test_the_database_refuses_dates_that_the_session_does_not_have(cast, broken):
    session = plan(cast, further_dates=[SECOND])
    refuse_now()
    breaks = {
        "late": lambda: session.dates.filter(starts_at=SECOND[0]).update(ends_at=SECOND[1] + DAY),
        "gone": lambda: session.dates.filter(starts_at=SECOND[0]).delete(),
        "one_more": lambda: SessionDate.objects.create(
            session=session, starts_at=STARTS + DAY, ends_at=STARTS + DAY + LENGTH
        ),
    }
    with pytest.raises(IntegrityError, match="dates of this session"), transaction.atomic():
        break_and_look(breaks[broken])


@pytest.mark.parametrize(
    "further", [[FIRST], [(STARTS + timedelta(minutes=89), STARTS + 3 * LENGTH)], [(NOW - DAY, NOW - DAY + LENGTH)]]
)
def test_dates_that_overlap_or_have_passed_are_refused(cast, further):
    with pytest.raises(services.CannotPlan):
        plan(cast, further_dates=further)
    assert not Session.objects.exists()


def test_evening_begins_at_five_on_the_london_clock_in_summer_and_in_winter(cast):
    def evening(*moment):
        return own_session(cast, starts_at=datetime(*moment, tzinfo=UTC)).is_evening

    assert [evening(2026, 12, 3, 16, 59), evening(2026, 12, 3, 17, 0)] == [False, True]
    assert [evening(2027, 7, 1, 15, 59), evening(2027, 7, 1, 16, 0)] == [False, True]


def test_a_trainer_who_would_be_in_two_places_at_once_is_a_warning_that_may_be_overridden(cast):
    plan(cast, title="Earlier session")
    later = {"starts_at": STARTS + timedelta(minutes=60), "title": "Later session"}

    with pytest.raises(scheduling.TrainersAreBusy, match="Tess Fictitious leads Earlier session"):
        plan(cast, **later)
    assert Session.objects.count() == 1
    plan(cast, clash_known=True, **later)

    entry = Entry.objects.filter(what="partners.session_planned").latest("at", "pk")
    assert Session.objects.count() == 2
    assert entry is not None


def test_a_later_date_of_a_session_clashes_too(cast):
    plan(cast, further_dates=[SECOND])
    with pytest.raises(scheduling.TrainersAreBusy):
        plan(cast, starts_at=SECOND[0] + timedelta(minutes=89))


def test_what_only_touches_was_cancelled_or_is_of_another_force_is_no_clash(cast):
    own_session(cast, state="CANCELLED")
    own_session(cast, starts_at=STARTS - LENGTH)
    elsewhere = SessionFactory()
    elsewhere.trainers.add(cast.tess)

    assert clashes_of([cast.tess], [FIRST], host_id=cast.police.pk) == []
    assert len(clashes_of([cast.tess], [FIRST], host_id=elsewhere.host_id)) == 1


def test_changing_words_asks_nothing_about_a_clash_that_is_known(cast):
    plan(cast)
    session = plan(cast, clash_known=True)
    services.change_session(session_id=session.pk, by=cast.tess, at=NOW, title="Other title", trainers=[cast.tess])
    with pytest.raises(scheduling.TrainersAreBusy):
        services.change_session(session_id=session.pk, by=cast.tess, at=NOW, ends_at=FIRST[1] + timedelta(minutes=30))


def test_trainers_are_told_when_they_are_added_and_removed_and_the_planner_is_not(
    cast, django_capture_on_commit_callbacks
):
    toni = another_trainer(cast)
    with django_capture_on_commit_callbacks(execute=True):
        session = plan(cast, trainers=[cast.tess, toni])
    with django_capture_on_commit_callbacks(execute=True):
        services.change_session(session_id=session.pk, by=cast.tess, at=NOW, trainers=[cast.tess])

    told = Job.objects.filter(task__endswith="email_trainer_about_session").order_by("pk")
    assert {(job.arguments["user_id"], job.arguments["about"]) for job in told} == {
        (str(toni.pk), "ADDED"),
        (str(toni.pk), "REMOVED"),
    }


def test_mail_to_a_trainer_says_when_and_neither_topic_nor_name(cast):
    session = plan(cast, title="A telling title")
    email_trainer_about_session(session_id=str(session.pk), user_id=str(cast.tess.pk), about="ADDED")
    email_trainer_about_session(session_id=str(session.pk), user_id=str(cast.tess.pk), about="REMOVED")

    (message,) = mail.outbox
    assert (message.to, message.subject) == (["tess@example.org"], "MASH session")
    assert "3 December 2026, 10:00am" in message.body
    assert "telling" not in message.body


def test_moving_tells_everybody_keeps_the_reason_and_how_long_before_booking_closes(cast):
    session = own_session(cast, booking_closes_at=STARTS - DAY)
    BookingFactory(session=session, user=cast.pat)

    scheduling.move_session(session_id=session.pk, spans=[SECOND, FIRST], reason="Snow.", by=cast.tess, at=NOW)

    session.refresh_from_db()
    refuse_now()
    assert spans_of(session) == [FIRST, SECOND]
    scheduling.move_session(session_id=session.pk, spans=[SECOND], reason="More snow.", by=cast.tess, at=NOW)
    session.refresh_from_db()
    refuse_now()
    assert (session.starts_at, session.booking_closes_at) == (SECOND[0], SECOND[0] - DAY)
    assert (session.revision, session.date_count) == (2, 1)
    assert list(session.shifts.order_by("moved_at", "reason").values_list("reason", flat=True)) == [
        "More snow.",
        "Snow.",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [({"reason": " "}, "why"), ({"spans": [(NOW, NOW + LENGTH)]}, "future"), ({"spans": []}, "1 to 6 dates")],
)
def test_a_move_that_makes_no_sense_changes_nothing(cast, change, words):
    session = own_session(cast)
    with pytest.raises(scheduling.CannotMove, match=words):
        scheduling.move_session(
            **{"session_id": session.pk, "spans": [SECOND], "reason": "Snow.", "by": cast.tess, "at": NOW} | change
        )
    session.refresh_from_db()
    assert (session.starts_at, session.shifts.count()) == (STARTS, 0)


def test_every_month_means_the_same_weekday_of_the_month_at_the_same_time_on_the_clock():
    first = datetime(2027, 1, 28, 18, 30, tzinfo=UTC)  # the fourth Thursday
    days = [f"{one:%d %m %H:%M}" for one in repeated(first, every=Repeat.MONTH, count=4)]
    assert days == ["25 02 18:30", "25 03 18:30", "22 04 17:30", "27 05 17:30"]
    fifth = datetime(2027, 1, 29, 10, tzinfo=UTC)  # the fifth Friday: there is none in February
    assert [one.day for one in repeated(fifth, every=Repeat.MONTH, count=2)] == [26, 26]
    assert [one.day for one in repeated(first, every=Repeat.FORTNIGHT, count=2)] == [11, 25]


def test_a_session_is_repeated_once_for_each_form(cast):
    session = plan(
        cast, trainers=[cast.tess], audience="NAMED", audience_agencies=[cast.council], notes="Bring slides."
    )
    asked = {"session_id": session.pk, "every": "WEEK", "count": 2, "by": cast.tess, "at": NOW, "key": uuid.uuid4()}

    series = scheduling.repeat_session(**asked)
    assert scheduling.repeat_session(**asked) == series

    made = sessions_in_order(series.parts.get(session=session))
    assert [one.starts_at for one in made] == [STARTS, STARTS + 7 * DAY, STARTS + 14 * DAY]
    for copy in made[1:]:
        assert (copy.state, copy.notes, list(copy.trainers.all())) == ("PLANNED", "Bring slides.", [cast.tess])
        assert list(copy.audience_agencies.all()) == [cast.council]
    with pytest.raises(scheduling.CannotRepeat, match="series already"):
        scheduling.repeat_session(**asked | {"key": uuid.uuid4()})
    with pytest.raises(KeyWasUsed):
        scheduling.repeat_session(**asked | {"session_id": own_session(cast, starts_at=STARTS + 30 * DAY).pk})


def test_a_bank_holiday_among_the_dates_is_a_warning(cast):
    session = plan(cast, starts_at=datetime(2026, 12, 18, 10, tzinfo=UTC))
    asked = {"session_id": session.pk, "every": "WEEK", "count": 1, "by": cast.tess, "at": NOW, "key": uuid.uuid4()}
    with pytest.raises(scheduling.TrainersAreBusy, match="Bank holiday: 25 December 2026"):
        scheduling.repeat_session(**asked)
    assert not SessionSeries.objects.exists()
    assert scheduling.repeat_session(**asked, known=True).parts.count() == 2


def test_a_course_takes_sessions_of_its_force_and_each_session_is_in_one(cast):
    key = uuid.uuid4()
    course = scheduling.make_course(title="Two parts", key=key, by=cast.tess, at=NOW)
    assert scheduling.make_course(title="Two parts", key=key, by=cast.tess, at=NOW) == course
    session, elsewhere = plan(cast), SessionFactory()

    scheduling.set_course(session_id=session.pk, series_id=course.pk, by=cast.tess, at=NOW)
    with pytest.raises(scheduling.CannotJoinCourse):
        scheduling.set_course(session_id=elsewhere.pk, series_id=course.pk, by=cast.tess, at=NOW)
    assert [part.session for part in course.parts.all()] == [session]
    scheduling.set_course(session_id=session.pk, series_id=None, by=cast.tess, at=NOW)
    assert not course.parts.exists()


AUDIENCES = {
    "OPEN": {"pat", "cory", "out"},
    "KINDS": {"pat", "cory"},
    "NAMED": {"pat", "cory"},
    "INVITED": {"cory"},
    "FORCES": set(),
}


@pytest.mark.parametrize(("audience", "expected"), AUDIENCES.items())
def test_who_a_session_is_not_for_does_not_see_it_and_cannot_book_it(cast, audience, expected):
    kinds = ["CHILDRENS_SERVICES"] if audience == "KINDS" else []
    session = own_session(cast, audience=audience, audience_kinds=kinds)
    if audience in ("NAMED", "INVITED"):
        session.audience_agencies.add(cast.council)
    people = {name: getattr(cast, name) for name in ("pat", "cory", "out")}

    seen = {name for name, user in people.items() if Session.objects.visible_to(user).exists()}

    assert seen == expected
    for name, user in people.items():
        if name not in expected:
            with pytest.raises(bookings.CannotBook, match="other agencies"):
                bookings.book_place(session_id=session.pk, key=uuid.uuid4(), by=user, at=NOW)
    Session.objects.filter(pk=session.pk).update(state="PLANNED", opened_at=None, opened_by=None)
    assert not any(Session.objects.visible_to(user).exists() for user in people.values())


def test_a_session_for_other_forces_is_seen_by_police_of_another_force_alone(cast):
    session = own_session(cast, audience="FORCES")
    theirs = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["TRAINING_COORDINATOR"])
    ours = UserFactory(agency=cast.police, roles=["TRAINING_COORDINATOR"])

    assert list(Session.objects.visible_to(theirs)) == [session]
    assert not Session.objects.visible_to(ours).exists()


def test_whoever_is_booked_still_sees_a_session_that_is_no_longer_for_them(cast):
    session = own_session(cast)
    BookingFactory(session=session, user=cast.out)
    services.change_session(
        session_id=session.pk, by=cast.tess, at=NOW, audience=Audience.NAMED, audience_agencies=[cast.council]
    )
    assert list(Session.objects.visible_to(cast.out)) == [session]


@pytest.mark.parametrize("fields", [{"audience": "KINDS"}, {"audience": "NAMED"}, {"audience_kinds": ["GP"]}])
def test_an_audience_says_whom_it_means(cast, fields):
    with pytest.raises(services.CannotPlan, match="Choose which"):
        plan(cast, **fields)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_sessions_has_a_flat_query_count(client, cast, count, django_assert_num_queries):
    for number in range(count):
        session = own_session(cast, starts_at=STARTS + timedelta(days=400 + number), audience="NAMED")
        session.audience_agencies.add(cast.council)
    client.signed_in(cast.pat)
    with django_assert_num_queries(5):
        assert text_of(client.get(reverse("partners:sessions"))).count("The CPI form in 90 minutes") == count


def test_the_calendar_entry_of_a_booking_holds_every_date_of_the_session(cast):
    session = plan(cast, further_dates=[SECOND])
    services.open_session(session_id=session.pk, by=cast.tess, at=NOW)
    session.refresh_from_db()
    booking = BookingFactory(session=session, user=cast.pat)

    events = Calendar.from_ical(calendar_entry(booking)).walk("VEVENT")

    assert [(event.decoded("dtstart"), event.decoded("dtend")) for event in events] == [FIRST, SECOND]
    assert [str(event["uid"]) for event in events] == [f"{booking.pk}@localhost", f"{booking.pk}-2@localhost"]
    for event in events:
        assert "rdate" not in event
        assert "10 December 2026" in str(event["description"])
