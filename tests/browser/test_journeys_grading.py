"""A grading round from opening to publication, and grades over time, as supervisor and graders see them."""

import io
import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from common.clock import quarter_of, start_of_day
from grading.enums import RoundState
from grading.models import Grade, GradingRound
from tests.browser.axe import faults_of
from tests.browser.conftest import OpenAs, sign_in
from tests.browser.giving import by_keyboard, by_mouse
from tests.factories.grading import AssignmentFactory, GradeFactory, GradingRoundFactory, RoundItemFactory
from tests.factories.referrals import PersonFactory, ReferralFactory
from tests.people import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
PPNS = 3


def sent_last_quarter(cast: Cast) -> str:
    """PPNs of the quarter that ended last; the label of that quarter."""
    quarter = quarter_of(timezone.localdate()).previous()
    for _ in range(PPNS):
        referral = ReferralFactory(author=cast.olu, submitted_at=start_of_day(quarter.start))
        PersonFactory(referral=referral, given_names="Zebedee", family_name="Fictionby")
    return quarter.label


def overall(page: Page, grade: str) -> None:
    expect(page.get_by_role("group", name=re.compile("Overall grade|Agreed grade")).get_by_label(grade)).to_be_checked()


def nothing_chosen(page: Page) -> None:
    expect(page.locator("input[type=radio]:checked")).to_have_count(0)


def test_a_round_is_drawn_graded_agreed_and_published(open_as: OpenAs) -> None:
    cast = make_cast()
    quarter = sent_last_quarter(cast)
    supervisor = open_as(None, "/grading/rounds/")
    sign_in(supervisor, cast.sam)
    supervisor.get_by_role("button", name="Open a round").click()
    supervisor.get_by_label("Quarter").select_option(label=quarter)
    supervisor.get_by_label("How many PPNs").fill("many")
    supervisor.get_by_role("button", name="Open the round").click()
    expect(supervisor).to_have_title(re.compile("^Error: Open a grading round"))
    expect(supervisor.get_by_label("How many PPNs")).to_have_value("many")
    supervisor.get_by_label("How many PPNs").fill(str(PPNS))
    supervisor.get_by_role("button", name="Open the round").click()
    expect(supervisor.get_by_role("heading", level=1)).to_have_text(quarter)
    supervisor.get_by_role("button", name="Draw the sample").click()
    expect(supervisor.get_by_text(f"The sample was drawn from {PPNS} PPNs.")).to_be_visible()
    supervisor.get_by_role("button", name="Draw again and compare").click()
    expect(supervisor.get_by_text(f"the same {PPNS} PPNs come out")).to_be_visible()
    supervisor.get_by_role("button", name="Assign graders").click()
    supervisor.get_by_label("Gail Fictitious").check()
    supervisor.get_by_label("Pam Fictitious").check()
    supervisor.get_by_role("button", name="Share the PPNs out").click()
    expect(supervisor.get_by_text("The PPNs were shared out.")).to_be_visible()
    (opened,) = GradingRound.objects.all()
    assert opened.state == RoundState.GRADING

    # The keys: only in the panel, never in a text, not when turned off.
    police = open_as(None, "/")
    sign_in(police, cast.gail)
    police.get_by_role("link", name="3 PPNs for you to grade").click()
    police.locator(".govuk-task-list__link").first.click()
    expect(police.get_by_text("You have graded 0 of your 3 PPNs.")).to_be_visible()
    expect(police.get_by_text("Zebedee")).to_have_count(0)
    police.keyboard.press("2")
    nothing_chosen(police)
    strength = police.get_by_label("One strength")
    strength.focus()
    police.keyboard.type("1234")
    expect(strength).to_have_value("1234")
    nothing_chosen(police)
    strength.fill("")
    police.get_by_role("group", name="Overall grade").get_by_role("radio").first.focus()
    police.keyboard.press("4")
    overall(police, "4 Excellent")
    for done, key in enumerate("324"):
        expect(police.get_by_text(f"You have graded {done} of your 3 PPNs.")).to_be_visible()
        by_keyboard(police, key)
    expect(police.get_by_text("You have graded all your PPNs of this round.")).to_be_visible()

    # With the keys turned off, by mouse.
    partner = open_as(cast.pam, "/account/", width=320)
    partner.get_by_role("button", name="Turn the keys off").click()
    expect(partner.get_by_role("button", name="Turn the keys on")).to_be_visible()
    partner.goto(opened.get_absolute_url())
    partner.locator(".govuk-task-list__link").first.click()
    partner.get_by_role("group", name="Overall grade").get_by_role("radio").first.focus()
    partner.keyboard.press("4")
    nothing_chosen(partner)
    partner.get_by_role("button", name="Save and next").click()
    partner.get_by_role("alert").get_by_role("link", name="Choose a grade from 1 to 4").click()
    for done in range(PPNS):
        expect(partner.get_by_text(f"You have graded {done} of your 3 PPNs.")).to_be_visible()
        expect(partner.get_by_text("Gail Fictitious")).to_have_count(0)
        by_mouse(partner, "3 Good")
    expect(partner.get_by_text("You have graded all your PPNs of this round.")).to_be_visible()

    # Agreed, one of them with a reason, and published.
    supervisor.reload()
    supervisor.get_by_role("link", name=re.compile("^Agree")).first.click()
    for _ in range(PPNS):
        expect(supervisor.get_by_role("heading", name="Grades", exact=True)).to_be_visible()
        differs = supervisor.get_by_text("The graders differ", exact=True).count()
        supervisor.get_by_label("3 Good").check()
        before = supervisor.url
        if differs:
            supervisor.get_by_role("button", name="Save and next").click()
            expect(supervisor).to_have_title(re.compile("^Error: "))
            supervisor.get_by_label("3 Good").check()
            supervisor.get_by_label("Reason (optional)").fill("The ask is clear, the lived experience is thin.")
        if supervisor.get_by_text("To be discussed", exact=True).count():
            supervisor.get_by_label("Gail Fictitious").check()
            supervisor.get_by_label("Pam Fictitious").check()
        supervisor.get_by_role("button", name="Save and next").click()
        supervisor.wait_for_url(lambda url, before=before: url != before)
    expect(supervisor.get_by_text("3.00")).to_be_visible()
    supervisor.get_by_role("button", name="Publish the round").click()
    expect(supervisor.get_by_text("The round is published.")).to_be_visible()
    expect(supervisor.get_by_text("9 divided by 3")).to_be_visible()
    expect(supervisor.get_by_role("row", name=re.compile("^3 Good 3$"))).to_be_visible()
    assert supervisor.get_by_role("button", name="Publish the round").count() == 0


