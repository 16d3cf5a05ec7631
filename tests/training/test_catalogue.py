"""The catalogue: all of the brochure, spellings put together, and files that must change nothing."""

import io
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import Entry
from tests.people import NOW
from tests.reading import text_of
from training.models import CatalogueEntry, Course, CourseAlias, Theme, Toolkit
from training.models.catalogue import course_key
from training.services import catalogue

pytestmark = pytest.mark.django_db

NEGLECT = {"theme": "Neglect", "webinars": ["Neglect & Poverty", "Neglect and poverty (NAP)"], "elearning": ["Neglect and Poverty"]}  # fmt: skip
EXPLOITATION = {"theme": "Exploitation", "videos": ["County lines"], "webinars": ["Neglect and poverty (NAP)"]}


def load(content: Any, same_course: Any = None) -> catalogue.CatalogueSummary:
    same = io.BytesIO(json.dumps(same_course).encode()) if same_course is not None else None
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return catalogue.import_catalogue(file=io.BytesIO(data), same_course=same, at=NOW)


def command(*arguments: str) -> str:
    out = io.StringIO()
    call_command("import_catalogue", *arguments, stdout=out)
    return out.getvalue()


def everything() -> list[Any]:
    """Every row of the catalogue, to see that nothing changed."""
    return [
        list(Theme.objects.order_by("pk").values_list()),
        list(Course.objects.order_by("pk").values_list()),
        list(CourseAlias.objects.order_by("pk").values_list()),
        list(CatalogueEntry.objects.order_by("pk").values_list()),
        list(Toolkit.objects.order_by("pk").values_list()),
    ]


def test_the_carried_catalogue_has_21_themes_and_249_entries_and_again_changes_nothing():
    first = command()
    assert first.startswith("Catalogue: 21 themes, 249 entries, ")
    assert "249 entries added, 0 removed" in first
    before = everything()

    assert "0 entries added, 0 removed" in command()

    assert everything() == before
    deliveries = {
        one: CatalogueEntry.objects.filter(alias__course__delivery=one).count()
        for one in ("WEBINAR", "E_LEARNING", "VIDEO")
    }
    assert deliveries == {"WEBINAR": 171, "E_LEARNING": 76, "VIDEO": 2}
    assert Entry.objects.filter(what="training.catalogue_imported").count() == 1


def test_the_carried_catalogue_names_toolkits_for_professionals_and_for_parents():
    assert "266 toolkits, 266 added, 0 removed" in command()

    counts = {
        (audience, is_lead): Toolkit.objects.filter(audience=audience, is_lead=is_lead).count()
        for audience, is_lead in (("PROFESSIONALS", False), ("PARENTS", False), ("PROFESSIONALS", True))
    }
    assert counts == {("PROFESSIONALS", False): 183, ("PARENTS", False): 67, ("PROFESSIONALS", True): 16}
    assert "266 toolkits, 0 added, 0 removed" in command()


def test_spellings_of_one_toolkit_are_one_under_a_theme_and_what_has_left_the_file_leaves():
    kits = {"toolkits_professional": ["Early Help & Prevention", "Early help and prevention"], "toolkits_parents": ["Early Help & Prevention"], "lead_toolkit": "Neglect Toolkit"}  # fmt: skip
    load([NEGLECT | kits])
    assert sorted(Toolkit.objects.values_list("title", "audience", "is_lead")) == [
        ("Early Help & Prevention", "PARENTS", False),
        ("Early Help & Prevention", "PROFESSIONALS", False),
        ("Neglect Toolkit", "PROFESSIONALS", True),
    ]

    summary = load([NEGLECT | {"lead_toolkit": "Neglect Toolkit"}])

    assert (summary.toolkits, summary.toolkits_added, summary.toolkits_removed) == (1, 0, 2)
    assert Entry.objects.filter(what="training.catalogue_imported").count() == 2


@pytest.mark.parametrize(
    "kits", [{"toolkits_parents": [" "]}, {"toolkits_professional": "Neglect"}, {"lead_toolkit": None}]
)
def test_a_toolkit_without_a_title_changes_nothing(kits):
    load([EXPLOITATION])
    before = everything()

    with pytest.raises(catalogue.CannotImportCatalogue, match="Neglect: “"):
        load([NEGLECT | kits])

    assert everything() == before


