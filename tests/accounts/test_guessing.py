"""Guessing: stopped by account and by address, without locking out the owner, and telling nobody which accounts there are."""

import re
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.mail import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from jobs.models import Job
from tests.accounts.signing_in import deliver, events, is_signed_in, link_in, signed_in_by_page
from tests.conftest import CarefulClient
from tests.factories.accounts import PASSWORD
from tests.people import Cast

LOGIN = "/account/login/"
RESET = "/account/password/reset/"
NEW_PASSWORD = "an entirely other pass phrase"


def guess(
    email: str, *, address: str = "198.51.100.7", browser: CarefulClient | None = None, word: str = "wrong"
) -> Any:
    browser = browser or CarefulClient(REMOTE_ADDR=address)
    return browser.post(LOGIN, {"login": email, "password": word})


def attack(email: str, *, tries: int) -> None:
    """Guesses from as many addresses."""
    for number in range(tries):
        guess(email, address=f"203.0.113.{number}")


def is_stopped(answer: Any) -> bool:
    return answer.status_code == 200 and "too many tries" in str(answer.context["form"].errors)


def test_an_account_takes_five_guesses_from_whatever_addresses(cast: Cast) -> None:
    attack(cast.olu.email, tries=5)

    assert is_stopped(guess(cast.olu.email, address="203.0.113.99", word=PASSWORD))
    assert [event["account"] for event in events("sign_in.failed")] == ["known"] * 5
    assert [event["account"] for event in events("sign_in.stopped")] == ["known"]


