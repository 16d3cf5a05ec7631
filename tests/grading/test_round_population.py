"""Which PPNs a round could draw: a filter that is kept as values, says itself in words, and gives exactly what it says."""

from datetime import datetime, timedelta
from itertools import combinations, product

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Agency, Team
from common.clock import quarter_of
from grading.enums import PopulationPart
from grading.models import GradingRound
from grading.queries.population import checked_filter, choices_for, filter_in_words, frame
from grading.services import rounds
from referrals import services
from referrals.models import Referral
from tests.factories.accounts import AgencyFactory, AreaFactory, TeamFactory
from tests.factories.grading import GradingRoundFactory
from tests.factories.referrals import PersonFactory, ReferralFactory
from tests.grading.test_frozen_version import amend
from tests.grading.test_rounds import QUARTER, open_round, ppns
from tests.people import NOW, Cast

LATER = NOW + timedelta(hours=1)
WORDS = {
    "types": "of the type “Child” or “Hate”",
    "risk": "with the risk level “High”",
    "districts": "of the district “North” or “South”",
    "teams": "of the team “Blue”",
    "referrers": "sent by “Line manager”",
}
VALUES = {
    "types": ["CHILD", "HATE"],
    "risk": ["3"],
    "districts": ["n", "s"],
    "teams": ["b"],
    "referrers": ["LINE_MANAGER"],
}
LISTS = {
    PopulationPart.TYPES: {"CHILD": "Child", "MISSING": "Missing", "HATE": "Hate"},
    PopulationPart.RISK: {"3": "High", "2": "Medium"},
    PopulationPart.DISTRICTS: {"n": "North", "s": "South"},
    PopulationPart.TEAMS: {"b": "Blue"},
    PopulationPart.REFERRERS: {"FRONTLINE": "Frontline officer or staff", "LINE_MANAGER": "Line manager"},
}
COMBINATIONS = [parts for size in range(1, 6) for parts in combinations(PopulationPart.values, size)]


def given(round: GradingRound, at=NOW) -> set[str]:
    return set(frame(round, at=at))


def ids(*referrals: Referral) -> set[str]:
    return {str(one.pk) for one in referrals}


def retype(cast: Cast, referral: Referral, *types: str, at: datetime) -> None:
    """Its writer amends what it is about."""
    if not referral.people.exists():
        PersonFactory(referral=referral)
    amend(cast, referral, at=at, types=list(types))


# --- in words


@pytest.mark.parametrize("parts", COMBINATIONS, ids="+".join)
def test_the_rule_says_every_part_that_narrows_and_no_other(parts):
    words = filter_in_words(Agency(name="Vale Police"), QUARTER, {part: VALUES[part] for part in parts}, LISTS)

    start = "PPNs of Vale Police submitted in July to September 2026, up to the moment of the draw: "
    as_stood = ". Types and risk levels count as they stood at the draw" if {"types", "risk"} & set(parts) else ""
    assert words == start + ", ".join(WORDS[part] for part in parts) + as_stood


def test_a_rule_that_narrows_nothing_says_all():
    words = filter_in_words(Agency(name="Vale Police"), QUARTER, {}, LISTS)

    assert words == "All PPNs of Vale Police submitted in July to September 2026, up to the moment of the draw"


def test_a_filter_is_kept_in_one_form_however_it_was_ticked():
    kept = checked_filter({"risk": ["2", "3", "2"], "types": ("HATE", "CHILD"), "teams": []}, LISTS)

    assert kept == {"types": ["CHILD", "HATE"], "risk": ["3", "2"]}


def test_opening_keeps_values_words_and_how_many_they_gave(cast):
    one, two = ppns(cast, 2)
    ppns(cast, 3, risk_level=1)

    round = open_round(cast, filter={"risk": ["2"], "districts": [str(cast.district.pk)]})

    assert round.filter == {"risk": ["2"], "districts": [str(cast.district.pk)]}
    assert round.selected_at_opening == 2
    assert round.rule == (
        f"PPNs of {cast.police} submitted in July to September 2026, up to the moment of the draw: with the risk level "
        "“Medium”, of the district “Testham”. Types and risk levels count as they stood at the draw"
    )
    assert given(round) == ids(one, two)


def test_the_words_stay_when_a_team_gets_another_name(cast):
    ppns(cast, 1)
    round = open_round(cast, filter={"teams": [str(cast.response_team.pk)]})
    Team.objects.filter(pk=cast.response_team.pk).update(name="Renamed")

    round.refresh_from_db()
    assert "of the team “Testham Response”" in round.rule
    assert len(given(round)) == 1


# --- who is in it


def test_every_combination_gives_exactly_what_it_says(cast):
    """Thirty-two PPNs that differ in everything, and every filter over them."""
    other_team = TeamFactory(agency=cast.police, district=AreaFactory())
    of = {
        "types": (["CHILD"], ["DOMESTIC_ABUSE", "HATE"]),
        "risk": (1, 3),
        "districts": (cast.district, other_team.district),
        "teams": (cast.response_team, other_team),
        "referrers": ("FRONTLINE", "HUB"),
    }
    made = {
        choice: ReferralFactory(
            author=cast.olu,
            types=of["types"][choice[0]],
            risk_level=of["risk"][choice[1]],
            district=of["districts"][choice[2]],
            team=of["teams"][choice[3]],
            referrer_kind=of["referrers"][choice[4]],
        )
        for choice in product((0, 1), repeat=5)
    }
    wanted = {
        "types": ["HATE", "MISSING"],
        "risk": ["3"],
        "districts": [str(other_team.district.pk)],
        "teams": [str(other_team.pk)],
        "referrers": ["HUB"],
    }

    for parts in COMBINATIONS:
        filter = checked_filter({part: wanted[part] for part in parts}, choices_for(cast.police))
        round = GradingRound(force=cast.police, starts_on=QUARTER.start, ends_on=QUARTER.end, filter=filter)
        places = [PopulationPart.values.index(part) for part in parts]
        expected = ids(*(one for choice, one in made.items() if all(choice[place] for place in places)))
        assert given(round) == expected, parts


