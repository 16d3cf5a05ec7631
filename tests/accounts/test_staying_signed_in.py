"""The session: it lasts while somebody works, and what is typed after its end is not lost, nor shown to anybody else."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals import services
from referrals.enums import FormKind
from referrals.models import Referral
from tests.accounts.signing_in import began_earlier
from tests.conftest import CarefulClient
from tests.factories.accounts import PASSWORD
from tests.people import NOW, Cast

TYPED = "The fictitious child was alone again."


def end_sessions() -> None:
    """What the clock does after half an hour: the row stays, its time is over."""
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


def sign_in(client: CarefulClient, email: str, path: str) -> str:
    url = f"{reverse('account_login')}?next={path}"
    response = client.post(url, {"login": email, "password": PASSWORD, "next": path})
    return str(response.headers.get("Location", ""))


@pytest.fixture
def page(cast: Cast) -> str:
    draft = services.begin_draft(kind=FormKind.PPN, by=cast.olu, at=NOW)
    return reverse("referrals:section", args=[draft.pk, "concern"])


def test_what_is_sent_after_the_session_ended_comes_back_after_signing_in(
    client: CarefulClient, cast: Cast, page: str
) -> None:
    client.signed_in(cast.olu).get(page)
    end_sessions()

    lost = client.post(page, {"concern": TYPED, "version": "1"})
    assert lost.headers["Location"] == f"/account/login/?next={page}"
    assert "what you typed is kept" in client.get(lost.headers["Location"]).content.decode()
    assert sign_in(client, cast.olu.email, page) == page
    back = client.get(page)

    assert TYPED in back.content.decode()
    fields = dict(back.context["fields"])
    assert client.post(page, fields).status_code == 302
    assert _draft(page).ppn.concern == TYPED
    assert TYPED in client.get(page).content.decode()
    assert "What you typed is still here" not in client.get(page).content.decode()


def test_what_is_sent_twelve_hours_after_signing_in_comes_back_too(
    client: CarefulClient, cast: Cast, page: str
) -> None:
    client.signed_in(cast.olu).get(page)
    began_earlier(client, timedelta(hours=12))

    lost = client.post(page, {"concern": TYPED, "version": "1"})

    assert lost.headers["Location"] == f"/account/login/?next={page}"
    assert "what you typed is kept" in client.get(lost.headers["Location"]).content.decode()
    sign_in(client, cast.olu.email, page)
    assert dict(client.get(page).context["fields"]) == {"concern": TYPED, "version": "1"}


def test_what_is_sent_after_an_autosave_met_the_end_of_the_session_is_kept_too(
    client: CarefulClient, cast: Cast, page: str
) -> None:
    client.signed_in(cast.olu).get(page)
    end_sessions()

    client.post(page, {"concern": "The fictitious", "version": "1", "autosave": "1"})
    lost = client.post(page, {"concern": TYPED, "version": "1"})

    assert "what you typed is kept" in client.get(lost.headers["Location"]).content.decode()
    sign_in(client, cast.olu.email, page)
    assert dict(client.get(page).context["fields"]) == {"concern": TYPED, "version": "1"}


def test_what_only_an_autosave_sent_is_there_after_signing_in(client: CarefulClient, cast: Cast, page: str) -> None:
    client.signed_in(cast.olu).get(page)
    end_sessions()

    client.post(page, {"concern": TYPED, "version": "1", "autosave": "1"})
    sign_in(client, cast.olu.email, page)

    assert dict(client.get(page).context["fields"]) == {"concern": TYPED, "version": "1"}


def test_what_was_typed_is_never_shown_to_the_next_person_at_the_same_computer(
    client: CarefulClient, cast: Cast, page: str
) -> None:
    client.signed_in(cast.olu)
    end_sessions()
    client.post(page, {"concern": TYPED, "version": "1"})
    assert "kept_words" in client.session
    sign_in(client, cast.lin.email, "/")

    assert TYPED not in client.get(page).content.decode()
    assert "kept_words" not in client.session


def test_who_signed_out_by_themselves_leaves_no_words_behind(client: CarefulClient, cast: Cast, page: str) -> None:
    client.signed_in(cast.olu)
    client.post(reverse("account_logout"))

    client.post(page, {"concern": TYPED, "version": "1"})

    assert "kept_words" not in client.session


def test_a_visitor_can_store_nothing(client: CarefulClient, db: None, page: str) -> None:
    client.cookies["sessionid"] = "a-forged-session-key-0000000000"

    client.post(page, {"concern": TYPED})

    assert not Session.objects.exists()


def test_too_much_is_not_kept(client: CarefulClient, cast: Cast, page: str) -> None:
    client.signed_in(cast.olu)
    end_sessions()

    client.post(page, {"concern": "x" * 200_001, "version": "1"})

    assert "kept_words" not in client.session


def test_a_session_is_renewed_while_somebody_works(client: CarefulClient, cast: Cast) -> None:
    client.signed_in(cast.olu)
    session = client.session
    session["renewed_at"] = (timezone.now() - timedelta(minutes=5)).timestamp()
    session.save()
    nearly_over = timezone.now() + timedelta(minutes=2)
    Session.objects.update(expire_date=nearly_over)

    client.get("/account/")

    assert Session.objects.get().expire_date > nearly_over + timedelta(minutes=20)


def test_staying_renews_the_session_at_once(client: CarefulClient, cast: Cast) -> None:
    client.signed_in(cast.olu)
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=2))

    response = client.post("/account/stay/", headers={"X-Requested-With": "session"})

    assert response.status_code == 204
    assert Session.objects.get().expire_date > timezone.now() + timedelta(minutes=29)


def test_a_form_whose_token_has_gone_comes_back_with_its_words(cast: Cast, page: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.olu, backend="django.contrib.auth.backends.ModelBackend")
    browser.get(page)

    refused = browser.post(page, {"concern": TYPED, "version": "1", "csrfmiddlewaretoken": "x" * 64})

    assert refused.status_code == 403
    assert TYPED in refused.content.decode()
    assert refused.headers["Cache-Control"] == "no-store, private"
    token = refused.context["csrf_token"]
    again = browser.post(page, dict(refused.context["fields"]) | {"csrfmiddlewaretoken": str(token)})
    assert again.status_code == 302
    assert _draft(page).ppn.concern == TYPED


@pytest.mark.parametrize("headers", [{"Origin": "https://elsewhere.example"}, {"Origin": "null"}])
def test_a_form_from_another_website_is_refused_and_nothing_of_it_shown(
    cast: Cast, page: str, headers: dict[str, str]
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.olu, backend="django.contrib.auth.backends.ModelBackend")
    browser.get(page)

    refused = browser.post(page, {"concern": TYPED, "csrfmiddlewaretoken": "x" * 64}, headers=headers)

    assert refused.status_code == 403
    assert TYPED not in refused.content.decode()


def test_a_form_without_cookie_is_refused_and_nothing_of_it_shown(cast: Cast, page: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.olu, backend="django.contrib.auth.backends.ModelBackend")

    assert TYPED not in browser.post(page, {"concern": TYPED}).content.decode()


def test_a_password_is_never_shown_again(db: None) -> None:
    browser = Client(enforce_csrf_checks=True)
    url = reverse("account_login")
    browser.get(url)

    refused = browser.post(
        url, {"login": "a@example.org", "password": "secret words here", "csrfmiddlewaretoken": "x" * 64}
    )

    assert refused.status_code == 403
    assert "secret words here" not in refused.content.decode()


@pytest.mark.parametrize("name", ["account_change_password", "account_reauthenticate", "admin:accounts_user_add"])
def test_a_password_that_is_sent_after_the_session_ended_is_not_kept(
    client: CarefulClient, cast: Cast, name: str
) -> None:
    client.signed_in(cast.ada)
    end_sessions()

    client.post(reverse(name), {"password1": "secret words here", "password2": "secret words here"})

    assert "kept_words" not in client.session


def test_a_password_that_an_administrator_typed_is_never_shown_again(cast: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.ada, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("admin:accounts_user_add")
    browser.get(url)

    refused = browser.post(url, {"password1": "secret words here", "csrfmiddlewaretoken": "x" * 64})

    assert refused.status_code == 403
    assert "secret words here" not in refused.content.decode()


def test_messages_do_not_travel_in_a_cookie(client: CarefulClient, cast: Cast, page: str) -> None:
    response = client.signed_in(cast.olu).post(page, {"concern": TYPED, "version": "1", "later": "yes"})

    assert [str(message) for message in get_messages(response.wsgi_request)]
    assert "messages" not in client.cookies


def _draft(page: str) -> Referral:
    return Referral.objects.get(pk=page.split("/")[2])
