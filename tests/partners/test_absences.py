"""Who stays away from sessions again and again is told, with the coordinators of their agency; nobody is refused a place for it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import Entry
from jobs.models import Job
from partners.models import AbsenceWarning, Booking
from partners.notifications.absence_mail import email_about_absence
from partners.queries.absences import often_absent_among
from partners.services.absences import warn_of_absences
from partners.services.bookings import book_place
from tests.conftest import CarefulClient
from tests.factories.accounts import UserFactory
from tests.factories.partners import BookingFactory, DelegateFactory
from tests.partners.page_steps import own_session, page, soon
from tests.people import NOW, Cast
from tests.races import at_once
from tests.reading import text_of

pytestmark = pytest.mark.django_db
ONE_DAY = timedelta(days=1)


def missed(cast: Cast, days_ago: int, *, at=NOW, **fields) -> Booking:
    """A session of which the register was closed on its day, and at which somebody who had booked was absent."""
    starts_at = at - days_ago * ONE_DAY
    session = own_session(cast, state=fields.pop("session_state", "HELD"), starts_at=starts_at)
    given = {"session": session, "user": cast.pat, "state": "ABSENT"} | fields
    marked = {"registered_at": starts_at} if given["state"] in ("ABSENT", "PRESENT") else {}
    return BookingFactory(**given | marked)


def test_from_two_sessions_within_a_year_on_somebody_is_told_once_each_time(cast):
    missed(cast, 200)
    assert warn_of_absences(at=NOW) == 0
    missed(cast, 2)

    assert warn_of_absences(at=NOW) == 1
    assert warn_of_absences(at=NOW + ONE_DAY) == 0
    missed(cast, -3)
    assert warn_of_absences(at=NOW + 4 * ONE_DAY) == 1

    assert list(AbsenceWarning.objects.order_by("made_at").values_list("user", "agency", "missed")) == [
        (cast.pat.pk, cast.council.pk, 2),
        (cast.pat.pk, cast.council.pk, 3),
    ]
    assert Entry.objects.filter(what="partners.absence_warned").count() == 2
    assert Job.objects.filter(task__contains="email_about_absence").count() == 2


def test_what_was_cancelled_walked_into_left_open_or_long_ago_does_not_count(cast):
    missed(cast, 2)
    missed(cast, 400)
    missed(cast, 3, state="CANCELLED")
    missed(cast, 4, state="PRESENT")
    missed(cast, 5, walk_in="PLACE")
    missed(cast, 6, session_state="OPEN")
    assert warn_of_absences(at=NOW) == 0


def test_old_absences_are_not_told_when_the_service_is_new(cast):
    missed(cast, 200)
    missed(cast, 40)
    assert warn_of_absences(at=NOW) == 0


def test_somebody_is_told_so_often_a_year_and_no_more(cast, settings):
    settings.ABSENCE_WARNINGS_AT_MOST = 1
    missed(cast, 10)
    missed(cast, 2)
    assert warn_of_absences(at=NOW) == 1
    missed(cast, -3)
    assert warn_of_absences(at=NOW + 4 * ONE_DAY) == 0


def test_the_number_is_a_setting_and_nought_tells_nobody(cast, settings):
    missed(cast, 2)
    settings.ABSENCES_WARNED_FROM = 0
    assert warn_of_absences(at=NOW) == 0
    settings.ABSENCES_WARNED_FROM = 1
    assert warn_of_absences(at=NOW) == 1


def test_who_has_left_or_was_forgotten_is_not_told(cast):
    gone = UserFactory(agency=cast.council, is_active=False)
    forgotten = DelegateFactory(agency=cast.council, forgotten_at=NOW)
    for fields in ({"user": gone}, {"user": None, "delegate": forgotten}):
        missed(cast, 10, **fields)
        missed(cast, 2, **fields)
    assert warn_of_absences(at=NOW) == 0


def test_the_person_and_the_coordinators_hear_and_the_mail_names_nobody(cast, mailoutbox):
    jo = DelegateFactory(agency=cast.council, added_by=cast.cory)
    for fields in ({}, {"user": None, "delegate": jo}):
        missed(cast, 10, **fields)
        missed(cast, 2, **fields)
    assert warn_of_absences(at=NOW) == 2

    for warning in AbsenceWarning.objects.all():
        email_about_absence(warning_id=str(warning.pk))

    told = [(mail.to[0], "did not come" in mail.body) for mail in mailoutbox]
    assert sorted(told) == sorted(
        [(cast.pat.email, True), (cast.cory.email, True)] + [(jo.email, True), (cast.cory.email, True)]
    )
    for mail in mailoutbox:
        assert not any(name in mail.subject + mail.body for name in (cast.pat.name, jo.name, "The CPI form"))
    assert all(("show=missed" in mail.body) == (mail.to[0] != jo.email) for mail in mailoutbox)


def test_a_register_that_was_corrected_meanwhile_tells_nobody(cast, mailoutbox):
    missed(cast, 10)
    booking = missed(cast, 2)
    warn_of_absences(at=NOW)
    Booking.objects.filter(pk=booking.pk).update(state="PRESENT")
    email_about_absence(warning_id=str(AbsenceWarning.objects.get().pk))
    assert mailoutbox == []


def test_trainers_see_it_where_somebody_waits_and_nobody_else_does(client: CarefulClient, cast):
    at = timezone.now()
    for days_ago in (10, 20):
        missed(cast, days_ago, at=at)
    session = own_session(cast)
    waiting = BookingFactory(session=session, user=cast.pat, state="WAITING")
    BookingFactory(session=session, user=cast.out, state="WAITING")

    assert often_absent_among(list(session.bookings.all()), at=at) == {waiting.pk: 2}
    text = text_of(client.signed_in(cast.tess).get(page("session", session)))
    assert text.count("Missed 2 sessions in a year") == 1
    for other in (cast.pat, cast.cory):
        assert "Missed 2" not in text_of(client.signed_in(other).get(page("session", session)))


def test_it_refuses_nobody_a_place(cast):
    for days_ago in (5, 10, 20):
        missed(cast, days_ago, at=timezone.now())
    session = own_session(cast, starts_at=soon())
    booked = book_place(session_id=session.pk, by=cast.pat, at=timezone.now(), key=session.pk)
    assert booked.state == "BOOKED"


@pytest.mark.django_db(transaction=True)
def test_two_clocks_tell_somebody_once(cast):
    missed(cast, 10)
    missed(cast, 2)
    assert sum(at_once(lambda: warn_of_absences(at=NOW), lambda: warn_of_absences(at=NOW))) == 1


def test_a_warning_is_for_one_person(cast):
    jo = DelegateFactory(agency=cast.council)
    for fields in ({}, {"user": cast.pat, "delegate": jo}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AbsenceWarning.objects.create(agency=cast.council, missed=2, made_at=NOW, **fields)
