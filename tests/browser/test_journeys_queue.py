"""A decision-maker's day at the queue, and a supervisor's review with the author's answer: with and without scripts."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from referrals.enums import ReviewState
from referrals.models import Assignment, Referral, Review, SavedView, TriageMeeting
from tests.browser.conftest import OpenAs
from tests.factories.referrals import ReferralFactory
from tests.people import Cast, make_cast
from tests.referrals.conftest import Life

BROWSERS = pytest.mark.parametrize(
    ("width", "javascript"), [(360, False), (1280, True)], ids=["360 px without scripts", "1280 px with scripts"]
)
pytestmark = pytest.mark.django_db(transaction=True)
NOTE = "Please tell what the child said, in the child's own words."


def heading(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)
    fits = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert fits, f"{page.url} is wider than the page"


def press(page: Page, button: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=button).first.click()


def waiting(cast: Cast, **fields: object) -> Referral:
    now = timezone.now()
    times = {"submitted_at": now - timedelta(hours=2), "due_at": now + timedelta(days=1)}
    return ReferralFactory(author=cast.olu, **(times | fields))


@BROWSERS
def test_a_decision_maker_filters_saves_a_view_takes_one_and_assigns_several(
    open_as: OpenAs, width: int, javascript: bool
) -> None:
    cast = make_cast()
    high, other = waiting(cast, risk_level=3), waiting(cast, risk_level=3)
    waiting(cast, risk_level=1)
    page = open_as(cast.mina, "/referrals/queue/", width=width, javascript=javascript)
    heading(page, "Waiting for a decision")
    page.get_by_label("Risk").select_option(label="High (2)")
    press(page, "Filter")
    expect(page.get_by_text("2 referrals with these filters")).to_be_visible()

    page.get_by_role("link", name="Save as a view").click()
    heading(page, "Your views of the queue")
    page.get_by_label("Name of the view").fill("High ones")
    page.get_by_label("Open the queue with it").check()
    press(page, "Save this view")
    expect(page.get_by_text("The queue opens with “High ones”.")).to_be_visible()
    page.goto("/referrals/queue/")
    expect(page.get_by_text("2 referrals with these filters")).to_be_visible()
    assert SavedView.objects.get().filters == "risk=3"

    press(page, re.compile(f"^Take it.*{high}"))
    expect(page.get_by_text(f"You have {high} now.")).to_be_visible()
    expect(page.get_by_text("2 referrals with these filters")).to_be_visible()

    page.get_by_role("link", name="Tick all 2 on this page").click()
    press(page, "Assign those ticked")
    heading(page, "Assign 2 referrals")
    press(page, "Assign 2 referrals")
    expect(page.get_by_role("alert")).to_contain_text("Choose who should have it.")
    Referral.objects.filter(pk=other.pk).update(assigned_to=cast.mina)
    page.get_by_label("Who should have them?").select_option(label=cast.sam.name)
    press(page, "Assign 2 referrals")
    expect(page.get_by_text(f"{cast.sam} has {high} now.")).to_be_visible()
    expect(page.get_by_text(f"{other} was left as it is")).to_be_visible()
    assert Assignment.objects.current().get(referral=high).person == cast.sam

    page.get_by_role("link", name=str(high)).click()
    heading(page, str(high))
    page.get_by_text("Who had it when").click()
    expect(page.get_by_text("Mina Fictitious, from")).to_be_visible()
    page.get_by_role("link", name="Back to the queue").click()
    expect(page.get_by_text("Risk: High", exact=False)).to_be_visible()


def test_the_queue_says_what_is_new_and_moves_no_row(open_as: OpenAs) -> None:
    cast = make_cast()
    waiting(cast, risk_level=1)
    page = open_as(cast.mina, "/referrals/queue/")
    page.evaluate("document.querySelector('[hx-get]').setAttribute('hx-trigger', 'every 1s')")
    page.evaluate("htmx.process(document.querySelector('[hx-get]'))")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(1)

    new = waiting(cast, risk_level=3, submitted_at=timezone.now())

    expect(page.get_by_role("status")).to_contain_text("1 new since you opened this page.")
    expect(rows).to_have_count(1)
    page.get_by_role("status").get_by_role("link", name="Show it").click()
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text(str(new))


@BROWSERS
def test_a_supervisor_returns_a_ppn_the_author_answers_and_it_is_approved(
    open_as: OpenAs, width: int, javascript: bool
) -> None:
    cast = make_cast()
    referral = Life(cast).submitted(risk_level=3)
    page = open_as(cast.lin, "/", width=width, javascript=javascript)
    page.get_by_role("link", name="1 high-risk PPN to review").click()
    heading(page, "High-risk PPNs to review")
    page.get_by_role("link", name=str(referral)).click()
    heading(page, f"Review {referral}")
    page.get_by_role("group", name="What do you decide?").get_by_label("Return to the author").check()
    press(page, "Record the review")
    expect(page.get_by_role("alert")).to_contain_text("Choose why you return it.")
    page.get_by_role("group", name="Was everybody made safe").get_by_label("Yes").check()
    page.get_by_label("The person's own voice is missing").check()
    page.get_by_label("Note to the author").fill(NOTE)
    press(page, "Record the review")
    heading(page, str(referral))
    expect(page.get_by_text("Review 1: returned to the author")).to_be_visible()

    author = open_as(cast.olu, "/", width=width, javascript=javascript)
    author.get_by_role("link", name="1 PPN returned to you").click()
    heading(author, "Returned to you")
    author.get_by_role("link", name=str(referral)).click()
    expect(author.get_by_text(NOTE)).to_be_visible()
    author.get_by_label("Your answer").fill("She said: I keep the light on.")
    press(author, "Send the answer")
    expect(author.get_by_text("Review 2: waiting for the supervisor")).to_be_visible()

    page.goto(f"/referrals/{referral.pk}/review/")
    expect(page.get_by_text("She said: I keep the light on.")).to_be_visible()
    page.get_by_role("group", name="Was everybody made safe").get_by_label("Yes").check()
    page.get_by_role("group", name="What do you decide?").get_by_label("Approve", exact=True).check()
    press(page, "Record the review")
    expect(page.get_by_text("Review 2: approved")).to_be_visible()
    assert list(Review.objects.order_by("number").values_list("state", flat=True)) == [
        ReviewState.RESUBMITTED,
        ReviewState.APPROVED,
    ]


@BROWSERS
def test_the_daily_meeting_is_held_and_closed(open_as: OpenAs, width: int, javascript: bool) -> None:
    cast = make_cast()
    first, second = waiting(cast, risk_level=3), waiting(cast)
    page = open_as(cast.sam, "/referrals/queue/", width=width, javascript=javascript)
    page.get_by_role("link", name="Daily triage meeting").click()
    heading(page, "Daily triage meetings")
    press(page, "Open today's list")
    heading(page, re.compile("^Meeting of "))
    rows = page.locator("tbody tr")
    expect(rows.first).to_contain_text(str(first))
    press(page, re.compile(f"^Up.*{second}"))
    expect(rows.first).to_contain_text(str(second))

    page.get_by_role("link", name=f"Note what came of {first}").click()
    heading(page, str(first))
    page.get_by_label("Action", exact=True).check()
    page.get_by_label("Notes").fill("Call the school.")
    press(page, "Save")
    expect(page.get_by_role("alert")).to_contain_text("Choose one owner")
    page.get_by_label("Or which agency?").select_option(label=str(cast.council))
    press(page, "Save")
    expect(page.get_by_text("Call the school.")).to_be_visible()

    press(page, "Close the meeting")
    heading(page, "Close this meeting?")
    expect(page.get_by_text("1 on the list has not been discussed.")).to_be_visible()
    press(page, "Close the meeting")
    expect(page.get_by_text("Say first who was there.")).to_be_visible()
    page.get_by_role("button", name="Note who is there").click()
    page.get_by_label("Who was there?").fill("Pat Fictitious, council")
    press(page, "Save")
    press(page, "Close the meeting")
    press(page, "Close the meeting")
    expect(page.get_by_text("Its record stands.")).to_be_visible()
    page.get_by_role("link", name="Print view").click()
    expect(page.get_by_text(f"Owner: {cast.council}")).to_be_visible()
    assert TriageMeeting.objects.get().is_closed
