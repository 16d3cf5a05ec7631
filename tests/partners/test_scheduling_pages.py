"""The pages on which trainers plan, copy, move and repeat sessions and make courses; what partners see of it."""

import re
import uuid
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.models import Session, SessionSeries
from tests.factories.partners import BookingFactory, SessionFactory
from tests.people import Cast
from tests.reading import text_of


def soon(days: int = 60) -> datetime:
    return (timezone.now() + timedelta(days=days)).replace(hour=12, minute=0, second=0, microsecond=0)


def own_session(cast: Cast, **fields) -> Session:
    return SessionFactory(**{"host": cast.police, "planned_by": cast.tess, "starts_at": soon()} | fields)


def typed_moment(name: str, day: datetime, clock: str = "12:00") -> dict[str, str]:
    return dict(zip((f"{name}_{part}" for part in range(4)), (day.day, day.month, day.year, clock), strict=True))


def plan_of(cast: Cast, **fields) -> dict:
    given = {"kind": "CPI", "title": "Typed title", "minutes": "90", "venue": "ONLINE", "capacity": "30"}
    return given | {"trainers": [str(cast.tess.pk)]} | typed_moment("starts_at", soon()) | fields


def test_a_clash_comes_back_beside_the_trainers_with_a_box_and_everything_typed(client, cast):
    own_session(
        cast, title="Earlier one", starts_at=soon() - timedelta(minutes=30), ends_at=soon() + timedelta(hours=2)
    )
    client.signed_in(cast.tess)
    address = reverse("partners:session_plan")

    refused = client.post(address, plan_of(cast))

    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Earlier one" in text_of(refused)
    for kept in ('value="Typed title"', "#id_trainers_0", 'name="warning_read"'):
        assert kept in page
    assert not Session.objects.filter(title="Typed title").exists()
    assert client.post(address, plan_of(cast, warning_read="on")).status_code == 302
    assert Session.objects.filter(title="Typed title").count() == 1


def test_a_session_of_two_dates_for_named_agencies_is_planned_on_one_page(client, cast):
    client.signed_in(cast.tess)
    typed = plan_of(cast, audience="NAMED", notes="Bring slides.")

    refused = client.post(reverse("partners:session_plan"), typed)
    assert refused.status_code == 422
    assert "#id_audience_agencies_0" in refused.content.decode()
    more = {"audience_agencies": [str(cast.council.pk)]} | typed_moment("date_2", soon(67))
    page = client.post(reverse("partners:session_plan"), typed | more, follow=True)

    words = text_of(page)
    for shown in ("the first of 2 dates", "A booking is for all of them", "Bring slides.", str(cast.council)):
        assert shown in words
    session = Session.objects.get()
    assert (session.date_count, list(session.audience_agencies.all())) == (2, [cast.council])


def test_a_session_whose_second_date_is_before_the_first_is_planned_all_the_same(client, cast):
    client.signed_in(cast.tess)

    page = client.post(reverse("partners:session_plan"), plan_of(cast) | typed_moment("date_2", soon(53)), follow=True)

    assert "the first of 2 dates" in text_of(page)
    session = Session.objects.get()
    assert session.starts_at == session.booking_closes_at == soon(53)


def test_partners_read_neither_notes_nor_audience(client, cast):
    session = own_session(cast, notes="Bring slides.")
    client.signed_in(cast.pat)
    words = text_of(client.get(session.get_absolute_url()))
    assert "Bring slides." not in words
    assert "Every agency" not in words


def test_copying_fills_the_form_without_the_date_and_changes_nothing(client, cast):
    session = own_session(cast, title="A title to copy", capacity=17)
    client.signed_in(cast.tess)
    page = client.get(reverse("partners:session_copy", args=[session.pk])).content.decode()
    assert 'value="A title to copy"' in page
    assert 'value="17"' in page
    assert f'value="{soon().year}"' not in page
    assert Session.objects.count() == 1