def test_a_theme_shows_its_toolkits_its_own_first(client, cast):
    load([NEGLECT | {"toolkits_professional": ["A first"], "lead_toolkit": "Neglect Toolkit"}, EXPLOITATION])
    client.signed_in(cast.olu)
    url = reverse("training:catalogue")

    page = text_of(client.get(url, {"theme": "1"}))
    assert "For professionals Neglect Toolkit (the toolkit of this theme) A first" in page
    other = text_of(client.get(url, {"theme": "2"}))
    assert "The catalogue names no toolkit for Exploitation." in other
    assert "Choose a theme above to see its toolkits." in text_of(client.get(url))


def test_spellings_of_one_course_are_put_together_and_each_delivery_is_its_own_course():
    summary = load([NEGLECT, EXPLOITATION])

    assert (summary.themes, summary.entries, summary.courses) == (2, 5, 3)
    webinar = Course.objects.get(delivery="WEBINAR")
    assert webinar.title == "Neglect & Poverty"
    assert webinar.other_spellings == ["Neglect and poverty (NAP)"]
    assert [theme.name for theme in webinar.themes] == ["Neglect", "Exploitation"]


def test_titles_that_are_named_as_one_course_are_one():
    same = [{"title": "Neglect", "delivery": "WEBINAR", "others": ["What neglect is"]}]

    load([{"theme": "Neglect", "webinars": ["What neglect is", "Neglect"]}], same)

    assert Course.objects.get().aliases.count() == 2


def test_what_has_left_the_file_leaves_the_catalogue_and_its_course_stays():
    load([NEGLECT, EXPLOITATION])

    summary = load([EXPLOITATION])

    assert (summary.added, summary.removed) == (0, 3)
    assert Course.objects.count() == 3
    assert sorted(Course.objects.listed().values_list("delivery", flat=True)) == ["VIDEO", "WEBINAR"]
    assert list(Theme.objects.order_by("position").values_list("name", "position")) == [
        ("Exploitation", 1),
        ("Neglect", 2),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        ({"theme": "Neglect"}, "list of themes"),
        ([], "list of themes"),
        ([{"theme": ""}], "needs a name"),
        (["Neglect"], "needs a name"),
        ([{"theme": "N" * 121}], "needs a name"),
        ([NEGLECT, NEGLECT], "twice"),
        ([{"theme": "Neglect"}], "no courses"),
        ([{"theme": "Neglect", "webinars": "Neglect"}], "list of titles"),
        ([{"theme": "Neglect", "webinars": ["Neglect", "..."]}], "empty or longer"),
        ([{"theme": "Neglect", "webinars": ["N" * 201]}], "empty or longer"),
        ([{"theme": "Neglect", "webinars": ["Ne\x00glect"]}], "empty or longer"),
        (b" " * (catalogue.MOST_BYTES + 1), "too large"),
    ],
)
def test_a_bad_file_changes_nothing_and_says_what_is_wrong(content, message):
    load([NEGLECT])
    before = everything()

    with pytest.raises(catalogue.CannotImportCatalogue, match=message):
        load(content)

    assert everything() == before


@pytest.mark.parametrize("same", [{}, [{"title": "A"}], [{"title": "", "delivery": "WEBINAR", "others": []}], [1]])
def test_a_bad_list_of_same_courses_changes_nothing(same):
    with pytest.raises(catalogue.CannotImportCatalogue, match="list of same courses"):
        load([NEGLECT], same or 7)
    assert not Theme.objects.exists()


def test_the_command_fails_on_a_file_that_is_bad_or_not_there_and_changes_nothing(tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text("[{}]")

    with pytest.raises(CommandError, match="Nothing was changed"):
        command(str(bad))
    with pytest.raises(CommandError, match="cannot be read"):
        command(str(tmp_path / "none.json"))
    assert not Theme.objects.exists()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Prevent", "PREVENT"),
        ("Under 18s", "Under 18's"),
        ("Faith & Belief", "Faith and Belief"),
        ("Community Partnership Information (CPI) Form", "Community Partnership Information Form"),
        ("An Introduction to MAPPA", "introduction to MAPPA"),
    ],
)
def test_spellings_that_differ_in_nothing_that_matters_have_one_key(one, other):
    assert course_key(one) == course_key(other)


def test_a_word_in_brackets_that_is_no_short_form_stays_in_the_key():
    assert course_key("Supervision (Health)") != course_key("Supervision")


def test_the_database_keeps_a_course_once_in_each_delivery_and_with_a_key():
    Course.objects.create(title="Neglect", key="neglect", delivery="WEBINAR")
    Course.objects.create(title="Neglect", key="neglect", delivery="VIDEO")

    for key in ("neglect", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            Course.objects.create(title="Neglect again", key=key, delivery="WEBINAR")
