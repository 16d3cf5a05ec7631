"""What became of a session three months later: asked once of who was there, told on where they agree, taken back, set aside."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from common.clock import london_moment
from common.paging import keyset_page
from partners.models import Booking, FollowUp, LearningMail
from partners.notifications.learning_mail import ask_person_about_session
from partners.queries.follow_ups import (
    STORY_ORDER,
    _closed_before,
    closes_on,
    is_asked,
    opens_on,
    stories_for,
    used_counts,
)
from partners.services import follow_ups as services
from partners.services.learning_mail import ask_by_mail
from tests.conftest import CarefulClient
from tests.factories.accounts import AgencyFactory
from tests.factories.partners import BookingFactory, FollowUpFactory, SessionFactory
from tests.people import Cast
from tests.races import at_once

pytestmark = pytest.mark.django_db
STARTS = datetime(2026, 12, 3, 10, 0, tzinfo=UTC)
OPENS = datetime(2027, 3, 3, 9, 5, tzinfo=UTC)
CLOSED = OPENS + timedelta(days=35)
ANSWER = {"used": "YES", "how": "We told her that day.", "changed": "She stayed with her sister.", "may_tell": True}


def place_of(cast: Cast, **fields: Any) -> Booking:
    starts_at = fields.pop("starts_at", STARTS)
    session = SessionFactory(
        host=cast.police, planned_by=cast.tess, kind="CLARES_LAW", state="HELD", starts_at=starts_at
    )
    return BookingFactory(**{"session": session, "user": cast.pat, "state": "PRESENT"} | fields)


def told(cast: Cast, **fields: Any) -> FollowUp:
    return FollowUpFactory(**{"booking": place_of(cast, user=cast.out)} | fields)


def follow_up(booking: Booking, **fields: Any) -> FollowUp:
    given = {"booking_id": booking.pk, "by": booking.user, "at": OPENS} | ANSWER
    return services.answer_follow_up(**given | fields)


# --- when and whom ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "asked"),
    [
        (OPENS - timedelta(days=1), False),
        (OPENS, True),
        (OPENS + timedelta(days=28), True),
        (OPENS + timedelta(days=29), False),
    ],
)
def test_it_is_asked_from_three_months_after_the_session_for_four_weeks(cast, at, asked):
    assert is_asked(place_of(cast), at=at) is asked


def test_three_months_after_the_last_day_of_november_is_the_last_of_february(cast):
    session = place_of(cast, starts_at=datetime(2026, 11, 30, 10, 0, tzinfo=UTC)).session

    assert (opens_on(session).isoformat(), closes_on(session).isoformat()) == ("2027-02-28", "2027-03-28")


@pytest.mark.parametrize("state", ["BOOKED", "ABSENT", "CANCELLED"])
def test_who_was_not_there_is_not_asked(cast, state):
    booking = place_of(cast, state=state)

    assert ask_by_mail(at=OPENS) == 0
    with pytest.raises(services.CannotFollowUp):
        follow_up(booking)


def test_nobody_answers_for_somebody_else(cast):
    with pytest.raises(services.CannotFollowUp):
        follow_up(place_of(cast), by=cast.cory)


# --- by mail ----------------------------------------------------------------------------------------------------------


def test_who_was_there_is_asked_by_mail_once(cast):
    booking = place_of(cast)
    answered = place_of(cast)
    FollowUpFactory(booking=answered)

    assert ask_by_mail(at=OPENS - timedelta(days=1)) == 0
    assert [ask_by_mail(at=OPENS + timedelta(days=day)) for day in (0, 1, 28)] == [1, 0, 0]
    assert [(one.booking, one.kind) for one in LearningMail.objects.all()] == [(booking, "FOLLOW_UP")]


def test_a_mail_that_was_missed_is_not_sent_when_the_form_is_closed(cast):
    place_of(cast)

    assert ask_by_mail(at=OPENS + timedelta(days=29)) == 0


def test_the_mail_leads_to_the_form_and_tells_no_topic(cast):
    booking = place_of(cast, starts_at=timezone.now() - timedelta(days=95))
    sent = LearningMail.objects.create(booking=booking, kind="FOLLOW_UP", made_at=timezone.now())

    ask_person_about_session(mail_id=str(sent.pk))

    [message] = mail.outbox
    assert reverse("partners:booking_follow_up", args=[booking.pk]) in message.body
    assert booking.session.title not in message.body
    assert cast.pat.name not in message.body


# --- answering --------------------------------------------------------------------------------------------------------


def test_an_answer_is_given_once_and_its_words_stand_in_no_log(cast):
    booking = place_of(cast)
    follow_up(booking)

    with pytest.raises(services.CannotFollowUp):
        follow_up(booking, how="Something else")
    entry = Entry.objects.get(what="partners.follow_up_answered")
    assert (entry.actor_id, entry.details) == (str(cast.pat.pk), {})
    with pytest.raises(ProgrammingError, match="not changed"), transaction.atomic():
        FollowUp.objects.update(how="Something else")


@pytest.mark.parametrize(
    ("wrong", "field"), [({"used": "PERHAPS"}, "used"), ({"how": " "}, "how"), ({"changed": "x" * 1001}, "changed")]
)
def test_what_is_missing_is_said_of_its_field_and_nothing_is_kept(cast, wrong, field):
    with pytest.raises(services.CannotFollowUp) as refused:
        follow_up(place_of(cast), **wrong)

    assert refused.value.field == field
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize("used", ["NOT_YET", "NO"])
def test_who_did_not_use_it_has_nothing_to_tell(cast, used):
    kept = follow_up(place_of(cast), used=used)

    assert (kept.how, kept.changed, kept.may_tell) == ("", "", False)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"how": ""}, "says_how"),
        ({"used": "NO"}, "told_where_it_was_used"),
        ({"may_tell": False, "taken_back_at": OPENS}, "taken_back_was_agreed"),
        ({"set_aside_at": OPENS}, "set_aside_says_who"),
    ],
)
def test_the_database_holds_what_goes_together(cast, wrong, words):
    with pytest.raises(IntegrityError, match=words):
        told(cast, **wrong)


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_one_moment_are_one():
    booking = BookingFactory(state="PRESENT", session=SessionFactory(state="HELD", starts_at=STARTS))

    given = at_once(*[lambda: follow_up(booking)] * 2, refusal=services.CannotFollowUp)

    assert sorted(type(one).__name__ for one in given) == ["CannotFollowUp", "FollowUp"]


# --- stories ----------------------------------------------------------------------------------------------------------


def test_only_what_people_agreed_to_is_told_and_no_longer_when_it_was_taken_back_or_set_aside(cast):
    story = told(cast)
    told(cast, may_tell=False)
    FollowUpFactory(booking__session__host=AgencyFactory(kind="POLICE"))
    back, aside = told(cast, booking=place_of(cast)), told(cast)

    services.take_back_story(booking_id=back.booking_id, by=cast.pat, at=OPENS)
    services.set_story_aside(follow_up_id=aside.pk, by=cast.tess, at=OPENS)

    assert list(stories_for(cast.ana, at=CLOSED)) == [story]
    with pytest.raises(ProgrammingError, match="not changed"), transaction.atomic():
        FollowUp.objects.filter(pk=back.pk).update(taken_back_at=None)


def test_nobody_takes_back_another_s_story_or_sets_one_of_another_force_aside(cast):
    story = told(cast)
    other = SessionFactory(host=AgencyFactory(kind="POLICE")).planned_by

    with pytest.raises(services.CannotFollowUp):
        services.take_back_story(booking_id=story.booking_id, by=cast.pat, at=OPENS)
    for person in (other, cast.ana, cast.pat):
        with pytest.raises(services.CannotFollowUp):
            services.set_story_aside(follow_up_id=story.pk, by=person, at=OPENS)


def test_counts_are_shown_from_five_answers_up(cast):
    for used in ("YES", "YES", "NOT_YET", "NO"):
        told(cast, used=used, may_tell=False)
    few = used_counts(cast.ana, at=CLOSED)
    told(cast)

    assert few.is_shown is False
    counts = used_counts(cast.ana, at=CLOSED)
    assert (counts.is_shown, counts.n, counts.yes, counts.not_yet, counts.no) == (True, 5, 3, 1, 1)


def test_nothing_counts_or_is_told_while_others_may_still_answer_so_that_nobody_sees_an_answer_arrive(cast):
    story = told(cast)
    for _ in range(4):
        told(cast, used="NO", may_tell=False)
    open_until = OPENS + timedelta(days=28)

    assert (list(stories_for(cast.ana, at=open_until)), used_counts(cast.ana, at=open_until).n) == ([], 0)
    after = open_until + timedelta(days=1)
    assert (list(stories_for(cast.ana, at=after)), used_counts(cast.ana, at=after).n) == ([story], 5)


def test_no_session_is_taken_for_closed_before_it_is_and_all_are_a_few_days_later(cast):
    session = place_of(cast).session
    for days in range(400):
        session.ends_at = STARTS + timedelta(days=days)
        last = closes_on(session)
        late = next(
            late
            for late in range(-5, 5)
            if session.ends_at < _closed_before(london_moment(last, time(12)) + timedelta(days=late))
        )
        assert 1 <= late <= 4


def test_stories_stand_in_no_order_of_time(cast):
    made = [told(cast, answered_at=CLOSED + timedelta(minutes=number)) for number in range(6)]

    page = keyset_page(stories_for(cast.ana, at=CLOSED), order=STORY_ORDER, cursor=None)

    assert list(page) == sorted(made, key=lambda one: one.pk)


def test_the_page_tells_the_words_and_nobody_s_name_or_agency(client: CarefulClient, cast: Cast) -> None:
    story = told(cast, booking=place_of(cast, user=cast.out, starts_at=timezone.now() - timedelta(days=130)))
    client.signed_in(cast.leda)

    shown = client.get(reverse("partners:stories")).content.decode()

    assert story.how in shown
    assert "Fewer than five people have answered" in shown
    assert not any(words in shown for words in (cast.out.name, str(cast.elsewhere), story.booking.reference))
    assert "Set aside<" not in shown
    assert Entry.objects.filter(what="partners.stories_read", actor_id=cast.leda.pk).count() == 1


def test_answering_and_taking_back_by_the_pages(client: CarefulClient, cast: Cast) -> None:
    booking = place_of(cast, starts_at=timezone.now() - timedelta(days=100))
    page = reverse("partners:booking_follow_up", args=[booking.pk])
    client.signed_in(cast.pat)

    assert page in client.get(booking.get_absolute_url()).content.decode()
    refused = client.post(page, {"used": "YES", "how": "", "changed": "She is safe.", "may_tell": "on"})
    client.post(page, ANSWER | {"may_tell": "on"})
    shown = client.get(booking.get_absolute_url()).content.decode()
    client.post(reverse("partners:booking_story_take_back", args=[booking.pk]))

    assert refused.status_code == 422
    assert '<a href="#id_how">Say how you used it</a>' in refused.content.decode()
    assert "She is safe." in refused.content.decode()
    assert "It may be told without your name and agency." in shown
    assert "You took back that it may be told." in client.get(booking.get_absolute_url()).content.decode()
    assert list(stories_for(cast.ana, at=timezone.now() + timedelta(days=60))) == []


def test_a_story_is_set_aside_after_it_was_asked_once(client, cast):
    story = told(cast, booking=place_of(cast, starts_at=timezone.now() - timedelta(days=150)))
    page = reverse("partners:story_set_aside", args=[story.pk])
    client.signed_in(cast.tess)

    asked = client.get(page)
    story.refresh_from_db()
    before = story.set_aside_at
    client.post(page)
    story.refresh_from_db()

    assert story.how in asked.content.decode()
    assert "cannot be brought back" in asked.content.decode()
    assert (before, story.set_aside_by) == (None, cast.tess)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_stories_has_a_flat_query_count(client, cast, count, django_assert_num_queries):
    for _ in range(count):
        told(cast, booking=place_of(cast, user=cast.out, starts_at=timezone.now() - timedelta(days=130)))
    client.signed_in(cast.tess)

    with django_assert_num_queries(10):
        client.get(reverse("partners:stories"))
