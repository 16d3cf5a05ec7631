"""Who needs what and how they stand: by account role and by assignment, modules, modules to choose from, skills."""

from datetime import date, timedelta

import pytest

from accounts.models import User
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.training import (
    ModuleVersionFactory,
    ProfileAssignmentFactory,
    RoleProfileFactory,
    SkillEvidenceFactory,
    SkillFactory,
    TrainingRecordFactory,
)
from tests.people import NOW, Cast
from training.enums import SkillLevel
from training.models import Module, ProfileModule, ProfileSkill
from training.queries.matrix import MatrixFilter, matrix_of
from training.queries.needs import needs_of, requirements_of
from training.queries.profiles import standings_of, what_if
from training.services import modules as module_services

TODAY = date(2026, 11, 20)
AGO = TODAY - timedelta(days=30)


def found(cast: Cast, person=None) -> list[tuple[str, str]]:
    """What Olu, or somebody else, needs, and how they stand."""
    person = person or cast.olu
    needs = needs_of([person], force_id=cast.police.pk, on=TODAY)[person.pk]
    return [(need.title, str(need.standing)) for need in needs]


def asking(cast: Cast, *, name: str = "Researcher", role: str = "", titles=(), optional=(), needed: int = 0):
    """A profile that asks for modules of these titles, each of which is taught."""
    profile = RoleProfileFactory(force=cast.police, name=name, account_role=role, optional_needed=needed)
    for title in (*titles, *optional):
        module = Module.objects.filter(force=cast.police, title=title).first()
        module = module or ModuleVersionFactory(module__force=cast.police, module__title=title, valid_months=12).module
        ProfileModule.objects.create(profile=profile, module=module, is_optional=title in optional)
    return profile


def done(cast: Cast, title: str, *, ago: int = 10, state: str = "COMPLETE", person=None):
    version = Module.objects.get(title=title).versions.get()
    day = TODAY - timedelta(days=ago)
    return TrainingRecordFactory(person=person or cast.olu, module_version=version, state=state, done_on=day)


# --- who is in a profile ----------------------------------------------------------------------------------------------


def test_a_profile_of_an_account_role_is_everybodys_who_holds_it_and_as_long(cast):
    asking(cast, role="FRONTLINE_OFFICER", titles=["Neglect"])
    assert found(cast) == [("Neglect", "MISSING")]
    assert found(cast, cast.mina) == []

    cast.olu.role_grants.update(ends_on=TODAY)

    assert found(cast) == []


def test_somebody_is_in_a_profile_from_the_day_they_are_assigned_until_the_day_it_ends(cast):
    profile = asking(cast, titles=["Neglect"])
    assert found(cast) == []
    one = ProfileAssignmentFactory(person=cast.olu, profile=profile, starts_on=TODAY)
    assert found(cast) == [("Neglect", "MISSING")]

    for starts_on, ends_on, expected in (
        (TODAY + timedelta(days=1), None, []),
        (AGO, TODAY, []),
        (AGO, TODAY + timedelta(days=1), [("Neglect", "MISSING")]),
        (TODAY, TODAY, []),
    ):
        ended = {"ended_at": NOW, "ended_by": cast.tess} if ends_on else {"ended_at": None, "ended_by": None}
        type(one).objects.filter(pk=one.pk).update(starts_on=starts_on, ends_on=ends_on, **ended)
        assert found(cast) == expected, (starts_on, ends_on)


def test_what_several_profiles_ask_for_is_needed_once_and_says_for_which(cast):
    asking(cast, name="Frontline", role="FRONTLINE_OFFICER", titles=["Neglect"])
    profile = asking(cast, name="Adults", titles=["Neglect", "Capacity"])
    ProfileAssignmentFactory(person=cast.olu, profile=profile)

    needs = needs_of([cast.olu], force_id=cast.police.pk, on=TODAY)[cast.olu.pk]

    assert [(need.title, [str(one) for one in need.profiles]) for need in needs] == [
        ("Capacity", ["Adults"]),
        ("Neglect", ["Adults", "Frontline"]),
    ]


