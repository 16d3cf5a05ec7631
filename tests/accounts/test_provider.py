"""Signing in through the force's own provider: the whole flow, against a provider that runs in a process of its own."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.test import override_settings
from django.urls import reverse

from accounts.models import User
from accounts.sign_in.provider import CheckedOpenIDConnect
from config.settings.providers import apps_of, origins_of
from tests.accounts.oidc import agree_at, provider_process, query_of
from tests.accounts.signing_in import began_earlier, deliver, events, is_signed_in, stolen_from
from tests.conftest import CarefulClient
from tests.factories.accounts import PASSWORD
from tests.people import Cast

BEGIN = "/account/provider/force/"
BACK = "/account/provider/force/back/"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with provider_process() as running:
        yield running


@pytest.fixture
def force(address: str, settings: Any) -> str:
    """The settings of a force that has this provider and lets it find people by e-mail the first time."""
    given = f"""[{{"provider_id": "force", "name": "Force sign-in", "client_id": "mash", "secret": "not-a-secret",
        "server_url": "{address}"}}]"""
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": apps_of(given), "OAUTH_PKCE_ENABLED": True}}
    settings.OIDC_LINK_BY_EMAIL = True
    return address


def gone_there(browser: CarefulClient, next_page: str = "/account/") -> str:
    """Press the button of the sign-in page; returns the address at the provider."""
    answer = browser.post(BEGIN, {"next": next_page})
    assert answer.status_code == 302
    return str(answer["Location"])


def come_back(browser: CarefulClient, url: str, subject: str) -> Any:
    """Choose a person at the provider and follow the way back."""
    back = urlsplit(agree_at(url, subject))
    assert back.path == BACK
    return browser.get(f"{back.path}?{back.query}")


def through_the_provider(subject: str, browser: CarefulClient | None = None) -> tuple[CarefulClient, Any]:
    browser = browser or CarefulClient()
    return browser, come_back(browser, gone_there(browser), subject)


def link(user: User, force: str, subject: str) -> SocialAccount:
    return SocialAccount.objects.create(user=user, provider="force", uid=f"{force}|{subject}")


def test_the_sign_in_page_has_a_button_for_the_provider(client: CarefulClient, force: str, db: None) -> None:
    page = client.get(reverse("account_login")).content.decode()

    assert "Sign in with Force sign-in" in page
    assert "Sign in with an e-mail address" in page


def test_what_is_asked_of_the_provider_binds_the_answer_to_this_browser(
    client: CarefulClient, force: str, db: None
) -> None:
    asked = query_of(gone_there(client))

    assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", "mash", "S256")
    assert len(asked["nonce"]) >= 32
    assert len(asked["state"]) >= 16
    assert asked["redirect_uri"].endswith(BACK)


def test_the_first_time_an_account_is_found_by_its_verified_address_and_linked(cast: Cast, force: str) -> None:
    browser, answer = through_the_provider("subject-of-olu")

    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert is_signed_in(browser)
    linked = SocialAccount.objects.get()
    assert (linked.user, linked.uid) == (cast.olu, f"{force}|subject-of-olu")
    assert [(event["what"], event["object"]) for event in events("provider.linked", "sign_in.ok")] == [
        ("provider.linked", str(cast.olu.pk)),
        ("sign_in.ok", str(cast.olu.pk)),
    ]


def test_once_linked_it_is_found_by_issuer_and_subject_whatever_the_address(cast: Cast, force: str) -> None:
    link(cast.lin, force, "subject-of-olu")

    browser, _ = through_the_provider("subject-of-olu")

    assert browser.get("/account/").context["request"].user == cast.lin


def test_the_same_subject_of_another_issuer_is_somebody_else(cast: Cast, force: str, settings: Any) -> None:
    settings.OIDC_LINK_BY_EMAIL = False
    link(cast.olu, "https://elsewhere.example", "subject-of-olu")

    browser, answer = through_the_provider("subject-of-olu")

    assert answer.status_code == 403
    assert not is_signed_in(browser)


@pytest.mark.parametrize("subject", ["subject-of-nobody", "subject-unverified"])
def test_nobody_gets_an_account_by_signing_in(cast: Cast, force: str, subject: str) -> None:
    count = User.objects.count()

    browser, answer = through_the_provider(subject)

    assert answer.status_code == 403
    assert "There is no account for you here" in answer.content.decode()
    assert (User.objects.count(), SocialAccount.objects.count()) == (count, 0)
    assert not is_signed_in(browser)
    assert [event["why"] for event in events("provider.refused")] == ["no account"]


def test_without_the_setting_no_address_is_enough(cast: Cast, force: str, settings: Any) -> None:
    settings.OIDC_LINK_BY_EMAIL = False

    browser, answer = through_the_provider("subject-of-olu")

    assert answer.status_code == 403
    assert not is_signed_in(browser)


def test_an_account_that_is_linked_is_not_taken_over_by_another_subject(cast: Cast, force: str) -> None:
    link(cast.olu, force, "subject-of-olu")

    browser, answer = through_the_provider("another-of-olu")

    assert answer.status_code == 403
    assert SocialAccount.objects.count() == 1
    assert [event["why"] for event in events("provider.refused")] == ["linked to somebody else"]


@pytest.mark.parametrize("is_linked", [True, False])
def test_a_closed_account_is_refused_in_plain_words(cast: Cast, force: str, is_linked: bool) -> None:
    if is_linked:
        link(cast.olu, force, "subject-of-olu")
    User.objects.filter(pk=cast.olu.pk).update(is_active=False)

    browser, answer = through_the_provider("subject-of-olu")

    assert answer.status_code == 403
    assert "This account is closed" in answer.content.decode()
    assert not is_signed_in(browser)


def test_an_answer_works_once(cast: Cast, force: str) -> None:
    browser = CarefulClient()
    back = urlsplit(agree_at(gone_there(browser), "subject-of-olu"))
    browser.get(f"{back.path}?{back.query}")
    browser.post(reverse("account_logout"))

    again = browser.get(f"{back.path}?{back.query}")

    assert "Signing in did not work" in again.content.decode()
    assert not is_signed_in(browser)


def test_an_answer_is_for_the_browser_that_asked(cast: Cast, force: str) -> None:
    """Nobody is signed in as somebody else by an address that was sent to them."""
    back = urlsplit(agree_at(gone_there(CarefulClient()), "subject-of-olu"))
    victim = CarefulClient()
    gone_there(victim)

    answer = victim.get(f"{back.path}?{back.query}")

    assert "Signing in did not work" in answer.content.decode()
    assert not is_signed_in(victim)


def forged(force: str, **wrong: Any) -> dict[str, Any]:
    """What an id_token of the provider says, with something wrong in it."""
    now = int(time.time())
    return {
        "iss": force,
        "aud": "mash",
        "sub": "subject-of-olu",
        "email": "olu@example.org",
        "email_verified": True,
        "iat": now,
        "exp": now + 600,
        **wrong,
    }


OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def with_header_of(real: str, claims: dict[str, Any], *, key: Any, algorithm: str) -> str:
    """Signed by somebody else, under the name of the provider's key."""
    header = {name: value for name, value in jwt.get_unverified_header(real).items() if name == "kid"}
    return jwt.encode(claims, key, algorithm=algorithm, headers=header)


