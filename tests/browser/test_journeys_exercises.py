"""An exercise with a facilitator and two groups, one of them without scripts on a telephone: sheets, decisions, meeting, comparison."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults_of
from tests.browser.conftest import OpenAs
from tests.factories.exercises import CANARY, ExerciseFactory, ExerciseRunFactory, GroupDecisionFactory
from tests.people import make_cast
from training.models import CpdEntry, GroupDecision

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "The small one is losing weight, and nobody has seen him."


def decide(page: Page, number: int, choice: str) -> None:
    page.get_by_role("button", name=f"Decide on sheet {number}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Sheet {number}: {CANARY} title {number}")
    page.get_by_label(choice).check()
    page.get_by_label("Significant harm likely").check()
    page.get_by_label("Why? What do you still want to know").fill(WHY)
    page.get_by_role("button", name="Save your decision").click()
    expect(page.get_by_text(f"You decided: {choice.lower()}.")).to_be_visible()


def test_a_facilitator_and_two_groups_from_the_draw_to_the_comparison(open_as: OpenAs) -> None:
    cast = make_cast()
    exercise = ExerciseFactory(force=cast.police, written_by=cast.tess, sheets=2)
    run = ExerciseRunFactory(exercise=exercise, groups=[])
    desk = open_as(cast.tess, run.get_absolute_url())
    desk.get_by_role("button", name="Draw the groups").click()
    desk.get_by_label("How many groups?").fill("2")
    desk.get_by_label("Who takes part?").fill(f"{cast.olu.email}\n{cast.lin.email}")
    desk.get_by_role("button", name="Draw").click()
    desk.get_by_role("button", name="Start", exact=True).click()
    desk.get_by_role("button", name="Start", exact=True).click()

    script = open_as(cast.lin, "/")
    plain = open_as(cast.olu, "/", width=320, javascript=False)
    for page in (script, plain):
        page.get_by_role("link", name="Exercises under way, with your group in them").click()
        page.get_by_role("link", name=exercise.title).click()
        expect(page.get_by_text("No sheet is out yet.")).to_be_visible()

    for number, choice in ((1, "Ask another agency what it knows"), (2, "Ring children's services now")):
        desk.get_by_role("button", name=f"Release sheet {number}").click()
        plain.get_by_role("link", name="Refresh").click()
        decide(plain, number, choice)
        expect(script.get_by_text(f"{CANARY} text {number}")).to_be_visible()  # it came by itself
    decide(script, 1, "Nothing")
    assert faults_of(script) == []
    desk.get_by_role("link", name="Refresh").click()
    expect(desk.get_by_role("cell", name="Not yet")).to_have_count(1)
    assert faults_of(desk) == []

    desk.get_by_role("button", name="Begin the strategy meeting").click()
    desk.get_by_role("button", name="Begin the strategy meeting").click()
    plain.get_by_role("link", name="Refresh").click()
    plain.get_by_role("button", name="Record your meeting").click()
    plain.get_by_label("What did each agency bring?").fill("The school brought the attendance.")
    plain.get_by_label("Enquiry by children's services and police together").check()
    plain.get_by_label("Why?", exact=True).fill(WHY)
    plain.get_by_role("button", name="Save the record").click()
    expect(plain.get_by_text("The record of your meeting is kept.")).to_be_visible()
    assert plain.evaluate("document.documentElement.scrollWidth") <= 320

    desk.get_by_role("button", name="Begin the debrief").click()
    desk.get_by_role("button", name="Begin the debrief").click()
    plain.get_by_role("link", name="Refresh").click()
    plain.get_by_role("link", name="What each group decided, and what was expected").click()
    expect(plain.get_by_text("Hollyhock 1")).to_be_visible()
    assert plain.evaluate("document.documentElement.scrollWidth") <= 320
    desk.get_by_role("button", name="End the run").click()
    desk.get_by_role("button", name="End the run").click()
    expect(desk.get_by_text("The run has ended.")).to_be_visible()

    assert GroupDecision.objects.count() == 3
    assert set(CpdEntry.objects.values_list("person", flat=True)) == {cast.olu.pk, cast.lin.pk}


def test_a_page_that_asks_for_news_keeps_the_keyboard_focus_and_what_is_open(open_as: OpenAs) -> None:
    cast = make_cast()
    exercise = ExerciseFactory(force=cast.police, written_by=cast.tess)
    run = ExerciseRunFactory(exercise=exercise, state="RUNNING", released=1, groups=[[cast.olu]])
    group, sheet = run.groups.get(), exercise.injects.get(position=1)
    for number in (1, 2):
        GroupDecisionFactory(group=group, inject=sheet, number=number)
    page = open_as(cast.olu, group.get_absolute_url())
    page.get_by_text("What was decided before").click()
    for focused in (page.locator("#decide-1"), page.locator("#refresh"), page.locator("#sheets summary")):
        focused.focus()
        page.evaluate("document.getElementById('sheets').dataset.before = 'yes'")
        expect(page.locator("#sheets:not([data-before])")).to_be_visible(timeout=15_000)
        expect(focused).to_be_focused()
        expect(page.locator("#sheets details")).to_have_attribute("open", "")
