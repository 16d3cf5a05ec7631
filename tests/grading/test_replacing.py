"""A PPN that was drawn is replaced by the next of its draw: nobody chooses it, everybody sees it, and nothing counts twice."""

from datetime import timedelta
from typing import Any

import pytest

from audit.models import Entry
from common.statistics import sampling
from grading.enums import GroupBy, RemovalReason
from grading.models import Assignment, Grade, GradingRound, Removal, RoundItem
from grading.queries.agreement import agreement_in
from grading.queries.breakdowns import grouped
from grading.queries.drift import drift_for
from grading.queries.grades import assignments_in, next_item_to_grade
from grading.queries.panel import progress_by_grader
from grading.queries.population import frame
from grading.queries.results import results_of, shown_to
from grading.queries.rounds import listed_rounds, waiting_for
from grading.queries.trend import trend_for
from grading.services import grades, moderation, panel, replacing, rounds
from referrals.models import Referral
from tests.factories import parts as deeds
from tests.factories.accounts import UserFactory
from tests.factories.grading import AssignmentFactory, GradeFactory, GradingRoundFactory, RoundItemFactory
from tests.factories.referrals import ReferralFactory
from tests.grading.giving import whole
from tests.grading.test_redraw import command, withdraw
from tests.grading.test_rounds import drawn_round
from tests.people import NOW, Cast
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
        grades.submit_grade(assignment_id=place.pk, **whole(overall), by=place.grader, at=LATER)
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
    grades.submit_grade(assignment_id=place.pk, **whole(1), by=place.grader, at=NOW)

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
        grades.submit_grade(assignment_id=place.pk, **whole(3), by=place.grader, at=LATER)
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
        grades.submit_grade(assignment_id=place.pk, **whole(3), by=place.grader, at=LATER)
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