def test_another_forces_profile_for_the_same_role_asks_nothing_of_people_here(cast):
    ModuleVersionFactory(module__force=AgencyFactory(kind="POLICE"), required_for=["FRONTLINE_OFFICER"])

    assert found(cast) == []


# --- met, due, lapsed, missing ------------------------------------------------------------------------------------------


def test_each_standing_comes_with_the_record_that_says_so_and_its_day(cast):
    asking(cast, role="FRONTLINE_OFFICER", titles=["Due", "Lapsed", "Met", "Missing", "Waiting"])
    records = {
        "Due": done(cast, "Due", ago=330),
        "Lapsed": done(cast, "Lapsed", ago=400),
        "Met": done(cast, "Met"),
        "Waiting": done(cast, "Waiting", state="LOGGED"),
    }

    needs = needs_of([cast.olu], force_id=cast.police.pk, on=TODAY)[cast.olu.pk]

    assert [(need.title, need.standing.label.split()[0], need.record and need.record.pk) for need in needs] == [
        (title, title, records[title].pk if title in records else None)
        for title in ("Due", "Lapsed", "Met", "Missing", "Waiting")
    ]
    assert [need.by for need in needs] == [records["Due"].lapses_on, records["Lapsed"].lapses_on, None, None, None]


def test_what_is_missing_is_due_until_the_day_by_which_it_is_to_be_complete(cast):
    profile = asking(cast, titles=["Neglect"])
    one = ProfileAssignmentFactory(person=cast.olu, profile=profile, complete_by=TODAY)
    assert found(cast) == [("Neglect", "DUE")]

    type(one).objects.update(complete_by=TODAY - timedelta(days=1))
    assert found(cast) == [("Neglect", "MISSING")]


def test_time_to_complete_helps_only_where_every_profile_gives_it(cast):
    soon, later = TODAY + timedelta(days=5), TODAY + timedelta(days=50)
    for name, day in (("Adults", later), ("Children", soon)):
        profile = asking(cast, name=name, titles=["Neglect"])
        ProfileAssignmentFactory(person=cast.olu, profile=profile, complete_by=day)
    (need,) = needs_of([cast.olu], force_id=cast.police.pk, on=TODAY)[cast.olu.pk]
    assert (need.standing, need.by) == ("DUE", soon)

    asking(cast, name="Frontline", role="FRONTLINE_OFFICER", titles=["Neglect"])
    assert found(cast) == [("Neglect", "MISSING")]


def test_a_module_that_lapsed_stays_lapsed_whatever_time_an_assignment_gives(cast):
    profile = asking(cast, titles=["Neglect"])
    ProfileAssignmentFactory(person=cast.olu, profile=profile, complete_by=TODAY + timedelta(days=50))
    done(cast, "Neglect", ago=400)

    assert found(cast) == [("Neglect", "LAPSED")]


# --- modules to choose from -----------------------------------------------------------------------------------------------


def test_of_modules_to_choose_from_the_best_that_are_enough_count(cast):
    asking(cast, role="FRONTLINE_OFFICER", optional=["Forced marriage", "Gangs", "Prevent"], needed=2)
    title = "2 of 3 modules to choose from"
    assert found(cast) == [(title, "MISSING")]
    done(cast, "Gangs")
    assert found(cast) == [(title, "MISSING")]
    done(cast, "Prevent", ago=400)
    assert found(cast) == [(title, "LAPSED")]
    done(cast, "Forced marriage", ago=330)
    assert found(cast) == [(title, "DUE")]
    done(cast, "Prevent", ago=3)
    assert found(cast) == [(title, "MET")]


def test_no_more_are_asked_for_than_there_are_when_modules_are_retired(cast):
    asking(cast, role="FRONTLINE_OFFICER", optional=["Gangs", "Prevent"], needed=2)
    retire(cast, "Gangs")
    assert found(cast) == [("1 of 1 modules to choose from", "MISSING")]
    retire(cast, "Prevent")
    assert found(cast) == []


def test_a_profile_that_needs_none_of_its_optional_modules_asks_for_none(cast):
    asking(cast, role="FRONTLINE_OFFICER", optional=["Gangs"], needed=0)

    assert found(cast) == []


