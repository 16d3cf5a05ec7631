"""Before a file leaves or something is gone for good, one shows who one is, if that was not a moment ago; nothing is lost by it."""

import uuid
from datetime import timedelta

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant, User
from tests.accounts.signing_in import began_earlier, code_of, events, signed_in_by_page, with_app
from tests.conftest import CarefulClient
from tests.factories.accounts import PASSWORD
from tests.factories.referrals import ReferralFactory
from tests.people import Cast

LONG_AGO = timedelta(minutes=16)
EXPORT = reverse("referrals:consultations_export") + "?words=school"
CONFIRM = "/account/reauthenticate/"


def in_for_a_while(user: User) -> CarefulClient:
    browser = signed_in_by_page(user)
    began_earlier(browser, LONG_AGO)
    return browser


def test_who_signed_in_a_moment_ago_is_not_asked(cast: Cast) -> None:
    assert signed_in_by_page(cast.mina).get(EXPORT).status_code == 200


def test_a_file_asks_and_comes_from_a_page_that_leads_back(cast: Cast) -> None:
    browser = in_for_a_while(cast.mina)

    asked = browser.get(EXPORT, headers={"Referer": "http://testserver/referrals/consultations/?words=school"})
    assert asked["Location"] == f"{CONFIRM}?next=%2Faccount%2Ffile%2F"
    confirmed = browser.post(asked["Location"], {"password": PASSWORD, "next": "/account/file/"})
    page = browser.get(confirmed["Location"])

    assert (page.context["file"], page.context["back"]) == (EXPORT, "/referrals/consultations/?words=school")
    assert browser.get(page.context["file"])["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example/x", "//elsewhere.example/x", "javascript:alert(1)", ""]
)
def test_the_way_back_leads_nowhere_else(cast: Cast, elsewhere: str) -> None:
    browser = in_for_a_while(cast.mina)

    browser.get(EXPORT, headers={"Referer": elsewhere})

    assert browser.get("/account/file/").context["back"] == "/"


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "javascript:alert(1)"]
)
@pytest.mark.parametrize("path", [CONFIRM, "/account/login/", "/account/logout/"])
def test_next_leads_nowhere_else(cast: Cast, path: str, elsewhere: str) -> None:
    browser = CarefulClient() if path == "/account/login/" else in_for_a_while(cast.olu)
    fields = {"login": cast.olu.email, "password": PASSWORD, "next": elsewhere}

    answer = browser.post(f"{path}?next={elsewhere}", fields)

    assert answer.status_code == 302
    assert answer["Location"] in ("/", "/account/login/")


def test_a_wrong_password_lets_nothing_out_and_is_recorded(cast: Cast) -> None:
    browser = in_for_a_while(cast.mina)

    browser.post(CONFIRM, {"password": "not the one at all"})

    assert browser.get(EXPORT).status_code == 302
    assert [event["by"] for event in events("step_up.failed")] == ["password"]


def test_confirming_counts_for_a_quarter_of_an_hour(cast: Cast) -> None:
    browser = in_for_a_while(cast.mina)
    browser.post(CONFIRM, {"password": PASSWORD})
    assert browser.get(EXPORT).status_code == 200

    session = browser.session
    for shown in session["account_authentication_methods"]:
        shown["at"] -= LONG_AGO.total_seconds()
    session.save()

    assert browser.get(EXPORT).status_code == 302


@override_settings(ACCOUNT_REAUTHENTICATION_TIMEOUT=3600)
def test_how_long_it_counts_is_a_setting(cast: Cast) -> None:
    assert in_for_a_while(cast.mina).get(EXPORT).status_code == 200


def test_who_has_an_app_confirms_with_it_and_not_with_the_password_alone(cast: Cast) -> None:
    browser = in_for_a_while(cast.mina)
    secret = with_app(cast.mina)

    assert browser.get(EXPORT)["Location"].startswith("/account/2fa/reauthenticate/")
    refused = browser.post(CONFIRM, {"password": PASSWORD})
    assert refused["Location"].startswith("/account/2fa/reauthenticate/")
    assert browser.get(EXPORT).status_code == 302

    browser.post("/account/2fa/reauthenticate/", {"code": code_of(secret)})
    assert browser.get(EXPORT).status_code == 200
    assert [event["by"] for event in events("step_up.ok")] == ["mfa"]


