"""People without an account say what a session was like by an address from a mail, which works once and does not say who they are."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from partners.models import Booking, FeedbackLink, LearningMail, SessionFeedbackBox, SessionFeedbackReceipt
from partners.models.session_feedback import feedback_token, hash_of_token
from partners.notifications.learning_mail import ask_person_about_session
from partners.services import session_feedback as services
from partners.services.joins import join_walk_in
from partners.services.learning_mail import ask_by_mail
from tests.conftest import CarefulClient
from tests.factories.accounts import UserFactory
from tests.factories.partners import STARTS, BookingFactory, DelegateFactory
from tests.partners.page_steps import own_session
from tests.people import Cast
from tests.races import at_once
from tests.reading import text_of

pytestmark = pytest.mark.django_db
ENDS = STARTS + timedelta(minutes=90)
NEXT_MORNING = datetime(2026, 12, 4, 9, 5, tzinfo=ENDS.tzinfo)
MARKS = {"useful": 4, "sure_before": 2, "sure_after": 5, "practice": "A checklist"}


def attended(cast: Cast, **fields) -> Booking:
    jo = DelegateFactory(agency=cast.council, added_by=cast.cory)
    session = own_session(cast, starts_at=STARTS, state="HELD")
    return BookingFactory(**{"session": session, "user": None, "delegate": jo, "state": "PRESENT"} | fields)


def asked_lately(cast: Cast) -> tuple[Booking, str]:
    """Somebody who was there yesterday, and the word in the address that they were sent."""
    booking = attended(cast, session=own_session(cast, starts_at=timezone.now() - timedelta(days=1), state="HELD"))
    ask_by_mail(at=timezone.now())
    return booking, feedback_token(LearningMail.objects.get(booking=booking).pk)


def address(token: str) -> str:
    return reverse("partners:feedback_by_link", args=[token])


def test_who_has_no_account_is_asked_once_and_the_address_is_kept_as_a_hash(cast):
    booking = attended(cast)
    attended(cast, state="ABSENT")

    assert ask_by_mail(at=NEXT_MORNING) == 1
    assert ask_by_mail(at=NEXT_MORNING + timedelta(days=1)) == 0

    token = feedback_token(LearningMail.objects.get().pk)
    link = FeedbackLink.objects.get()
    assert (link.session, link.token_hash, link.is_used) == (booking.session, hash_of_token(token), False)
    assert {field.name for field in FeedbackLink._meta.get_fields()} == {"id", "session", "token_hash", "is_used"}


def test_who_was_forgotten_or_answers_with_an_account_gets_no_address(cast):
    attended(cast, delegate=DelegateFactory(agency=cast.council, forgotten_at=STARTS))
    attended(cast, user=cast.pat, delegate=None)
    assert ask_by_mail(at=NEXT_MORNING) == 1
    assert not FeedbackLink.objects.exists()


def test_nobody_is_asked_three_months_later_without_an_account(cast):
    attended(cast)
    assert ask_by_mail(at=ENDS + timedelta(days=100)) == 0


def test_the_mail_carries_the_address_and_neither_name_nor_topic_nor_reference(cast, mailoutbox):
    booking, token = asked_lately(cast)
    mail_id = str(LearningMail.objects.get().pk)

    ask_person_about_session(mail_id=mail_id)
    ask_person_about_session(mail_id=mail_id)

    first, again = mailoutbox
    assert first.to == [booking.delegate.email]
    assert address(token) in first.body
    assert address(token) in again.body
    said = first.subject + first.body
    assert not any(words in said for words in (booking.delegate.name, booking.reference, booking.session.title))


def test_nothing_is_sent_to_who_was_absent_after_all_or_has_answered(cast, mailoutbox):
    booking, token = asked_lately(cast)
    mail_id = str(LearningMail.objects.get().pk)
    Booking.objects.filter(pk=booking.pk).update(state="ABSENT")
    ask_person_about_session(mail_id=mail_id)
    Booking.objects.filter(pk=booking.pk).update(state="PRESENT")
    services.give_feedback_by_link(token=token, at=timezone.now(), **MARKS)
    ask_person_about_session(mail_id=mail_id)
    assert mailoutbox == []


def test_it_counts_once_and_stands_in_no_log_and_beside_nobody(cast):
    booking, token = asked_lately(cast)
    before = Entry.objects.count()

    services.give_feedback_by_link(token=token, at=timezone.now(), **MARKS)
    with pytest.raises(services.CannotGiveFeedback, match="was used"):
        services.give_feedback_by_link(token=token, at=timezone.now(), **MARKS)

    box = SessionFeedbackBox.objects.get(session=booking.session)
    assert (box.useful, box.practice) == ([0, 0, 0, 1, 0], ["A checklist"])
    assert Entry.objects.count() == before
    assert not SessionFeedbackReceipt.objects.exists()


def test_a_wrong_answer_uses_no_link(cast):
    _, token = asked_lately(cast)
    with pytest.raises(services.CannotGiveFeedback, match="1 to 5"):
        services.give_feedback_by_link(token=token, at=timezone.now(), **MARKS | {"useful": 6})
    assert not FeedbackLink.objects.get().is_used
    assert not SessionFeedbackBox.objects.exists()


def test_a_used_link_stays_used_and_is_for_its_session(cast):
    _, token = asked_lately(cast)
    services.give_feedback_by_link(token=token, at=timezone.now(), **MARKS)
    with pytest.raises(DatabaseError), transaction.atomic():
        FeedbackLink.objects.update(is_used=False)


@pytest.mark.django_db(transaction=True)
def test_a_link_that_is_used_twice_at_once_counts_once(cast):
    _, token = asked_lately(cast)

    def give() -> None:
        services.give_feedback_by_link(token=token, at=timezone.now(), **MARKS)

    done = at_once(give, give, refusal=services.CannotGiveFeedback)
    assert sum(isinstance(one, services.CannotGiveFeedback) for one in done) == 1
    assert sum(SessionFeedbackBox.objects.get().useful) == 1


def test_the_page_works_without_sign_in_keeps_what_was_chosen_and_then_no_more(client: CarefulClient, cast):
    booking, token = asked_lately(cast)
    page = client.get(address(token))
    # With "no-referrer" the browser sends the form as from nowhere, and it is refused.
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]
    assert booking.delegate.name not in page.content.decode()

    refused = client.post(address(token), {"useful": "4", "practice": "Kept words"})
    assert refused.status_code == 422
    assert "Say how confident you were before the session" in text_of(refused)
    assert "Kept words" in refused.content.decode()

    done = client.post(address(token), {"useful": "4", "sure_before": "2", "sure_after": "5"}, follow=True)
    assert "This link was used" in text_of(done)
    assert client.get(address("wrong")).status_code == 404
    assert client.get(address("wrong")).templates[0].name == "partners/feedback_by_link.html"


def test_after_two_weeks_the_form_is_closed(client: CarefulClient, cast):
    booking = attended(cast, session=own_session(cast, starts_at=timezone.now() - timedelta(days=20), state="HELD"))
    FeedbackLink.objects.create(session=booking.session, token_hash=hash_of_token("a"))
    assert "The form is closed" in text_of(client.get(address("a")))
    with pytest.raises(services.CannotGiveFeedback):
        services.give_feedback_by_link(token="a", at=timezone.now(), **MARKS)


def test_one_visitor_asks_only_so_often(client: CarefulClient, cast, settings):
    settings.PUBLIC_PAGES_A_MINUTE = 1
    client.get(address("a"))
    assert client.get(address("a")).status_code == 429


def test_who_was_sent_an_address_is_not_asked_again_by_the_account_that_they_get(cast):
    session = own_session(cast, starts_at=timezone.now() - timedelta(days=1), state="HELD")
    booking = attended(cast, session=session, walk_in="PLACE", registered_at=session.starts_at)
    ask_by_mail(at=timezone.now())
    jo: User = UserFactory(agency=cast.council, email=booking.delegate.email)
    join_walk_in(booking_id=booking.pk, user=jo, by=cast.tess, at=timezone.now())
    booking.refresh_from_db()
    with pytest.raises(services.CannotGiveFeedback, match="already"):
        services.give_feedback(booking_id=booking.pk, by=jo, at=timezone.now(), **MARKS)
