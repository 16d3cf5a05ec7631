"""A trainer holds a session by code, with a member on a phone; closes the register; and the hours stand in the member's log."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.axe import faults_of
from tests.browser.conftest import OpenAs
from tests.factories.programmes import CohortFactory, CohortMemberFactory, ProgrammeFactory, TrainingSessionFactory
from tests.factories.training import ModuleVersionFactory
from tests.people import make_cast
from training.models import CpdEntry

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = 360


def check(page: Page, javascript: bool) -> None:
    """No axe violation, which is asked by a script, and nothing beside the screen."""
    if javascript:
        assert faults_of(page) == []


@pytest.mark.parametrize("javascript", [True, False])
def test_a_session_is_held_by_code_with_a_member_on_a_phone(open_as: OpenAs, javascript: bool) -> None:
    cast = make_cast()
    version = ModuleVersionFactory(module__force=cast.police, module__title="Child neglect")
    cohort = CohortFactory(programme=ProgrammeFactory(force=cast.police, set_up_by=cast.tess, gives=[version]))
    for person in (cast.olu, cast.mina):
        CohortMemberFactory(cohort=cohort, person=person)
    session = TrainingSessionFactory(cohort=cohort, starts_at=timezone.now() - timedelta(minutes=5))

    trainer = open_as(cast.tess, session.get_absolute_url(), javascript=javascript)
    trainer.get_by_role("button", name="Show the code").click()
    trainer.get_by_role("button", name="Show the code").click()
    screen = trainer.locator("[data-code]")
    expect(screen).to_be_visible()
    expect(trainer.get_by_text("0 of 2")).to_be_visible()

    member = open_as(cast.olu, "/training/", width=PHONE, javascript=javascript)
    member.get_by_role("link", name="Child neglect").first.click()
    check(member, javascript)
    member.get_by_label("Code").fill("12")
    member.get_by_role("button", name="I am here").click()
    expect(member.get_by_role("alert")).to_be_visible()
    check(member, javascript)
    member.get_by_label("Code").fill(screen.inner_text())
    member.get_by_role("button", name="I am here").click()
    expect(member.get_by_text("You are in the register.")).to_be_visible()

    if javascript:  # the screen looks again by itself
        expect(trainer.get_by_text("1 of 2")).to_be_visible()
    else:
        trainer.get_by_role("link", name="Refresh").click()
        expect(trainer.get_by_text("1 of 2")).to_be_visible()
    trainer.get_by_role("link", name="Take the register by hand").click()
    mina = trainer.get_by_role("group", name="Mina Fictitious")
    mina.get_by_label("Excused").check()
    trainer.get_by_role("button", name="Save and close").click()
    expect(trainer.get_by_text("1 of 2 is marked as present.")).to_be_visible()
    trainer.get_by_role("button", name="Close the register").click()
    expect(trainer.get_by_text("Held", exact=True)).to_be_visible()

    assert [(one.person, one.topic) for one in CpdEntry.objects.all()] == [(cast.olu, "Child neglect")]
    member.goto("/training/")
    expect(member.get_by_text("logged by Tess Fictitious")).to_be_visible()
