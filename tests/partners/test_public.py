"""What needs no sign-in: the public list and a trainer's calendar."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from audit.models import Entry
from partners.models import CalendarFeed, Session
from partners.services import feeds, scheduling
from partners.services import sessions as services
from tests.factories.partners import BookingFactory, SessionFactory
from tests.people import NOW, Cast
from tests.reading import text_of

LIST = "/partners/sessions/public/"


@pytest.fixture(autouse=True)
def no_cache():
    cache.clear()


def soon(hour: int = 10) -> datetime:
    return (timezone.now() + timedelta(days=30)).replace(hour=hour, minute=0, second=0, microsecond=0)


def own_session(cast: Cast, **fields) -> Session:
    return SessionFactory(**{"host": cast.police, "planned_by": cast.tess, "starts_at": soon()} | fields)


def test_the_public_list_shows_what_may_be_public_and_nothing_that_could_leak(client, cast):
    session = own_session(
        cast, starts_at=soon(19), about="Words about it", notes="Notes for trainers", title="Sharing in an evening"
    )
    own_session(cast, title="In a hall", venue="PLACE", place="Secret Hall, room 2", town="Testham", joining_link="")
    BookingFactory(session=session, user=cast.pat)

    response = client.get(LIST)
    page, words = response.content.decode(), text_of(response)

    assert response.status_code == 200
    for shown in ("Sharing in an evening", "Evening", "Online", "Testham", "Places left"):
        assert shown in words
    for hidden in (
        "meet.example.org",
        "Words about it",
        "Notes for trainers",
        "Secret Hall",
        "Tess",
        "Pat",
        str(session.pk),
        str(cast.council),
        "19 places",
        "20 places",
    ):
        assert hidden not in page


@pytest.mark.parametrize(
    "fields", [{"state": "PLANNED"}, {"state": "CANCELLED"}, {"audience": "INVITED"}, {"audience": "FORCES"}]
)
def test_what_is_not_open_to_everybody_is_not_on_it(client, cast, fields):
    own_session(cast, title="Not for everybody", **fields)
    own_session(cast, title="For everybody")
    assert "Not for everybody" not in text_of(client.get(LIST))
    assert "For everybody" in text_of(client.get(LIST))


def test_places_are_told_in_words(client, cast):
    session = own_session(cast, capacity=6)
    assert "Places left" in text_of(client.get(LIST))
    BookingFactory(session=session, user=cast.pat)
    cache.clear()
    assert "Few places left" in text_of(client.get(LIST))
    own_session(cast, capacity=1, title="Full one")
    BookingFactory(session=Session.objects.get(title="Full one"))
    cache.clear()
    assert "Full" in text_of(client.get(LIST))


def test_the_list_is_read_from_the_cache_and_forgets_what_was_cancelled(
    client, cast, django_assert_num_queries, django_capture_on_commit_callbacks
):
    session = own_session(cast)
    assert session.title in text_of(client.get(LIST))
    with django_assert_num_queries(0):
        client.get(LIST)
    with django_capture_on_commit_callbacks(execute=True):
        services.cancel_session(session_id=session.pk, reason="Snow.", by=cast.tess, at=timezone.now())
    assert session.title not in text_of(client.get(LIST))


def test_nobody_is_let_in_while_nobody_can_count(client, settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}

    assert client.get(LIST).status_code == 429
    assert client.get(reverse("partners:feed_read", args=["x" * 43])).status_code == 429


def test_one_visitor_who_asks_too_often_is_refused_and_another_is_not(client, cast, settings):
    settings.PUBLIC_PAGES_A_MINUTE = 2
    assert [client.get(LIST, REMOTE_ADDR="192.0.2.1").status_code for _ in range(3)] == [200, 200, 429]
    assert client.get(LIST, REMOTE_ADDR="192.0.2.2").status_code == 200


def test_visitors_behind_a_proxy_are_told_apart_by_the_address_that_it_adds(client, cast, settings):
    settings.PUBLIC_PAGES_A_MINUTE = 2
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def asks(*, said: str, comes_from: str) -> int:
        return client.get(LIST, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=f"{said}, {comes_from}").status_code

    # What a visitor writes in front of it makes them nobody else.
    assert [asks(said=f"198.51.100.{n}", comes_from="192.0.2.1") for n in range(3)] == [200, 200, 429]
    assert asks(said="198.51.100.1", comes_from="192.0.2.2") == 200


def events(text: str) -> list:
    return list(Calendar.from_ical(text).walk("VEVENT"))


def test_a_trainers_calendar_has_each_date_of_their_own_sessions_and_no_delegate(client, cast):
    at = timezone.now()
    first = soon(18)
    session = services.plan_session(
        kind="CPI",
        title="A telling title",
        starts_at=first,
        further_dates=[(first + timedelta(days=7), first + timedelta(days=7, minutes=90))],
        capacity=9,
        venue="ONLINE",
        joining_link="https://meet.example.org/fictitious",
        by=cast.tess,
        at=at,
    )
    services.open_session(session_id=session.pk, by=cast.tess, at=at)
    BookingFactory(session=session, user=cast.pat)
    own_session(cast, starts_at=soon(8)).trainers.clear()
    SessionFactory(starts_at=soon()).trainers.add(cast.tess)  # of another force
    token = feeds.renew_feed(by=cast.tess, at=at)

    response = client.get(reverse("partners:feed_read", args=[token]))

    found = events(response.content.decode())
    assert response["Content-Type"].startswith("text/calendar")
    assert [one.decoded("dtstart").astimezone(UTC) for one in found] == [first, first + timedelta(days=7)]
    assert {str(one["summary"]) for one in found} == {"MASH session"}
    for hidden in ("telling", "meet.example.org", "Pat", "pat@", "ATTENDEE", str(cast.council)):
        assert hidden not in response.content.decode()
    feed = CalendarFeed.objects.get()
    assert (feed.reads, feed.read_at is not None) == (1, True)


def test_a_moved_or_cancelled_session_stays_in_the_calendar_under_the_same_uid(cast):
    session = own_session(cast, starts_at=soon(18))
    at = timezone.now()
    token = feeds.renew_feed(by=cast.tess, at=at)
    (before,) = events(feeds.read_feed(token=token, at=at))
    moved = [(soon(19), soon(19) + timedelta(minutes=90))]
    scheduling.move_session(session_id=session.pk, spans=moved, reason="Snow.", by=cast.tess, at=at)
    services.cancel_session(session_id=session.pk, reason="Snow.", by=cast.tess, at=at)
    (after,) = events(feeds.read_feed(token=token, at=at))

    assert before["uid"] == after["uid"]
    assert (str(after["status"]), int(after["sequence"])) == ("CANCELLED", 2)


def test_a_renewed_address_ends_the_one_before_and_the_database_holds_neither(client, cast):
    client.signed_in(cast.tess)
    shown = re.search(r"/partners/feed/([^/<]+)\.ics", client.post(reverse("partners:feed")).content.decode())
    assert shown
    first = shown.group(1)
    assert first not in client.get(reverse("partners:feed")).content.decode()
    assert not CalendarFeed.objects.filter(token_hash=first).exists()

    second = feeds.renew_feed(by=cast.tess, at=NOW)
    with pytest.raises(feeds.NoSuchFeed):
        feeds.read_feed(token=first, at=NOW)
    assert feeds.read_feed(token=second, at=NOW)
    client.post(reverse("partners:feed_end"))
    with pytest.raises(feeds.NoSuchFeed):
        feeds.read_feed(token=second, at=NOW)
    assert Entry.objects.filter(what="partners.feed_renewed").count() == 2


def test_an_address_ends_with_the_role(cast):
    token = feeds.renew_feed(by=cast.tess, at=NOW)
    cast.tess.role_grants.all().delete()
    with pytest.raises(feeds.NoSuchFeed):
        feeds.read_feed(token=token, at=NOW)


def test_a_moved_session_stands_on_the_list_at_its_new_time(client, cast, django_capture_on_commit_callbacks):
    session = own_session(cast)
    client.get(LIST)
    new = soon(19) + timedelta(days=1)
    with django_capture_on_commit_callbacks(execute=True):
        scheduling.move_session(
            session_id=session.pk,
            spans=[(new, new + timedelta(minutes=90))],
            reason="Snow.",
            by=cast.tess,
            at=timezone.now(),
        )
    assert "Evening" in text_of(client.get(LIST))
