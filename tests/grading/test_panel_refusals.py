"""Each refusal to change who grades, with its words, and that nothing changes by it."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import RoleGrant, User
from audit.models import Entry
from grading.enums import RoundState
from grading.models import Assignment, Departure, GradingRound
from grading.services import panel
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.grading import AssignmentFactory, GradingRoundFactory, RoundItemFactory
from tests.factories.referrals import ReferralFactory
from tests.people import NOW, Cast

WHY = "On long leave from Monday."
OTHER_STATES = [state for state in RoundState if state not in (RoundState.PLANNED, RoundState.GRADING)]


@pytest.fixture
def round(cast: Cast) -> GradingRound:
    """One PPN with Gail of the force, an open place and Pam of a partner agency."""
    made = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="GRADING")
    item = RoundItemFactory(round=made, referral=ReferralFactory(author=cast.olu), position=1)
    for grader in (cast.gail, cast.pam, None):
        AssignmentFactory(item=item, grader=grader)
    return made


def able(cast: Cast) -> User:
    return UserFactory(agency=cast.police, roles=["PANEL_MEMBER"])


def place_of(round: GradingRound, grader: User | None) -> Assignment:
    return Assignment.objects.get(item__round=round, grader=grader)


def kept(round: GradingRound) -> tuple[Any, ...]:
    """All that a change of the panel could have changed."""
    return (
        sorted(str(one) for one in Assignment.objects.values_list("item", "grader", "assigned_at")),
        list(Departure.objects.all()),
        Entry.objects.count(),
        GradingRound.objects.get(pk=round.pk).state,
    )


def replace(round: GradingRound, cast: Cast, **changed: Any) -> None:
    asked = {"round_id": round.pk, "grader_id": cast.gail.pk, "reason": WHY, "by": cast.sam, "at": NOW}
    panel.replace_grader(**asked | {"successor": able(cast)} | changed)


def fill(round: GradingRound, cast: Cast, **changed: Any) -> None:
    if "assignment_id" not in changed:
        changed["assignment_id"] = place_of(round, None).pk
    panel.fill_place(**{"successor": able(cast), "by": cast.sam, "at": NOW} | changed)


def declare(round: GradingRound, cast: Cast, **changed: Any) -> None:
    asked = {"assignment_id": place_of(round, cast.gail).pk, "reason": "My neighbours.", "by": cast.gail, "at": NOW}
    panel.declare_conflict(**asked | changed)


def refuses(deed: Callable[..., None], words: str, round: GradingRound, cast: Cast, **changed: Any) -> None:
    successor = {} if deed is declare or "successor" in changed else {"successor": able(cast)}
    before = kept(round)
    with pytest.raises((panel.CannotReplace, panel.CannotDeclare), match=words):
        deed(round, cast, **successor | changed)
    assert kept(round) == before


@pytest.mark.parametrize("deed", [replace, fill])
@pytest.mark.parametrize("state", OTHER_STATES)
def test_nobody_takes_a_place_but_while_the_round_is_being_graded(cast, deed, state):
    made = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state=state)
    item = RoundItemFactory(round=made, referral=ReferralFactory(author=cast.olu))
    for grader in (cast.gail, cast.pam, None):
        AssignmentFactory(item=item, grader=grader)

    refuses(deed, "only while the round is being graded", made, cast)


@pytest.mark.parametrize("deed", [replace, fill])
@pytest.mark.parametrize("name", ["gail", "pam", "leda", "tess", "olu", "mina"])
def test_only_who_runs_the_round_gives_a_place(cast, round, deed, name):
    refuses(deed, "Only a MASH supervisor of this force", round, cast, by=getattr(cast, name))


@pytest.mark.parametrize("deed", [replace, fill])
def test_a_supervisor_of_another_force_gives_no_place(cast, round, deed):
    neighbour = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["MASH_SUPERVISOR"])

    refuses(deed, "Only a MASH supervisor of this force", round, cast, by=neighbour)


@pytest.mark.parametrize("deed", [replace, fill])
def test_who_may_not_grade_or_no_longer_takes_no_place(cast, round, deed):
    former = able(cast)
    RoleGrant.objects.filter(user=former).delete()

    for successor in (cast.tess, User.objects.get(pk=former.pk)):
        refuses(deed, "may not grade", round, cast, successor=successor)


@pytest.mark.parametrize("deed", [replace, fill])
def test_who_grades_the_ppn_already_takes_no_second_place(cast, round, deed):
    refuses(deed, "grades PPN 1 already", round, cast, successor=cast.pam)


@pytest.mark.parametrize("deed", [replace, fill])
def test_who_wrote_it_or_works_with_who_did_takes_no_place(cast, round, deed):
    colleague = UserFactory(agency=cast.police, team=cast.response_team, roles=["PANEL_MEMBER"])

    refuses(deed, "author's team of PPN 1 or had a hand in it", round, cast, successor=colleague)


def test_the_only_partners_place_goes_to_no_officer(cast, round):
    refuses(replace, "needs a grader from a partner agency", round, cast, grader_id=cast.pam.pk)


def test_who_has_nothing_left_to_grade_is_not_replaced(cast, round):
    refuses(replace, "nothing left to grade", round, cast, grader_id=cast.olu.pk)


def test_a_place_is_filled_once(cast, round):
    place, first = place_of(round, None), able(cast)
    fill(round, cast, successor=first)

    refuses(fill, "was given this place meanwhile", round, cast, assignment_id=place.pk)
    assert Assignment.objects.get(pk=place.pk).grader == first


@pytest.mark.parametrize("reason", ["", " \n "])
def test_nothing_changes_without_a_reason(cast, round, reason):
    refuses(replace, "Say why", round, cast, reason=reason)
    refuses(declare, "Say how you know of it", round, cast, reason=reason)


@pytest.mark.parametrize("name", ["pam", "sam", "tess"])
def test_nobody_declares_a_conflict_for_another(cast, round, name):
    refuses(declare, "not yours to grade", round, cast, by=getattr(cast, name))


def test_who_may_no_longer_grade_declares_nothing(cast, round):
    RoleGrant.objects.filter(user=cast.gail).delete()

    refuses(declare, "not yours to grade", round, cast, by=User.objects.get(pk=cast.gail.pk))


@pytest.mark.parametrize("state", OTHER_STATES)
def test_no_conflict_is_declared_but_while_the_round_is_being_graded(cast, state):
    made = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state=state)
    item = RoundItemFactory(round=made, referral=ReferralFactory(author=cast.olu))
    AssignmentFactory(item=item, grader=cast.gail)

    refuses(declare, "Tell the supervisor who runs the round", made, cast)


def test_a_grade_that_was_given_is_not_taken_back_by_a_conflict(cast):
    made = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="GRADING")
    item = RoundItemFactory(round=made, referral=ReferralFactory(author=cast.olu))
    AssignmentFactory(item=item, grader=cast.gail, graded=2)

    refuses(declare, "A grade that was given stays", made, cast)
