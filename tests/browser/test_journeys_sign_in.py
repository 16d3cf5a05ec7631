"""Signing in, the second step, the end of a session and signing out, in a real browser."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, yield_hotp_counters_from_time
from allauth.mfa.totp.internal.auth import hotp_value as hotp
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.utils import timezone
from playwright.sync_api import expect

from accounts.services.sessions import BEGAN
from config.settings.providers import apps_of, origins_of
from referrals import services
from referrals.enums import FormKind
from tests.accounts.oidc import provider_process
from tests.accounts.signing_in import deliver, link_in
from tests.browser.conftest import OpenAs, sign_in
from tests.factories.accounts import PASSWORD
from tests.people import make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def code_of(secret: str) -> str:
    """What an authenticator app shows now for this key."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp(secret, counter))


def test_wrong_passwords_are_told_and_then_stopped_with_what_to_do(open_as: OpenAs) -> None:
    cast = make_cast()
    page = open_as(None, "/referrals/mine/", width=320, javascript=False)
    sign_in(page, cast.olu, "not the pass phrase")
    expect(page).to_have_title(re.compile("^Error: Sign in"))
    expect(page.get_by_role("alert")).to_contain_text("The e-mail address or the password is not right.")
    expect(page.get_by_label("Email")).to_have_value(cast.olu.email)
    for _ in range(5):
        sign_in(page, cast.olu, "not the pass phrase")
    expect(page.get_by_role("alert")).to_contain_text("Wait five minutes and try again, or set a new password")
    sign_in(page, cast.olu)
    expect(page.get_by_role("alert")).to_contain_text("Wait five minutes")
    page.get_by_role("link", name="I have forgotten my password").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_who_sees_other_agencies_sets_up_a_second_step_and_back_shows_nothing_after_signing_out(
    open_as: OpenAs, settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    cast = make_cast()
    page = open_as(None, "/referrals/queue/")
    sign_in(page, cast.mina)
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up two-step sign-in")
    expect(page.get_by_text("set up two-step sign-in first")).to_be_visible()
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at your e-mail")
    deliver()
    page.goto(link_in(mailoutbox[0]))
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up two-step sign-in")
    page.goto("/referrals/queue/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up two-step sign-in")
    secret = page.locator("main code").inner_text()
    page.get_by_label("code").fill("000000")
    page.get_by_role("button", name="Turn on two-step sign-in").click()
    expect(page.get_by_role("alert").get_by_role("link", name="This code is not right")).to_be_visible()
    assert page.locator("main code").inner_text() == secret
    page.get_by_label("code").fill(code_of(secret))
    page.get_by_role("button", name="Turn on two-step sign-in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    recovery = page.locator("main code").first.inner_text().split()[0]
    page.goto("/referrals/queue/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Waiting for a decision")

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page.get_by_text("Waiting for a decision")).to_have_count(0)

    page.goto("/referrals/queue/")
    sign_in(page, cast.mina)
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter your code")
    page.get_by_label("code").fill("123")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("code").fill(recovery)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Waiting for a decision")


def test_a_session_that_ends_says_so_and_loses_nothing(open_as: OpenAs) -> None:
    cast = make_cast()
    draft = services.begin_draft(kind=FormKind.PPN, by=cast.olu, at=timezone.now())
    url = f"/referrals/{draft.pk}/draft/concern/"
    page = open_as(cast.olu, "/help/")
    page.clock.install()
    page.goto(url)
    expect(page.get_by_role("button", name="Stay signed in")).to_be_hidden()
    page.clock.fast_forward("28:00")
    expect(page.get_by_role("alert")).to_contain_text("You will be signed out in two minutes.")
    page.get_by_role("button", name="Stay signed in").click()
    expect(page.get_by_role("button", name="Stay signed in")).to_be_hidden()

    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    page.get_by_label("What happened, and what worries you?").fill("Typed after the end of the session.")
    page.clock.fast_forward(20_000)
    expect(page.get_by_text("Not saved: you were signed out.")).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("what you typed is kept")).to_be_visible()
    sign_in(page, cast.olu)
    expect(page.get_by_role("heading", level=1)).to_have_text("What you typed is still here")
    expect(page.get_by_text("Typed after the end of the session.")).to_be_visible()
    page.get_by_role("button", name="Send what I typed").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Daily life and voice")
    draft.ppn.refresh_from_db()
    assert draft.ppn.concern == "Typed after the end of the session."


def test_a_passkey_is_added_and_is_a_second_step_and_a_way_in_by_itself(open_as: OpenAs) -> None:
    cast = make_cast()
    page = open_as(None, "/account/2fa/")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, cast.olu)
    expect(page.get_by_role("heading", level=1)).to_have_text("Two-step sign-in")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Add a passkey")
    page.get_by_label("A name for it").fill("Work laptop")
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    page.goto("/account/2fa/webauthn/")
    expect(page.get_by_role("link", name="Remove Work laptop")).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    page.goto("/account/login/?next=/account/")
    sign_in(page, cast.olu)
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter your code")
    page.goto("/account/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter your code")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")

    page.get_by_role("button", name="Sign out").click()
    page.goto("/account/login/?next=/account/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")

    page.goto("/account/2fa/webauthn/")
    page.get_by_role("link", name="Remove Work laptop").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Remove this passkey?")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("You have no passkeys.")).to_be_visible()


def test_through_the_provider_and_out_again(open_as: OpenAs, settings: Any, live_server: Any) -> None:
    make_cast()
    with provider_process() as address:
        given = [
            {
                "provider_id": "force",
                "name": "Force sign-in",
                "client_id": "mash",
                "secret": "not-a-secret",
                "server_url": address,
            }
        ]
        apps = apps_of(json.dumps(given))
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": apps, "OAUTH_PKCE_ENABLED": True}}
        settings.OIDC_LINK_BY_EMAIL = True
        policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        settings.CONTENT_SECURITY_POLICY = {
            "DIRECTIVES": policy | {"form-action": [*policy["form-action"], *origins_of(apps)]}
        }
        page = open_as(None, "/account/", width=360, javascript=False)
        page.get_by_role("button", name="Sign in with Force sign-in").click()
        expect(page).to_have_url(re.compile(f"^{address}/oauth2/authorize"))
        page.locator("[name=sub]").first.fill("subject-of-olu")
        page.locator("form button").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
        expect(page.get_by_text("olu@example.org")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        page.goto("/account/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_twelve_hours_after_signing_in_the_end_is_told_and_there_is_nothing_to_press(open_as: OpenAs) -> None:
    cast = make_cast()
    page = open_as(cast.olu, "/help/")
    page.clock.install()
    stored = Session.objects.get()
    store = SessionStore(session_key=stored.session_key)
    store[BEGAN] -= timedelta(hours=11, minutes=50).total_seconds()
    store.save()
    page.goto("/account/")
    expect(page.get_by_text("12 hours after you signed in. What you are writing is not lost")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)

    page.clock.fast_forward("08:30")

    expect(page.get_by_role("alert")).to_contain_text(
        "You will be signed out in two minutes, 12 hours after you signed in."
    )
    expect(page.get_by_role("button", name="Stay signed in")).to_be_hidden()
