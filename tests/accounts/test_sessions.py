"""Where a person is signed in: seen, ended one by one or all at once, and a new key wherever rights or proofs change."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from accounts import queries, services
from accounts.models import RoleGrant, User
from accounts.services import sessions
from audit.models import Entry
from tests.accounts.signing_in import (
    EDGE,
    PHONE,
    began_earlier,
    events,
    is_signed_in,
    signed_in_by_page,
    stolen_from,
)
from tests.conftest import CarefulClient
from tests.factories.accounts import PASSWORD
from tests.people import Cast

NEW_PASSWORD = "an entirely other pass phrase"


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (EDGE, "Edge on Windows"),
        (PHONE, "Safari on an iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("", "A browser"),
        ("<script>alert(1)</script>", "A browser"),
    ],
)
def test_a_device_is_named_in_words(says: str, words: str) -> None:
    assert queries.device_in_words(says) == words


def test_the_list_shows_each_place_and_marks_this_one(cast: Cast) -> None:
    signed_in_by_page(cast.olu, device=PHONE)
    signed_in_by_page(cast.lin)
    here = signed_in_by_page(cast.olu)

    page = here.get(reverse("account_sessions"))

    assert [(place.device, place.is_this_one) for place in page.context["places"]] == [
        ("Edge on Windows", True),
        ("Safari on an iPhone", False),
    ]
    assert "Edge on Windows (this one)" in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_whatever_its_length(cast: Cast, count: int, django_assert_num_queries: object) -> None:
    for _ in range(count - 1):
        signed_in_by_page(cast.olu)
    here = signed_in_by_page(cast.olu)

    with django_assert_num_queries(4):  # type: ignore[operator] -- session, person, roles for the navigation, places
        here.get(reverse("account_sessions"))


def test_what_is_ended_is_out_at_its_next_request_and_the_others_stay(cast: Cast) -> None:
    phone = signed_in_by_page(cast.olu, device=PHONE)
    tablet = signed_in_by_page(cast.olu)
    here = signed_in_by_page(cast.olu)
    place = next(one for one in queries.signed_in_places(cast.olu, at=timezone.now()) if "iPhone" in one.device)

    here.post(reverse("account_session_end"), {"session": place.id})

    assert [is_signed_in(browser) for browser in (phone, tablet, here)] == [False, True, True]
    assert [event["what"] for event in events("session.ended")] == ["session.ended"]


def test_nobody_ends_the_session_of_somebody_else_by_its_number(cast: Cast) -> None:
    theirs = signed_in_by_page(cast.lin)
    (place,) = queries.signed_in_places(cast.lin, at=timezone.now())

    signed_in_by_page(cast.olu).post(reverse("account_session_end"), {"session": place.id})

    assert is_signed_in(theirs)


def test_all_others_end_at_once(cast: Cast) -> None:
    others = [signed_in_by_page(cast.olu) for _ in range(2)]
    here = signed_in_by_page(cast.olu)

    here.post(reverse("account_sessions_end_others"))

    assert [is_signed_in(browser) for browser in (*others, here)] == [False, False, True]
    assert [event["count"] for event in events("session.others_ended")] == [2]


def test_an_administrator_signs_somebody_out_everywhere(cast: Cast) -> None:
    theirs = [signed_in_by_page(cast.olu), signed_in_by_page(cast.olu, device=PHONE)]
    lin = signed_in_by_page(cast.lin)
    ada = signed_in_by_page(cast.ada)

    assert "Safari on an iPhone" in ada.get(reverse("person_sessions", args=[cast.olu.pk])).content.decode()
    ada.post(reverse("person_sessions_end", args=[cast.olu.pk]))

    assert [is_signed_in(browser) for browser in (*theirs, lin)] == [False, False, True]
    entry = Entry.objects.get(what="session.all_ended")
    assert (entry.actor_id, entry.object_id, entry.details["count"]) == (str(cast.ada.pk), str(cast.olu.pk), 2)


def test_a_session_without_its_line_in_the_list_ends_too(cast: Cast) -> None:
    """Such as one whose line was lost: what began before the moment counts no more."""
    browser = CarefulClient().signed_in(cast.olu)

    sessions.end_every_session(user=cast.olu, by=cast.ada, at=timezone.now(), why="administrator")

    assert not is_signed_in(browser)
    assert is_signed_in(signed_in_by_page(cast.olu))


def test_only_an_administrator_signs_somebody_else_out(cast: Cast) -> None:
    with pytest.raises(sessions.CannotEndSession):
        sessions.end_every_session(user=cast.olu, by=cast.lin, at=timezone.now(), why="because")


def test_signing_in_gives_another_key_than_the_visitor_had(client: CarefulClient, cast: Cast) -> None:
    """A key that somebody planted before is worth nothing afterwards."""
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = "yes"
    session.save()
    client.cookies["sessionid"] = planted = session.session_key

    client.post(reverse("account_login"), {"login": cast.olu.email, "password": PASSWORD})

    assert client.cookies["sessionid"].value != planted
    assert not Session.objects.filter(session_key=planted).exists()
    fixed = CarefulClient()
    fixed.cookies["sessionid"] = planted
    assert not is_signed_in(fixed)


def test_a_key_that_the_service_never_gave_is_not_taken(cast: Cast) -> None:
    browser = CarefulClient()
    browser.cookies["sessionid"] = "a" * 32

    browser.post(reverse("account_login"), {"login": cast.olu.email, "password": PASSWORD})

    assert browser.cookies["sessionid"].value != "a" * 32


def test_showing_again_who_one_is_gives_another_key(cast: Cast) -> None:
    browser = signed_in_by_page(cast.olu)
    thief = stolen_from(browser)

    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    assert (is_signed_in(browser), is_signed_in(thief)) == (True, False)
    assert [place.is_this_one for place in browser.get(reverse("account_sessions")).context["places"]] == [True]
    assert [event["by"] for event in events("step_up.ok")] == ["password"]


def test_a_new_role_gives_another_key_at_the_next_request(cast: Cast) -> None:
    browser = signed_in_by_page(cast.olu)
    thief = stolen_from(browser)

    services.grant_role(user=cast.olu, role="MENTOR", starts_on=timezone.localdate(), by=cast.ada, at=timezone.now())

    assert (is_signed_in(browser), is_signed_in(thief)) == (True, False)
    key = browser.cookies["sessionid"].value
    assert is_signed_in(browser)
    assert browser.cookies["sessionid"].value == key
    assert len(browser.get(reverse("account_sessions")).context["places"]) == 1


def test_a_cookie_is_worth_nothing_after_signing_out(cast: Cast) -> None:
    browser = signed_in_by_page(cast.olu)
    thief = stolen_from(browser)

    browser.post(reverse("account_logout"))

    assert not is_signed_in(thief)
    assert queries.signed_in_places(cast.olu, at=timezone.now()) == []
    assert [event["object"] for event in events("sign_in.ok", "sign_in.left")] == [str(cast.olu.pk)] * 2


def test_a_new_password_ends_all_others(cast: Cast) -> None:
    browser = signed_in_by_page(cast.olu)
    thief, phone = stolen_from(browser), signed_in_by_page(cast.olu, device=PHONE)

    answer = browser.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )

    assert answer.status_code == 302
    assert [is_signed_in(one) for one in (browser, thief, phone)] == [True, False, False]
    assert [place.is_this_one for place in browser.get(reverse("account_sessions")).context["places"]] == [True]
    assert len(events("password.changed")) == 1


def test_a_password_that_an_administrator_gave_ends_every_session(cast: Cast) -> None:
    browser = signed_in_by_page(cast.olu)

    services.record_new_password(user=cast.olu, by=cast.ada, at=timezone.now())

    assert not is_signed_in(browser)


def test_the_end_of_a_role_ends_every_session(cast: Cast) -> None:
    browser = signed_in_by_page(cast.olu)
    thief = stolen_from(browser)
    grant = RoleGrant.objects.get(user=cast.olu)

    services.end_role(grant_id=grant.pk, ends_on=timezone.localdate(), by=cast.ada, at=timezone.now())

    assert (is_signed_in(browser), is_signed_in(thief)) == (False, False)


def test_a_role_that_ends_later_ends_sessions_on_its_day(cast: Cast) -> None:
    browser = signed_in_by_page(cast.olu)
    grant = RoleGrant.objects.get(user=cast.olu)
    today = timezone.localdate()
    tomorrow = today + timedelta(days=1)

    services.end_role(grant_id=grant.pk, ends_on=tomorrow, by=cast.ada, at=timezone.now())
    assert services.end_sessions_of_lost_roles(on=today, at=timezone.now()) == 0
    assert is_signed_in(browser)

    assert services.end_sessions_of_lost_roles(on=tomorrow, at=timezone.now()) == 1
    assert not is_signed_in(browser)


def test_who_moves_to_another_agency_is_signed_out(cast: Cast) -> None:
    browser = signed_in_by_page(cast.pat)

    services.place_person(user=cast.pat, agency=cast.elsewhere, by=cast.ada, at=timezone.now())

    assert not is_signed_in(browser)


def test_a_closed_account_is_out_at_once_and_stays_out_when_it_is_opened_again(cast: Cast) -> None:
    browser = signed_in_by_page(cast.olu)

    services.close_account(user=cast.olu, by=cast.ada, at=timezone.now())
    assert not is_signed_in(browser)

    User.objects.filter(pk=cast.olu.pk).update(is_active=True)
    assert not is_signed_in(browser)


def test_an_administrator_closes_an_account_on_its_page(cast: Cast) -> None:
    browser = signed_in_by_page(cast.lin)
    fields = {"email": cast.lin.email, "name": cast.lin.name, "agency": cast.lin.agency_id, "team": cast.lin.team_id}

    answer = (
        CarefulClient()
        .signed_in(cast.ada)
        .post(
            reverse("admin:accounts_user_change", args=[cast.lin.pk]), {**fields, "job_title": "", "collar_number": ""}
        )
    )

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert not is_signed_in(browser)
    assert Entry.objects.filter(what="user.closed", object_id=str(cast.lin.pk)).count() == 1


def test_a_session_ends_twelve_hours_after_signing_in_however_busy(cast: Cast) -> None:
    browser = signed_in_by_page(cast.olu)
    began_earlier(browser, timedelta(hours=11, minutes=59))
    assert is_signed_in(browser)

    began_earlier(browser, timedelta(minutes=1))

    answer = browser.get("/referrals/mine/?page=2")
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/?next=/referrals/mine/%3Fpage%3D2")
    assert not is_signed_in(browser)


@override_settings(SESSION_LONGEST_SECONDS=3600)
def test_how_long_is_a_setting(cast: Cast) -> None:
    browser = signed_in_by_page(cast.olu)

    began_earlier(browser, timedelta(hours=1))

    assert not is_signed_in(browser)


def test_every_page_says_when_the_end_comes_near(cast: Cast) -> None:
    browser = signed_in_by_page(cast.olu)
    began_earlier(browser, timedelta(hours=11, minutes=40))
    assert (
        "12 hours after you signed in. What you are writing is not lost"
        not in browser.get("/account/").content.decode()
    )

    began_earlier(browser, timedelta(minutes=6))

    page = browser.get("/account/").content.decode()
    assert "12 hours after you signed in. What you are writing is not lost" in page


def test_staying_does_not_put_off_the_last_end(cast: Cast) -> None:
    browser = signed_in_by_page(cast.olu)
    began_earlier(browser, timedelta(hours=12))

    browser.post("/account/stay/")

    assert not is_signed_in(browser)


def test_a_session_of_which_nobody_knows_when_it_began_is_over(cast: Cast) -> None:
    browser = signed_in_by_page(cast.olu)
    session = browser.session
    del session["began_at"]
    session.save()

    assert not is_signed_in(browser)


def test_the_list_says_when_a_session_was_last_used(cast: Cast) -> None:
    browser = signed_in_by_page(cast.olu)
    session = browser.session
    session["renewed_at"] = session["began_at"] - 120
    session.save()
    before = queries.signed_in_places(cast.olu, at=timezone.now())[0].last_seen

    browser.get("/account/")

    assert queries.signed_in_places(cast.olu, at=timezone.now())[0].last_seen > before


@pytest.mark.parametrize(
    "path", ["/", "/account/", "/account/sessions/", "/help/", "/account/2fa/", "/api/docs/", "/nowhere/"]
)
def test_no_browser_keeps_a_page_of_somebody_who_is_signed_in(cast: Cast, path: str) -> None:
    assert "no-store" in signed_in_by_page(cast.olu).get(path)["Cache-Control"]