def columns(cast: Cast) -> list[str]:
    """What the matrix of Olu's team has columns for."""
    team = User.objects.filter(team=cast.response_team)
    requirements = requirements_of(cast.police.pk, on=TODAY)
    return [one.title for one in matrix_of(team, requirements, MatrixFilter(), on=TODAY).columns]


def test_of_two_that_run_out_the_day_is_the_first_on_which_too_few_are_left(cast):
    asking(cast, role="FRONTLINE_OFFICER", optional=["Gangs", "Prevent", "Stalking"], needed=2)
    done(cast, "Gangs", ago=300)
    sooner = done(cast, "Prevent", ago=330)
    done(cast, "Stalking", ago=360)

    (need,) = needs_of([cast.olu], force_id=cast.police.pk, on=TODAY)[cast.olu.pk]

    assert (need.standing, need.state, need.by, need.lapses_on) == (
        "DUE",
        "RUNS_OUT",
        sooner.lapses_on,
        sooner.lapses_on,
    )


def test_what_is_due_says_whether_it_runs_out_or_is_to_be_done(cast):
    profile = asking(cast, titles=["Neglect", "Risk"])
    day = TODAY + timedelta(days=5)
    ProfileAssignmentFactory(person=cast.olu, profile=profile, complete_by=day)
    record = done(cast, "Neglect", ago=330)

    neglect, risk = needs_of([cast.olu], force_id=cast.police.pk, on=TODAY)[cast.olu.pk]

    assert [(one.standing, one.state, one.by) for one in (neglect, risk)] == [
        ("DUE", "RUNS_OUT", record.lapses_on),
        ("DUE", "TO_DO", day),
    ]


def test_what_is_done_again_and_waits_still_says_until_when_the_earlier_one_holds(cast):
    asking(cast, role="FRONTLINE_OFFICER", titles=["Neglect"])
    earlier = done(cast, "Neglect", ago=330)
    done(cast, "Neglect", ago=1, state="LOGGED")

    (need,) = needs_of([cast.olu], force_id=cast.police.pk, on=TODAY)[cast.olu.pk]

    assert (need.standing, need.by, need.lapses_on) == ("WAITING", None, earlier.lapses_on)


# --- retired, and not reviewed yet ----------------------------------------------------------------------------------------


def retire(cast: Cast, title: str, *, on: date = TODAY) -> None:
    Module.objects.filter(title=title).update(
        retired_on=on, retired_reason="Replaced.", retired_at=NOW, retired_by=cast.tess
    )


def test_a_retired_module_is_needed_by_nobody_from_that_day_and_not_before(cast):
    asking(cast, role="FRONTLINE_OFFICER", titles=["Neglect"])
    retire(cast, "Neglect", on=TODAY + timedelta(days=1))
    assert found(cast) == [("Neglect", "MISSING")]
    assert columns(cast) == ["Neglect"]

    retire(cast, "Neglect")

    assert found(cast) == []
    assert columns(cast) == []


def test_a_module_that_nobody_has_reviewed_is_needed_by_nobody_yet(cast):
    profile = asking(cast, role="FRONTLINE_OFFICER")
    version = module_services.create_module(
        title="New",
        short_title="New",
        aims="Sees it.",
        delivery="VIDEO",
        minutes=60,
        valid_months=12,
        required_for=[profile.pk],
        by=cast.tess,
        at=NOW,
    )
    assert found(cast) == []

    another = UserFactory(agency=cast.police, roles=["TRAINER"])
    module_services.review_version(
        version_id=version.pk, read=module_services.stamp_of(version), review_on=None, by=another, at=NOW
    )

    assert found(cast) == [("New", "MISSING")]


# --- skills ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def skill(cast):
    """A skill that officers show alone; it holds for a year."""
    profile = asking(cast, role="FRONTLINE_OFFICER")
    skill = SkillFactory(force=cast.police, name="Rationale", valid_months=12)
    ProfileSkill.objects.create(profile=profile, skill=skill, level=SkillLevel.ALONE)
    return skill


