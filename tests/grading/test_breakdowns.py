"""Grades by group, and graders over the rounds: what is counted, what is hidden, and from whom."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from grading.models import GradingRound
from grading.queries.breakdowns import GroupBy, grouped, groups_of
from grading.queries.drift import drift_for
from tests.factories.accounts import AgencyFactory, AreaFactory, UserFactory
from tests.factories.grading import AssignmentFactory, GradeFactory, GradingRoundFactory, RoundItemFactory
from tests.factories.referrals import ReferralFactory, ShareFactory
from tests.people import Cast


def published(cast: Cast, *, year: int = 2026, force=None) -> GradingRound:
    return GradingRoundFactory(
        force=force or cast.police,
        opened_by=cast.sam,
        state="PUBLISHED",
        name=f"April to June {year}",
        starts_on=f"{year}-04-01",
        ends_on=f"{year}-06-30",
    )


def add(round: GradingRound, *agreed: int, **of_referral) -> None:
    for grade in agreed:
        RoundItemFactory(round=round, referral=ReferralFactory(**of_referral), agreed=grade)


def figures(groups) -> dict[str, tuple[int, ...] | None]:
    return {one.label: None if one.is_suppressed else one.summary.counts for one in groups}


@pytest.fixture
def north(cast):
    return AreaFactory(name="North")


@pytest.fixture
def south(cast):
    return AreaFactory(name="South")


def test_agreed_grades_are_counted_by_district_and_what_has_none_apart(cast, north):
    round = published(cast)
    add(round, 1, 2, 3, 3, 4, district=north)
    add(round, 4, 4, 4, 4, 4, district=None)

    assert figures(grouped(cast.leda, by=GroupBy.DISTRICT)) == {"North": (1, 1, 2, 1), "Not recorded": (0, 0, 0, 5)}


def test_a_ppn_of_two_types_counts_in_both(cast):
    round = published(cast)
    add(round, 3, 3, 3, 3, 3, types=["CHILD", "DOMESTIC_ABUSE"])

    assert set(figures(grouped(cast.leda, by=GroupBy.TYPE)).values()) == {(0, 0, 5, 0)}
    assert len(grouped(cast.leda, by=GroupBy.TYPE)) == 2


def test_a_ppn_counts_with_each_agency_that_it_was_shared_with_before_publication(cast):
    round = published(cast)
    health = AgencyFactory(name="Testham Health")
    later = AgencyFactory(name="Later")
    for number, grade in enumerate([2, 3, 3, 3, 4] * 2):
        item = RoundItemFactory(round=round, agreed=grade)
        agencies = [cast.council, health] if number < 5 else []
        for agency in agencies:
            ShareFactory(referral=item.referral, agency=agency, shared_at=round.published_at)
        ShareFactory(referral=item.referral, agency=later, shared_at=round.published_at + timedelta(1))

    found = figures(grouped(cast.leda, by=GroupBy.AGENCY))

    assert found == {
        str(cast.council): (0, 1, 3, 1),
        "Testham Health": (0, 1, 3, 1),
        "Shared with no agency": (0, 1, 3, 1),
    }


def test_an_agency_of_few_ppns_or_of_all_but_a_few_is_hidden_from_readers(cast):
    round = published(cast)
    for number in range(8):
        item = RoundItemFactory(round=round, agreed=3)
        if number < 6:
            ShareFactory(referral=item.referral, agency=cast.council, shared_at=round.published_at)

    assert set(figures(grouped(cast.leda, by=GroupBy.AGENCY)).values()) == {None}
    assert figures(grouped(cast.sam, by=GroupBy.AGENCY))[str(cast.council)] == (0, 0, 6, 0)


def test_criteria_count_the_marks_that_graders_gave_alone(cast):
    round = published(cast)
    for mark in (1, 2, 2, 3, 4):
        item = RoundItemFactory(round=round, agreed=3)
        GradeFactory(assignment=AssignmentFactory(item=item), criteria={"VOICE": mark, "ACTION": None})

    (voice,) = grouped(cast.leda, by=GroupBy.CRITERION)
    assert (voice.summary.counts, str(voice.mean.rounded)) == ((1, 2, 1, 1), "2.40")


def test_one_year_alone_can_be_chosen_and_rounds_that_are_not_published_never_count(cast, north):
    add(published(cast, year=2025), 1, 1, 1, 1, 1, district=north)
    add(published(cast), 4, 4, 4, 4, 4, district=north)
    add(GradingRoundFactory(force=cast.police, state="MODERATING"), 2, 2, 2, 2, 2, district=north)

    assert figures(grouped(cast.leda, by=GroupBy.DISTRICT, year=2025)) == {"North": (5, 0, 0, 0)}
    assert figures(grouped(cast.leda, by=GroupBy.DISTRICT)) == {"North": (5, 0, 0, 5)}


def test_another_forces_rounds_do_not_count(cast, north):
    add(published(cast, force=AgencyFactory(kind="POLICE")), 1, 1, 1, 1, 1, district=north)

    assert grouped(cast.leda, by=GroupBy.DISTRICT) == []
    assert grouped(cast.sam, by=GroupBy.DISTRICT) == []


def test_small_groups_are_one_line_with_as_many_as_it_needs_for_who_does_not_run_grading(cast, north, south):
    round = published(cast)
    add(round, 1, 1, district=north)
    add(round, *[3] * 5, district=south)
    add(round, *[4] * 9, district=None)

    assert figures(grouped(cast.leda, by=GroupBy.DISTRICT)) == {
        "Not recorded": (0, 0, 0, 9),
        "North and South together": (2, 0, 5, 0),
    }
    assert figures(grouped(cast.sam, by=GroupBy.DISTRICT))["North"] == (2, 0, 0, 0)


def test_two_small_groups_that_are_few_together_take_the_next_with_them(cast, north, south):
    """Else what both had could be worked out from the totals of the round."""
    round = published(cast)
    add(round, 1, district=north)
    add(round, 2, district=south)
    add(round, *[4] * 6, district=None)

    assert figures(grouped(cast.leda, by=GroupBy.DISTRICT)) == {"North, South and Not recorded together": (1, 1, 0, 6)}


def test_a_type_that_all_but_a_few_have_is_hidden_with_the_few(cast):
    round = published(cast)
    add(round, *[3] * 5, types=["CHILD"])
    add(round, 1, types=["HATE"])

    assert set(figures(grouped(cast.leda, by=GroupBy.TYPE)).values()) == {None}


def quarter(cast: Cast, number: int) -> GradingRound:
    first = 3 * number - 2
    return GradingRoundFactory(
        force=cast.police,
        opened_by=cast.sam,
        state="PUBLISHED",
        starts_on=f"2026-{first:02}-01",
        ends_on=f"2026-{first + 2:02}-28",
    )


def test_a_type_that_one_round_hides_is_not_told_by_the_year_less_the_reports_of_the_others(cast):
    """Six PPNs about a child less the five of the first report would leave the one that the second report hides."""
    first, second = quarter(cast, 1), quarter(cast, 2)
    for round, children in ((first, 5), (second, 1)):
        add(round, *[3] * children, types=["CHILD"])
        add(round, *[4] * 6, types=["HATE"])

    assert figures(groups_of(first, by=GroupBy.TYPE)) == {"Child": (0, 0, 5, 0), "Hate": (0, 0, 0, 6)}
    assert figures(groups_of(second, by=GroupBy.TYPE)) == {"Child": None, "Hate": None}
    assert figures(grouped(cast.leda, by=GroupBy.TYPE)) == {"Child": None, "Hate": None}
    assert figures(grouped(cast.sam, by=GroupBy.TYPE)) == {"Child": (0, 0, 6, 0), "Hate": (0, 0, 0, 12)}


def test_what_several_rounds_hide_is_shown_for_the_year_where_it_is_many_together(cast):
    for number in (1, 2):
        round = quarter(cast, number)
        add(round, 2, 2, 3, types=["CHILD"])
        add(round, *[4] * 6, types=["HATE"])

    assert figures(grouped(cast.leda, by=GroupBy.TYPE)) == {"Child": (0, 4, 2, 0), "Hate": (0, 0, 0, 12)}


def test_a_criterion_that_one_round_hides_is_not_told_by_the_year_either(cast):
    for number, marked in ((1, 5), (2, 2)):
        round = quarter(cast, number)
        for position in range(6):
            item = RoundItemFactory(round=round, agreed=3)
            marks = {"VOICE": 3} | ({"ACTION": 1} if position < marked else {})
            GradeFactory(assignment=AssignmentFactory(item=item), criteria=marks)

    assert list(figures(grouped(cast.leda, by=GroupBy.CRITERION)).values()) == [(0, 0, 12, 0), None]


def test_marks_of_few_ppns_are_hidden_however_many_graders_gave_them(cast):
    round = published(cast)
    add(round, *[3] * 5)
    for _ in range(2):
        item = RoundItemFactory(round=round, agreed=3)
        for _ in range(4):
            GradeFactory(assignment=AssignmentFactory(item=item), criteria={"VOICE": 1})

    assert figures(grouped(cast.leda, by=GroupBy.CRITERION)) == {"Voice: the child's words, the adult's wishes": None}


def test_a_round_too_small_to_be_shown_counts_in_no_group(cast, north):
    add(published(cast, year=2025), *[3] * 5, district=north)
    add(published(cast), 1, 1, 1, district=north)

    assert figures(grouped(cast.leda, by=GroupBy.DISTRICT)) == {"North": (0, 0, 5, 0)}
    assert figures(grouped(cast.sam, by=GroupBy.DISTRICT)) == {"North": (3, 0, 5, 0)}


def test_readers_choose_one_year_so_that_none_can_be_worked_out_from_all(client, cast, north):
    add(published(cast, year=2025), *[3] * 5, district=north)
    add(published(cast), *[4] * 5, district=north)
    address = reverse("grading:results_by")

    newest = client.signed_in(cast.leda).get(address, {"by": "DISTRICT"})
    both = client.get(address, {"by": "DISTRICT", "year": ""})
    supervisor = client.signed_in(cast.sam).get(address, {"by": "DISTRICT"})

    assert figures(newest.context["groups"]) == {"North": (0, 0, 0, 5)}
    assert "All years" not in newest.content.decode()
    assert both.context["groups"] == []
    assert figures(supervisor.context["groups"]) == {"North": (0, 0, 5, 5)}


def test_the_page_shows_counts_intervals_and_small_groups_as_one(client, cast, north, south):
    round = published(cast)
    add(round, 1, 1, 2, district=north)
    add(round, 2, 2, 2, district=south)
    add(round, 2, 3, 3, 3, 4, district=None)

    page = client.signed_in(cast.leda).get(reverse("grading:results_by"), {"by": "DISTRICT", "year": "2026"})
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))

    assert "Not recorded 0 1 3 1 5 3.00 2.40 to 3.60 80.0% 38% to 96%" in words
    assert "North and South together 2 4 0 0 6 1.67 1.33 to 2.00 0.0% 0% to 39%" in words


def test_a_grouping_that_there_is_not_is_refused_beside_the_field(client, cast):
    page = client.signed_in(cast.leda).get(reverse("grading:results_by"), {"by": "OFFICER", "year": "1999"})

    assert page.status_code == 422
    assert 'href="#id_by">Group by: Choose from the list' in page.content.decode()


@pytest.mark.parametrize("by", GroupBy.values)
@pytest.mark.parametrize("count", [5, 12])
def test_the_page_asks_the_database_the_same_however_many_were_graded(
    client, cast, north, by, count, django_assert_num_queries
):
    add(published(cast), *[3] * count, district=north)
    client.signed_in(cast.leda)

    with django_assert_num_queries(9 if by == "AGENCY" else 8):
        client.get(reverse("grading:results_by"), {"by": by})


# --- graders over the rounds ---------------------------------------------------------------------------------------------


def graded(round: GradingRound, grader, *pairs: tuple[int, int]) -> None:
    """What the grader gave, and what was agreed."""
    for own, agreed in pairs:
        AssignmentFactory(item=RoundItemFactory(round=round, agreed=agreed), grader=grader, graded=own)


def test_a_grader_is_milder_or_stricter_by_what_they_gave_alone_less_what_was_agreed(cast):
    graded(published(cast, year=2025), cast.gail, (3, 3), (4, 3), (4, 2), (3, 3), (2, 3))
    graded(published(cast), cast.gail, (2, 3))
    graded(GradingRoundFactory(force=cast.police, state="MODERATING"), cast.gail, (1, 4))

    drift = drift_for(cast.sam)

    ((all_rounds, by_round),) = drift.graders
    assert [one.starts_on.year for one in drift.rounds] == [2025, 2026]
    assert (all_rounds.milder, all_rounds.same, all_rounds.stricter, str(all_rounds.mean.rounded)) == (2, 2, 2, "0.17")
    assert [(one.n, one.is_few) for one in by_round] == [(5, False), (1, True)]


def test_who_runs_grading_sees_all_graders_and_a_grader_sees_themselves_alone(client, cast):
    round = published(cast)
    graded(round, cast.gail, (3, 3))
    graded(round, cast.pam, (4, 3))

    seen = {
        name: {all_rounds.grader for all_rounds, _ in drift_for(getattr(cast, name)).graders}
        for name in ("sam", "gail", "pam")
    }

    assert seen == {"sam": {cast.gail, cast.pam}, "gail": {cast.gail}, "pam": {cast.pam}}
    page = client.signed_in(cast.gail).get(reverse("grading:drift")).content.decode()
    assert "Gail Fictitious" in page
    assert "Pam Fictitious" not in page


def test_who_runs_grading_and_graded_for_another_force_sees_none_of_its_graders(cast):
    elsewhere = AgencyFactory(kind="POLICE")
    other = UserFactory(agency=elsewhere, roles=["MASH_SUPERVISOR", "PANEL_MEMBER"])
    round = published(cast)
    graded(round, cast.gail, (3, 3))
    graded(round, other, (4, 3))

    assert {all_rounds.grader for all_rounds, _ in drift_for(other).graders} == {other}


def test_from_few_ppns_no_mean_of_a_grader_is_worked_out(client, cast):
    graded(published(cast), cast.gail, (3, 3), (4, 3), (4, 2), (3, 3))

    page = client.signed_in(cast.sam).get(reverse("grading:drift")).content.decode()

    assert "Too few to say" in page


@pytest.mark.parametrize("count", [1, 6])
def test_the_page_of_graders_asks_the_database_the_same_however_many_there_are(
    client, cast, count, django_assert_num_queries
):
    round = published(cast)
    for _ in range(count):
        AssignmentFactory(item=RoundItemFactory(round=round, agreed=3), graded=3)
    client.signed_in(cast.sam)

    with django_assert_num_queries(4):
        client.get(reverse("grading:drift"))
