"""What people thought of a session: said once, without a row for one person, shown late and from five people up; asked by mail once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from partners.models import Booking, LearningMail, Session, SessionFeedbackBox, SessionFeedbackReceipt
from partners.notifications.learning_mail import ask_person_about_session
from partners.queries.session_feedback import result_of
from partners.services import session_feedback as services
from partners.services.learning_mail import ask_by_mail
from tests.conftest import CarefulClient
from tests.factories.accounts import UserFactory
from tests.factories.partners import STARTS, BookingFactory, SessionFactory
from tests.people import Cast
from tests.races import at_once

pytestmark = pytest.mark.django_db
ENDS = STARTS + timedelta(minutes=90)
NEXT_MORNING = datetime(2026, 12, 4, 9, 5, tzinfo=ENDS.tzinfo)
CLOSED = ENDS + timedelta(days=15)
MARKS = {"useful": 4, "sure_before": 2, "sure_after": 5}


def session_of(cast: Cast, **fields: Any) -> Session:
    return SessionFactory(**{"host": cast.police, "planned_by": cast.tess} | fields)


def place_of(cast: Cast, **fields: Any) -> Booking:
    return BookingFactory(**{"session": session_of(cast), "user": cast.pat, "state": "PRESENT"} | fields)


def give(booking: Booking, **fields: Any) -> None:
    given = {"booking_id": booking.pk, "practice": "", "by": booking.user, "at": ENDS} | MARKS
    services.give_feedback(**given | fields)


def give_many(session: Session, count: int, words: int = 0) -> None:
    for number in range(count):
        give(BookingFactory(session=session, state="PRESENT"), practice=f"Plan {number}" if number < words else "")


# --- saying it --------------------------------------------------------------------------------------------------------


def test_what_was_said_stands_apart_from_who_said_it_and_in_no_log(cast):
    booking = place_of(cast)
    before = Entry.objects.count()

    give(booking, practice="  Ask before\nI send somebody away.  ")
    give(place_of(cast, session=booking.session, user=cast.cory), practice="A checklist", useful=1)

    box = SessionFeedbackBox.objects.get()
    assert (box.useful, box.sure_before, box.sure_after) == ([1, 0, 0, 1, 0], [0, 2, 0, 0, 0], [0, 0, 0, 0, 2])
    assert box.practice == ["A checklist", "Ask before I send somebody away."]
    assert {field.name for field in SessionFeedbackReceipt._meta.get_fields()} == {"id", "session", "person"}
    assert set(SessionFeedbackReceipt.objects.values_list("person", flat=True)) == {cast.pat.pk, cast.cory.pk}
    assert Entry.objects.count() == before


@pytest.mark.parametrize("at", [ENDS - timedelta(seconds=1), CLOSED])
def test_nothing_is_taken_before_the_session_has_ended_or_after_the_last_day(cast, at):
    with pytest.raises(services.CannotGiveFeedback, match="does not take"):
        give(place_of(cast), at=at)


@pytest.mark.parametrize("state", ["BOOKED", "ABSENT", "CANCELLED", "WAITING"])
def test_who_was_not_there_is_not_asked(cast, state):
    with pytest.raises(services.CannotGiveFeedback):
        give(place_of(cast, state=state))


def test_each_person_says_it_once_and_for_themselves(cast):
    booking = place_of(cast)
    give(booking)

    with pytest.raises(services.CannotGiveFeedback, match="already"):
        give(booking, useful=1)
    with pytest.raises(services.CannotGiveFeedback, match="whose place"):
        give(place_of(cast, session=booking.session, user=cast.out), by=cast.cory)

    assert SessionFeedbackBox.objects.get().useful == [0, 0, 0, 1, 0]
    with pytest.raises(IntegrityError, match="session_feedback_once_a_person"):
        SessionFeedbackReceipt.objects.create(session=booking.session, person=cast.pat)


@pytest.mark.parametrize("wrong", [{"useful": 0}, {"sure_before": 6}, {"practice": "x" * 501}])
def test_what_is_not_offered_is_refused_and_leaves_no_receipt(cast, wrong):
    with pytest.raises(services.CannotGiveFeedback):
        give(place_of(cast), **wrong)

    assert not SessionFeedbackReceipt.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_at_one_moment_are_all_counted_and_one_person_once():
    session = SessionFactory()
    places = [BookingFactory(session=session, state="PRESENT") for _ in range(3)]

    given = at_once(
        *(lambda place=place: give(place) for place in [*places, places[0]]), refusal=services.CannotGiveFeedback
    )

    assert sum(isinstance(one, services.CannotGiveFeedback) for one in given) == 1
    assert sum(SessionFeedbackBox.objects.get().useful) == 3


# --- results ----------------------------------------------------------------------------------------------------------


def test_results_come_after_the_last_day_and_from_five_answers_up(cast):
    session = session_of(cast, state="HELD")
    give_many(session, 4, words=4)
    few = result_of(session, at=CLOSED)
    give(BookingFactory(session=session, state="PRESENT"), useful=2, practice="Tell her today")

    assert few is not None
    assert (few.n, few.marks, few.words) == (None, (), ())
    assert result_of(session, at=CLOSED - timedelta(days=1)) is None
    result = result_of(session, at=CLOSED)
    assert result is not None
    assert (result.n, [one.mean for one in result.marks]) == (5, ["3.6", "2.0", "5.0"])
    assert list(result.words) == ["Plan 0", "Plan 1", "Plan 2", "Plan 3", "Tell her today"]


def test_words_of_fewer_than_five_are_not_shown(cast):
    session = session_of(cast, state="HELD")
    give_many(session, 6, words=4)

    result = result_of(session, at=CLOSED)

    assert result is not None
    assert (result.n, result.words) == (6, ())


# --- by mail ----------------------------------------------------------------------------------------------------------


def test_who_was_there_is_asked_once_the_day_after(cast, django_capture_on_commit_callbacks):
    booking = place_of(cast, state="PRESENT")

    assert ask_by_mail(at=datetime(2026, 12, 3, 23, 30, tzinfo=ENDS.tzinfo)) == 0
    assert (ask_by_mail(at=NEXT_MORNING), ask_by_mail(at=NEXT_MORNING)) == (1, 0)
    assert [(one.booking, one.kind) for one in LearningMail.objects.all()] == [(booking, "FEEDBACK")]


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "ABSENT"},
        {"state": "BOOKED"},
        {"state": "CANCELLED"},
        {"user__is_active": False},
        {"said": True},
        {"session__state": "CANCELLED"},
        {"session__starts_at": STARTS - timedelta(days=15)},
    ],
    ids=str,
)
def test_nobody_else_is_asked(cast, fields):
    given = {name: value for name, value in fields.items() if name != "said"}
    booking = BookingFactory(**{"state": "PRESENT"} | given)
    if "said" in fields:
        give(booking)

    assert ask_by_mail(at=NEXT_MORNING) == 0


def mail_for(booking: Booking) -> list[str]:
    sent = LearningMail.objects.create(booking=booking, kind="FEEDBACK", made_at=timezone.now())
    ask_person_about_session(mail_id=str(sent.pk))
    return [message.body for message in mail.outbox]


def test_the_mail_leads_to_the_form_and_tells_no_topic_and_nobody_s_name(cast):
    booking = place_of(cast, session=session_of(cast, starts_at=timezone.now() - timedelta(days=1)))

    [body] = mail_for(booking)

    assert reverse("partners:booking_feedback", args=[booking.pk]) in body
    assert booking.reference in body
    assert not any(words in body for words in (booking.session.title, cast.pat.name, "Clare"))


def test_who_has_answered_since_or_was_absent_after_all_gets_none(cast):
    over = session_of(cast, starts_at=timezone.now() - timedelta(days=1))
    answered = place_of(cast, session=over)
    give(answered, at=timezone.now())

    assert mail_for(answered) == []
    assert mail_for(BookingFactory(session=over, state="ABSENT")) == []


# --- pages ------------------------------------------------------------------------------------------------------------


def test_the_form_leads_from_the_booking_and_back_once(client: CarefulClient, cast: Cast) -> None:
    booking = place_of(cast, session=session_of(cast, starts_at=timezone.now() - timedelta(hours=3)))
    page = reverse("partners:booking_feedback", args=[booking.pk])
    client.signed_in(cast.pat)

    assert page in client.get(booking.get_absolute_url()).content.decode()
    assert client.post(page, MARKS | {"practice": "Tell them today"}).url == booking.get_absolute_url()
    assert page not in client.get(booking.get_absolute_url()).content.decode()
    assert client.get(page).status_code == 302


@pytest.mark.parametrize("missing", list(MARKS))
def test_each_question_that_was_left_open_is_said_beside_it_and_the_rest_is_kept(client, cast, missing):
    booking = place_of(cast, session=session_of(cast, starts_at=timezone.now() - timedelta(hours=3)))
    client.signed_in(cast.pat)

    response = client.post(
        reverse("partners:booking_feedback", args=[booking.pk]), MARKS | {missing: "", "practice": "Tell them today"}
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert f'<a href="#id_{missing}_0">' in page
    assert page.count(" checked") == 2
    assert "Tell them today" in page


def test_trainers_read_results_and_that_is_recorded(client: CarefulClient, cast: Cast) -> None:
    session = session_of(cast, state="HELD", starts_at=timezone.now() - timedelta(days=20))
    for number in range(5):
        give(
            BookingFactory(session=session, state="PRESENT", user=UserFactory(name=f"Person {number} Fictitious")),
            practice=f"Plan {number}",
            useful=3 + number % 3,
            sure_after=4 + number % 2,
            at=session.ends_at,
        )
    page = reverse("partners:session_feedback", args=[session.pk])
    client.signed_in(cast.tess)

    assert page in client.get(session.get_absolute_url()).content.decode()
    shown = client.get(page).content.decode()

    assert "5 people answered" in shown
    assert "<strong>3.8</strong>" in shown
    assert "<strong>4.4</strong>" in shown
    assert "<strong>2.0</strong>" not in shown
    assert shown.count("All gave the same mark, so it is not shown.") == 1
    assert "Plan 3" in shown
    assert "Person 3" not in shown
    assert Entry.objects.filter(what="partners.feedback_read", object_id=session.pk).count() == 1


@pytest.mark.parametrize("count", [5, 15])
def test_results_take_as_many_queries_for_many_people(cast, count, django_assert_num_queries):
    session = session_of(cast, state="HELD")
    give_many(session, count)

    with django_assert_num_queries(1):
        result_of(session, at=CLOSED)