def test_a_skill_is_met_by_what_was_confirmed_at_the_level_or_above(cast, skill):
    assert found(cast) == [("Rationale", "MISSING")]
    SkillEvidenceFactory(person=cast.olu, skill=skill, level=SkillLevel.WITH_SUPPORT, answered_by=cast.lin)
    assert found(cast) == [("Rationale", "MISSING")]
    SkillEvidenceFactory(
        person=cast.olu,
        skill=skill,
        level=SkillLevel.TEACHES,
        answer="NOT_YET",
        answer_words="No.",
        answered_by=cast.lin,
    )
    assert found(cast) == [("Rationale", "MISSING")]
    SkillEvidenceFactory(person=cast.olu, skill=skill)
    assert found(cast) == [("Rationale", "WAITING")]
    SkillEvidenceFactory(person=cast.olu, skill=skill, level=SkillLevel.TEACHES, answered_by=cast.lin)
    assert found(cast) == [("Rationale", "MET")]


@pytest.mark.parametrize(("ago", "expected"), [(274, "MET"), (275, "DUE"), (364, "DUE"), (365, "LAPSED")])
def test_what_was_confirmed_lapses_as_the_skill_says(cast, skill, ago, expected):
    day = TODAY - timedelta(days=ago)
    entry = SkillEvidenceFactory(person=cast.olu, skill=skill, shown_on=day, answered_by=cast.lin)

    (need,) = needs_of([cast.olu], force_id=cast.police.pk, on=TODAY)[cast.olu.pk]

    assert need.evidence is not None
    assert (need.standing, need.evidence.pk) == (expected, entry.pk)


def test_of_two_profiles_the_higher_level_of_a_skill_counts(cast, skill):
    profile = asking(cast, name="Adults")
    ProfileSkill.objects.create(profile=profile, skill=skill, level=SkillLevel.TEACHES)
    ProfileAssignmentFactory(person=cast.olu, profile=profile)
    SkillEvidenceFactory(person=cast.olu, skill=skill, level=SkillLevel.ALONE, answered_by=cast.lin)

    (need,) = needs_of([cast.olu], force_id=cast.police.pk, on=TODAY)[cast.olu.pk]

    assert (need.level, need.standing) == (SkillLevel.TEACHES, "MISSING")


def test_a_skill_at_any_level_is_met_by_any_that_was_confirmed(cast, skill):
    ProfileSkill.objects.update(level=None)
    SkillEvidenceFactory(person=cast.olu, skill=skill, level=SkillLevel.KNOWS, answered_by=cast.lin)

    assert found(cast) == [("Rationale", "MET")]


# --- what-if, and how many queries ------------------------------------------------------------------------------------------


def test_what_somebody_would_lack_elsewhere_is_worked_out_and_stored_nowhere(cast):
    asking(cast, name="Frontline", role="FRONTLINE_OFFICER", titles=["Neglect"])
    adults = asking(cast, name="Adults", titles=["Neglect", "Capacity"])
    done(cast, "Neglect")

    needs = what_if(cast.olu, adults, on=TODAY)

    assert [(need.title, need.standing) for need in needs] == [("Capacity", "MISSING"), ("Neglect", "MET")]
    assert not adults.assignments.exists()
    assert [str(one.profile) for one in standings_of(cast.olu, on=TODAY).holdings] == ["Frontline"]


@pytest.mark.parametrize("count", [3, 40])
def test_needs_of_many_people_take_eight_queries(cast, count, django_assert_num_queries):
    profile = asking(cast, role="TRAINER", titles=["Neglect", "Capacity"], optional=["Gangs"], needed=1)
    skill = SkillFactory(force=cast.police)
    ProfileSkill.objects.create(profile=profile, skill=skill)
    people = [UserFactory(agency=cast.police) for _ in range(count)]
    for person in people:
        ProfileAssignmentFactory(person=person, profile=profile, assigned_by=cast.tess)
        SkillEvidenceFactory(person=person, skill=skill, answered_by=cast.tess)
    for person in people[:3]:
        done(cast, "Neglect", person=person)

    with django_assert_num_queries(8):
        needs = needs_of(people, force_id=cast.police.pk, on=TODAY)

    assert {len(one) for one in needs.values()} == {4}