def test_what_was_sent_waits_and_goes_on_with_a_button(cast: Cast) -> None:
    referral = ReferralFactory(author=cast.olu)
    browser = in_for_a_while(cast.sam)
    url = reverse("referrals:void", args=[referral.pk])
    fields = {"reason": "WRONG_PERSON", "kept_reference": "", "words": "Another person was meant, plainly fictitious."}

    asked = browser.post(url, fields)
    assert asked["Location"].startswith(CONFIRM)
    confirmed = browser.post(asked["Location"], {"password": PASSWORD, "next": url})
    page = browser.get(confirmed["Location"])

    assert dict(page.context["fields"]) == fields
    assert "Nothing has changed yet" in page.content.decode()
    assert browser.post(url, dict(page.context["fields"])).status_code == 302
    referral.refresh_from_db()
    assert referral.state == "VOID"


def test_the_address_of_a_button_goes_on_too(cast: Cast) -> None:
    """Where there is no page to come back to, what waits is shown in place of “this is a button”."""
    browser = in_for_a_while(cast.olu)
    url = reverse("referrals:file_remove", args=[uuid.uuid4(), uuid.uuid4()])

    asked = browser.post(url, {"why": "twice"})
    confirmed = browser.post(asked["Location"], {"password": PASSWORD, "next": url})
    page = browser.get(confirmed["Location"])

    assert page.status_code == 200
    assert "Go on with what you were doing" in page.content.decode()
    assert dict(page.context["fields"]) == {"why": "twice"}
    assert browser.post(url, {"why": "twice"}).status_code == 404


def test_a_role_is_given_after_confirming_with_all_that_was_chosen(cast: Cast) -> None:
    browser = in_for_a_while(cast.ada)
    url = reverse("admin:accounts_rolegrant_add")
    fields = {"user": str(cast.olu.pk), "role": "MENTOR", "starts_on": str(timezone.localdate()), "ends_on": ""}

    asked = browser.post(url, fields)
    assert asked["Location"].startswith(CONFIRM)
    assert not RoleGrant.objects.filter(user=cast.olu, role="MENTOR").exists()
    confirmed = browser.post(asked["Location"], {"password": PASSWORD, "next": url})
    page = browser.get(confirmed["Location"])

    assert dict(page.context["fields"]) == fields
    browser.post(url, dict(page.context["fields"]))
    assert RoleGrant.objects.filter(user=cast.olu, role="MENTOR").count() == 1


@pytest.mark.parametrize("name", ["admin:accounts_rolegrant_add", "admin:accounts_user_add", "admin:accounts_team_add"])
def test_forms_of_the_administration_ask_before_they_open(cast: Cast, name: str) -> None:
    assert in_for_a_while(cast.ada).get(reverse(name)).status_code == 302


def test_lists_of_the_administration_do_not_ask(cast: Cast) -> None:
    assert in_for_a_while(cast.ada).get(reverse("admin:accounts_user_changelist")).status_code == 200


def test_a_password_never_waits(cast: Cast) -> None:
    browser = in_for_a_while(cast.ada)

    browser.post(
        reverse("admin:auth_user_password_change", args=[cast.olu.pk]),
        {"password1": "secret words here", "password2": "secret words here"},
    )

    assert "kept_words" not in browser.session
    assert "secret" not in str(dict(browser.session))


def test_what_waits_is_for_its_person_alone(cast: Cast) -> None:
    browser = in_for_a_while(cast.ada)
    url = reverse("admin:accounts_rolegrant_add")
    browser.post(url, {"user": str(cast.olu.pk), "role": "MENTOR"})
    session = browser.session
    session["kept_words"] = session["kept_words"] | {"owner": str(cast.olu.pk)}
    session.save()

    browser.post(CONFIRM, {"password": PASSWORD})

    assert "fields" not in (browser.get(url).context or {})
