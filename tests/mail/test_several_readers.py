"""A job that writes to several people in different words: one who cannot be reached now holds up none of the others."""

import pytest

from mail.notifications.senders import AddressNotNow
from partners.notifications.waiting_mail import email_about_offer
from tests.factories.accounts import UserFactory
from tests.factories.partners import BookingFactory, DelegateFactory, SessionFactory
from tests.training.test_inductions import make
from tests.training.test_supervision_records import break_glass, session_of
from training import notifications

pytestmark = pytest.mark.django_db
LATER = "450 4.2.1 Not now"


def test_an_offer_reaches_the_other_coordinators_and_the_person(cast, sink):
    other = UserFactory(agency=cast.council, roles=["TRAINING_COORDINATOR"], email="other@example.org")
    jo = DelegateFactory(agency=cast.council, email="jo@example.org", added_by=other)
    session = SessionFactory(host=cast.police, planned_by=cast.tess)
    booking = BookingFactory(session=session, user=None, delegate=jo, state="OFFERED", booked_by=other)
    for away in (other.email, cast.cory.email):
        sink.taken.clear()
        sink.refusals = {away: [LATER]}

        with pytest.raises(AddressNotNow):
            email_about_offer(booking_id=str(booking.pk))

        assert sorted(sink.readers) == sorted({cast.cory.email, other.email, jo.email} - {away})


def test_an_induction_is_told_to_the_mentor_and_the_line_manager(cast, sink):
    plan = make(cast)
    sink.refusals = {plan.person.email: [LATER, LATER]}

    with pytest.raises(AddressNotNow):
        notifications.email_about_induction(induction_id=str(plan.pk))
    assert sink.readers == [plan.mentor.email, plan.line_manager.email]
    with pytest.raises(AddressNotNow):
        notifications.email_about_people_of_induction(induction_id=str(plan.pk), new=[str(plan.mentor_id)])

    assert sink.readers[2:] == [plan.mentor.email]


def test_both_are_told_that_their_record_was_opened(cast, sink):
    opening = break_glass(cast, session_of(cast))
    sink.refusals = {cast.mina.email: [LATER]}

    with pytest.raises(AddressNotNow):
        notifications.email_the_two_about_opening(opening_id=str(opening.pk))

    assert sink.readers == [cast.moss.email]
