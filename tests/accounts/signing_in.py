"""Signing in as people do: by the page, so that the session is one that the service began itself."""

import re
from datetime import timedelta
from typing import Any

from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services.sessions import BEGAN
from audit.models import Entry
from jobs import services as jobs
from jobs.models import Job
from tests.conftest import CarefulClient
from tests.factories.accounts import PASSWORD

EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def signed_in_by_page(user: User, *, device: str = EDGE, **environment: str) -> CarefulClient:
    """A browser in which this person signed in with their password."""
    browser = CarefulClient(headers={"User-Agent": device}, **environment)
    answer = browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.context["form"].errors
    return browser


def stolen_from(browser: CarefulClient) -> CarefulClient:
    """Another browser with the cookie of this one."""
    thief = CarefulClient()
    thief.cookies["sessionid"] = browser.cookies["sessionid"].value
    return thief


def is_signed_in(browser: CarefulClient) -> bool:
    return bool(browser.get("/account/").status_code == 200)


def began_earlier(browser: CarefulClient, by: timedelta) -> None:
    """As if this session had begun so much earlier, and been used ever since."""
    session = browser.session
    session[BEGAN] -= by.total_seconds()
    session["renewed_at"] = timezone.now().timestamp()
    session.save()


def with_app(user: User) -> str:
    """Give a person an authenticator app; returns its key."""
    totp.TOTP.activate(user, SECRET)
    return SECRET


def code_of(secret: str, *, later: int = 0) -> str:
    """What an authenticator app shows for this key now, or so many steps of thirty seconds later."""
    counter = next(iter(totp.yield_hotp_counters_from_time())) + later
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


def events(*whats: str) -> list[dict[str, Any]]:
    """The details of these events in the access log, in order."""
    found = Entry.objects.filter(what__in=whats).order_by("pk")
    return [{"what": entry.what, "object": entry.object_id, **entry.details} for entry in found]


def names_of_events() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("what", flat=True))


def end_of_idle_time() -> None:
    """What the clock does after half an hour without a request: the row stays, its time is over."""
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


def deliver() -> None:
    """Do the mail jobs that wait, as a worker would."""
    for job in Job.objects.unfinished().order_by("created_at", "pk"):
        jobs.run(job_id=job.pk, at=timezone.now() + timedelta(days=1))
    assert not Job.objects.exclude(error="").exists()


def link_in(mail: EmailMessage) -> str:
    """The path of the link in a mail."""
    (found,) = re.findall(rf"{re.escape(settings.SITE_URL)}(/\S+)", mail.body)
    return str(found)
