"""CPD of a known topic is logged in a handful of moves; a spreadsheet is taken over, with scripts and without."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenAs
from tests.factories.training import CpdEventFactory
from tests.people import make_cast
from training.models import CpdEntry

pytestmark = pytest.mark.django_db(transaction=True)

# From the page of one's own training: Log CPD, the topic, what was learned, Log it.
MOVES = 4
# The keystroke-level model of Card, Moran and Newell (1980), seconds: think, point, press and let go, hand to the keys, a key of
# somebody who types 40 words a minute; and one second for each page that has to come.
THINK, POINT, CLICK, HAND, KEY, PAGE = 1.35, 1.10, 0.20, 0.40, 0.28, 1.00
MOST_SECONDS = 30
SHEET = """Record of A Fictitious,,,
Completed on,Course title,Hours,Reflection
02/10/2025,Stalking,1.5,The pattern.
soon,Neglect,1,To ask twice.
"""


class Counted:
    """A person at a page: each click, and each field that is typed into, is a move, with the seconds that it takes."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.moves = 0
        self.seconds = 0.0

    def click(self, role: str, name: str) -> None:
        self.moves += 1
        self.seconds += THINK + POINT + CLICK + PAGE
        self.page.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]

    def type(self, label: str, words: str) -> None:
        self.moves += 1
        self.seconds += THINK + POINT + CLICK + 2 * HAND + KEY * len(words)
        self.page.get_by_label(label).fill(words)


@pytest.mark.parametrize(("width", "javascript"), [(320, False), (1280, True)])
def test_what_is_known_is_logged_in_four_moves(open_as: OpenAs, width: int, javascript: bool) -> None:
    cast = make_cast()
    CpdEventFactory(logged_by=cast.tess, topic="Professional curiosity")
    officer = Counted(open_as(cast.olu, "/training/", width=width, javascript=javascript))

    officer.click("button", "Log CPD")
    officer.click("link", "Professional curiosity")
    officer.type("What was learned?", "I ask one more question before I leave.")
    officer.click("button", "Log it")

    expect(officer.page.get_by_text("Logged: 1 hour.")).to_be_visible()
    assert officer.moves == MOVES
    assert officer.seconds < MOST_SECONDS
    entry = CpdEntry.objects.get()
    assert (entry.topic, entry.kind, entry.learned) == (
        "Professional curiosity",
        "BRIEFING",
        "I ask one more question before I leave.",
    )


@pytest.mark.parametrize(("width", "javascript"), [(320, False), (1280, True)])
def test_a_spreadsheet_is_taken_over_and_undone(open_as: OpenAs, tmp_path: Path, width: int, javascript: bool) -> None:
    cast = make_cast()
    file = tmp_path / "my cpd.csv"
    file.write_text(SHEET, encoding="utf-8")
    page = open_as(cast.olu, "/training/", width=width, javascript=javascript)

    page.get_by_role("link", name="Import a spreadsheet").click()
    page.get_by_label("Excel workbook or CSV file").set_input_files(file)
    page.get_by_role("button", name="Go on to the columns").click()
    expect(page.get_by_label("Topic", exact=True)).to_have_value("1")
    page.get_by_label("Kind of rows that do not say it").select_option(label="Course or webinar")
    page.get_by_role("button", name="Look at the rows").click()
    expect(page.get_by_text("Nothing is stored yet.")).to_be_visible()
    assert not CpdEntry.objects.exists()
    page.get_by_role("button", name="Take over 1 row").click()
    expect(page.get_by_text("Taken over: 1. There already: 0. Refused: 1.")).to_be_visible()
    assert CpdEntry.objects.counted().get().topic == "Stalking"

    page.get_by_role("link", name="Undo my cpd.csv").click()
    page.get_by_label("Why?").fill("It was the wrong file.")
    page.get_by_role("button", name="Undo it").click()
    expect(page.get_by_text("Undone: 1 entry of my cpd.csv.")).to_be_visible()
    assert not CpdEntry.objects.counted().exists()
