"""A line manager's Monday: the mail says that something runs out, the matrix who, the list what, and the record until when."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from common.clock import london_day
from tests.browser.axe import faults_of
from tests.browser.conftest import OpenAs
from tests.factories.accounts import UserFactory
from tests.factories.training import ModuleVersionFactory, TrainingRecordFactory
from tests.people import Cast, make_cast
from training import notifications
from training.models import TrainingDigest
from training.services.lapse_reminders import remind_of_lapses

pytestmark = pytest.mark.django_db(transaction=True)


def furnish(cast: Cast) -> None:
    """Six modules that officers need, at every standing; four officers beside Olu."""
    today = london_day(timezone.now())
    titles = (
        "Neglect",
        "Professional curiosity",
        "Stalking and harassment",
        "Adults at risk",
        "Exploitation",
        "Sharing",
    )
    versions = [
        ModuleVersionFactory(
            module__force=cast.police,
            module__title=title,
            module__short_title=title,
            required_for=["FRONTLINE_OFFICER"],
            valid_months=12,
        )
        for title in titles
    ]
    officers = [
        cast.olu,
        *(
            UserFactory(
                agency=cast.police,
                team=cast.response_team,
                name=f"{name} Fictitious",
                email=f"{name.lower()}@example.org",
                roles=["FRONTLINE_OFFICER"],
            )
            for name in ("Ava", "Bram", "Cleo", "Dov")
        ),
    ]
    people = {"trainer": cast.tess, "mentor": cast.moss, "line_manager": cast.sam}
    lasts = (("COMPLETE", 20), ("COMPLETE", 200), ("COMPLETE", -20), ("LOGGED", None), ("SENT_BACK", None), None)
    for row, person in enumerate(officers):
        for column, version in enumerate(versions):
            kind = lasts[(row + column) % len(lasts)]
            if kind:
                state, days = kind
                lapses = {"lapses_on": today + timedelta(days=days)} if days else {}
                with transaction.atomic():
                    TrainingRecordFactory(person=person, module_version=version, state=state, **people, **lapses)


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


@pytest.mark.parametrize(("width", "javascript"), [(320, False), (1280, True)])
def test_from_the_mail_of_monday_to_the_record(open_as: OpenAs, width: int, javascript: bool) -> None:
    cast = make_cast()
    furnish(cast)
    now = timezone.now()
    monday = now - timedelta(days=london_day(now).weekday())
    remind_of_lapses(at=monday)
    digest = TrainingDigest.objects.get(audience="LEADER")
    notifications.email_digest(digest_id=str(digest.pk), at=now)
    (sent,) = [one for one in mail.outbox if one.to == [cast.lin.email]]
    link = urlsplit(next(word for word in str(sent.body).split() if "/training/matrix/" in word))

    page = open_as(cast.lin, f"{link.path}?{link.query}", width=width, javascript=javascript)
    heading(page, "Testham Response: who has what")
    expect(page.get_by_label("Standing", exact=True)).to_have_value("OPEN")
    if javascript:  # axe is a script itself
        assert faults_of(page) == []
    page.get_by_role("link", name="Runs out soon: 5").click()
    heading(page, "Who has what: Testham Response")
    expect(page.get_by_text("5 lines about 5 people")).to_be_visible()
    if javascript:
        assert faults_of(page) == []
    page.get_by_role("row", name="Ava Fictitious").get_by_role("link", name="Runs out").click()
    expect(page.get_by_text("Complete", exact=True).first).to_be_visible()

    page.goto("/training/forecast/")
    heading(page, "What lapses in the next six months")
    if javascript:
        assert faults_of(page) == []
    page.get_by_role("link", name="Neglect, in all").click()
    expect(page.get_by_role("row", name="Olu Fictitious")).to_be_visible()