def test_an_account_takes_ten_guesses_in_an_hour(cast: Cast, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {
        "login_failed": settings.ACCOUNT_RATE_LIMITS["login_failed"].replace("5/5m/key,", "")
    }

    attack(cast.olu.email, tries=10)

    assert is_stopped(guess(cast.olu.email, address="203.0.113.99", word=PASSWORD))


def test_an_address_takes_ten_guesses_in_a_minute_at_whatever_accounts(cast: Cast) -> None:
    for user in list(cast.everyone().values())[:10]:
        guess(user.email)

    assert is_stopped(guess(cast.out.email, word=PASSWORD))
    assert not is_stopped(guess(cast.out.email, address="198.51.100.8", word=PASSWORD))


def test_the_owner_gets_in_on_their_own_device_while_somebody_guesses(cast: Cast) -> None:
    mine = signed_in_by_page(cast.olu)
    mine.post(reverse("account_logout"))
    attack(cast.olu.email, tries=12)

    assert is_stopped(guess(cast.olu.email, address="203.0.113.99", word=PASSWORD))
    assert guess(cast.olu.email, browser=mine, word=PASSWORD).status_code == 302
    assert is_signed_in(mine)


def test_the_owner_gets_in_on_their_own_device_from_an_address_that_is_stopped(cast: Cast) -> None:
    mine = signed_in_by_page(cast.olu, REMOTE_ADDR="198.51.100.7")
    mine.post(reverse("account_logout"))
    for user in list(cast.everyone().values())[:10]:
        guess(user.email)

    assert guess(cast.olu.email, browser=mine, word=PASSWORD).status_code == 302


def test_a_known_device_takes_five_guesses_too(cast: Cast) -> None:
    stolen = signed_in_by_page(cast.olu)
    stolen.post(reverse("account_logout"))
    for _ in range(5):
        guess(cast.olu.email, browser=stolen)

    assert is_stopped(guess(cast.olu.email, browser=stolen, word=PASSWORD))


def test_a_device_is_known_to_its_person_alone(cast: Cast) -> None:
    """Who has an account gets no more guesses at those of others by it."""
    mine = signed_in_by_page(cast.lin)
    mine.post(reverse("account_logout"))
    attack(cast.olu.email, tries=5)

    assert is_stopped(guess(cast.olu.email, browser=mine, word=PASSWORD))


@pytest.mark.parametrize("value", ["", "x", "[]", "eyJhIjoxfQ:1aaaaa:AAAA"])
def test_a_made_up_device_is_not_known(cast: Cast, value: str) -> None:
    attack(cast.olu.email, tries=5)
    browser = CarefulClient()
    browser.cookies["known-device"] = value

    assert is_stopped(guess(cast.olu.email, browser=browser, word=PASSWORD))


def test_several_people_share_a_laptop(cast: Cast) -> None:
    laptop = signed_in_by_page(cast.olu)
    laptop.post(reverse("account_logout"))
    guess(cast.lin.email, browser=laptop, word=PASSWORD)
    laptop.post(reverse("account_logout"))
    attack(cast.olu.email, tries=5)

    assert guess(cast.olu.email, browser=laptop, word=PASSWORD).status_code == 302


def test_the_cookie_of_a_device_names_nobody_and_is_kept_from_scripts(cast: Cast) -> None:
    cookie = signed_in_by_page(cast.olu).cookies["known-device"]

    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert "olu" not in cookie.value.lower()
    assert str(cast.olu.pk) not in cookie.value


def test_who_goes_on_after_being_stopped_fills_no_log(cast: Cast) -> None:
    for _ in range(12):
        guess(cast.olu.email)

    assert Entry.objects.filter(what="sign_in.stopped").count() == 1


def test_too_many_requests_are_told_so(cast: Cast) -> None:
    answers = [guess("nobody@example.org") for _ in range(31)]

    assert answers[-1].status_code == 429
    assert "Internal" not in answers[-1].content.decode()


# --- which accounts there are -----------------------------------------------------------------------------------------------


def seen(answer: Any) -> tuple[int, dict[str, str], str]:
    """All that somebody outside sees of an answer, without what differs each time."""
    headers = {name: value for name, value in answer.headers.items() if name not in ("X-Request-ID", "Expires")}
    body = re.sub(r'(name="csrfmiddlewaretoken" value=)"[^"]+"', r"\1", answer.content.decode())
    for email in ("olu@example.org", "nil@example.org", "lin@example.org"):
        body = body.replace(email, "ADDRESS")
    return answer.status_code, headers, body


@pytest.fixture
def three(cast: Cast) -> list[str]:
    """The address of an account, of a closed one, and of none."""
    User.objects.filter(pk=cast.lin.pk).update(is_active=False)
    return ["olu@example.org", "lin@example.org", "nil@example.org"]


@pytest.mark.parametrize("path", [LOGIN, RESET])
def test_text_status_and_headers_tell_nothing(three: list[str], path: str) -> None:
    answers = []
    for email in three:
        browser = CarefulClient()
        answer = browser.post(path, {"login": email, "password": "wrong words here", "email": email})
        answers.append((seen(answer), sorted(browser.cookies), seen(browser.get(answer.get("Location", path)))))

    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("path", [LOGIN, RESET])
def test_the_work_that_is_done_before_the_answer_tells_nothing(
    three: list[str], path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same statements and as many slow hashes, so that the time is the same."""
    hashes: list[int] = []
    encode = MD5PasswordHasher.encode

    def counted(self: Any, password: str, salt: str) -> str:
        hashes[-1] += 1
        return str(encode(self, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    work = []
    for email in three:
        hashes.append(0)
        with CaptureQueriesContext(connection) as asked:
            CarefulClient().post(path, {"login": email, "password": "wrong words here", "email": email})
        work.append((len(asked), hashes[-1]))

    assert work[0] == work[1] == work[2]


def test_a_mail_goes_out_for_every_address_and_what_it_says_is_for_its_reader(
    three: list[str], mailoutbox: list[EmailMessage]
) -> None:
    for email in three:
        CarefulClient().post(RESET, {"email": email})
    assert mailoutbox == []
    deliver()

    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        (["olu@example.org"], "Set a new password"),
        (["lin@example.org"], "There is no account with this address"),
        (["nil@example.org"], "There is no account with this address"),
    ]


def test_the_key_stands_in_no_row_and_the_address_in_none_of_the_jobs(
    client: CarefulClient, cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    client.post(RESET, {"email": cast.olu.email})
    waiting = str(list(Job.objects.values()))
    deliver()

    key = link_in(mailoutbox[0]).rstrip("/").rsplit("/", 1)[-1].split("-", 1)[-1]
    assert len(key) > 20
    assert key not in waiting
    assert key not in str(list(Job.objects.values()))
    assert list(Job.objects.values_list("arguments", flat=True)) == [{}]


def test_the_link_sets_a_password_once_and_ends_every_session(
    client: CarefulClient, cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    elsewhere = signed_in_by_page(cast.olu)
    client.post(RESET, {"email": cast.olu.email})
    deliver()
    link = link_in(mailoutbox[0])
    form = client.get(link)["Location"]

    assert client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}).status_code == 302

    assert not is_signed_in(elsewhere)
    assert guess(cast.olu.email, browser=CarefulClient(), word=NEW_PASSWORD).status_code == 302
    assert "This link was used or is too old" in CarefulClient().get(link, follow=True).content.decode()
    assert len(events("password.reset")) == 1


def test_an_invitation_lets_somebody_choose_their_first_password(
    cast: Cast, mailoutbox: list[EmailMessage], client: CarefulClient
) -> None:
    signed_in = signed_in_by_page(cast.ada)
    signed_in.post(
        reverse("admin:accounts_user_changelist"), {"action": "invite", "_selected_action": [str(cast.olu.pk)]}
    )
    deliver()
    form = client.get(link_in(mailoutbox[0]))["Location"]

    client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert mailoutbox[0].subject == "Your account"
    assert guess(cast.olu.email, browser=CarefulClient(), word=NEW_PASSWORD).status_code == 302
    assert Entry.objects.filter(what="user.invited", object_id=str(cast.olu.pk)).count() == 1
