"""A drawn PPN is not replaced by anybody, at any time, or for no reason; the database holds to it too."""

from typing import Any

import pytest
from django.db import Error, IntegrityError, transaction

from grading.enums import RemovalReason
from grading.models import AgreedGrade, GradingRound, Removal
from grading.services import grades, replacing, rounds
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.grading import AssignmentFactory, GradingRoundFactory, RoundItemFactory
from tests.factories.referrals import ReferralFactory
from tests.grading.giving import whole
from tests.grading.test_redraw import withdraw
from tests.grading.test_replacing import LATER, SOON, WORDS, being_graded, item_of, kept, replace
from tests.grading.test_rounds import drawn_round
from tests.people import NOW, Cast
from tests.races import at_once

# --- refusals -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["gail", "pam", "leda", "tess", "olu", "mina", "rae"])
def test_only_who_runs_the_round_replaces(cast, name):
    round = being_graded(cast)
    before = kept(round)

    with pytest.raises(replacing.CannotReplaceItem, match="Only a MASH supervisor of this force"):
        replace(cast, item_of(round, 1), by=getattr(cast, name))
    assert kept(round) == before


def test_a_supervisor_of_another_force_replaces_nothing(cast):
    neighbour = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["MASH_SUPERVISOR"])

    with pytest.raises(replacing.CannotReplaceItem, match="Only a MASH supervisor of this force"):
        replace(cast, item_of(drawn_round(cast), 1), by=neighbour)


@pytest.mark.parametrize("state", ["MODERATING", "PUBLISHED"])
def test_nothing_is_replaced_once_all_grades_are_in(cast, state):
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state=state)
    item = RoundItemFactory(round=round, referral=ReferralFactory(author=cast.olu), position=1)

    with pytest.raises(replacing.CannotReplaceItem, match="before all grades are in"):
        replace(cast, item)


@pytest.mark.parametrize("words", ["", "   ", "Too short.", " " * 15 + "Too short." + " " * 15])
def test_a_reason_in_a_word_or_two_is_none(cast, words):
    with pytest.raises(replacing.CannotReplaceItem, match="at least 30 characters"):
        replace(cast, item_of(drawn_round(cast), 1), words=words)


def test_what_was_not_withdrawn_is_not_replaced_as_withdrawn(cast):
    with pytest.raises(replacing.NotThatReason, match="PPN 1 was not withdrawn"):
        replace(cast, item_of(drawn_round(cast), 1), reason=RemovalReason.WITHDRAWN)


def test_who_graded_it_replaces_it_only_when_it_was_withdrawn(cast):
    round = being_graded(cast)
    item = item_of(round, 1)
    both = UserFactory(agency=cast.police, roles=["MASH_SUPERVISOR", "PANEL_MEMBER"])
    AssignmentFactory(item=item, grader=both, graded=1)
    with pytest.raises(replacing.CannotReplaceItem, match="You graded PPN 1"):
        replace(cast, item, by=both)

    withdraw(item.referral, by=cast.sam, at=SOON)
    assert replace(cast, item, by=both, reason=RemovalReason.WITHDRAWN).successor.position == 5


def test_a_ppn_is_replaced_once(cast):
    round = drawn_round(cast)
    replace(cast, item_of(round, 1))
    before = kept(round)

    with pytest.raises(replacing.CannotReplaceItem, match="PPN 1 was replaced already"):
        replace(cast, item_of(round, 1))
    assert kept(round) == before


def test_without_a_log_entry_nothing_is_replaced(cast, monkeypatch):
    round = being_graded(cast)
    before = kept(round)

    def refuse(**_details: object) -> None:
        raise RuntimeError("no log")

    monkeypatch.setattr(replacing.audit, "record", refuse)
    with pytest.raises(RuntimeError), transaction.atomic():
        replace(cast, item_of(round, 1))
    assert kept(round) == before


@pytest.mark.django_db(transaction=True)
def test_of_two_who_replace_the_same_ppn_at_once_one_does(cast):
    round = being_graded(cast)
    item = item_of(round, 1)

    given = at_once(lambda: replace(cast, item), lambda: replace(cast, item), refusal=replacing.CannotReplaceItem)

    assert sorted(type(one).__name__ for one in given) == ["CannotReplaceItem", "Removal"]
    assert round.items.count() == 5
    assert Removal.objects.get().successor.assignments.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_ppns_replaced_at_once_get_two_others(cast):
    round = being_graded(cast)
    one, two = item_of(round, 1), item_of(round, 2)

    at_once(lambda: replace(cast, one), lambda: replace(cast, two))

    assert {removal.successor.position for removal in Removal.objects.all()} == {5, 6}
    assert len(rounds.redraw_round(round_id=round.pk, by=cast.sam, at=LATER)) == 6