def test_a_copy_of_several_dates_is_as_long_each_time_and_asks_for_as_many(client, cast):
    client.signed_in(cast.tess)
    client.post(reverse("partners:session_plan"), plan_of(cast) | {"minutes": "75"} | typed_moment("date_2", soon(67)))

    page = client.get(reverse("partners:session_copy", args=[Session.objects.get().pk]))

    assert re.search(r'name="minutes" value="75"', page.content.decode())
    assert "The session that you copy has 2 dates. Enter as many" in text_of(page)


def test_a_session_of_six_dates_is_planned_and_moved_without_losing_one(client, cast):
    client.signed_in(cast.tess)
    typed = plan_of(cast)
    for number in range(2, 7):
        typed |= typed_moment(f"date_{number}", soon(60 + number))
    client.post(reverse("partners:session_plan"), typed)
    session = Session.objects.get()
    assert session.date_count == 6

    address = reverse("partners:session_move", args=[session.pk])
    found = dict(
        re.findall(r'name="((?:starts_at|date_\d)_\d)"\s+value="([^"]*)"', client.get(address).content.decode())
    )
    assert len(found) == 6 * 4
    client.post(address, found | {"minutes": "60", "reason": "Shorter."})

    session.refresh_from_db()
    assert (session.date_count, session.ends_at) == (6, soon(66) + timedelta(minutes=60))


def test_moving_asks_why_and_who_is_booked_reads_it(client, cast):
    session = own_session(cast)
    BookingFactory(session=session, user=cast.pat)
    client.signed_in(cast.tess)
    address = reverse("partners:session_move", args=[session.pk])
    typed = typed_moment("starts_at", soon(70)) | {"minutes": "60"}

    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert "Say why the session is moved" in text_of(refused)
    client.post(address, typed | {"reason": "The trainer is at court."})

    session.refresh_from_db()
    assert session.minutes == 60
    client.signed_in(cast.pat)
    assert "The trainer is at court." in text_of(client.get(session.get_absolute_url()))


def test_a_session_of_several_dates_is_changed_without_its_time(client, cast):
    client.signed_in(cast.tess)
    client.post(reverse("partners:session_plan"), plan_of(cast) | typed_moment("date_2", soon(67)))
    session = Session.objects.get()
    address = reverse("partners:session_change", args=[session.pk])
    assert 'name="starts_at_0"' not in client.get(address).content.decode()

    client.post(address, plan_of(cast, title="Another title"))

    session.refresh_from_db()
    assert (session.title, session.date_count, session.starts_at) == (
        "Another title",
        2,
        session.dates.earliest("starts_at").starts_at,
    )


def test_a_course_takes_sessions_in_and_out_and_partners_see_the_open_ones(client, cast):
    client.signed_in(cast.tess)
    client.post(reverse("partners:course_new"), {"title": "Two parts", "key": str(uuid.uuid4())})
    course = SessionSeries.objects.get()
    address = reverse("partners:series", args=[course.pk])
    shown, planned = own_session(cast, title="Part that is open"), own_session(cast, title="Planned", state="PLANNED")
    for session in (shown, planned):
        client.post(address, {"add": str(session.pk)})
    client.post(address, {"add": "nonsense"})
    assert course.parts.count() == 2

    client.signed_in(cast.pat)
    words = text_of(client.get(address))
    assert "Part that is open" in words
    assert "Planned" not in words
    client.signed_in(cast.tess)
    client.post(address, {"remove": str(shown.pk)})
    assert [part.session for part in course.parts.all()] == [planned]


@pytest.mark.parametrize("name", ["session_move", "session_repeat", "session_copy"])
def test_a_session_that_is_not_for_somebody_is_not_there(client, cast, name):
    session = own_session(cast, audience="INVITED")
    client.signed_in(cast.out)
    assert client.get(reverse(f"partners:{name}", args=[session.pk])).status_code == 404
