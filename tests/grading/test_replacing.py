"""A PPN that was drawn is replaced by the next of its draw: nobody chooses it, everybody sees it, and nothing counts twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, IntegrityError, transaction
from django.urls import reverse

from audit.models import Entry
from common.statistics import sampling
from grading.enums import GroupBy, RemovalReason
from grading.models import AgreedGrade, Assignment, Grade, GradingRound, Removal, RoundItem
from grading.queries.agreement import agreement_in
from grading.queries.breakdowns import grouped
from grading.queries.drift import drift_for
from grading.queries.grades import assignments_in, next_item_to_grade
from grading.queries.panel import progress_by_grader
from grading.queries.results import results_of, shown_to
from grading.queries.rounds import frame, listed_rounds, waiting_for
from grading.queries.trend import trend_for
from grading.services import grades, moderation, panel, replacing, rounds
from referrals.models import Referral
from tests.factories import parts as deeds
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.grading import AssignmentFactory, GradeFactory, GradingRoundFactory, RoundItemFactory
from tests.factories.referrals import ReferralFactory
from tests.grading.test_redraw import command, withdraw
from tests.grading.test_rounds import drawn_round
from tests.people import NOW, Cast
from tests.races import at_once
from tests.reading import text_of
from tests.tampering import walls_down

WORDS = "The street is named in a way that tells whose home it is."
SOON, LATER = NOW + timedelta(minutes=1), NOW + timedelta(hours=1)


def being_graded(cast: Cast, *, graders: int = 2, **size: int) -> GradingRound:
    """Drawn from nine PPNs unless told otherwise, and shared out to Gail and another officer, Pam and another partner."""
    round = drawn_round(cast, **size)
    others = [UserFactory(agency=cast.police, roles=["PANEL_MEMBER"]), UserFactory(roles=["PANEL_MEMBER"])]
    rounds.assign_graders(
        round_id=round.pk, graders=[cast.gail, cast.pam, *others], graders_per_item=graders, by=cast.sam, at=NOW
    )
    round.refresh_from_db()
    return round


def item_of(round: GradingRound, position: int) -> RoundItem:
    return round.items.select_related("referral").get(position=position)


def replace(cast: Cast, item: RoundItem, **changed: Any) -> Removal:
    asked = {"reason": RemovalReason.RECOGNISED, "words": WORDS, "by": cast.sam, "at": LATER}
    return replacing.replace_item(item_id=item.pk, **asked | changed)


def replace_withdrawn(cast: Cast, item: RoundItem) -> Removal:
    withdraw(item.referral, by=cast.sam, at=SOON)
    return replace(cast, item, reason=RemovalReason.WITHDRAWN)


def grade_all(round: GradingRound, overall: int = 3) -> None:
    for place in Assignment.objects.waiting().filter(item__round=round).select_related("grader"):
        grades.submit_grade(assignment_id=place.pk, overall=overall, by=place.grader, at=LATER)
    round.refresh_from_db()


def agree_all(round: GradingRound, cast: Cast) -> None:
    for item in round.items.awaiting_agreement().order_by("position"):
        moderation.record_agreed_grade(item_id=item.pk, grade=3, by=cast.sam, at=LATER)


def kept(round: GradingRound) -> tuple[Any, ...]:
    """All that a replacement could have changed."""
    return (
        list(round.items.order_by("position").values_list("position", "referral")),
        Assignment.objects.count(),
        Removal.objects.count(),
        Entry.objects.count(),
        GradingRound.objects.get(pk=round.pk).state,
    )


# --- who comes in its place -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", [RemovalReason.RECOGNISED, RemovalReason.NO_GRADER, RemovalReason.OTHER])
def test_the_next_ticket_of_the_same_draw_comes_in_its_place(cast, reason):
    round = drawn_round(cast)
    fifth = sampling.draw(round.seed, frame(round, at=round.drawn_at), 5)[4]

    removal = replace(cast, item_of(round, 2), reason=reason)

    entered = removal.successor
    assert (entered.position, str(entered.referral_id), entered.ticket) == (5, fifth.id, fifth.ticket)
    assert [item.position for item in round.items.standing().order_by("position")] == [1, 3, 4, 5]


def test_it_says_who_replaced_what_when_and_why(cast):
    round = drawn_round(cast)
    item = item_of(round, 2)

    replace(cast, item)

    removal = Removal.objects.get()
    assert (removal.item, removal.reason, removal.words) == (item, "RECOGNISED", WORDS)
    assert (removal.removed_by, removal.removed_at) == (cast.sam, LATER)
    entry = Entry.objects.get(what="grading.item_replaced")
    assert (entry.actor_id, entry.details["item"], entry.reason) == (
        str(cast.sam.pk),
        str(item.pk),
        "RECOGNISED",
    )


def test_a_next_one_that_was_withdrawn_itself_is_passed_over_and_stands_in_the_list(cast):
    round = drawn_round(cast)
    fifth = sampling.draw(round.seed, frame(round, at=round.drawn_at), 5)[4]
    withdraw(Referral.objects.get(pk=fifth.id), by=cast.sam, at=SOON)

    replace(cast, item_of(round, 2))

    assert [item.position for item in round.items.standing().order_by("position")] == [1, 3, 4, 6]
    passed_over = Removal.objects.get(item__position=5)
    assert (passed_over.successor.position, passed_over.reason) == (6, "WITHDRAWN")


def test_the_version_that_counts_is_the_one_of_when_it_came_in(cast):
    round = drawn_round(cast)
    fifth = sampling.draw(round.seed, frame(round, at=round.drawn_at), 5)[4]
    deeds.amends(Referral.objects.get(pk=fifth.id), cast.olu)

    assert replace(cast, item_of(round, 1)).successor.version == 2


def test_when_every_ppn_was_drawn_only_what_was_withdrawn_goes(cast):
    round = drawn_round(cast, size=4, population=4)
    with pytest.raises(replacing.CannotReplaceItem, match="Every PPN of the quarter was drawn already"):
        replace(cast, item_of(round, 2))
    assert not Removal.objects.exists()

    removal = replace_withdrawn(cast, item_of(round, 2))

    assert removal.successor is None
    assert round.items.standing().count() == 3


# --- who grades it ----------------------------------------------------------------------------------------------------------


def test_as_many_graders_as_before_take_it_one_of_them_a_partner(cast):
    round = being_graded(cast, graders=3)

    removal = replace(cast, item_of(round, 1))

    graders = [place.grader for place in removal.successor.assignments.all()]
    assert len(graders) == len(set(graders)) == 3
    assert any(not grader.agency.is_police for grader in graders)


def test_the_least_loaded_take_it_the_partner_first_and_what_was_replaced_is_no_load(cast):
    round = being_graded(cast)
    panel_of_round = {place.grader for place in Assignment.objects.select_related("grader__agency")}
    load = {one: Assignment.objects.of(one).exclude(item__position=1).count() for one in panel_of_round}

    removal = replace(cast, item_of(round, 1))

    taken = {place.grader for place in removal.successor.assignments.select_related("grader__agency")}
    assert len(taken) == 2
    partners = [load[one] for one in taken if not one.agency.is_police]
    assert min(load[one] for one in load if not one.agency.is_police) in partners
    first = min(taken, key=lambda one: (one.agency.is_police, load[one]))
    (second,) = taken - {first}
    assert load[second] == min(load[one] for one in load if one != first)


def test_nobody_with_a_hand_in_it_takes_it_and_the_place_stays_open(cast):
    round = being_graded(cast)
    fifth = sampling.draw(round.seed, frame(round, at=round.drawn_at), 5)[4]
    partners = {place.grader for place in Assignment.objects.all() if not place.grader.agency.is_police}
    referral = Referral.objects.get(pk=fifth.id)
    for partner in partners:
        deeds.sets_the_risk(referral, partner)

    removal = replace(cast, item_of(round, 1))

    taken = [place.grader for place in removal.successor.assignments.order_by("grader")]
    assert len(taken) == 2
    assert taken[1] is None
    assert taken[0].agency == cast.police
    assert "PPN without a grader" in [one.title for one in waiting_for(cast.sam, at=LATER)]


def test_before_graders_are_assigned_the_sample_that_stands_is_shared_out(cast):
    round = drawn_round(cast)
    replace(cast, item_of(round, 1))

    rounds.assign_graders(round_id=round.pk, graders=[cast.gail, cast.pam], by=cast.sam, at=LATER)

    assert set(Assignment.objects.values_list("item__position", flat=True)) == {2, 3, 4, 5}


def test_a_sample_of_which_all_was_withdrawn_is_not_shared_out(cast):
    round = drawn_round(cast, size=1, population=1)
    replace_withdrawn(cast, item_of(round, 1))

    with pytest.raises(rounds.CannotAssign, match="nothing to grade"):
        rounds.assign_graders(round_id=round.pk, graders=[cast.gail, cast.pam], by=cast.sam, at=LATER)


# --- what becomes of the grades -----------------------------------------------------------------------------------------------


def test_a_grade_of_what_was_replaced_stays_as_it_was_given_and_counts_nowhere(cast):
    round = being_graded(cast)
    item = item_of(round, 1)
    place = item.assignments.select_related("grader").first()
    grades.submit_grade(assignment_id=place.pk, overall=1, by=place.grader, at=NOW)

    replace(cast, item)
    grade_all(round)
    agree_all(round, cast)

    assert Grade.objects.get(assignment=place).overall == 1
    assert round.state == "MODERATING"
    assert (results_of(round).summary.counts, results_of(round).items) == ((0, 0, 4, 0), 4)
    assert agreement_in(round).overall.items == 4


def test_nobody_grades_what_was_replaced_nor_finds_it_among_theirs(cast):
    round = being_graded(cast)
    item = item_of(round, 1)
    place = item.assignments.select_related("grader").first()

    replace(cast, item)

    with pytest.raises(grades.CannotGrade, match="withdrawn or replaced"):
        grades.submit_grade(assignment_id=place.pk, overall=3, by=place.grader, at=LATER)
    assert item not in [one.item for one in assignments_in(round, place.grader)]
    assert next_item_to_grade(place.grader, round) != item
    with pytest.raises(panel.CannotDeclare, match="not yours"):
        panel.declare_conflict(assignment_id=place.pk, reason="A neighbour.", by=place.grader, at=LATER)


def test_the_last_ppn_that_waited_is_left_out_and_grading_ends(cast):
    round = being_graded(cast, size=2, population=2)
    withdraw(item_of(round, 2).referral, by=cast.sam, at=SOON)
    grade_all(round)
    assert round.state == "GRADING"

    replace(cast, item_of(round, 2), reason=RemovalReason.WITHDRAWN)

    round.refresh_from_db()
    assert round.state == "MODERATING"


def test_what_was_withdrawn_waits_for_the_supervisor_and_not_for_graders(cast):
    round = being_graded(cast)
    item = item_of(round, 1)
    place = item.assignments.select_related("grader").first()
    withdraw(item.referral, by=cast.sam, at=SOON)

    with pytest.raises(grades.CannotGrade, match="withdrawn or replaced"):
        grades.submit_grade(assignment_id=place.pk, overall=3, by=place.grader, at=LATER)
    assert "withdrawn PPN to replace" in [one.title for one in waiting_for(cast.sam, at=LATER)]
    replace(cast, item, reason=RemovalReason.WITHDRAWN)
    assert "withdrawn PPN to replace" not in [one.title for one in waiting_for(cast.sam, at=LATER)]


def test_lists_count_what_is_left_to_grade_without_what_was_replaced_or_withdrawn(cast):
    round = being_graded(cast, graders=4)
    assert [(one.items_count, one.assigned, one.mine) for one in listed_rounds(cast.gail)] == [(4, 16, 4)]

    withdraw(item_of(round, 1).referral, by=cast.sam, at=SOON)
    assert [(one.items_count, one.assigned, one.mine) for one in listed_rounds(cast.gail)] == [(4, 12, 3)]

    replace(cast, item_of(round, 1), reason=RemovalReason.WITHDRAWN)
    assert [(one.items_count, one.assigned, one.mine) for one in listed_rounds(cast.gail)] == [(4, 16, 4)]


def test_an_open_place_of_what_was_replaced_needs_nobody(cast):
    round = being_graded(cast)
    item = item_of(round, 1)
    place = item.assignments.select_related("grader").first()
    panel.declare_conflict(assignment_id=place.pk, reason="A neighbour.", by=place.grader, at=NOW)

    replace(cast, item)

    assert not Assignment.objects.open_places().exists()
    with pytest.raises(panel.CannotReplace, match="needs no grader"):
        panel.fill_place(assignment_id=place.pk, successor=UserFactory(roles=["PANEL_MEMBER"]), by=cast.sam, at=LATER)


def test_what_is_withdrawn_once_all_grades_are_in_is_left_out_and_published_figures_never_move(cast):
    round = being_graded(cast)
    grade_all(round)
    agree_all(round, cast)
    withdraw(item_of(round, 1).referral, by=cast.sam, at=LATER)
    assert (results_of(round).n, results_of(round).left_out) == (3, 1)
    with pytest.raises(moderation.CannotAgree, match="counts no longer"):
        moderation.record_agreed_grade(item_id=item_of(round, 1).pk, grade=4, reason="No.", by=cast.sam, at=LATER)

    round = rounds.publish_round(round_id=round.pk, by=cast.sam, at=LATER)
    withdraw(item_of(round, 2).referral, by=cast.sam, at=LATER + timedelta(days=1))

    assert (results_of(round).n, results_of(round).left_out) == (3, 1)
    assert [one.summary.n for one in trend_for(cast.sam)] == [3]
    assert (Removal.objects.get().item.position, Removal.objects.get().successor) == (1, None)


def test_a_withdrawn_ppn_without_an_agreed_grade_does_not_hold_a_round_up(cast):
    round = being_graded(cast)
    grade_all(round)
    withdraw(item_of(round, 1).referral, by=cast.sam, at=LATER)
    agree_all(round, cast)

    assert rounds.publish_round(round_id=round.pk, by=cast.sam, at=LATER).state == "PUBLISHED"


def test_no_figure_over_published_rounds_counts_what_left_the_sample(cast):
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="MODERATING")
    for position, agreed in ((1, 1), (2, 3)):
        referral = ReferralFactory(author=cast.olu, types=["NEGLECT"] if position == 1 else ["DOMESTIC_ABUSE"])
        item = RoundItemFactory(round=round, referral=referral, position=position, agreed=agreed)
        for grader in (cast.gail, cast.pam):
            place = AssignmentFactory(item=item, grader=grader)
            GradeFactory(assignment=place, overall=agreed, criteria={"VOICE": agreed})
    withdraw(item_of(round, 1).referral, by=cast.sam, at=SOON)
    rounds.publish_round(round_id=round.pk, by=cast.sam, at=LATER)

    assert [one.summary.counts for one in trend_for(cast.sam)] == [(0, 0, 1, 0)]
    assert [group.grades for group in grouped(cast.sam, by=GroupBy.DISTRICT)] == [[3]]
    assert [group.grades for group in grouped(cast.sam, by=GroupBy.CRITERION)] == [[3, 3]]
    assert [apart.n for apart, _ in drift_for(cast.sam).graders] == [1, 1]
    assert [one.items_count for one in listed_rounds(cast.sam)] == [1]
    assert shown_to(GradingRound.objects.all(), cast.leda) == []
    assert {line.assigned for line in progress_by_grader(round, on=NOW.date())} == {1}


# --- the draw can be shown again ----------------------------------------------------------------------------------------------


def test_the_draw_comes_out_again_with_all_that_replaced_another(cast):
    round = being_graded(cast)
    replace(cast, item_of(round, 2))
    replace_withdrawn(cast, item_of(round, 5))

    again = rounds.redraw_round(round_id=round.pk, by=cast.sam, at=LATER)

    assert [one.position for one in again] == [1, 2, 3, 4, 5, 6]
    assert [one.id for one in again] == [str(item.referral_id) for item in round.items.order_by("position")]


def test_a_ppn_that_replaced_nothing_is_found_out(cast):
    round = drawn_round(cast)
    fifth = sampling.draw(round.seed, frame(round, at=round.drawn_at), 5)[4]
    RoundItemFactory(round=round, referral_id=fifth.id, position=5, ticket=fifth.ticket, version=1)

    with pytest.raises(rounds.CannotRedraw, match="does not give the sample"):
        rounds.redraw_round(round_id=round.pk, by=cast.sam, at=LATER)


def test_a_replacement_that_somebody_chose_is_found_out(cast):
    round = drawn_round(cast)
    sixth = sampling.draw(round.seed, frame(round, at=round.drawn_at), 6)[5]
    entered = replace(cast, item_of(round, 2)).successor
    with walls_down(RoundItem):
        RoundItem.objects.filter(pk=entered.pk).update(referral=sixth.id, ticket=sixth.ticket)

    with pytest.raises(rounds.CannotRedraw, match="does not give the sample"):
        rounds.redraw_round(round_id=round.pk, by=cast.sam, at=LATER)


def test_the_command_says_which_were_replaced(cast):
    round = drawn_round(cast)
    replace(cast, item_of(round, 2))

    lines = command(round)

    assert [line.endswith(" replaced by 5") for line in lines[:5]] == [False, True, False, False, False]
    assert lines[5] == f"{round}: the same 5 of 9 PPNs come out, in the same order."


def test_nothing_is_replaced_once_the_population_cannot_be_shown(cast):
    round = drawn_round(cast)
    outside = round.items.values("referral")
    Referral.objects.filter(author=cast.olu).exclude(pk__in=outside).first().delete()

    with pytest.raises(replacing.CannotReplaceItem, match="population has changed"):
        replace(cast, item_of(round, 1))
    assert not Removal.objects.exists()


def test_what_was_withdrawn_is_left_out_when_the_population_cannot_be_shown_so_that_no_round_is_stuck(cast):
    round = being_graded(cast)
    outside = round.items.values("referral")
    Referral.objects.filter(author=cast.olu).exclude(pk__in=outside).first().delete()

    removal = replace_withdrawn(cast, item_of(round, 1))
    grade_all(round)

    assert (removal.successor, round.state) == (None, "MODERATING")


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
    grades.submit_grade(assignment_id=first.pk, overall=3, by=first.grader, at=NOW)

    given = at_once(
        lambda: grades.submit_grade(assignment_id=last.pk, overall=3, by=last.grader, at=LATER),
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


# --- pages ------------------------------------------------------------------------------------------------------------------------


def url_of(item: RoundItem) -> str:
    return reverse("grading:item_replace", args=[item.round_id, item.pk])


def test_the_supervisor_confirms_with_a_reason_and_sees_what_came(client, cast):
    round = being_graded(cast)
    item = item_of(round, 1)
    assert url_of(item) in client.signed_in(cast.sam).get(round.get_absolute_url()).content.decode()

    asked = client.get(url_of(item))
    done = client.post(url_of(item), {"reason": "RECOGNISED", "words": WORDS}, follow=True)

    assert "This cannot be taken back." in text_of(asked)
    page = text_of(done)
    assert "PPN 1 counts no longer: PPN 5 stands in its place." in page
    assert "PPN 1 was replaced by PPN 5, the next of the draw" in page
    assert WORDS in page
    assert "Replaced by PPN 5" in page
    assert url_of(item) not in done.content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (1, "1 grade of PPN 1 was given. It stays as it was given and counts nowhere."),
        (2, "2 grades of PPN 1 were given. They stay as they were given and count nowhere."),
    ],
)
def test_the_page_says_what_becomes_of_grades_that_were_given(client, cast, given, words):
    item = item_of(being_graded(cast), 1)
    for place in item.assignments.select_related("grader")[:given]:
        grades.submit_grade(assignment_id=place.pk, overall=3, by=place.grader, at=LATER)

    assert words in text_of(client.signed_in(cast.sam).get(url_of(item)))


def test_what_is_missing_is_said_beside_its_field(client, cast):
    item = item_of(drawn_round(cast), 1)

    empty = client.signed_in(cast.sam).post(url_of(item), {})
    short = client.post(url_of(item), {"reason": "OTHER", "words": "Too short."})

    assert (empty.status_code, set(empty.context["form"].errors)) == (422, {"reason", "words"})
    assert (short.status_code, short.context["form"].errors) == (
        422,
        {"words": ["Say why in at least 30 characters"]},
    )


def test_withdrawn_is_offered_for_what_was_withdrawn_and_only_there(client, cast):
    round = drawn_round(cast)
    withdraw(item_of(round, 2).referral, by=cast.sam, at=SOON)
    client.signed_in(cast.sam)

    def offered(position: int) -> list[str]:
        return [
            code for code, _ in client.get(url_of(item_of(round, position))).context["form"].fields["reason"].choices
        ]

    assert offered(1) == ["RECOGNISED", "NO_GRADER", "OTHER"]
    assert offered(2) == ["WITHDRAWN"]


def test_a_refusal_is_said_on_the_page(client, cast):
    item = item_of(drawn_round(cast, size=2, population=2), 1)

    refused = client.signed_in(cast.sam).post(url_of(item), {"reason": "OTHER", "words": WORDS})

    assert refused.status_code == 422
    assert "Every PPN of the quarter was drawn already" in text_of(refused)


def test_who_comes_second_is_told_and_nothing_changes(client, cast):
    round = drawn_round(cast)
    item = item_of(round, 1)
    replace(cast, item)

    late = client.signed_in(cast.sam).post(url_of(item), {"reason": "OTHER", "words": WORDS}, follow=True)

    assert "PPN 1 cannot be replaced any more." in text_of(late)
    assert Removal.objects.count() == 1


def test_the_panel_sees_that_it_happened_and_why_without_words_names_or_references(client, cast):
    round = being_graded(cast)
    item = item_of(round, 1)
    AssignmentFactory(item=item_of(round, 2), grader=UserFactory(roles=["PANEL_MEMBER"]))
    replace(cast, item)

    response = client.signed_in(cast.pam).get(round.get_absolute_url())

    page = text_of(response)
    assert "PPN 1 was replaced by PPN 5, the next of the draw" in page
    assert "The panel would see whom it is about" in page
    for hidden in (WORDS, str(cast.sam), item.referral.reference):
        assert hidden not in page.split("How it was drawn")[0]


def test_a_grader_who_opens_what_was_replaced_is_led_back_to_the_round(client, cast):
    round = being_graded(cast)
    item = item_of(round, 1)
    grader = item.assignments.select_related("grader").first().grader
    replace(cast, item)

    shown = client.signed_in(grader).get(item.grade_url, follow=True)
    sent = client.post(item.grade_url, {"overall": "3"}, follow=True)

    for answer in (shown, sent):
        assert "PPN 1 was withdrawn or replaced, so it is not graded any more." in text_of(answer)
    assert not Grade.objects.exists()


def test_the_figures_say_how_many_were_left_out(client, cast):
    round = being_graded(cast)
    grade_all(round)
    agree_all(round, cast)
    withdraw(item_of(round, 1).referral, by=cast.sam, at=LATER)

    page = text_of(client.signed_in(cast.sam).get(round.get_absolute_url()))

    assert "1 PPN of the sample was withdrawn after the draw and counts in no figure." in page
    assert "Agreed grades of 3 PPNs" in page


@pytest.mark.parametrize("count", [0, 3])
def test_the_page_of_a_round_asks_the_database_the_same_however_many_were_replaced(
    client, cast, count, django_assert_num_queries
):
    round = drawn_round(cast)
    for position in range(1, count + 1):
        replace(cast, item_of(round, position))
    client.signed_in(cast.sam)

    with django_assert_num_queries(9):
        client.get(round.get_absolute_url())
