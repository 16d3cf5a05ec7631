"""Grading alone, and agreeing together."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import Entry
from grading.enums import RUBRIC, Criterion
from grading.models import Assignment, Grade, GradingRound, RoundItem
from grading.permissions.rounds import can_see_grades, can_see_results
from grading.queries import rounds as queries
from grading.queries.grades import next_item_to_grade
from grading.queries.results import results_of
from grading.queries.rubric import suggested_overall
from grading.services import grades, moderation
from tests.factories.accounts import UserFactory
from tests.factories.grading import AssignmentFactory, GradeFactory, GradingRoundFactory, RoundItemFactory
from tests.factories.referrals import ReferralFactory
from tests.grading.giving import whole
from tests.people import NOW, Cast, make_cast


def item_of(cast: Cast, *given: int | None, state: str = "GRADING", position: int = 1) -> RoundItem:
    """A PPN of a round, assigned to Gail and Pam (and others), with these grades; None where one is missing."""
    round = GradingRound.objects.first() or GradingRoundFactory(force=cast.police, opened_by=cast.sam, state=state)
    item = RoundItemFactory(round=round, referral=ReferralFactory(author=cast.olu), position=position)
    graders = [cast.gail, cast.pam, *(UserFactory(roles=["PANEL_MEMBER"]) for _ in given[2:])]
    for grader, grade in zip(graders[: len(given)], given, strict=True):
        AssignmentFactory(item=item, grader=grader, graded=grade)
    return item


def assignment_of(item: RoundItem, grader) -> Assignment:
    return item.assignments.get(grader=grader)


def submit(item: RoundItem, grader, overall: int = 3, **fields) -> Grade:
    return grades.submit_grade(
        assignment_id=assignment_of(item, grader).pk, by=grader, at=NOW, **whole(overall, **fields)
    )


def agree(item: RoundItem, by, grade: int = 3, reason: str = "", discussed_by=None) -> RoundItem:
    """Discussed by all of its graders, unless it is said by whom."""
    if discussed_by is None:
        discussed_by = [one.grader for one in item.assignments.select_related("grader")]
    return moderation.record_agreed_grade(
        item_id=item.pk, grade=grade, reason=reason, discussed_by=discussed_by, by=by, at=NOW
    )


def test_submit_grade_keeps_what_was_given(cast):
    item = item_of(cast, None, None)

    grade = submit(
        item,
        cast.gail,
        4,
        criteria={"IDENTITY": 3, "ACTION": None},
        not_applicable={"ACTION": " The school had acted. "},
        strength=" Their own words. ",
        learning_point="Say who else lives there, and since when.",
    )

    grade.refresh_from_db()
    assert (grade.overall, grade.criteria) == (4, dict.fromkeys(Criterion.values, 4) | {"IDENTITY": 3, "ACTION": None})
    assert grade.not_applicable == {"ACTION": "The school had acted."}
    assert (grade.strength, grade.learning_point) == ("Their own words.", "Say who else lives there, and since when.")
    entry = Entry.objects.get(what="grading.graded")
    assert (entry.actor_id, entry.details) == (str(cast.gail.pk), {})


def test_the_last_grade_of_the_round_opens_moderation(cast):
    item = item_of(cast, 3, None)

    submit(item, cast.pam, 2)

    assert GradingRound.objects.get().state == "MODERATING"
    assert Entry.objects.filter(what="grading.round_all_graded").count() == 1


def test_the_round_stays_in_grading_while_one_grade_is_missing(cast):
    first = item_of(cast, 3, None)
    item_of(cast, 3, None, position=2)

    submit(first, cast.pam, 2)

    assert GradingRound.objects.get().state == "GRADING"


def test_the_same_grade_again_changes_nothing_and_another_is_refused(cast):
    item = item_of(cast, None, None)
    first = submit(item, cast.gail, 3, strength="Clear from the first line on.")

    assert submit(item, cast.gail, 3, strength=" Clear from the first line on. ") == first
    for other in (
        {"overall": 4, "strength": "Clear from the first line on."},
        {"overall": 3, "strength": "Something else."},
    ):
        with pytest.raises(grades.CannotGrade, match="already"):
            submit(item, cast.gail, **other)
    assert list(Grade.objects.values_list("overall", "strength")) == [(3, "Clear from the first line on.")]


@pytest.mark.parametrize("name", ["pam", "sam", "olu", "out"])
def test_nobody_grades_for_somebody_else(cast, name):
    item = item_of(cast, None, None)

    with pytest.raises(grades.CannotGrade, match="not yours"):
        grades.submit_grade(assignment_id=assignment_of(item, cast.gail).pk, **whole(3), by=getattr(cast, name), at=NOW)


def test_a_grader_whose_role_ended_does_not_grade(cast):
    item = item_of(cast, None, None)
    cast.gail.role_grants.all().delete()

    with pytest.raises(grades.CannotGrade, match="not yours"):
        submit(item, type(cast.gail).objects.get(pk=cast.gail.pk))


@pytest.mark.parametrize("overall", [0, 5, -1])
def test_a_grade_outside_1_to_4_is_refused_by_the_service_and_by_the_database(cast, overall):
    item = item_of(cast, None, None)

    with pytest.raises(grades.CannotGrade, match="1, 2, 3 or 4"):
        submit(item, cast.gail, overall)
    with pytest.raises(IntegrityError), transaction.atomic():
        GradeFactory(assignment=assignment_of(item, cast.gail), overall=overall)


def test_the_database_holds_one_grade_per_grader(cast):
    item = item_of(cast, 3, None)

    with pytest.raises(IntegrityError), transaction.atomic():
        GradeFactory(assignment=assignment_of(item, cast.gail))
    with pytest.raises(IntegrityError), transaction.atomic():
        AssignmentFactory(item=item, grader=cast.gail)


@pytest.mark.parametrize(
    ("criteria", "message"),
    [
        ({"HANDWRITING": 3}, "Unknown criterion: HANDWRITING"),
        ({"TIMELY": 5}, "A mark is 1, 2, 3 or 4"),
        ({"VOICE": None}, "applies to every PPN"),
        ({"IDENTITY": None}, "applies to every PPN"),
    ],
)
def test_marks_that_the_rubric_does_not_know_are_refused(cast, criteria, message):
    item = item_of(cast, None, None)

    with pytest.raises(grades.CannotGrade, match=message):
        submit(item, cast.gail, criteria=criteria)


@pytest.mark.parametrize("state", ["DRAWN", "MODERATING", "PUBLISHED"])
def test_a_round_that_is_not_being_graded_takes_no_grade(cast, state):
    item = item_of(cast, None, None, state=state)

    with pytest.raises(grades.CannotGrade, match="not being graded"):
        submit(item, cast.gail)


def marks(*given: int | None) -> dict[str, int | None]:
    """By criterion, in the order of the rubric."""
    return dict(zip(Criterion.values, given, strict=True))


@pytest.mark.parametrize(
    ("given", "suggested"),
    [
        ((3, 3, 3, 3, 3, 3, 3, 3, 3, 3), 3),
        ((4, 4, 4, 1, 4, 4, 4, 4, 4, 4), 2),
        ((4, 1, 4, 4, 4, 4, 4, 4, 4, 4), 2),
        ((4, 4, 4, 4, 1, 4, 4, 4, 4, 4), 2),
        ((3, 3, 3, 2, 4, 3, 2, 3, 3, 3), 3),
        ((2, 3, 2, 3, 2, 3, 2, 3, 2, 3), 2),
        ((4, 4, 4, 4, 4, 1, 4, 4, 4, 4), 3),
        ((None, 4, 4, 4, None, 4, 4, None, 4, 3), 4),
        ((1, 1, 1, 1, 1, 1, 1, 1, 1, 1), 1),
    ],
)
def test_ten_marks_suggest_their_middle_no_more_than_their_worst_allows(given, suggested):
    """The five examples of the panel's rules, and the caps one by one."""
    assert suggested_overall(marks(*given)) == suggested


