"""The page of the totals and its three files: the same figures, errors beside their fields, taking them recorded."""

import csv
import hashlib
import io
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.enums import AgencyKind
from audit.models import Entry
from partners.documents import totals as documents
from partners.queries.totals import Asked
from tests.conftest import CarefulClient
from tests.factories.accounts import AgencyFactory
from tests.partners.test_totals import World, empty, people_of, world
from tests.people import Cast

__all__ = ["empty", "world"]
pytestmark = pytest.mark.django_db
DAYS = {
    "first_0": "1",
    "first_1": "9",
    "first_2": "2026",
    "last_0": "30",
    "last_1": "11",
    "last_2": "2026",
}
NAMES = ("totals", "totals_csv", "totals_xlsx", "totals_pdf")


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 20, 12, tzinfo=UTC))


def test_the_page_shows_the_totals_of_the_days_asked_for(client: CarefulClient, world: World) -> None:
    client.signed_in(world.cast.leda)

    page = client.get(reverse("partners:totals"), DAYS | {"step": "QUARTER", "kind": "", "since": "6"})

    words = " ".join(page.content.decode().split())
    assert page.status_code == 200
    assert "42 delegates came, 24 different people: 14.0 a session (95% interval 4.1 to 23.9)." in words
    assert "6 of 48 with a place did not come (12.5%, 95% interval 1% to 24%)." in words
    assert "Totals of sessions, 1 September 2026 to 30 November 2026" in words
    assert [line.label for line in page.context["totals"].steps] == ["Jul to Sep 2026 (part)", "Oct to Dec 2026 (part)"]
    assert f"{reverse('partners:totals_pdf')}?first_0=1" in words


def test_without_anything_said_it_is_the_last_twelve_months(client: CarefulClient, world: World) -> None:
    client.signed_in(world.cast.tess)

    totals = client.get(reverse("partners:totals")).context["totals"]

    assert [line.label for line in totals.steps][::11] == ["Dec 2025", "Nov 2026 (part)"]
    assert totals.whole.sessions == 3


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"last_2": "2025"}, "last", "The last day must be the first day or a later one"),
        ({"first_0": "31", "first_1": "2"}, "first", "Enter a real date, for example 27 3 2026"),
        ({"first_2": ""}, "first", "The date must include a year"),
        ({"first_2": "2024"}, "step", "Choose quarters or years, or fewer days: 13 months are shown at most"),
        (
            {"first_2": "1990", "step": "QUARTER"},
            "step",
            "Choose years, or fewer days: 13 quarters are shown at most",
        ),
        ({"first_2": "1990", "step": "YEAR"}, "first", "Choose a later first day: 13 years are shown at most"),
        ({"kind": "DANCE"}, "kind", "Select a valid choice. DANCE is not one of the available choices."),
        ({"since": "7"}, "since", "Select a valid choice. 7 is not one of the available choices."),
    ],
)
def test_what_cannot_be_shown_is_said_beside_its_field_and_what_was_typed_stays(
    client: CarefulClient, world: World, changed: dict[str, str], field: str, words: str
) -> None:
    client.signed_in(world.cast.tess)

    page = client.get(reverse("partners:totals"), DAYS | changed)

    assert page.status_code == 422
    assert page.context["form"].errors == {field: [words]}
    assert page.context["totals"] is None
    assert 'value="30"' in page.content.decode()


@pytest.mark.parametrize("name", NAMES[1:])
def test_a_file_of_what_cannot_be_shown_leads_back_to_the_page_that_says_why(
    client: CarefulClient, world: World, name: str
) -> None:
    client.signed_in(world.cast.tess)

    answer = client.get(reverse(f"partners:{name}"), DAYS | {"last_2": "2025"})

    assert answer.status_code == 302
    assert client.get(answer["Location"]).status_code == 422
    assert not Entry.objects.filter(what="partners.totals_exported").exists()


def test_a_force_without_sessions_reads_that_there_were_none(client: CarefulClient, cast: Cast) -> None:
    client.signed_in(cast.tess)

    words = client.get(reverse("partners:totals")).content.decode()

    assert "No session was held in these days. Choose other days, or another kind." in words
    assert "Nobody ever came from 2 of 2 agencies" in words


def csv_of(answer: Any) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_csv_has_each_figure_with_its_bounds(client: CarefulClient, world: World) -> None:
    client.signed_in(world.cast.ana)

    rows = csv_of(client.get(reverse("partners:totals_csv"), DAYS))

    whole = {row["Figure"]: row["Value"] for row in rows if (row["Table"], row["Line"]) == ("By kind", "All sessions")}
    assert whole == {
        "Sessions held": "3",
        "Of them in the evening": "2",
        "In the evening, %": "66.7",
        "In the evening, %, 95% from": "20.8",
        "In the evening, %, 95% to": "93.9",
        "Delegates present": "42",
        "Average a session": "14.0",
        "Average a session, 95% from": "4.1",
        "Average a session, 95% to": "23.9",
        "No-shows": "6",
        "Had a place": "48",
        "No-shows, %": "12.5",
        "No-shows, %, 95% from": "0.7",
        "No-shows, %, 95% to": "24.3",
    }
    assert [row["Line"] for row in rows if row["Figure"] == "Last delegate on"] == [
        "Elsewhere School (fictitious)",
        "Testham Housing (fictitious)",
    ]


