"""Readiness by role: who has everything that a profile asks for, what the others lack, and what is left when one leaves."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from tests.factories.accounts import UserFactory
from tests.factories.training import (
    InductionFactory,
    ModuleVersionFactory,
    ProfileAssignmentFactory,
    RoleProfileFactory,
    TrainingRecordFactory,
)
from tests.people import Cast
from tests.reading import text_of
from training.models import ModuleVersion, ProfileModule, RoleProfile
from training.queries.readiness import Readiness, readiness_of

TODAY = date(2026, 11, 20)


@pytest.fixture
def versions(cast: Cast) -> list[ModuleVersion]:
    return [ModuleVersionFactory(module__force=cast.police, module__title=title) for title in ("Neglect", "Risk")]


@pytest.fixture
def profile(cast: Cast, versions: list[ModuleVersion]) -> RoleProfile:
    """Researchers, of whom both modules are asked."""
    made = RoleProfileFactory(force=cast.police, name="Researcher")
    for version in versions:
        ProfileModule.objects.create(profile=made, module=version.module)
    return made


def in_it(profile: RoleProfile, person: User, *done: ModuleVersion, ago: int = 10):
    """Somebody in the profile who did these modules so many days ago."""
    for version in done:
        TrainingRecordFactory(
            person=person, module_version=version, state="COMPLETE", done_on=TODAY - timedelta(days=ago)
        )
    return ProfileAssignmentFactory(profile=profile, person=person, starts_on=TODAY - timedelta(days=400))


def found(user: User, profile: RoleProfile) -> Readiness:
    return next(one for one in readiness_of(user, on=TODAY).profiles if one.profile == profile)


def test_ready_is_who_has_everything_that_the_profile_asks_for_in_date(cast, profile, versions):
    in_it(profile, cast.olu, *versions)
    in_it(profile, cast.mina, versions[0])
    in_it(profile, cast.lin, *versions, ago=900)

    board = found(cast.tess, profile)

    assert (board.people, board.ready, board.with_gaps) == (3, [cast.olu], 2)
    assert board.lacking == [("Risk", 2), ("Neglect", 1)]


def test_a_role_that_nobody_or_one_alone_is_ready_for_is_at_risk_and_comes_first(cast, profile, versions):
    covered = RoleProfileFactory(force=cast.police, name="Covered")
    RoleProfileFactory(force=cast.police, name="Empty")
    in_it(RoleProfileFactory(force=cast.police, name="Of no training"), cast.sam)
    asked = ModuleVersionFactory(module__force=cast.police, module__title="Interviews")
    ProfileModule.objects.create(profile=covered, module=asked.module)
    for person in (cast.olu, cast.mina, cast.lin):
        in_it(covered, person, asked)
    in_it(profile, cast.mina)

    assert found(cast.tess, profile).cover_in_words == "Nobody is ready"
    in_it(profile, cast.olu, *versions)
    assert found(cast.tess, profile).cover_in_words == f"Only {cast.olu} is ready: nobody is left when they go"

    board = readiness_of(cast.tess, on=TODAY).profiles
    assert [(one.profile.name, one.is_at_risk) for one in board] == [
        ("Researcher", True),
        ("Covered", False),
        ("Empty", False),
        ("Of no training", False),
    ]
    assert [one.cover_in_words for one in board[1:]] == [
        "2 left when one goes",
        "Nobody is in it",
        "It asks for nothing",
    ]


def test_who_has_time_left_to_get_everything_is_not_ready_yet(cast, profile, versions):
    ProfileAssignmentFactory(profile=profile, person=cast.olu, starts_on=TODAY, complete_by=TODAY + timedelta(days=60))

    board = found(cast.tess, profile)

    assert (board.ready, board.with_gaps, board.is_at_risk) == ([], 1, True)


def test_who_is_in_induction_is_counted_and_a_line_manager_sees_their_own_team(cast, profile):
    assignment = in_it(profile, cast.olu)
    InductionFactory(assignment=assignment, mentor=cast.moss, line_manager=cast.lin)
    in_it(profile, UserFactory(agency=cast.police, team=cast.hub_team))

    of_all, of_team = found(cast.tess, profile), found(cast.lin, profile)

    assert (of_all.people, of_all.in_induction) == (2, 1)
    assert (of_team.people, of_team.in_induction) == (1, 1)


@pytest.mark.parametrize("people", [1, 4])
def test_the_board_asks_as_many_questions_however_many_there_are(
    cast, profile, versions, people, django_assert_num_queries
):
    for _ in range(people):
        in_it(profile, UserFactory(agency=cast.police), versions[0])

    with django_assert_num_queries(9):
        readiness_of(cast.tess, on=TODAY)


def test_the_page_names_what_is_lacking_most(client, cast, profile):
    in_it(profile, cast.olu)

    page = text_of(client.signed_in(cast.tess).get(reverse("training:readiness")))

    assert "Researcher 1 0 1 0 At risk Nobody is ready Neglect: 1 Risk: 1" in page