@pytest.mark.django_db(transaction=True)
def test_the_last_grade_and_a_replacement_at_once_leave_a_round_that_can_go_on(cast):
    round = being_graded(cast, size=1, population=3)
    item = item_of(round, 1)
    first, last = item.assignments.select_related("grader")
    grades.submit_grade(assignment_id=first.pk, **whole(3), by=first.grader, at=NOW)

    given = at_once(
        lambda: grades.submit_grade(assignment_id=last.pk, **whole(3), by=last.grader, at=LATER),
        lambda: replace(cast, item),
        refusal=(grades.CannotGrade, replacing.CannotReplaceItem),
    )

    round.refresh_from_db()
    was_replaced = isinstance(given[1], Removal)
    assert was_replaced is isinstance(given[0], grades.CannotGrade)
    assert (round.state == "GRADING") is was_replaced


# --- what the database holds ----------------------------------------------------------------------------------------------------


def removal_row(cast: Cast, round: GradingRound, **fields: Any) -> dict[str, Any]:
    row = {"item": item_of(round, 1), "successor": item_of(round, 2), "reason": "OTHER", "words": WORDS}
    return row | {"removed_at": NOW, "removed_by": cast.sam} | fields


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"words": "Too short."}, "removal_says_why_in_words"),
        ({"successor": None}, "removal_without_successor_is_of_what_was_withdrawn"),
        ({"removed_by": None}, "removed_by"),
        ({"removed_at": None}, "removed_at"),
    ],
)
def test_the_database_refuses_a_removal_that_cannot_be(cast, wrong, name):
    round = drawn_round(cast)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Removal.objects.create(**removal_row(cast, round, **wrong))


def test_the_database_refuses_a_ppn_in_its_own_place_and_two_in_one_place(cast):
    round = drawn_round(cast)
    with pytest.raises(IntegrityError, match="removal_leads_to_another"), transaction.atomic():
        Removal.objects.create(**removal_row(cast, round, successor=item_of(round, 1)))
    Removal.objects.create(**removal_row(cast, round))

    with pytest.raises(IntegrityError, match="item_id"), transaction.atomic():
        Removal.objects.create(**removal_row(cast, round, successor=item_of(round, 3)))
    with pytest.raises(IntegrityError, match="successor_id"), transaction.atomic():
        Removal.objects.create(**removal_row(cast, round, item=item_of(round, 3)))


def test_the_database_refuses_another_in_its_place_once_all_grades_are_in_and_one_of_another_round(cast):
    round = drawn_round(cast)
    elsewhere = RoundItemFactory(referral=ReferralFactory(author=cast.olu))
    with pytest.raises(Error, match="of the same draw"), transaction.atomic():
        Removal.objects.create(**removal_row(cast, round, successor=elsewhere))

    late = GradingRoundFactory(
        force=cast.police, opened_by=cast.sam, state="MODERATING", starts_on="2025-01-01", ends_on="2025-03-31"
    )
    for position in (1, 2):
        RoundItemFactory(round=late, referral=ReferralFactory(author=cast.olu), position=position)
    with pytest.raises(Error, match="before all grades are in"), transaction.atomic():
        Removal.objects.create(**removal_row(cast, late))


def test_the_database_refuses_to_change_or_take_back_a_removal(cast):
    replace(cast, item_of(drawn_round(cast), 1))

    with pytest.raises(Error, match="never changed"), transaction.atomic():
        Removal.objects.update(words="Some other words, and enough of them.")
    with pytest.raises(Error, match="never changed"), transaction.atomic():
        Removal.objects.all().delete()


def test_the_database_takes_no_agreed_grade_of_what_was_replaced(cast):
    item = item_of(drawn_round(cast), 1)
    replace(cast, item)

    with pytest.raises(Error, match="that was replaced"), transaction.atomic():
        AgreedGrade.objects.create(item=item, number=1, grade=3, agreed_at=LATER, agreed_by=cast.sam)
