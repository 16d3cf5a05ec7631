"""The matrix and what lapses: filters, counts that lead to exactly what they count, files with the same rows, worked examples."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from audit.models import Entry
from tests.factories.accounts import AgencyFactory, TeamFactory, UserFactory
from tests.factories.training import (
    ModuleVersionFactory,
    ProfileAssignmentFactory,
    RoleProfileFactory,
    SkillEvidenceFactory,
    SkillFactory,
    TrainingRecordFactory,
)
from tests.people import Cast
from tests.reading import markup_of, text_of
from training.models import Module, ProfileModule, ProfileSkill, RoleProfile
from training.queries import forecast as forecasts
from training.queries import matrix as queries

TODAY = date(2026, 11, 20)
MATRIX, LIST, EXPORT = (reverse(f"training:{name}") for name in ("matrix", "matrix_people", "matrix_export"))
FORECAST = reverse("training:forecast")


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """All pages are looked at on one day."""
    monkeypatch.setattr("training.views.matrix.london_day", lambda at: TODAY)


@pytest.fixture
def asked(cast: Cast) -> dict[str, Module]:
    """Officers need Neglect, Risk, and one of Gangs and Prevent; and a skill. Everybody on the adults' desk needs Capacity."""
    officers = RoleProfileFactory(
        force=cast.police, name="Frontline officer", account_role="FRONTLINE_OFFICER", optional_needed=1
    )
    desk = RoleProfileFactory(force=cast.police, name="Adults")
    modules = {}
    for title, profile in (
        ("Neglect", officers),
        ("Risk", officers),
        ("Gangs", officers),
        ("Prevent", officers),
        ("Capacity", desk),
    ):
        version = ModuleVersionFactory(
            module__force=cast.police, module__title=title, module__short_title=title, valid_months=12, minutes=90
        )
        modules[title] = version.module
        is_optional = title in ("Gangs", "Prevent")
        ProfileModule.objects.create(profile=profile, module=version.module, is_optional=is_optional)
    skill = SkillFactory(force=cast.police, name="Rationale", valid_months=12)
    ProfileSkill.objects.create(profile=officers, skill=skill, level=None)
    ProfileAssignmentFactory(person=cast.gail, profile=desk, starts_on=date(2026, 1, 1), assigned_by=cast.tess)
    SkillEvidenceFactory(person=cast.olu, skill=skill, shown_on=TODAY - timedelta(days=300), answered_by=cast.lin)
    done(cast, cast.olu, modules["Neglect"], ago=330)
    done(cast, cast.olu, modules["Risk"], ago=400)
    return modules


def done(cast: Cast, person: User, module: Module, *, ago: int, state: str = "COMPLETE"):
    people = {"trainer": cast.tess, "mentor": cast.moss, "line_manager": cast.sam}
    day = TODAY - timedelta(days=ago)
    return TrainingRecordFactory(
        person=person, module_version=module.versions.get(), state=state, done_on=day, **people
    )


def table(response) -> dict[str, list[str]]:
    """By name what stands in the cells, without the hidden words."""
    return dict(rows_of(response))


def _plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def lines(response) -> list[tuple[str, str, str]]:
    """Who, what and how they stand, of the list."""
    return [(name, cells[1], cells[3]) for name, cells in rows_of(response)]


def rows_of(response) -> list[tuple[str, list[str]]]:
    found = []
    for name, cells in re.findall(r'<th scope="row"[^>]*>(.*?)</th>(.*?)</tr>', markup_of(response), re.DOTALL):
        texts = [
            re.sub(r'<span class="govuk-visually-hidden">.*?</span>', "", text)
            for text in re.findall(r"<td[^>]*>(.*?)</td>", cells, re.DOTALL)
        ]
        found.append((_plain(name), [_plain(text) for text in texts]))
    return found


# --- the matrix -------------------------------------------------------------------------------------------------------


def test_a_line_manager_sees_their_team_against_all_that_is_asked_of_it(client, cast, asked):
    page = client.signed_in(cast.lin).get(MATRIX)

    headings = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', markup_of(page), re.DOTALL)
    assert [_plain(one) for one in headings] == [
        "Name",
        "Neglect",
        "Risk",
        "Frontline officer: 1 of 2 modules to choose from",
        "Rationale Skill",
    ]
    assert table(page) == {
        "Lin Fictitious": ["–", "–", "–", "–"],
        "Olu Fictitious": [
            "Runs out 25 December 2026",
            "Lapsed 16 October 2026",
            "Missing",
            "Runs out 24 January 2027",
        ],
    }


