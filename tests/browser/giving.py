"""A whole grade, given in the browser."""

from playwright.sync_api import Page

from grading.enums import Criterion
from tests.grading.giving import LEARNING_POINT, STRENGTH


def mark_by_keyboard(page: Page, grade: str) -> None:
    """From the first question on: eleven of them by the keys 1 to 4, to the field of the strength."""
    for _ in (*Criterion, "overall"):
        page.keyboard.press(grade)
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")  # why not what the marks suggest


def by_keyboard(page: Page, grade: str) -> None:
    """Without a mouse, and on to the next."""
    page.get_by_role("group", name=str(Criterion.TIMELY.label), exact=True).get_by_role("radio").first.focus()
    mark_by_keyboard(page, grade)
    page.keyboard.type(STRENGTH)
    page.keyboard.press("Tab")
    page.keyboard.type(LEARNING_POINT)
    page.get_by_role("button", name="Save and next").press("Enter")


def by_mouse(page: Page, grade: str) -> None:
    """As `3 Good`, and on to the next; works without scripts."""
    for name in (*(str(criterion.label) for criterion in Criterion), "Overall grade"):
        page.get_by_role("group", name=name, exact=True).get_by_label(grade).check()
    page.get_by_label("One strength").fill(STRENGTH)
    page.get_by_label("One learning point").fill(LEARNING_POINT)
    page.get_by_role("button", name="Save and next").click()
