"""A right to ask that a partner prompted: asked about beforehand by the partner, logged and judged by the hub, with scripts and without."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from common.clock import london_day
from partners.models import AskingCheck, PromptedApplication
from tests.browser.conftest import OpenAs
from tests.people import make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def choose(page: Page, question: str, answer: str) -> None:
    page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()


@pytest.mark.parametrize(("width", "javascript"), [(360, False), (1280, True)])
def test_a_trainer_logs_judges_and_ends_one(open_as: OpenAs, width: int, javascript: bool) -> None:
    cast = make_cast()
    came = london_day(timezone.now()) - timedelta(days=31)
    page = open_as(cast.tess, "/", width=width, javascript=javascript)

    page.get_by_role("link", name="Sessions", exact=True).first.click()
    page.get_by_role("link", name="Right to ask", exact=True).click()
    page.get_by_role("link", name="Log a right to ask").or_(
        page.get_by_role("button", name="Log a right to ask")
    ).click()
    page.get_by_label("Which agency told the person to ask?").select_option(label=str(cast.council))
    choose(page, "Under which scheme?", "Clare's Law")
    for part, number in (("Day", came.day), ("Month", came.month), ("Year", came.year)):
        page.get_by_label(part, exact=True).fill(str(number))
    choose(page, "Did the agency hold information itself", "Yes")
    choose(page, "Did it share that", "No")
    choose(page, "Did the person want to ask", "No")
    page.get_by_role("button", name="Log it").click()
    expect(page.get_by_text("Late: 3 days")).to_be_visible()

    page.get_by_role("button", name="Say whether it was appropriate").click()
    expect(page.get_by_text("The answers so far speak for: not appropriate.")).to_be_visible()
    choose(page, "Was it appropriate", "Not appropriate")
    page.get_by_label("Why?").fill("The school had heard it from the child.")
    page.get_by_role("button", name="Keep the judgement").click()
    expect(page.get_by_role("link", name="Say what should have happened instead")).to_be_visible()
    expect(page.get_by_label("Why?")).to_have_value("The school had heard it from the child.")
    choose(page, "What should have happened instead?", "The agency refers to the hub")
    page.get_by_role("button", name="Keep the judgement").click()
    expect(page.get_by_text("Not judged yet")).to_have_count(0)

    application = PromptedApplication.objects.get()
    assert (application.judgement, application.should_have) == ("INAPPROPRIATE", "REFER")
    assert application.events.count() == 2


@pytest.mark.parametrize(("width", "javascript"), [(360, False), (1280, True)])
def test_a_social_worker_who_holds_information_is_told_to_share_it(
    open_as: OpenAs, width: int, javascript: bool
) -> None:
    cast = make_cast()
    page = open_as(cast.pat, "/partners/right-to-ask/check/", width=width, javascript=javascript)

    choose(page, "Which scheme do you think of?", "Clare's Law")
    choose(page, "Is somebody in danger now?", "No")
    choose(page, "Does your agency hold information itself", "Yes")
    choose(page, "Does the person want to ask the police?", "Not known")
    page.get_by_role("button", name="What should I do?").click()

    expect(page.get_by_role("heading", name="Share it yourself, now", level=1)).to_be_visible()
    assert AskingCheck.objects.get().agency == cast.council