def without(*names: str) -> dict[str, int | None]:
    return {name: 3 for name in Criterion.values if name not in names}


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        ({"criteria": without("TIMELY", "VOICE")}, {"TIMELY", "VOICE"}),
        ({"criteria": {}}, set(Criterion.values)),
        ({"criteria": without() | {"RISK": None}}, {"RISK_WHY_NOT"}),
        ({"criteria": without() | {"RISK": None}, "not_applicable": {"RISK": "  "}}, {"RISK_WHY_NOT"}),
        ({"not_applicable": {"RISK": "It is marked all the same."}}, {"RISK_WHY_NOT"}),
        ({"strength": " "}, {"strength"}),
        ({"learning_point": ""}, {"learning_point"}),
        ({"strength": "x" * 25, "learning_point": "y" * 24}, {"learning_point"}),
        ({"overall": 2}, {"reason"}),
        ({"overall": None, "criteria": without("VOICE"), "strength": ""}, {"overall", "VOICE", "strength"}),
    ],
)
def test_a_grade_needs_ten_marks_or_reasons_and_words_that_the_writer_can_use(cast, changed, problems):
    item = item_of(cast, None, None)
    given = {"overall": 3, "criteria": without(), "strength": "x" * 25, "learning_point": "y" * 25} | changed
    asked = {"assignment_id": assignment_of(item, cast.gail).pk, "by": cast.gail, "at": NOW}

    with pytest.raises(grades.Incomplete) as refused:
        grades.submit_grade(**asked, **given)
    assert set(refused.value.problems) == problems
    assert not Grade.objects.exists()


def test_fifty_characters_together_are_enough(cast):
    item = item_of(cast, None, None)

    assert submit(item, cast.gail, strength="x" * 25, learning_point="y" * 25)