@pytest.mark.parametrize(
    ("key", "algorithm"), [(OTHER_KEY, "RS256"), ("", "none"), ("x" * 64, "HS256"), ("x" * 64, "HS512")]
)
def test_a_token_that_the_provider_did_not_sign_is_refused(
    cast: Cast, force: str, monkeypatch: pytest.MonkeyPatch, key: Any, algorithm: str
) -> None:
    """Even if it comes over the line by which the provider answers us."""
    browser = CarefulClient()
    url = gone_there(browser)
    nonce = query_of(url)["nonce"]
    fetch = CheckedOpenIDConnect.get_access_token_data

    def changed(self: Any, *args: Any, **kwargs: Any) -> Any:
        answer = fetch(self, *args, **kwargs)
        claims = forged(force, nonce=nonce)
        return answer | {"id_token": with_header_of(answer["id_token"], claims, key=key, algorithm=algorithm)}

    monkeypatch.setattr(CheckedOpenIDConnect, "get_access_token_data", changed)

    answer = come_back(browser, url, "subject-of-olu")

    assert "Signing in did not work" in answer.content.decode()
    assert not is_signed_in(browser)
    assert [event["why"] for event in events("provider.refused")] == ["not verified"]


def test_a_token_of_another_sign_in_is_refused(cast: Cast, force: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rightly signed, for us, and not the answer to what this browser asked."""
    browser = CarefulClient()
    asked = gone_there(browser)
    monkeypatch.setattr("accounts.views.provider.secrets.token_urlsafe", lambda size: "another-nonce-altogether")
    other = gone_there(browser)
    swapped = asked.replace(query_of(asked)["nonce"], query_of(other)["nonce"])

    answer = come_back(browser, swapped, "subject-of-olu")

    assert answer.status_code == 403
    assert not is_signed_in(browser)
    assert [event["why"] for event in events("provider.refused")] == ["nonce"]


def test_a_token_for_another_service_is_refused(cast: Cast, force: str, settings: Any) -> None:
    """The provider signs for whom it was asked; here it was asked for somebody else's client."""
    browser = CarefulClient()
    url = gone_there(browser)
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["client_id"] = "another-service"

    back = urlsplit(agree_at(url, "subject-of-olu"))
    answer = browser.get(f"{back.path}?{back.query}")

    assert "Signing in did not work" in answer.content.decode()
    assert not is_signed_in(browser)


def test_signing_out_ends_it_here(cast: Cast, force: str) -> None:
    browser, _ = through_the_provider("subject-of-olu")
    thief = stolen_from(browser)

    browser.post(reverse("account_logout"))

    assert (is_signed_in(browser), is_signed_in(thief)) == (False, False)


def test_a_leaver_with_an_open_session_is_out(cast: Cast, force: str) -> None:
    browser, _ = through_the_provider("subject-of-olu")

    User.objects.filter(pk=cast.olu.pk).update(is_active=False)

    assert not is_signed_in(browser)


@override_settings(REQUIRE_SECOND_FACTOR=True)
def test_a_second_factor_at_the_provider_counts(cast: Cast, force: str) -> None:
    browser, _ = through_the_provider("subject-of-mina")

    assert browser.get("/referrals/queue/").status_code == 200


@override_settings(REQUIRE_SECOND_FACTOR=True)
def test_without_one_there_it_is_set_up_here_and_needs_no_mail(cast: Cast, force: str) -> None:
    link(cast.sam, force, "subject-of-olu")
    browser, _ = through_the_provider("subject-of-olu")

    assert browser.get("/referrals/queue/")["Location"] == "/account/2fa/totp/activate/"


@override_settings(REQUIRE_SECOND_FACTOR=True)
def test_what_the_provider_showed_does_not_count_for_who_signs_in_after_it_with_a_password(
    cast: Cast, force: str
) -> None:
    browser, _ = through_the_provider("subject-of-mina")
    browser.post(reverse("account_logout"))

    browser.post(reverse("account_login"), {"login": cast.sam.email, "password": PASSWORD})

    assert "factor_shown" not in browser.session


def test_who_comes_by_the_provider_confirms_there_and_loses_nothing(cast: Cast, force: str) -> None:
    browser, _ = through_the_provider("subject-of-mina")
    began_earlier(browser, timedelta(minutes=16))
    thief = stolen_from(browser)
    url = reverse("referrals:consultations_export")

    asked = browser.get(url)
    assert asked["Location"] == f"{BEGIN}?next=%2Faccount%2Ffile%2F"
    assert "Confirm that it is you" in browser.get(asked["Location"]).content.decode()
    there = browser.post(BEGIN, {"next": "/account/file/"})["Location"]
    assert (query_of(there)["prompt"], query_of(there)["max_age"]) == ("login", "0")
    answer = come_back(browser, there, "subject-of-mina")

    assert answer["Location"] == "/account/file/"
    assert browser.get("/account/file/").context["file"] == url
    assert browser.get(url).status_code == 200
    assert not is_signed_in(thief)
    assert [event["by"] for event in events("step_up.ok")] == ["socialaccount"]


def test_a_provider_that_does_not_say_when_it_asked_confirms_nothing(cast: Cast, force: str) -> None:
    link(cast.mina, force, "subject-who-asks-nobody")
    browser, _ = through_the_provider("subject-who-asks-nobody")
    began_earlier(browser, timedelta(minutes=16))

    answer = come_back(browser, gone_there(browser, "/account/file/"), "subject-who-asks-nobody")

    assert answer.status_code == 403
    assert events("step_up.ok") == []


def test_another_person_at_the_provider_confirms_nothing(cast: Cast, force: str) -> None:
    browser, _ = through_the_provider("subject-of-mina")
    began_earlier(browser, timedelta(minutes=16))

    answer = come_back(browser, gone_there(browser, "/account/file/"), "subject-of-olu")

    assert answer.status_code == 403
    assert browser.get(reverse("referrals:consultations_export")).status_code == 302
    assert browser.get("/account/").context["request"].user == cast.mina


def test_who_signs_in_there_gets_no_password_here(
    client: CarefulClient, cast: Cast, force: str, mailoutbox: list[EmailMessage]
) -> None:
    link(cast.olu, force, "subject-of-olu")

    client.post(reverse("account_reset_password"), {"email": cast.olu.email})
    deliver()

    assert [mail.subject for mail in mailoutbox] == ["You sign in through your force"]


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example"])
def test_the_way_back_leads_nowhere_else(cast: Cast, force: str, elsewhere: str) -> None:
    browser = CarefulClient()

    answer = come_back(browser, gone_there(browser, elsewhere), "subject-of-olu")

    assert answer["Location"] == "/"


def test_a_provider_that_is_not_there_is_not_found(client: CarefulClient, force: str, db: None) -> None:
    assert client.get("/account/provider/another/").status_code == 404
    assert client.get("/account/provider/another/back/").status_code == 404


@pytest.mark.parametrize("text", ["{}", "not json", "[1]", '[{"name": "Half"}]', '[{"nmae": "x"}]'])
def test_a_wrong_setting_stops_the_start(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="OIDC_PROVIDERS|provider"):
        apps_of(text)


def test_forms_may_lead_to_the_provider_and_nowhere_else() -> None:
    given = '[{"provider_id": "a", "name": "A", "client_id": "i", "secret": "s", "server_url": "https://login.example/t/v2.0"}]'

    assert origins_of(apps_of(given)) == ["https://login.example"]
