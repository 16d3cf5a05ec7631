"""A new starter's plan, from the first day to the last signature, on a telephone without scripts; and a line manager's morning."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from tests.browser.axe import faults_of
from tests.browser.conftest import OpenAs
from tests.browser.test_journeys_supervision import fill_day, heading
from tests.browser.test_journeys_training import sign
from tests.factories.accounts import UserFactory
from tests.factories.training import (
    InductionFactory,
    ModuleVersionFactory,
    ProfileAssignmentFactory,
    ProfileModuleFactory,
    RoleProfileFactory,
)
from tests.people import Cast, make_cast
from training.models import Induction, TrainingRecord

pytestmark = pytest.mark.django_db(transaction=True)


def plan_of(cast: Cast, person: User, *, due_in: int) -> Induction:
    """Moss mentors, Lin manages; one module, due in so many days."""
    today = timezone.localdate()
    module = ModuleVersionFactory(module__force=cast.police, module__title=f"Recording calls for {person}").module
    profile = RoleProfileFactory(force=cast.police)
    ProfileModuleFactory(profile=profile, module=module)
    with transaction.atomic():
        return InductionFactory(
            assignment=ProfileAssignmentFactory(
                person=person, profile=profile, assigned_by=cast.tess, starts_on=today - timedelta(days=30)
            ),
            mentor=cast.moss,
            line_manager=cast.lin,
            complete_by=today + timedelta(days=30),
            due_on=today + timedelta(days=due_in),
            modules=[module],
        )


def test_a_new_starter_says_what_is_done_and_three_people_make_it_count(open_as: OpenAs) -> None:
    cast = make_cast()
    plan = plan_of(cast, cast.olu, due_in=3)
    module = "Recording calls for Olu Fictitious"
    starter = open_as(cast.olu, "/", width=320, javascript=False)
    starter.get_by_role("link", name="Induction steps due within a week").click()
    heading(starter, "My training")
    starter.get_by_role("link", name="Open the induction plan").click()
    heading(starter, "My induction plan")
    starter.get_by_role("link", name=f"I have done this step, {module}").click()
    starter.get_by_role("button", name="Send to the trainer").click()
    expect(starter.get_by_role("alert")).to_contain_text("Write what you did and can do now")
    starter.get_by_label("What did you do").fill("Recorded three fictitious calls with a colleague.")
    starter.get_by_role("button", name="Send to the trainer").click()
    expect(starter.get_by_text("Waits for the trainer")).to_be_visible()

    trainer = open_as(cast.tess, "/")
    trainer.get_by_role("link", name="Induction steps that starters say are done").click()
    trainer.get_by_role("link", name="Olu Fictitious").click()
    expect(trainer.get_by_text("Recorded three fictitious calls with a colleague.")).to_be_visible()
    assert faults_of(trainer) == []
    trainer.get_by_role("link", name=f"Log it as a record of {module}").click()
    expect(trainer.get_by_label("Mentor", exact=True)).to_have_value(str(cast.moss.pk))
    fill_day(trainer, "When was it done?", timezone.localdate())
    trainer.get_by_label("Face to face").check()
    trainer.get_by_label("Evidence").fill("Explained three fictitious calls.")
    trainer.get_by_role("button", name="Log and ask for sign-off").click()
    heading(trainer, module)
    record = TrainingRecord.objects.get()

    for signer, name in ((cast.moss, "Moss Fictitious"), (cast.lin, "Lin Fictitious")):
        page = open_as(signer, plan.get_absolute_url(), width=320, javascript=False)
        expect(page.get_by_role("link", name="1 record waits for you as the")).to_be_visible()
        page.goto(record.get_absolute_url())
        sign(page, name)
        heading(page, module)
    starter.goto(plan.get_absolute_url())
    expect(starter.get_by_text("1 of 1 steps done")).to_be_visible()

    manager = open_as(cast.lin, plan.get_absolute_url(), width=320, javascript=False)
    manager.get_by_role("link", name="Close as complete").click()
    manager.get_by_role("button", name="Close as complete").click()
    expect(manager.get_by_text("The induction of Olu Fictitious is complete.")).to_be_visible()


@pytest.mark.parametrize(("width", "javascript"), [(320, False), (1280, True)])
def test_a_line_manager_sees_the_late_plan_first_and_moves_its_step(
    open_as: OpenAs, width: int, javascript: bool
) -> None:
    cast = make_cast()
    mira = UserFactory(agency=cast.police, team=cast.response_team, name="Mira Other", roles=["FRONTLINE_OFFICER"])
    plan_of(cast, cast.olu, due_in=5)
    late = plan_of(cast, mira, due_in=-4)
    manager = open_as(cast.lin, "/training/sign-offs/", width=width, javascript=javascript)
    manager.get_by_role("link", name="Inductions", exact=True).click()
    heading(manager, "Inductions")
    rows = manager.get_by_role("table").get_by_role("row")
    expect(rows.nth(1)).to_contain_text("Mira Other")
    expect(rows.nth(1)).to_contain_text("1 late")
    manager.get_by_role("link", name="Mira Other").click()
    manager.get_by_role("link", name="Close as complete").click()
    expect(manager.get_by_text("This plan cannot be closed yet.")).to_be_visible()
    manager.get_by_role("link", name="Back to the plan").first.click()
    manager.get_by_role("link", name="Move Recording calls for Mira Other").click()
    fill_day(manager, "By when?", timezone.localdate() + timedelta(days=7))
    manager.get_by_role("button", name="Save").click()
    expect(manager.get_by_role("alert")).to_contain_text("Say why the day changes")
    manager.get_by_label("Why another day?").fill("The course was full that week.")
    manager.get_by_role("button", name="Save").click()
    heading(manager, "Induction plan of Mira Other")
    expect(manager.get_by_text("The course was full that week.")).to_be_visible()
    if javascript:  # axe is a script itself
        assert faults_of(manager) == []
    assert late.steps.get().due_on == timezone.localdate() + timedelta(days=7)