def test_a_ppn_without_a_district_is_of_no_district(cast):
    ppns(cast, 1, district=None)
    (inside,) = ppns(cast, 1)

    assert given(open_round(cast, filter={"districts": [str(cast.district.pk)]})) == ids(inside)


def test_types_count_as_they_stood_at_the_draw_whatever_is_amended_after(cast):
    (child,) = ppns(cast, 1)
    round = open_round(cast, filter={"types": ["CHILD"]})
    rounds.draw_round(round_id=round.pk, by=cast.sam, at=NOW)

    retype(cast, child, "HATE", at=LATER)
    retype(cast, child, "MISSING", at=LATER + timedelta(hours=1))

    assert given(round, at=NOW) == ids(child)
    assert given(round, at=LATER) == set()
    assert len(rounds.redraw_round(round_id=round.pk, by=cast.sam, at=LATER + timedelta(days=1))) == 1


def test_a_risk_level_that_the_hub_sets_after_the_draw_changes_nothing(cast):
    (medium,) = ppns(cast, 1)
    round = open_round(cast, filter={"risk": ["2"]})
    rounds.draw_round(round_id=round.pk, by=cast.sam, at=NOW)

    services.set_risk(
        referral_id=medium.pk, level=3, reason="Fictitious.", may_be_told="Fictitious.", by=cast.mina, at=LATER
    )

    assert (given(round, at=NOW), given(round, at=LATER)) == (ids(medium), set())
    assert len(rounds.redraw_round(round_id=round.pk, by=cast.sam, at=LATER)) == 1


def test_what_was_amended_before_the_draw_counts_as_amended(cast):
    (child,) = ppns(cast, 1)
    retype(cast, child, "HATE", at=NOW - timedelta(hours=1))

    round = open_round(cast, filter={"types": ["HATE"]})

    assert given(round) == ids(child)


@pytest.mark.parametrize("count", [2, 12])
def test_the_population_is_one_question_however_many_there_are(cast, count, django_assert_num_queries):
    for one in ppns(cast, count):
        retype(cast, one, "HATE", at=LATER)
    round = open_round(cast, filter={"types": ["HATE"]}, strata="TYPE", at=LATER)

    with django_assert_num_queries(1):
        assert len(frame(round, at=LATER)) == count


# --- what is refused


def test_a_filter_that_selects_nothing_is_refused(cast):
    ppns(cast, 2)

    with pytest.raises(rounds.NothingSelected, match="No PPN submitted in July to September 2026 is what you ask for"):
        open_round(cast, filter={"types": ["HATE"]})
    assert not GradingRound.objects.exists()


def test_a_quarter_without_a_ppn_so_far_may_be_opened_where_nothing_narrows_it(cast):
    assert open_round(cast, quarter=quarter_of(NOW.date())).selected_at_opening == 0


def test_what_is_in_no_list_of_this_force_is_refused(cast):
    cast.police.areas.add(cast.district)
    elsewhere = TeamFactory(agency=AgencyFactory(kind="POLICE"), district=AreaFactory())
    ppns(cast, 1)

    for filter in (
        {"districts": [str(elsewhere.district.pk)]},
        {"teams": [str(elsewhere.pk)]},
        {"types": ["CHILD", "WEATHER"]},
        {"risk": ["4"]},
        {"referrers": ["MAYOR"]},
        {"colour": ["RED"]},
    ):
        with pytest.raises(rounds.CannotOpenRound, match="lists of your own force|cannot be chosen by colour"):
            open_round(cast, filter=filter)
    with pytest.raises(rounds.CannotOpenRound, match="in proportion"):
        open_round(cast, strata="WEATHER")
    assert not GradingRound.objects.exists()


def test_a_draw_says_when_nothing_that_the_rule_allows_is_left(cast):
    (child,) = ppns(cast, 1)
    round = open_round(cast, filter={"types": ["CHILD"]})
    retype(cast, child, "HATE", at=NOW - timedelta(minutes=5))

    with pytest.raises(rounds.CannotDraw, match="No PPN that the rule allows was submitted"):
        rounds.draw_round(round_id=round.pk, by=cast.sam, at=NOW)


@pytest.mark.parametrize(
    "filter",
    [
        {"types": ["WEATHER"]},
        {"types": "CHILD"},
        {"risk": ["4"]},
        {"referrers": ["MAYOR"]},
        {"colour": ["RED"]},
        [],
    ],
    ids=str,
)
def test_the_database_refuses_a_filter_of_other_words(cast, filter):
    with pytest.raises(IntegrityError, match="grading_round_filter_is_of_known_words"), transaction.atomic():
        GradingRoundFactory(force=cast.police, filter=filter)


def test_the_database_takes_every_filter_of_the_lists(cast):
    lists = choices_for(cast.police)
    assert all(lists[part] for part in PopulationPart)

    GradingRoundFactory(force=cast.police, filter=checked_filter(lists, lists))


def test_the_lists_hold_the_own_forces_districts_and_teams_only(cast):
    cast.police.areas.add(cast.district)
    TeamFactory(agency=AgencyFactory(kind="POLICE"), district=AreaFactory())

    lists = choices_for(cast.police)

    assert list(lists[PopulationPart.DISTRICTS]) == [str(cast.district.pk)]
    assert set(lists[PopulationPart.TEAMS].values()) == {"Testham Response", "MASH"}
