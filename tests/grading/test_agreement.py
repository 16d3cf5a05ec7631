"""How far the graders of a round agree, and who may see it."""

import pytest
from django.urls import reverse

from grading.models import Assignment, Grade, GradingRound
from grading.queries.agreement import agreement_in
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.grading import AssignmentFactory, GradeFactory, GradingRoundFactory, RoundItemFactory
from tests.people import Cast
from tests.reading import text_of
from tests.tampering import walls_down

# Gail's grades and Pam's, PPN by PPN; the coefficients are known (test_statistics_agreement.py).
FORCE = [1, 2, 2, 3, 3, 3, 4, 4, 2, 3]
PARTNER = [1, 2, 3, 3, 3, 4, 4, 4, 2, 2]


def graded_round(cast: Cast, *columns: list[int | None], state: str = "MODERATING", **marks: list[int]) -> GradingRound:
    """A round whose first grader is of the force, all others of partners; `marks` are those of the first two by criterion."""
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state=state)
    graders = [cast.gail, cast.pam, *(UserFactory(roles=["PANEL_MEMBER"]) for _ in columns[2:])]
    for position, row in enumerate(zip(*columns, strict=True), start=1):
        item = RoundItemFactory(round=round, position=position)
        for grader, overall in zip(graders, row, strict=True):
            assignment = AssignmentFactory(item=item, grader=grader)
            if overall is not None:
                criteria = {code: given[position - 1] for code, given in marks.items() if grader in graders[:2]}
                GradeFactory(assignment=assignment, overall=overall, criteria=criteria)
    return round


def url_of(round: GradingRound) -> str:
    return reverse("grading:round_agreement", args=[round.pk])


def test_a_round_of_two_graders_has_the_known_coefficients(cast):
    found = agreement_in(graded_round(cast, FORCE, PARTNER))

    overall = found.overall
    assert (found.graders, overall.items, overall.grades, found.missing) == (2, 10, 20, 0)
    assert [str(one.rounded) for one in (overall.ac2, overall.alpha, found.pairing.kappa)] == ["0.89", "0.81", "0.83"]
    assert (str(overall.exact.percent), str(overall.within_one.percent)) == ("70.0", "100.0")
    assert found.pairing.table == [(1, [1, 0, 0, 0]), (2, [0, 2, 1, 0]), (3, [0, 1, 2, 1]), (4, [0, 0, 0, 2])]


def test_a_third_grader_and_a_missing_grade_are_counted_and_kappa_is_left_out(cast):
    found = agreement_in(graded_round(cast, FORCE, PARTNER, [1, 2, 2, 3, None, 3, 4, 3, 2, 3]))

    assert (found.graders, found.overall.grades, found.missing) == (3, 29, 1)
    assert float(found.overall.alpha.value) == pytest.approx(0.819277, abs=5e-7)
    assert found.pairing.kappa.value is None
    assert found.pairing.pairs == 19


def test_each_criterion_that_was_marked_has_its_own_figures(cast):
    found = agreement_in(graded_round(cast, [3, 3], [3, 3], VOICE=[1, 4], ACTION=[2, 2]))

    assert [str(criterion.label) for criterion, _ in found.criteria] == [
        "Voice: the child's words, the adult's wishes",
        "Action taken and what is asked",
    ]
    assert all(row.exact.percent == 100 for _, row in found.criteria)


def test_where_all_gave_one_grade_chance_corrected_figures_are_not_defined(cast):
    found = agreement_in(graded_round(cast, [3] * 5, [3] * 5))

    assert str(found.overall.exact.percent) == "100.0"
    assert found.overall.alpha.value is None
    assert found.pairing.kappa.value is None


@pytest.mark.parametrize("person", ["sam", "gail", "pam"])
def test_who_runs_the_round_and_its_graders_read_it_once_all_grades_are_in(client, cast, person):
    round = graded_round(cast, FORCE, PARTNER)

    page = text_of(client.signed_in(getattr(cast, person)).get(url_of(round)))

    assert "2 graders gave 20 grades to 10 PPNs" in page
    assert "the same in 70.0% of the pairs" in page
    assert "Fewer than 20 PPNs are too few to judge a panel by." in page
    assert "Weighted kappa of the two sides: 0.83" in page


def test_before_all_grades_are_in_nobody_reads_it(client, cast):
    round = graded_round(cast, [1, 4], [3, None], state="GRADING")

    for person in (cast.sam, cast.gail, cast.pam, cast.leda):
        assert client.signed_in(person).get(url_of(round)).status_code == 403
    assert "How far the graders agree" not in text_of(client.signed_in(cast.sam).get(round.get_absolute_url()))


def test_viewers_of_results_read_it_after_publication_unless_few_were_graded(client, cast):
    few = graded_round(cast, [3] * 4, [3] * 4, state="PUBLISHED")
    client.signed_in(cast.leda)

    assert "Too few PPNs were graded to show figures." in text_of(client.get(url_of(few)))


def test_a_grader_of_another_police_force_is_on_neither_side(cast):
    round = graded_round(cast, [3, 3], [3, 3])
    elsewhere = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["PANEL_MEMBER"])
    AssignmentFactory(item=round.items.first(), grader=elsewhere, graded=1)

    found = agreement_in(round)

    assert (found.overall.grades, found.pairing.pairs) == (5, 2)


@pytest.mark.parametrize(("ppns", "has_interval"), [(19, False), (20, True)])
def test_the_interval_of_kappa_stands_there_from_twenty_ppns_on(cast, ppns, has_interval):
    force, partner = ([1 + n % 4 for n in range(ppns)], [1 + n * n % 4 for n in range(ppns)])

    assert (agreement_in(graded_round(cast, force, partner)).pairing.kappa.interval is not None) is has_interval


def test_a_criterion_that_few_ppns_were_marked_by_is_for_the_panel_alone(client, cast):
    round = graded_round(cast, [3] * 6, [3] * 6, state="PUBLISHED")
    for assignment in Assignment.objects.filter(item__round=round, item__position__lte=4):
        grade = assignment.grade
        with walls_down(Grade):
            grade.delete()
        GradeFactory(assignment=assignment, overall=3, criteria={"VOICE": 2})

    assert "Voice" in text_of(client.signed_in(cast.gail).get(url_of(round)))
    assert "Voice" not in text_of(client.signed_in(cast.leda).get(url_of(round)))


@pytest.mark.parametrize("ppns", [2, 9])
def test_the_page_asks_the_database_the_same_however_many_were_graded(client, cast, ppns, django_assert_num_queries):
    round = graded_round(cast, FORCE[:ppns], PARTNER[:ppns])
    client.signed_in(cast.sam)

    with django_assert_num_queries(5):
        client.get(url_of(round))
