"""Signing in: by e-mail and password, throttled, with a second factor where the role needs one."""

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.test import override_settings
from django.urls import reverse

from accounts.models import User
from tests.accounts.signing_in import deliver
from tests.conftest import CarefulClient
from tests.factories.accounts import PASSWORD
from tests.faults import cache_away
from tests.people import Cast


def sign_in(client: CarefulClient, email: str, password: str = PASSWORD) -> int:
    status: int = client.post(reverse("account_login"), {"login": email, "password": password}).status_code
    return status


def test_a_person_signs_in_by_e_mail_and_comes_home(client: CarefulClient, cast: Cast) -> None:
    response = client.post(
        reverse("account_login"), {"login": cast.olu.email.upper(), "password": PASSWORD}, follow=True
    )

    assert response.redirect_chain[-1] == ("/", 302)
    assert response.context["request"].user == cast.olu
    assert (
        list(response.context["messages"]) == []
    )  # that one is signed in is seen, and the page begins with what waits


def test_a_wrong_password_and_an_unknown_e_mail_are_told_apart_by_nothing(client: CarefulClient, cast: Cast) -> None:
    wrong = client.post(reverse("account_login"), {"login": cast.olu.email, "password": "not the one at all"})
    unknown = client.post(reverse("account_login"), {"login": "nobody@example.org", "password": "not the one at all"})

    assert wrong.context["form"].errors == unknown.context["form"].errors != {}


def test_guessing_is_stopped_after_five_wrong_passwords(client: CarefulClient, cast: Cast) -> None:
    for _ in range(5):
        sign_in(client, cast.olu.email, "a guess that is wrong")

    sign_in(client, cast.olu.email)

    assert "_auth_user_id" not in client.session


def test_guessing_at_one_account_does_not_lock_out_another(client: CarefulClient, cast: Cast) -> None:
    for _ in range(6):
        sign_in(client, cast.olu.email, "a guess that is wrong")

    assert sign_in(CarefulClient(REMOTE_ADDR="198.51.100.7"), cast.lin.email) == 302


@pytest.mark.parametrize("name", ["account_login", "account_reset_password"])
def test_while_the_counter_of_tries_is_away_nobody_gets_in_uncounted_and_is_told_so(
    client: CarefulClient, cast: Cast, name: str
) -> None:
    with cache_away():
        response = client.post(reverse(name), {"login": cast.olu.email, "password": PASSWORD, "email": cast.olu.email})

    assert (response.status_code, response["Retry-After"]) == (503, "60")
    assert "You cannot sign in at the moment" in response.content.decode()
    assert PASSWORD not in response.content.decode()
    assert "_auth_user_id" not in client.session
    assert sign_in(client, cast.olu.email) == 302


def test_while_the_counter_of_tries_is_away_who_is_signed_in_goes_on(client: CarefulClient, cast: Cast) -> None:
    client.signed_in(cast.olu)

    with cache_away():
        assert client.get("/").status_code == 200
        assert client.get(reverse("referrals:mine")).status_code == 200


@pytest.mark.parametrize(
    ("address", "subject", "words"),
    [
        ("olu@example.org", "Set a new password", "works once, and for three days"),
        ("nobody@example.org", "There is no account with this address", "made by an administrator"),
    ],
)
def test_the_mail_about_a_forgotten_password_is_in_plain_words_and_invites_nobody_to_sign_up(
    client: CarefulClient, cast: Cast, mailoutbox: list[EmailMessage], address: str, subject: str, words: str
) -> None:
    client.post(reverse("account_reset_password"), {"email": address})
    deliver()

    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([address], subject)
    assert words in mail.body
    assert settings.SERVICE_NAME in mail.body
    assert ("/account/password/reset/key/" in mail.body) == (address == cast.olu.email)
    assert not any(word in mail.body for word in ("sign up", "signup", "Hello from", "Thank you", "Olu", "username"))


def test_a_visitor_is_sent_to_sign_in_and_then_to_the_page_that_was_asked_for(
    client: CarefulClient, cast: Cast
) -> None:
    response = client.get("/account/")

    assert response.headers["Location"] == "/account/login/?next=/account/"


def test_nobody_signs_up_by_themselves(client: CarefulClient, db: None) -> None:
    client.post(reverse("account_signup"), {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD})

    assert not User.objects.exists()


def test_a_leaver_is_out_at_the_next_request(client: CarefulClient, cast: Cast) -> None:
    client.signed_in(cast.olu)
    assert client.get("/account/").status_code == 200

    User.objects.filter(pk=cast.olu.pk).update(is_active=False)

    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize(("name", "expected"), [("mina", "/account/second-step/"), ("iggy", "/account/second-step/")])
def test_who_sees_other_agencies_data_must_set_up_a_second_factor_first(
    client: CarefulClient, cast: Cast, name: str, expected: str
) -> None:
    client.signed_in(getattr(cast, name))

    with override_settings(REQUIRE_SECOND_FACTOR=True):
        response = client.get("/account/")

    assert (response.status_code, response.headers.get("Location")) == (302, expected)


def test_who_sees_only_their_own_may_go_on_without_a_second_factor(client: CarefulClient, cast: Cast) -> None:
    with override_settings(REQUIRE_SECOND_FACTOR=True):
        assert client.signed_in(cast.olu).get("/account/").status_code == 200


def test_signed_in_pages_are_not_kept_by_the_browser(client: CarefulClient, cast: Cast) -> None:
    assert "no-store" in client.signed_in(cast.olu).get("/account/")["Cache-Control"]


def test_an_address_with_a_forged_id_is_not_found(client: CarefulClient, cast: Cast) -> None:
    assert client.signed_in(cast.mina).get("/referrals/00000000-0000-4000-8000-000000000000/").status_code == 404