def test_agencies_are_invited_two_people_answer_and_those_who_take_part_are_ticked(open_as: OpenAs) -> None:
    cast = make_cast()
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="DRAWN")
    RoundItemFactory(round=round, referral=ReferralFactory(author=cast.olu), position=1)
    by = timezone.localdate() + timedelta(days=10)

    supervisor = open_as(cast.sam, f"/grading/rounds/calendar/?year={round.starts_on.year}")
    supervisor.get_by_role("link", name=re.compile("^Invite agencies")).click()
    supervisor.get_by_role("button", name="Send the invitation").click()
    expect(supervisor).to_have_title(re.compile("^Error: "))
    supervisor.get_by_role("alert").get_by_role("link", name="Choose an agency").click()
    for agency in (cast.council, cast.police):
        supervisor.get_by_label("Agency").select_option(label=f"{agency} (1 may grade)")
        supervisor.get_by_label("How many graders").fill("1")
        for part, value in (("Day", by.day), ("Month", by.month), ("Year", by.year)):
            supervisor.get_by_label(part, exact=True).fill(str(value))
        supervisor.get_by_role("button", name="Send the invitation").click()
        expect(supervisor.get_by_text(f"{agency} is invited.")).to_be_visible()

    partner = open_as(cast.pam, "/", width=320, javascript=False)
    partner.get_by_role("link", name="1 invitation to grade for you to answer").click()
    partner.get_by_label("No, I cannot").check()
    partner.get_by_role("button", name="Send my answer").click()
    expect(partner).to_have_title(re.compile("^Error: "))
    partner.get_by_label("Yes, I take part").check()
    partner.get_by_role("button", name="Send my answer").click()
    expect(partner.get_by_text("Your answer was recorded.")).to_be_visible()
    assert partner.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    police = open_as(cast.gail, "/")
    police.get_by_role("link", name="1 invitation to grade for you to answer").click()
    police.get_by_label("Yes, I take part").check()
    police.get_by_role("button", name="Send my answer").click()
    expect(police.get_by_text("you take part")).to_be_visible()

    supervisor.goto(round.get_absolute_url())
    supervisor.get_by_role("button", name="Assign graders").click()
    for name in ("Gail Fictitious", "Pam Fictitious"):
        expect(supervisor.get_by_label(re.compile(f"^{name}.*Takes part$"))).to_be_checked()
    supervisor.get_by_role("button", name="Share the PPNs out").click()
    expect(supervisor.get_by_text("The PPNs were shared out.")).to_be_visible()

    partner.goto("/")
    expect(partner.get_by_role("link", name="1 PPN for you to grade")).to_be_visible()
    partner.goto("/grading/invitations/")
    expect(partner.get_by_text("Nothing waits for your answer.")).to_be_visible()


def test_a_grader_without_scripts_grades_on_a_narrow_page(open_as: OpenAs) -> None:
    cast = make_cast()
    opened = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="GRADING")
    for _ in range(2):
        AssignmentFactory(item=RoundItemFactory(round=opened), grader=cast.pam)

    page = open_as(cast.pam, opened.get_absolute_url(), width=320, javascript=False)
    page.locator(".govuk-task-list__link").first.click()
    page.get_by_role("button", name="Save and next").click()
    expect(page).to_have_title(re.compile("^Error: "))
    for done, grade in enumerate(("2 Needs improvement", "4 Excellent")):
        expect(page.get_by_text(f"You have graded {done} of your 2 PPNs.")).to_be_visible()
        by_mouse(page, grade)

    expect(page.get_by_text("You have graded all your PPNs of this round.")).to_be_visible()
    assert sorted(Grade.objects.values_list("assignment__grader", "overall")) == [(cast.pam.pk, 2), (cast.pam.pk, 4)]