def test_the_workbook_has_a_sheet_for_each_table(client: CarefulClient, world: World) -> None:
    client.signed_in(world.cast.ana)

    answer = client.get(reverse("partners:totals_xlsx"), DAYS)

    book = load_workbook(BytesIO(answer.content))
    assert book.sheetnames == ["About", "By kind", "By period", "By agency", "Not reached"]
    assert book["About"]["B1"].value == settings.CLASSIFICATION
    last = [cell.value for cell in list(book["By period"].rows)[-1]]
    assert last == ["All sessions", 3, 2, 66.7, 20.8, 93.9, 42, 14, 4.1, 23.9, 6, 48, 12.5, 0.7, 24.3]
    entry = Entry.objects.get(what="partners.totals_exported")
    assert entry.actor_id == str(world.cast.ana.pk)
    assert entry.details == {"format": "xlsx", "sessions": 3, "sha256": hashlib.sha256(answer.content).hexdigest()}


def test_what_is_hidden_is_in_no_file(client: CarefulClient, world: World) -> None:
    """A fire service's one delegate, and the practice's seven from whom it could be worked out."""
    world.held(datetime(2026, 11, 10, 9, tzinfo=UTC), missed=people_of(AgencyFactory(kind="FIRE"), 1))
    client.signed_in(world.cast.ana)

    rows = csv_of(client.get(reverse("partners:totals_csv"), DAYS))
    sheet = load_workbook(BytesIO(client.get(reverse("partners:totals_xlsx"), DAYS).content))["By agency"]

    of_fire = [row["Figure"] for row in rows if row["Line"] == "Fire and rescue service"]
    assert of_fire == ["Agencies", "Reached lately", "Not lately", "Never reached"]
    hidden = {row[0].value: [cell.value for cell in row[1:4]] for row in sheet.rows}
    assert hidden["Fire and rescue service"] == hidden["General practice"] == [None, None, None]
    assert hidden["Local authority children's services"] == [36, 18, 5]


def test_a_kind_and_a_month_of_too_few_people_leave_the_rest_of_the_file_whole(
    client: CarefulClient, world: World
) -> None:
    world.held(
        datetime(2026, 11, 10, 9, tzinfo=UTC), missed=people_of(AgencyFactory(kind="FIRE"), 1), kind="SARAHS_LAW"
    )
    world.held(datetime(2026, 12, 1, 9, tzinfo=UTC), came=world.council[:2])
    client.signed_in(world.cast.ana)

    rows = csv_of(client.get(reverse("partners:totals_csv"), DAYS | {"last_1": "12", "last_0": "31"}))

    lines = {row["Line"]: [] for row in rows}
    for row in rows:
        lines[row["Line"]].append(row["Figure"])
    assert lines["Sarah's Law"][0] == "Sessions held"
    assert not any("No-show" in figure or "present" in figure for figure in lines["Sarah's Law"])
    assert "All agencies" in lines


def text_of(content: bytes) -> tuple[int, str]:
    reader = PdfReader(BytesIO(content))
    return len(reader.pages), " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def test_the_pdf_is_one_tagged_and_marked_page(client: CarefulClient, world: World) -> None:
    client.signed_in(world.cast.leda)

    answer = client.get(reverse("partners:totals_pdf"), DAYS)

    pages, words = text_of(answer.content)
    reader = PdfReader(BytesIO(answer.content))
    assert answer["Content-Type"] == "application/pdf"
    assert pages == 1
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert words.count(settings.CLASSIFICATION) == 2
    assert "42 delegates came, 24 different people: 14.0 a session (4.1 to 23.9). 6 of 48" in words
    assert "Nobody ever came from 2 of 4 agencies" in words


def test_thirteen_months_and_every_kind_of_session_and_agency_are_one_page_still(world: World) -> None:
    for number, kind in enumerate(AgencyKind):
        people = people_of(AgencyFactory(kind=kind), 5)
        month = number % 13 + 10
        world.held(datetime(2025 + month // 12, month % 12 + 1, 5, 18, tzinfo=UTC), came=people[:4], missed=people[4:])

    totals = world.totals(Asked(first=date(2025, 11, 2), last=date(2026, 11, 30)))

    assert len(totals.steps) == 13
    assert len(totals.by_agencies) == len(AgencyKind)
    assert documents.pdf_of(totals).pages == 1


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", NAMES)
def test_page_and_files_take_as_many_queries_for_many_sessions(
    client: CarefulClient, empty: World, count: int, name: str, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        empty.held(datetime(2026, 9, 3 + number, 9, tzinfo=UTC), came=empty.council[:6])
    client.signed_in(empty.cast.leda)
    client.get(reverse("partners:totals"))

    with django_assert_num_queries(10 if name == "totals" else 11):
        assert client.get(reverse(f"partners:{name}"), DAYS).status_code == 200