def test_who_is_in_no_team_is_found_too_and_everybody_at_once(client, cast, asked):
    client.signed_in(cast.tess)

    assert "Gail Fictitious" in table(client.get(f"{MATRIX}?team=none"))
    assert "Olu Fictitious" not in table(client.get(f"{MATRIX}?team=none"))
    everybody = table(client.get(f"{MATRIX}?team="))
    assert {"Gail Fictitious", "Olu Fictitious", "Mina Fictitious"} <= set(everybody)
    assert not {"Pat Fictitious", "Out Fictitious"} & set(everybody)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("profile={officers}", {"Olu"}),
        ("profile={desk}", {"Gail"}),
        ("kind=SKILL", {"Olu"}),
        ("kind=MODULE", {"Olu", "Gail"}),
        ("state=LAPSED", {"Olu"}),
        ("state=MISSING", {"Olu", "Gail"}),
        ("state=OPEN&kind=SKILL", {"Olu"}),
        ("state=MET", set()),
        ("words=ail", {"Gail"}),
        ("words=FN4711", {"Olu"}),
        ("what=MODULE-{capacity}", {"Gail"}),
    ],
)
def test_each_filter_gives_exactly_whom_it_says(client, cast, asked, query, expected):
    User.objects.filter(pk=cast.olu.pk).update(collar_number="FN4711")
    profiles = dict(RoleProfile.objects.filter(force=cast.police).values_list("name", "pk"))
    client.signed_in(cast.tess)
    query = query.format(officers=profiles["Frontline officer"], desk=profiles["Adults"], capacity=asked["Capacity"].pk)

    assert {name.split()[0] for name in table(client.get(f"{MATRIX}?team=&{query}"))} == expected
    assert {name.split()[0] for name, _, _ in lines(client.get(f"{LIST}?team=&{query}"))} == expected


def test_nonsense_in_the_address_filters_nothing(client, cast, asked):
    client.signed_in(cast.tess)
    everybody = table(client.get(f"{MATRIX}?team="))

    page = client.get(f"{MATRIX}?team=&profile=x&kind=SPELL&state=GREAT")

    assert table(page) == everybody
    assert table(client.get(f"{MATRIX}?team=&words=%00")) == everybody


def test_each_state_has_its_word_and_its_shape(client, cast, asked):
    page = markup_of(client.signed_in(cast.lin).get(MATRIX))

    for state, word in (("RUNS_OUT", "Runs out"), ("LAPSED", "Lapsed"), ("MISSING", "Missing")):
        assert page.count(f'id="state-{state}"') == 1
        assert re.search(rf'<use href="#state-{state}"></use></svg> <a class="govuk-link" href="[^"]+">{word}', page)


def test_a_cell_leads_to_the_record_the_evidence_or_to_logging_what_is_missing(client, cast, asked):
    record = cast.olu.training_records.get(module_version__module=asked["Neglect"])
    entry = cast.olu.skill_evidence.get()
    new = f"{reverse('training:record_new')}?person={cast.gail.pk}&module={asked['Capacity'].pk}"
    client.signed_in(cast.tess)
    page = markup_of(client.get(f"{MATRIX}?team="))
    assert all(f'href="{one}"' in page for one in (record.get_absolute_url(), entry.get_absolute_url(), new))

    form = client.get(new).content.decode()
    assert f'value="{asked["Capacity"].versions.get().pk}" selected' in form

    page = markup_of(client.signed_in(cast.lin).get(MATRIX))
    assert "records/new" not in page
    assert f"/training/people/{cast.olu.pk}/#needed" in page


@pytest.mark.parametrize("query", ["team=", "team=&kind=MODULE", "team=none"])
def test_every_count_leads_to_exactly_the_lines_that_it_counts(client, cast, asked, query):
    client.signed_in(cast.tess)
    page = markup_of(client.get(f"{MATRIX}?{query}"))

    counts = re.findall(r'href="(/training/matrix/list/[^"]*state=[^"]*)">[^<]*: (\d+)<', page)
    assert counts
    for url, count in counts:
        assert len(lines(client.get(url))) == int(count), url


def test_a_heading_leads_to_who_needs_that_one_thing(client, cast, asked):
    client.signed_in(cast.tess)
    page = markup_of(client.get(f"{MATRIX}?team="))

    (url,) = re.findall(r'href="([^"]+)">Capacity</a>', page)
    listed = client.get(url)

    assert lines(listed) == [("Gail Fictitious", "Capacity", "Missing")]
    assert "Only Capacity" in text_of(listed)