def test_a_round_is_narrowed_counted_and_drawn_from_strata_on_a_narrow_page_without_scripts(open_as: OpenAs) -> None:
    cast = make_cast()
    quarter = quarter_of(timezone.localdate()).previous()
    for types in (["CHILD"], ["CHILD"], ["CHILD", "HATE"], ["MISSING"]):
        ReferralFactory(author=cast.olu, submitted_at=start_of_day(quarter.start), types=types)
    page = open_as(cast.sam, "/grading/rounds/new/", width=320, javascript=False)
    page.get_by_label("Quarter").select_option(label=quarter.label)
    page.get_by_label("How many PPNs").fill("2")
    page.get_by_label("How they are drawn").select_option("By type of concern, in proportion")
    page.get_by_text("Narrow which PPNs could be drawn").click()
    page.get_by_label("Child", exact=True).check()
    page.get_by_role("button", name="Count what could be drawn").click()
    expect(page.get_by_text("3 PPNs so far.")).to_be_visible()
    expect(page.get_by_role("row", name="Hate 1 1")).to_be_visible()
    expect(page.get_by_label("Child", exact=True)).to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    with_scripts = open_as(cast.sam, "/grading/rounds/new/")
    with_scripts.get_by_label("How they are drawn").select_option("By type of concern, in proportion")
    with_scripts.get_by_role("button", name="Count what could be drawn").click()
    expect(with_scripts.get_by_text("4 PPNs so far.")).to_be_visible()
    assert faults_of(with_scripts) == []

    page.get_by_role("button", name="Open the round").click()
    page.get_by_role("button", name="Draw the sample").click()
    expect(page.get_by_role("row", name="Child 2 1 1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.get_by_role("button", name="Draw again and compare").click()
    expect(page.get_by_text("the same 2 PPNs come out")).to_be_visible()


def test_a_learning_point_is_chosen_and_its_writer_disagrees_on_a_narrow_page_without_scripts(open_as: OpenAs) -> None:
    cast = make_cast()
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="MODERATING")
    item = RoundItemFactory(round=round, referral=ReferralFactory(author=cast.olu), position=1)
    for grader in (cast.gail, cast.pam):
        GradeFactory(
            assignment=AssignmentFactory(item=item, grader=grader),
            overall=3,
            strength="The child's own words.",
            learning_point="Say what you ask of whom.",
            criteria={"ACTION": 2, "VOICE": 3},
        )
    supervisor = open_as(cast.sam, item.agree_url)
    supervisor.get_by_label("3 Good").check()
    supervisor.get_by_label("Say what you ask of whom.").check()
    expect(supervisor.get_by_label("What the learning point is about (optional)")).to_have_value("ACTION")
    supervisor.get_by_role("button", name="Save and next").click()
    expect(supervisor.get_by_text("1 of 1 agreed PPNs have a learning point.")).to_be_visible()
    supervisor.get_by_role("button", name="Publish the round").click()
    expect(supervisor.get_by_text("1 told, 0 read it, 1 not yet")).to_be_visible()

    writer = open_as(cast.olu, "/", width=320, javascript=False)
    writer.get_by_role("link", name="1 PPN with feedback to read").click()
    expect(writer.get_by_text("Agreed grade: Good")).to_be_visible()
    expect(writer.get_by_text("Gail")).to_have_count(0)
    assert writer.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    writer.get_by_label("I disagree", exact=True).check()
    writer.get_by_role("button", name="Record my answer").click()
    expect(writer).to_have_title(re.compile("^Error: "))
    writer.get_by_label("What do you disagree with? (optional)").fill("It stands in the last line.")
    writer.get_by_role("button", name="Record my answer").click()
    expect(writer.get_by_text("Your answer was recorded.")).to_be_visible()
    expect(writer.get_by_text("It stands in the last line.")).to_be_visible()
    expect(writer.get_by_role("button", name="Record my answer")).to_have_count(0)

    supervisor.reload()
    supervisor.get_by_role("link", name="PPN 1: what its writer disagrees with").click()
    expect(supervisor.get_by_text("It stands in the last line.")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 320])
def test_the_trend_shows_six_published_rounds_and_flags_october_2024(open_as: OpenAs, width: int) -> None:
    cast = make_cast()
    call_command("import_published_grades", stdout=io.StringIO())
    page = open_as(cast.sam, "/grading/rounds/", width=width)
    page.get_by_role("link", name="Grades over time").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Grades over time")
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(7)
    flagged = page.get_by_role("row", name=re.compile("October 2024"))
    expect(flagged).to_contain_text("Does not add up")
    expect(flagged).to_contain_text("2.56")
    expect(page.get_by_text("Does not add up")).to_have_count(1)
    expect(page.get_by_text("published 2.87, its counts give 2.56")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
