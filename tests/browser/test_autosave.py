"""A draft that saves itself: while somebody types without a pause, when the page is left, where somebody is added, and where somebody grades."""

import re
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

from grading.models import Grade, GradeDraft
from referrals import services
from referrals.enums import FormKind
from referrals.models import Person, Referral
from tests.browser.conftest import OpenAs
from tests.browser.giving import mark_by_keyboard
from tests.factories.grading import AssignmentFactory, GradingRoundFactory, RoundItemFactory
from tests.factories.referrals import ReferralFactory
from tests.people import Cast, make_cast

QUESTION = "What happened, and what worries you?"


def begun(cast: Cast) -> Referral:
    return services.begin_draft(kind=FormKind.PPN, by=cast.olu, at=timezone.now())


def concern_of(draft: Referral) -> str:
    return Referral.objects.get(pk=draft.pk).ppn.concern


def saves(page: Page) -> list[Any]:
    """Each save that the page makes by itself, as it comes."""
    found: list[Any] = []
    page.on(
        "requestfinished",
        lambda request: found.append(request) if request.headers.get("x-requested-with") == "autosave" else None,
    )
    return found


def test_somebody_who_types_without_a_pause_is_saved_every_twenty_seconds(open_as: OpenAs) -> None:
    cast = make_cast()
    draft = begun(cast)
    page = open_as(cast.olu, "/help/", width=360)
    page.clock.install()
    page.goto(f"/referrals/{draft.pk}/draft/concern/")
    made = saves(page)
    words = page.get_by_label(QUESTION)
    words.focus()

    for _ in range(2):
        # The clock runs faster than the server: an answer is waited for, as a save under way puts the next one off.
        with page.expect_response(lambda response: response.request.headers.get("x-requested-with") == "autosave"):
            for number in range(4):
                words.press_sequentially(f"word{number} ")
                page.clock.run_for(5_000)

    expect(page.get_by_text(re.compile("^Saved at"))).to_be_visible()
    assert 2 <= len(made) <= 3
    assert concern_of(draft).startswith("word0 word1 word2 word3 word0")


def test_a_page_that_is_left_saves_what_was_typed_last(open_as: OpenAs) -> None:
    cast = make_cast()
    draft = begun(cast)
    page = open_as(cast.olu, f"/referrals/{draft.pk}/draft/concern/", width=360)
    page.get_by_label(QUESTION).fill("Typed a moment ago.")

    page.goto("/help/")

    # The browser finishes the save after the page is gone, and tells nobody: whoever comes back finds it.
    for _ in range(20):
        page.goto(f"/referrals/{draft.pk}/draft/concern/")
        if page.get_by_label(QUESTION).input_value():
            break
    expect(page.get_by_label(QUESTION)).to_have_value("Typed a moment ago.")


def test_somebody_who_is_being_added_is_saved_too_and_only_once(open_as: OpenAs) -> None:
    cast = make_cast()
    draft = begun(cast)
    page = open_as(cast.olu, "/help/", width=360)
    page.clock.install()
    page.goto(f"/referrals/{draft.pk}/draft/people/add/")
    page.get_by_label("Given names").fill("Amy")
    page.clock.run_for(20_000)
    expect(page.get_by_text(re.compile("^Saved at"))).to_be_visible()
    assert Person.objects.get().given_names == "Amy"

    page.get_by_label("Family name").fill("Quillmere")
    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_role("heading", level=1, name="More about Amy Quillmere")).to_be_visible()
    assert Person.objects.get().full_name == "Amy Quillmere"


def test_a_grade_that_was_chosen_by_keyboard_alone_is_there_again_after_a_break(open_as: OpenAs) -> None:
    cast = make_cast()
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="GRADING")
    item = RoundItemFactory(round=round, referral=ReferralFactory(author=cast.olu), position=1)
    for grader in (cast.gail, cast.pam):
        AssignmentFactory(item=item, grader=grader, assigned_at=timezone.now())
    page = open_as(cast.gail, "/help/", width=360)
    page.clock.install()
    page.goto(item.grade_url)

    page.get_by_role("link", name="Go to the grade").press("Enter")
    page.keyboard.press("Tab")
    mark_by_keyboard(page, "3")
    page.keyboard.type("The child's own words, 1 to 1.")
    page.clock.run_for(20_000)
    expect(page.get_by_text(re.compile("^Saved at"))).to_be_visible()

    page.goto(item.grade_url)
    expect(page.get_by_role("group", name="Overall grade").get_by_label("3 Good")).to_be_checked()
    expect(page.get_by_label("One strength")).to_have_value("The child's own words, 1 to 1.")
    expect(page.get_by_text("10 working days left")).to_be_visible()
    page.get_by_label("One learning point").fill("Say who else lives in the home.")
    page.get_by_role("button", name="Save and next").press("Enter")
    expect(page.get_by_text("You have graded all your PPNs of this round.")).to_be_visible()
    assert Grade.objects.get().overall == 3
    assert not GradeDraft.objects.exists()