def test_people_come_by_page_and_the_counts_are_of_all(client, cast, asked):
    for number in range(30):
        UserFactory(agency=cast.police, name=f"Many {number:02d}", roles=["FRONTLINE_OFFICER"])
    client.signed_in(cast.tess)

    page = client.get(f"{MATRIX}?team=none&words=Many")

    assert len(table(page)) == 25
    assert "Missing: 120" in text_of(page)
    onward = re.search(r'rel="next" href="([^"]+)"', page.content.decode())
    assert onward
    assert len(table(client.get(MATRIX + onward.group(1).replace("&amp;", "&")))) == 5


def test_of_too_many_people_nothing_is_shown_and_no_file_is_made(client, cast, asked, monkeypatch):
    monkeypatch.setattr(queries, "MOST_PEOPLE", 3)
    client.signed_in(cast.tess)

    assert "More than 3 people match" in text_of(client.get(f"{MATRIX}?team="))
    assert "More than 3 people match" in text_of(client.get(f"{LIST}?team="))
    page = client.get(f"{EXPORT}?team=&format=csv", follow=True)
    assert page.redirect_chain
    assert "Choose a team or a profile first" in text_of(page)
    assert table(client.get(f"{MATRIX}?team={cast.response_team.pk}"))


def test_another_forces_people_and_profiles_are_not_in_it(client, cast, asked):
    other = AgencyFactory(kind="POLICE")
    stranger = UserFactory(agency=other, team=TeamFactory(agency=other), name="Stranger Fictitious", roles=["TRAINER"])
    client.signed_in(cast.tess)
    assert "Stranger" not in text_of(client.get(f"{MATRIX}?team={stranger.team_id}"))

    page = text_of(client.signed_in(stranger).get(f"{MATRIX}?team="))
    assert "Nothing is asked of these people yet" in page
    assert "Neglect" not in page


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["team=", "team=&state=LAPSED", "team=&kind=SKILL", "team=none"])
def test_files_hold_the_same_lines_as_the_page(client, cast, asked, query):
    client.signed_in(cast.tess)
    shown = [(name, what) for name, what, _ in lines(client.get(f"{LIST}?{query}"))]

    response = client.get(f"{EXPORT}?{query}&format=csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    from_csv = [(row["Person"], row["What"]) for row in csv.DictReader(io.StringIO(text))]
    book = load_workbook(io.BytesIO(client.get(f"{EXPORT}?{query}&format=xlsx").content))
    from_list = [(row[0], row[5]) for row in book["List"].iter_rows(min_row=2, values_only=True)]

    assert [(name, re.sub(r" \(.*\)$", "", what)) for name, what in shown] == from_csv == from_list
    assert {entry.details["format"] for entry in Entry.objects.filter(what="training.matrix_exported")} == {
        "csv",
        "xlsx",
    }


def test_the_workbook_has_the_matrix_in_words_and_says_by_what_it_is_filtered(client, cast, asked):
    client.signed_in(cast.tess)

    content = client.get(f"{EXPORT}?team={cast.response_team.pk}&kind=MODULE&format=xlsx").content

    book = load_workbook(io.BytesIO(content))
    assert list(book["Matrix"].iter_rows(values_only=True)) == [
        ("Person", "Collar number", "Team", "Neglect", "Risk"),
        ("Olu Fictitious", cast.olu.collar_number or None, "Testham Response", "Runs out soon", "Lapsed"),
    ]
    about = {row[0]: row[1] for row in book["About"].iter_rows(values_only=True)}
    assert (about["Team"], about["Kind"], about["People"]) == ("Testham Response", "Module", 1)


def test_a_title_that_a_spreadsheet_would_run_is_kept_as_text(client, cast, asked):
    Module.objects.filter(title="Neglect").update(title="=1+1")
    client.signed_in(cast.tess)

    text = b"".join(client.get(f"{EXPORT}?team=&format=csv").streaming_content).decode("utf-8-sig")

    assert "'=1+1" in text
    assert ",=1+1" not in text


# --- what lapses ------------------------------------------------------------------------------------------------------


def test_what_lapses_by_month_is_worked_out_by_hand(cast, asked):
    """Neglect of Olu lapses on 25 December, the skill on 24 January; Risk has lapsed already."""
    people = queries.people_matching(cast.tess, queries.MatrixFilter(), on=TODAY)

    found = forecasts.forecast_of(people, force_id=cast.police.pk, on=TODAY)

    assert [month.label for month in found.months] == [
        "Rest of November",
        "December 2026",
        "January 2027",
        "February 2027",
        "March 2027",
        "April 2027",
        "May 2027",
    ]
    assert {line.title: line.counts for line in found.lines} == {
        "Neglect": (0, 1, 0, 0, 0, 0, 0),
        "Rationale": (0, 0, 1, 0, 0, 0, 0),
    }
    assert [(line.minutes, line.hours) for line in found.lines] == [(90, 1.5), (None, None)]


@pytest.mark.parametrize(
    ("ago", "expected"), [(365, 0), (364, 1), (173, 1), (172, 0)], ids=["lapsed", "tomorrow", "31 May", "1 June"]
)
def test_it_begins_tomorrow_and_ends_with_the_sixth_month(cast, asked, ago, expected):
    done(cast, cast.gail, asked["Capacity"], ago=ago)
    gail = User.objects.filter(pk=cast.gail.pk)

    found = forecasts.forecast_of(gail, force_id=cast.police.pk, on=TODAY)

    assert found.total == expected


def test_what_was_renewed_or_is_asked_no_more_does_not_lapse(cast, asked):
    olu = User.objects.filter(pk=cast.olu.pk)
    done(cast, cast.olu, asked["Neglect"], ago=3)
    assert "Neglect" not in {line.title for line in forecasts.forecast_of(olu, force_id=cast.police.pk, on=TODAY).lines}

    cast.olu.role_grants.update(ends_on=TODAY)
    assert forecasts.forecast_of(olu, force_id=cast.police.pk, on=TODAY).total == 0


def test_of_modules_to_choose_from_it_is_the_day_on_which_too_few_are_left(cast, asked):
    olu = User.objects.filter(pk=cast.olu.pk)
    done(cast, cast.olu, asked["Gangs"], ago=330)
    done(cast, cast.olu, asked["Prevent"], ago=270)

    found = forecasts.forecast_of(olu, force_id=cast.police.pk, on=TODAY)

    (choice,) = [line for line in found.lines if "to choose from" in line.title]
    assert choice.counts == (0, 0, 0, 1, 0, 0, 0)


def test_every_number_of_the_forecast_leads_to_exactly_the_lines_it_counts(client, cast, asked):
    done(cast, cast.gail, asked["Capacity"], ago=340)
    for who, query in ((cast.tess, "?team="), (cast.tess, "?team=none"), (cast.lin, "")):
        page = markup_of(client.signed_in(who).get(FORECAST + query))
        links = re.findall(r'href="(/training/forecast/people/[^"]+)">(\d+)<', page)
        assert links
        for url, count in links:
            assert len(rows_of(client.get(url))) == int(count), url


def test_leaders_see_counts_by_team_without_names_and_small_teams_together(client, cast, asked):
    big = TeamFactory(agency=cast.police, name="Aldermere Response")
    for person in UserFactory.create_batch(6, agency=cast.police, team=big, roles=["FRONTLINE_OFFICER"]):
        done(cast, person, asked["Risk"], ago=300)

    page = client.signed_in(cast.leda).get(FORECAST)

    assert {name: cells[-1] for name, cells in table(page).items()} == {
        "Aldermere Response": "6",
        "No team": "0",
        "MASH and Testham Response together": "2",
        "Together": "8",
    }
    assert "Fictitious Person" not in text_of(page)
    assert "forecast/people" not in markup_of(page)


def test_a_month_that_is_not_one_of_them_is_not_found(client, cast, asked):
    client.signed_in(cast.tess)

    assert client.get(f"{reverse('training:forecast_people')}?month=2030-01").status_code == 404


# --- recorded, and how many queries -----------------------------------------------------------------------------------


def test_looking_at_names_is_recorded_and_counts_are_not(client, cast, asked):
    client.signed_in(cast.tess)
    for page in (MATRIX, LIST, FORECAST, reverse("training:forecast_people")):
        client.get(f"{page}?team=")

    found = Entry.objects.filter(actor_id=str(cast.tess.pk), what__startswith="training.").order_by("pk")
    assert list(found.values_list("what", flat=True)) == [
        "training.matrix_read",
        "training.matrix_people_listed",
        "training.forecast_people_listed",
    ]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("page", "expected"),
    [(MATRIX, 15), (LIST, 15), (EXPORT, 14), (FORECAST, 15), (reverse("training:forecast_people"), 15)],
)
def test_pages_have_a_flat_query_count(client, cast, asked, page, expected, count, django_assert_num_queries):
    for _ in range(count):
        person = UserFactory(agency=cast.police, team=cast.response_team, roles=["FRONTLINE_OFFICER"])
        done(cast, person, asked["Neglect"], ago=330)
        done(cast, person, asked["Gangs"], ago=330)
    client.signed_in(cast.tess)

    with django_assert_num_queries(expected):
        client.get(f"{page}?team={cast.response_team.pk}")
