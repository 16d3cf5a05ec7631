"""Agreeing a grade together: what must be discussed, who records it, and what stays as it was given."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from audit.models import Entry
from grading.models import AgreedGrade, Grade, GradingRound, RoundItem
from grading.queries import rounds as queries
from grading.queries.grades import comparison_of
from grading.services import moderation
from tests.factories.accounts import UserFactory
from tests.factories.grading import AssignmentFactory
from tests.grading.test_grades import agree, item_of
from tests.people import NOW


def test_agree_needs_every_assigned_grade(cast):
    item = item_of(cast, 3, None, 3)

    with pytest.raises(moderation.CannotAgree, match="2 of 3 grades are in"):
        agree(item, cast.sam)


def test_agree_needs_all_grades_of_the_round(cast):
    item = item_of(cast, 3, 3)
    item_of(cast, 3, None, position=2)

    with pytest.raises(moderation.CannotAgree, match="all grades of the round"):
        agree(item, cast.sam)


def test_agree_what_all_gave_needs_no_reason(cast):
    item = agree(item_of(cast, 3, 3, state="MODERATING"), cast.sam)

    item.refresh_from_db()
    assert (item.agreed_grade, item.agreed_reason, item.agreed_by, item.agreed_at) == (3, "", cast.sam, NOW)
    entry = Entry.objects.get(what="grading.grade_agreed")
    assert entry.details == {"grade": 3, "discussed_by": 2}


@pytest.mark.parametrize(("given", "agreed"), [((2, 4), 3), ((2, 3), 3), ((3, 3), 4)])
def test_agree_anything_else_needs_a_reason(cast, given, agreed):
    item = item_of(cast, *given, state="MODERATING")

    with pytest.raises(moderation.CannotAgree, match="Give the reason"):
        agree(item, cast.sam, agreed, "  ")
    agree(item, cast.sam, agreed, "The voice of the child is there, on page two.")

    item.refresh_from_db()
    assert (item.agreed_grade, item.agreed_reason) == (agreed, "The voice of the child is there, on page two.")


def test_the_graders_own_grades_stay_after_agreement(cast):
    item = item_of(cast, 2, 4, state="MODERATING")

    agree(item, cast.sam, 3, "Discussed.")

    assert sorted(Grade.objects.values_list("overall", flat=True)) == [2, 4]


@pytest.mark.parametrize(
    ("given", "is_to_discuss"),
    [
        ((3, 4), False),
        ((3, 3), False),
        ((2, 2), False),
        ((4, 4), False),
        ((2, 3), True),
        ((2, 4), True),
        ((1, 3), True),
        ((1, 2), True),
        ((1, 1), True),
        ((3, 4, 2), True),
        ((3, 4, 3), False),
    ],
)
def test_two_apart_good_for_one_only_or_very_poor_for_anybody_is_discussed(cast, given, is_to_discuss):
    item = item_of(cast, *given, state="MODERATING")

    assert comparison_of(item).must_be_discussed is is_to_discuss
    assert queries.items_with_progress(item.round, viewer=cast.sam)[0].is_to_discuss is is_to_discuss
    if is_to_discuss:
        with pytest.raises(moderation.CannotAgree, match="say which of them discussed it"):
            agree(item, cast.sam, given[0], "Read again.", discussed_by=[cast.gail])
        assert not AgreedGrade.objects.exists()
    agreed = agree(item, cast.sam, given[0], "Read again.", discussed_by=[cast.gail, cast.pam])

    assert set(agreed.agreed_grades.get().discussed_by.all()) == {cast.gail, cast.pam}


def test_what_is_to_be_discussed_does_not_show_before_all_grades_are_in(cast):
    item = item_of(cast, 1, 4)
    item_of(cast, None, 3, position=2)

    assert not any(one.is_to_discuss for one in queries.items_with_progress(item.round, viewer=cast.sam))


def test_only_its_graders_discuss_a_ppn(cast):
    item = item_of(cast, 2, 4, state="MODERATING")

    with pytest.raises(moderation.CannotAgree, match="1 of those who discussed it did not grade this PPN"):
        agree(item, cast.sam, 3, "Discussed.", discussed_by=[cast.gail, cast.pam, cast.olu])


def test_a_correction_keeps_what_was_agreed_before_with_its_reason(cast):
    item = item_of(cast, 2, 4, state="MODERATING")
    agree(item, cast.sam, 3, "The ask is clear.")

    agree(item, cast.sam, 2, "The voice is missing.")

    rows = item.agreed_grades.order_by("number").values_list("number", "grade", "reason")
    assert list(rows) == [(1, 3, "The ask is clear."), (2, 2, "The voice is missing.")]
    item.refresh_from_db()
    assert (item.agreed_grade, item.agreed_reason) == (2, "The voice is missing.")


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Grade, {"overall": 4}),
        (Grade, {"learning_point": "Other words."}),
        (AgreedGrade, {"grade": 4}),
        (AgreedGrade, {"reason": "Another."}),
        (GradingRound, {"seed": "one that gives other PPNs"}),
        (GradingRound, {"rule": "All PPNs"}),
        (GradingRound, {"filter": {"types": ["CHILD"]}}),
        (GradingRound, {"selected_at_opening": 999}),
        (GradingRound, {"strata": "TEAM"}),
        (GradingRound, {"frame_strata": {"CHILD": 30}}),
        (GradingRound, {"size": 3}),
        (GradingRound, {"frame_digest": "1" * 64}),
        (GradingRound, {"drawn_at": NOW + timedelta(days=1)}),
    ],
)
def test_the_database_refuses_to_change_what_was_given_agreed_or_drawn(cast, model, change):
    agree(item_of(cast, 2, 4, state="MODERATING"), cast.sam, 3, "Discussed.")

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        model.objects.update(**change)


def test_the_database_refuses_to_change_an_agreed_grade_once_the_round_is_published(cast):
    item = item_of(cast, 3, 3, state="MODERATING")
    agree(item, cast.sam)
    GradingRound.objects.update(state="PUBLISHED", published_at=NOW, published_by=cast.sam)

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        RoundItem.objects.filter(pk=item.pk).update(agreed_grade=4)


def test_a_correction_needs_a_reason_and_the_same_again_changes_nothing(cast):
    item = item_of(cast, 3, 3, state="MODERATING")
    agree(item, cast.sam)
    agree(item, cast.sam)
    assert Entry.objects.filter(what__startswith="grading.").count() == 1

    agree(item, cast.sam, 2, "Read again.")
    with pytest.raises(moderation.CannotAgree, match="Give the reason"):
        agree(item, cast.sam, 3)

    assert Entry.objects.filter(what="grading.agreed_grade_corrected").count() == 1


def test_a_supervisor_who_is_one_of_the_graders_that_differ_does_not_settle_it(cast):
    judge = UserFactory(agency=cast.police, roles=["MASH_SUPERVISOR", "PANEL_MEMBER"])
    item = item_of(cast, 2, 2, state="MODERATING")
    AssignmentFactory(item=item, grader=judge, graded=3)

    with pytest.raises(moderation.CannotAgree, match="another supervisor"):
        agree(item, judge, 3, "Mine is right.")
    agree(item, cast.sam, 3, "Discussed.")


def test_a_supervisor_who_graded_as_all_others_did_may_record_it(cast):
    judge = UserFactory(agency=cast.police, roles=["MASH_SUPERVISOR", "PANEL_MEMBER"])
    item = item_of(cast, 2, 2, state="MODERATING")
    AssignmentFactory(item=item, grader=judge, graded=2)

    assert agree(item, judge, 2).agreed_by == judge


def test_nobody_agrees_the_grade_of_their_own_ppn(cast):
    item = item_of(cast, 3, 3, state="MODERATING")
    type(item.referral).objects.filter(pk=item.referral_id).update(author=cast.sam)

    with pytest.raises(moderation.CannotAgree, match="they wrote"):
        agree(item, cast.sam)


@pytest.mark.parametrize("name", ["gail", "pam", "olu", "mina", "ada"])
def test_only_a_supervisor_agrees(cast, name):
    item = item_of(cast, 3, 3, state="MODERATING")

    with pytest.raises(moderation.CannotAgree, match="Only a MASH supervisor"):
        agree(item, getattr(cast, name))


def test_a_published_round_takes_no_other_agreed_grade(cast):
    item = item_of(cast, 3, 3, state="PUBLISHED")

    with pytest.raises(moderation.CannotAgree, match="published"):
        agree(item, cast.sam)


@pytest.mark.parametrize(
    "fields",
    [
        {"agreed_grade": 3},
        {"agreed_at": NOW},
        {"agreed_reason": "Because."},
        {"agreed_grade": 5, "agreed_at": NOW, "by": True},
        {"agreed_grade": 3, "by": True},
    ],
)
def test_the_database_holds_agreed_grade_who_and_when_together(cast, fields):
    item = item_of(cast)
    if fields.pop("by", False):
        fields["agreed_by"] = cast.sam

    with pytest.raises(IntegrityError), transaction.atomic():
        RoundItem.objects.filter(pk=item.pk).update(**fields)
