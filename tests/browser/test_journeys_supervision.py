"""Supervision between two, from the plan to the confirmed record, without scripts on a telephone; and a survey that is answered once."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.axe import faults_of
from tests.browser.conftest import OpenAs
from tests.factories.supervision import SupervisionFactory, SurveyFactory, SurveyTemplateFactory
from tests.people import make_cast
from training.models import SupervisionRecord, SurveyReceipt

pytestmark = pytest.mark.django_db(transaction=True)


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def fill_day(page: Page, name: str, day: date) -> None:
    group = page.get_by_role("group", name=name)
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        group.get_by_label(part, exact=True).fill(str(value))


@pytest.mark.parametrize(("width", "javascript"), [(320, False), (1280, True)])
def test_supervisor_and_supervisee_plan_hold_write_and_confirm(open_as: OpenAs, width: int, javascript: bool) -> None:
    cast = make_cast()
    today = timezone.localdate()
    supervision = SupervisionFactory(
        supervisee=cast.mina, supervisor=cast.moss, arranged_by=cast.tess, starts_on=today - timedelta(days=40)
    )
    supervised = open_as(cast.mina, "/", width=width, javascript=javascript)
    supervised.get_by_role("link", name="Supervision sessions to plan").click()
    supervised.get_by_role("link", name="Plan it").click()
    fill_day(supervised, "When is the session?", today)
    supervised.get_by_role("button", name="Plan").click()
    heading(supervised, "Moss Fictitious supervises Mina Fictitious")

    supervisor = open_as(cast.moss, supervision.get_absolute_url(), width=width, javascript=javascript)
    supervisor.get_by_role("link", name=f"{today.day} {today:%B %Y}").click()
    supervisor.get_by_role("button", name="Record as held").click()
    supervisor.get_by_role("button", name="Record as held").click()
    expect(supervisor.get_by_role("alert")).to_be_visible()
    supervisor.get_by_label("What did you discuss and agree?").fill("Three fictitious calls.")
    supervisor.get_by_label("Professional curiosity").fill("Who else lives there.")
    supervisor.get_by_label("Where might an assumption").fill("The address is no reason.")
    supervisor.get_by_label("Wellbeing").fill("Tired; a day off was offered.")
    supervisor.get_by_role("textbox", name="Action 1").fill("Read the chart again")
    supervisor.get_by_label("Who does action 1?").select_option(label="The person supervised")
    fill_day(supervisor, "By when is action 1 done?", today + timedelta(days=14))
    supervisor.get_by_role("button", name="Record as held").click()
    heading(supervisor, f"Held: {today.day} {today:%B %Y}")
    if javascript:  # axe is a script itself
        assert faults_of(supervisor) == []

    supervised.goto("/")
    supervised.get_by_role("link", name="Supervision records to read and confirm").click()
    supervised.get_by_role("link", name=f"Held on {today.day} {today:%B %Y}").click()
    expect(supervised.get_by_text("Tired; a day off was offered.")).to_be_visible()
    supervised.get_by_label("Anything you want to add?").fill("The second call too.")
    supervised.get_by_label("I have read this record").check()
    supervised.get_by_role("button", name="Confirm that you have read it").click()
    expect(supervised.get_by_text("The second call too.")).to_be_visible()
    assert SupervisionRecord.objects.get().reading.comment == "The second call too."

    trainer = open_as(cast.tess, supervised.url)
    heading(trainer, "Page not found")


@pytest.mark.parametrize(("width", "javascript"), [(320, False), (1280, True)])
def test_a_survey_is_answered_once_from_the_home_page(open_as: OpenAs, width: int, javascript: bool) -> None:
    cast = make_cast()
    today = timezone.localdate()
    template = SurveyTemplateFactory(agency=cast.police, made_by=cast.tess)
    survey = SurveyFactory(template=template, opens_on=today, closes_on=today + timedelta(days=7))
    page = open_as(cast.olu, "/", width=width, javascript=javascript)
    page.get_by_role("link", name="Staff surveys to answer, anonymously").click()
    page.get_by_role("link", name=template.title).click()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("group", name="Question number 1?").get_by_label("4", exact=True).check()
    page.get_by_label("Question number 3?").fill("More time.")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_text("Your answers are in, without your name.")).to_be_visible()
    expect(page.get_by_text("No survey waits for you.")).to_be_visible()

    assert SurveyReceipt.objects.get().person == cast.olu
    assert [box.answers for box in survey.boxes.order_by("question__position")] == [1, 0, 1]
