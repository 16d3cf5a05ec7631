"""The second step: set up by who owns the account, not passed by, never used twice, and not to be guessed."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.mail import EmailMessage
from django.urls import reverse

from accounts.models import User
from accounts.permissions import key_for_second_step, opens_second_step
from audit.models import Entry
from jobs.models import Job
from tests.accounts.signing_in import (
    code_of,
    deliver,
    events,
    is_signed_in,
    link_in,
    signed_in_by_page,
    with_app,
)
from tests.conftest import CarefulClient
from tests.factories.accounts import PASSWORD
from tests.people import Cast

STEP = "/account/2fa/authenticate/"
ACTIVATE = "/account/2fa/totp/activate/"


def first_step(user: User) -> CarefulClient:
    """A browser in which the password was right and the code is asked."""
    browser = CarefulClient()
    answer = browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer["Location"] == STEP
    return browser


@pytest.fixture(autouse=True)
def _clock_of_codes_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test runs over the end of the half minute for which a code is right."""
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.yield_hotp_counters_from_time", lambda: iter([59_000_000]))


@pytest.fixture
def required(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = True


def test_the_code_lets_in_and_is_recorded(cast: Cast) -> None:
    secret = with_app(cast.mina)
    browser = first_step(cast.mina)

    assert browser.post(STEP, {"code": code_of(secret)}).status_code == 302

    assert is_signed_in(browser)
    assert [event["what"] for event in events("sign_in.ok", "factor.used", "sign_in.failed")] == [
        "factor.used",
        "sign_in.ok",
    ]


@pytest.mark.parametrize(
    "path", ["/", "/account/", "/account/2fa/", "/account/sessions/", "/admin/login/", "/referrals/queue/"]
)
def test_after_the_password_alone_nothing_is_open(cast: Cast, path: str) -> None:
    with_app(cast.ada)
    browser = first_step(cast.ada)

    assert browser.get(path)["Location"].startswith("/account/login/")


@pytest.mark.parametrize(
    "path",
    [ACTIVATE, "/account/2fa/webauthn/add/", "/account/2fa/recovery-codes/generate/", "/account/2fa/totp/deactivate/"],
)
def test_after_the_password_alone_no_factor_is_changed(cast: Cast, path: str) -> None:
    with_app(cast.mina)
    browser = first_step(cast.mina)

    browser.post(path, {"code": "000000"})

    assert list(Authenticator.objects.values_list("type", flat=True)) == ["totp"]


def test_the_second_step_is_nothing_without_the_first(client: CarefulClient, cast: Cast) -> None:
    secret = with_app(cast.mina)

    assert client.post(STEP, {"code": code_of(secret)})["Location"] == "/account/login/"
    assert not is_signed_in(client)


def test_a_code_is_taken_once(cast: Cast) -> None:
    secret = with_app(cast.mina)
    code = code_of(secret)
    assert first_step(cast.mina).post(STEP, {"code": code}).status_code == 302

    thief = first_step(cast.mina)
    answer = thief.post(STEP, {"code": code})

    assert answer.context["form"].errors["code"] == ["This code is not right. Enter the one that the app shows now."]
    assert not is_signed_in(thief)


def test_the_code_that_set_up_the_app_signs_nobody_in(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    browser = signed_in_by_page(cast.olu)
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    secret = browser.get(ACTIVATE).context["form"].secret
    code = code_of(secret)
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(ACTIVATE, {"code": code}).status_code == 302

    thief = first_step(cast.olu)
    thief.post(STEP, {"code": code})

    assert not is_signed_in(thief)
    assert [event["kind"] for event in events("factor.added")] == ["authenticator app", "recovery codes"]


@pytest.mark.parametrize("later", [-2, 2])
def test_a_code_of_another_minute_is_not_taken(cast: Cast, later: int) -> None:
    secret = with_app(cast.mina)
    browser = first_step(cast.mina)

    browser.post(STEP, {"code": code_of(secret, later=later)})

    assert not is_signed_in(browser)


def test_codes_are_not_to_be_guessed(cast: Cast) -> None:
    """After five that are wrong the right one is not taken either, from whatever address and session."""
    secret = with_app(cast.mina)
    for number in range(5):
        browser = CarefulClient(REMOTE_ADDR=f"198.51.100.{number}")
        browser.post(reverse("account_login"), {"login": cast.mina.email, "password": PASSWORD})
        browser.post(STEP, {"code": "000000"})

    browser = CarefulClient(REMOTE_ADDR="198.51.100.77")
    browser.post(reverse("account_login"), {"login": cast.mina.email, "password": PASSWORD})
    answer = browser.post(STEP, {"code": code_of(secret)})

    assert "too many tries" in str(answer.context["form"].errors)
    assert not is_signed_in(browser)
    assert len(events("second_step.failed")) == 5


def test_a_recovery_code_works_once(cast: Cast) -> None:
    with_app(cast.mina)
    code = RecoveryCodes.activate(cast.mina).get_unused_codes()[0]
    assert first_step(cast.mina).post(STEP, {"code": code}).status_code == 302

    thief = first_step(cast.mina)
    thief.post(STEP, {"code": code})

    assert not is_signed_in(thief)


def test_who_has_few_recovery_codes_left_is_told(cast: Cast) -> None:
    with_app(cast.mina)
    codes = RecoveryCodes.activate(cast.mina)
    for code in codes.get_unused_codes()[:6]:
        codes.validate_code(code)
    code = codes.get_unused_codes()[0]
    browser = first_step(cast.mina)

    browser.post(STEP, {"code": code})

    assert "You have 3 recovery codes left." in browser.get("/account/").content.decode()


def test_recovery_codes_are_shown_once(cast: Cast) -> None:
    with_app(cast.mina)
    codes = RecoveryCodes.activate(cast.mina).get_unused_codes()
    browser = first_step(cast.mina)
    browser.post(STEP, {"code": codes[0]})
    browser.post("/account/2fa/reauthenticate/", {"code": codes[1]})
    url = reverse("mfa_view_recovery_codes")

    first, second = browser.get(url).content.decode(), browser.get(url).content.decode()

    assert codes[2] in first
    assert codes[2] not in second
    assert "You have 8 recovery codes left" in second
    assert browser.get(reverse("mfa_download_recovery_codes")).status_code == 403


def test_new_recovery_codes_end_the_old_ones(cast: Cast) -> None:
    with_app(cast.mina)
    codes = RecoveryCodes.activate(cast.mina).get_unused_codes()
    browser = first_step(cast.mina)
    browser.post(STEP, {"code": codes[0]})
    browser.post("/account/2fa/reauthenticate/", {"code": codes[1]})

    browser.post(reverse("mfa_generate_recovery_codes"))

    thief = first_step(cast.mina)
    thief.post(STEP, {"code": codes[2]})
    assert not is_signed_in(thief)


def test_who_knows_the_password_alone_sets_up_no_factor_where_one_is_needed(required: None, cast: Cast) -> None:
    thief = signed_in_by_page(cast.mina)
    thief.post("/account/reauthenticate/", {"password": PASSWORD})

    for path in (ACTIVATE, "/account/2fa/webauthn/add/", "/account/2fa/", "/referrals/queue/", "/admin/"):
        assert thief.get(path)["Location"] == "/account/second-step/"
        assert thief.post(path, {"code": "000000"})["Location"] == "/account/second-step/"
    assert not Authenticator.objects.exists()


def test_the_owner_sets_it_up_by_the_link_in_their_mail(
    required: None, cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    browser = signed_in_by_page(cast.mina)
    assert cast.mina.email in browser.get("/account/second-step/").content.decode()
    browser.post("/account/second-step/")
    assert "second-step" not in str(list(Job.objects.values_list("arguments", flat=True)))
    deliver()

    (mail,) = mailoutbox
    assert mail.to == [cast.mina.email]
    assert browser.get(link_in(mail))["Location"] == ACTIVATE
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    secret = browser.get(ACTIVATE).context["form"].secret
    assert browser.post(ACTIVATE, {"code": code_of(secret)})["Location"] == "/account/2fa/recovery-codes/"
    assert browser.get("/referrals/queue/").status_code == 200


def test_the_link_is_for_its_person_for_an_hour_and_for_the_password_of_that_hour(cast: Cast, monkeypatch: Any) -> None:
    key = key_for_second_step(cast.mina)
    assert opens_second_step(key, user=cast.mina)
    assert not opens_second_step(key, user=cast.sam)
    assert not opens_second_step(key + "x", user=cast.mina)

    monkeypatch.setattr("accounts.permissions.SECOND_STEP_SECONDS", -1)
    assert not opens_second_step(key, user=cast.mina)
    monkeypatch.undo()

    cast.mina.set_password("an entirely other pass phrase")
    assert not opens_second_step(key, user=cast.mina)


def test_a_link_of_somebody_else_opens_nothing(required: None, cast: Cast) -> None:
    thief = signed_in_by_page(cast.mina)

    thief.get(reverse("second_step_open", args=[key_for_second_step(cast.sam)]))

    assert thief.get(ACTIVATE)["Location"] == "/account/second-step/"


def test_pressing_again_sends_no_second_mail_so_soon(required: None, cast: Cast) -> None:
    browser = signed_in_by_page(cast.mina)

    browser.post("/account/second-step/")
    browser.post("/account/second-step/")

    assert Job.objects.count() == 1


def test_the_owner_hears_of_a_change(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    browser = signed_in_by_page(cast.olu)
    words = "an entirely other pass phrase"
    browser.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": words, "password2": words})
    deliver()

    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([cast.olu.email], "How you sign in has changed")
    assert "Your password was changed on " in mail.body


def test_turning_it_off_asks_for_the_app_and_is_recorded(cast: Cast) -> None:
    secret = with_app(cast.olu)
    browser = first_step(cast.olu)
    browser.post(STEP, {"code": code_of(secret)})

    assert browser.post("/account/2fa/totp/deactivate/")["Location"].startswith("/account/2fa/reauthenticate/")
    code = RecoveryCodes.activate(cast.olu).get_unused_codes()[0]
    browser.post("/account/2fa/reauthenticate/", {"code": code})
    browser.post("/account/2fa/totp/deactivate/")

    assert not Authenticator.objects.exists()
    assert Entry.objects.filter(what="factor.removed").count() == 2


@pytest.mark.parametrize(
    "credential", ["", "{}", "[]", "null", '{"id": "x"}', "not json", '{"response": {"userHandle": "AAAA"}}']
)
def test_a_made_up_passkey_lets_nobody_in(client: CarefulClient, cast: Cast, credential: str) -> None:
    client.get("/account/2fa/webauthn/login/", headers={"Accept": "application/json"})

    answer = client.post("/account/2fa/webauthn/login/", {"credential": credential})

    assert (answer.status_code, answer["Location"]) == (302, "/account/login/")
    assert not is_signed_in(client)