def test_while_a_mark_is_missing_nothing_is_suggested():
    assert suggested_overall({}) is None
    assert suggested_overall({"VOICE": 1, "CONCERN": 1}) is None


def test_who_grades_otherwise_than_the_marks_suggest_says_why(cast):
    item = item_of(cast, None, None)
    given = marks(4, 4, 4, 1, 4, 4, 4, 4, 4, 4)

    with pytest.raises(grades.CannotGrade, match="Your marks suggest 2 Needs improvement: say why you grade it 3"):
        submit(item, cast.gail, 3, criteria=given, reason="  ")
    assert submit(item, cast.gail, 3, criteria=given, reason=" The child is a baby. ").reason == "The child is a baby."
    assert submit(item, cast.pam, 2, criteria=given).reason == ""


def test_nobody_may_see_grades_or_results_before_all_are_in(cast):
    item = item_of(cast, 1, 4)
    item_of(cast, 1, None, position=2)

    for person in cast.everyone().values():
        assert not can_see_grades(person, item)
        assert not can_see_results(person, item.round)


def test_graders_see_each_others_grades_and_supervisors_the_results_once_all_are_in(cast):
    item = item_of(cast, 1, 4, state="MODERATING")

    assert {name for name, one in cast.everyone().items() if can_see_grades(one, item)} == {"gail", "pam", "sam"}
    assert {name for name, one in cast.everyone().items() if can_see_results(one, item.round)} == {"sam"}


def test_results_count_agreed_grades_only(cast):
    item_of(cast, 1, 1, state="MODERATING", position=1)
    for position, grade in enumerate([2, 3, 3, 4], start=2):
        agree(item_of(cast, grade, grade, position=position), cast.sam, grade)

    results = results_of(GradingRound.objects.get())

    assert (results.summary.counts, results.n, results.items) == ((0, 1, 2, 1), 4, 5)
    assert (str(results.mean), str(results.median), str(results.good.percent)) == ("3.00", "3.0", "75.0")


def test_results_of_nothing_have_no_mean(cast):
    item_of(cast, None, None)

    results = results_of(GradingRound.objects.get())
    assert (results.mean, results.median) == (None, None)


def test_waiting_counts_ones_own_ungraded_ppns_and_rounds_to_moderate(cast):
    item = item_of(cast, 3, None)

    assert queries.waiting_for(cast.gail, at=NOW) == queries.waiting_for(cast.sam, at=NOW) == []
    (line,) = queries.waiting_for(cast.pam, at=NOW)
    assert (line.title, line.count, line.url) == ("PPN for you to grade", 1, f"/grading/rounds/{item.round_id}/")

    submit(item, cast.pam)
    (line,) = queries.waiting_for(cast.sam, at=NOW)
    assert (line.title, line.count) == ("grading round to moderate", 1)
    assert queries.waiting_for(cast.pam, at=NOW) == []


def test_next_item_goes_on_from_here_and_then_back_to_what_was_left_out(cast):
    first, second, third = (item_of(cast, None, None, position=number) for number in (1, 2, 3))
    round = first.round

    assert next_item_to_grade(cast.gail, round, after=second) == third
    submit(third, cast.gail)
    assert next_item_to_grade(cast.gail, round, after=third) == first
    submit(first, cast.gail)
    submit(second, cast.gail)
    assert next_item_to_grade(cast.gail, round, after=second) is None


def test_every_criterion_has_a_descriptor_for_every_mark():
    assert [one.criterion for one in RUBRIC] == list(Criterion)
    texts = [text for one in RUBRIC for text in one.descriptors.values()]
    assert len(set(texts)) == 40


@pytest.mark.django_db(transaction=True)
def test_two_last_graders_at_the_same_moment_open_moderation_once():
    cast = make_cast()
    item = item_of(cast, None, None)
    together, failures = threading.Barrier(2), []

    def grade(grader) -> None:
        try:
            together.wait(timeout=10)
            submit(item, grader)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=grade, args=(grader,)) for grader in (cast.gail, cast.pam)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert failures == []
    assert GradingRound.objects.get().state == "MODERATING"
    assert Entry.objects.filter(what="grading.round_all_graded").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_grade_sent_twice_at_the_same_moment_is_kept_once():
    cast = make_cast()
    item = item_of(cast, None, None)
    together, failures = threading.Barrier(2), []

    def grade() -> None:
        try:
            together.wait(timeout=10)
            submit(item, cast.gail)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=grade) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert failures == []
    assert Grade.objects.count() == 1


def test_a_read_of_a_sampled_ppn_is_found_under_the_referral(cast):
    item = item_of(cast, None, None)

    grades.read_item(item_id=item.pk, by=cast.pam, at=NOW + timedelta(minutes=1))

    entry = Entry.objects.get(what="grading.item_read")
    assert (entry.verb, entry.object_id, entry.actor_id) == ("READ", str(item.referral_id), str(cast.pam.pk))
