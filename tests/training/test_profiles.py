"""Profiles: set up and changed by trainers; people put into them from a day on, and ended, never removed."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from audit.models import Entry
from common.errors import DomainError
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.training import (
    ModuleFactory,
    ModuleVersionFactory,
    ProfileAssignmentFactory,
    RoleProfileFactory,
    SkillFactory,
)
from tests.people import NOW, Cast
from training.models import Module, ProfileAssignment, ProfileModule, ProfileSkill, RoleProfile
from training.services import profiles as services
from training.services.profiles import ProfileContent

TODAY = date(2026, 11, 20)


def create(cast: Cast, *, by=None, **content) -> RoleProfile:
    content = {"name": " Researcher "} | content
    return services.create_profile(content=ProfileContent(**content), by=by or cast.tess, at=NOW)


def asked(profile: RoleProfile) -> list[tuple[str, bool]]:
    return list(profile.modules.order_by("module__title").values_list("module__title", "is_optional"))


def test_a_trainer_sets_up_a_profile_with_modules_and_skills(cast):
    needed, chosen = ModuleFactory(force=cast.police, title="A"), ModuleFactory(force=cast.police, title="B")
    skill = SkillFactory(force=cast.police)

    profile = create(
        cast,
        purpose="Finds what is known.",
        for_whom="Staff of the research desk",
        required=[needed.pk],
        optional=[chosen.pk],
        optional_needed=1,
        skills={skill.pk: 3},
    )

    assert (profile.name, profile.force, profile.optional_needed) == ("Researcher", cast.police, 1)
    assert asked(profile) == [("A", False), ("B", True)]
    assert list(profile.skills.values_list("skill", "level")) == [(skill.pk, 3)]
    assert list(Entry.objects.values_list("what", "actor_id")) == [("training.profile_created", str(cast.tess.pk))]


def test_a_change_counts_from_now_on_and_says_what_came_and_went(cast):
    old, new = ModuleFactory(force=cast.police, title="Old"), ModuleFactory(force=cast.police, title="New")
    profile = create(cast, required=[old.pk])

    content = ProfileContent(name="Desk", required=[new.pk])
    services.change_profile(profile_id=profile.pk, content=content, by=cast.tess, at=NOW)

    profile.refresh_from_db()
    assert (profile.name, asked(profile)) == ("Desk", [("New", False)])
    details = Entry.objects.get(what="training.profile_changed").details
    assert details == {"added": [str(new.pk)], "removed": [str(old.pk)]}


def test_what_a_profile_asked_of_a_retired_module_stays_although_no_page_offers_it(cast):
    module = ModuleFactory(force=cast.police, title="Old")
    profile = create(cast, required=[module.pk])
    Module.objects.update(retired_on=TODAY, retired_reason="Replaced.", retired_at=NOW, retired_by=cast.tess)

    content = ProfileContent(name="Desk")
    services.change_profile(profile_id=profile.pk, content=content, by=cast.tess, at=NOW)

    assert asked(profile) == [("Old", False)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"name": " "}, "Give the profile a name"),
        ({"name": "There"}, "of that name already"),
        ({"account_role": "KING"}, "Unknown role: KING"),
        ({"account_role": "TRAINER"}, "for that account role already"),
        ({"optional_needed": 1}, "no more can be needed than there are"),
        ({"optional_needed": -1}, "no more can be needed than there are"),
    ],
)
def test_a_profile_that_cannot_be_is_refused(cast, content, words):
    RoleProfileFactory(force=cast.police, name="There", account_role="TRAINER")

    with pytest.raises(services.CannotKeepProfile, match=words):
        create(cast, **content)
    assert RoleProfile.objects.count() == 1


def test_a_module_is_required_or_optional_and_of_the_own_force(cast):
    module = ModuleFactory(force=cast.police, title="Neglect")
    with pytest.raises(services.CannotKeepProfile, match="required or optional, not both: Neglect"):
        create(cast, required=[module.pk], optional=[module.pk])
    with pytest.raises(services.CannotKeepProfile, match="One of these modules is not your agency's"):
        create(cast, required=[ModuleFactory().pk])
    with pytest.raises(services.CannotKeepProfile, match="One of these skills is not your agency's"):
        create(cast, skills={SkillFactory().pk: None})
    with pytest.raises(services.CannotKeepProfile, match="Unknown level"):
        create(cast, skills={SkillFactory(force=cast.police).pk: 9})
    assert not RoleProfile.objects.exists()


@pytest.mark.parametrize("name", ["olu", "moss", "lin", "sam", "ada", "out"])
def test_only_a_trainer_of_the_force_keeps_profiles_and_decides_who_is_in_them(cast, name):
    profile = create(cast)
    stranger = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["TRAINER"])

    for by in (getattr(cast, name), stranger):
        for deed in (
            lambda by=by: services.change_profile(
                profile_id=profile.pk, content=ProfileContent(name="X"), by=by, at=NOW
            ),
            lambda by=by: assign(cast, profile, by=by),
        ):
            with pytest.raises(DomainError):
                deed()
    with pytest.raises(services.CannotKeepProfile, match="Only a trainer"):
        create(cast, by=getattr(cast, name), name="Another")


# --- who is in it ---------------------------------------------------------------------------------------------------------


def assign(cast: Cast, profile: RoleProfile, **fields) -> ProfileAssignment:
    fields = {"person": cast.olu, "starts_on": TODAY, "complete_by": None, "by": cast.tess, "at": NOW} | fields
    return services.assign_profile(profile_id=profile.pk, **fields)


def end(assignment: ProfileAssignment, *, by, on: date = TODAY) -> ProfileAssignment:
    return services.end_assignment(assignment_id=assignment.pk, ends_on=on, by=by, at=NOW)


def test_somebody_may_be_in_several_profiles_and_in_one_again_and_all_of_it_stays(cast):
    profile, other = create(cast), create(cast, name="Adults")
    first = assign(cast, profile, starts_on=TODAY - timedelta(days=9))
    assign(cast, other)
    with pytest.raises(services.CannotAssign, match="in this profile already"):
        assign(cast, profile)

    ended = end(first, by=cast.tess)
    assign(cast, profile)

    assert (ended.ends_on, ended.ended_at, ended.ended_by) == (TODAY, NOW, cast.tess)
    assert cast.olu.profile_assignments.count() == 3
    whats = Entry.objects.filter(what__startswith="training.profile_").values_list("what", flat=True)
    assert sorted(whats) == [
        *["training.profile_assigned"] * 3,
        *["training.profile_created"] * 2,
        "training.profile_ended",
    ]


def test_one_that_was_made_by_mistake_ends_on_the_day_it_starts_also_before_that_day(cast):
    profile = create(cast)
    later = TODAY + timedelta(days=5)
    mistake = assign(cast, profile, starts_on=later)

    end(mistake, by=cast.tess, on=later)

    assign(cast, profile, starts_on=later)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"complete_by": TODAY - timedelta(days=1)}, "cannot be complete before it starts"),
        ({"person": "pat"}, "not of your agency"),
        ({"person": "tess"}, "Nobody decides on their own profiles"),
    ],
)
def test_an_assignment_that_cannot_be_is_refused(cast, fields, words):
    fields = fields | ({"person": getattr(cast, fields["person"])} if "person" in fields else {})
    with pytest.raises(services.CannotAssign, match=words):
        assign(cast, create(cast), **fields)
    assert not ProfileAssignment.objects.exists()


def test_who_has_left_is_not_assigned(cast):
    cast.olu.is_active = False
    cast.olu.save()
    with pytest.raises(services.CannotAssign, match="has left"):
        assign(cast, create(cast))


@pytest.mark.parametrize(
    ("on", "words"),
    [(TODAY - timedelta(days=1), "cannot end before it starts"), (TODAY + timedelta(days=1), "in the future")],
)
def test_an_end_that_cannot_be_is_refused(cast, on, words):
    made = assign(cast, create(cast))
    with pytest.raises(services.CannotAssign, match=words):
        end(made, by=cast.tess, on=on)


def test_what_has_ended_is_not_ended_again_and_nobody_ends_their_own(cast):
    made = assign(cast, create(cast), person=UserFactory(agency=cast.police, roles=["TRAINER"]))
    with pytest.raises(services.CannotAssign, match="own profiles"):
        end(made, by=made.person)
    end(made, by=cast.tess)
    with pytest.raises(services.CannotAssign, match="ended already"):
        end(made, by=cast.tess)


# --- what the database holds ----------------------------------------------------------------------------------------------


def test_the_database_keeps_names_roles_modules_and_skills_once(cast):
    profile = RoleProfileFactory(force=cast.police, account_role="TRAINER")
    module = ModuleVersionFactory(module__force=cast.police).module
    skill = SkillFactory(force=cast.police)
    ProfileModule.objects.create(profile=profile, module=module)
    ProfileSkill.objects.create(profile=profile, skill=skill)
    # Without a role there may be many.
    RoleProfileFactory.create_batch(2, force=cast.police)

    for deed in (
        lambda: RoleProfileFactory(force=cast.police, name=profile.name),
        lambda: RoleProfileFactory(force=cast.police, account_role="TRAINER"),
        lambda: RoleProfileFactory(force=cast.police, name=""),
        lambda: ProfileModule.objects.create(profile=profile, module=module, is_optional=True),
        lambda: ProfileSkill.objects.create(profile=profile, skill=skill, level=2),
        lambda: ProfileSkill.objects.create(profile=profile, skill=SkillFactory(force=cast.police), level=9),
        lambda: SkillFactory(force=cast.police, name=skill.name),
        lambda: SkillFactory(force=cast.police, counts_as_evidence=""),
        lambda: SkillFactory(force=cast.police, valid_months=0),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            deed()


@pytest.mark.parametrize(
    "fields",
    [
        {"ends_on": TODAY},
        {"ended_at": NOW},
        {"ends_on": date(2026, 9, 1), "ended_at": NOW, "ended_by": "tess"},
        {"complete_by": date(2026, 9, 1)},
        {"assigned_by": "olu"},
        {"ends_on": TODAY, "ended_at": NOW, "ended_by": "olu"},
    ],
)
def test_the_database_refuses_an_assignment_that_cannot_be(cast, fields):
    people = {name: getattr(cast, value) for name, value in fields.items() if isinstance(value, str)}
    profile = RoleProfileFactory(force=cast.police)

    with pytest.raises(IntegrityError), transaction.atomic():
        ProfileAssignmentFactory(person=cast.olu, profile=profile, **fields | people)


def test_the_database_keeps_days_apart_and_loses_no_assignment(cast):
    one = ProfileAssignmentFactory(person=cast.olu, profile__name="Desk")
    with pytest.raises(IntegrityError), transaction.atomic():
        ProfileAssignmentFactory(person=cast.olu, profile=one.profile, starts_on=TODAY)
    with pytest.raises(DatabaseError, match="never removed"), transaction.atomic():
        one.delete()
