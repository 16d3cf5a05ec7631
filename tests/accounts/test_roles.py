"""Who may do what, since when, and who gave it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import services
from accounts.enums import Permission
from accounts.models import Agency, RoleGrant, User
from accounts.roles import ROLES
from accounts.services import CannotGrantRole, CannotPlacePerson
from tests.factories.accounts import AgencyFactory, TeamFactory, UserFactory
from tests.people import NOW, Cast

TODAY = date(2026, 11, 20)


def test_every_permission_belongs_to_some_role() -> None:
    assert set(Permission) == {permission for role in ROLES.values() for permission in role.allows}


def test_a_role_counts_from_its_first_day_until_the_day_it_ends(db: None) -> None:
    user = UserFactory()
    RoleGrant.objects.create(user=user, role="MENTOR", starts_on=TODAY, ends_on=TODAY + timedelta(days=2))

    held = [bool(user.roles_on(TODAY + timedelta(days=days))) for days in (-1, 0, 1, 2)]

    assert held == [False, True, True, False]


def test_a_leaver_holds_no_role(cast: Cast) -> None:
    User.objects.filter(pk=cast.mina.pk).update(is_active=False)

    assert not User.objects.get(pk=cast.mina.pk).may(Permission.DECIDE_REFERRAL)


def test_only_an_administrator_gives_roles(cast: Cast) -> None:
    with pytest.raises(CannotGrantRole, match="Only an administrator"):
        services.grant_role(user=cast.olu, role="MENTOR", starts_on=TODAY, by=cast.sam, at=NOW)

    services.grant_role(user=cast.olu, role="MENTOR", starts_on=TODAY, by=cast.ada, at=NOW)
    assert "MENTOR" in User.objects.get(pk=cast.olu.pk).roles_on(TODAY)


def test_nobody_gives_a_role_to_themselves(cast: Cast) -> None:
    with pytest.raises(CannotGrantRole, match="themselves"):
        services.grant_role(user=cast.ada, role="MENTOR", starts_on=TODAY, by=cast.ada, at=NOW)
    with pytest.raises(IntegrityError, match="role_grant_not_given_to_oneself"), transaction.atomic():
        RoleGrant.objects.create(user=cast.ada, role="MENTOR", starts_on=TODAY, granted_by=cast.ada)


def test_a_police_role_is_not_given_to_a_partner(cast: Cast) -> None:
    with pytest.raises(CannotGrantRole, match="police only"):
        services.grant_role(user=cast.pat, role="MASH_DECISION_MAKER", starts_on=TODAY, by=cast.ada, at=NOW)


def test_a_role_is_held_once_at_a_time(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="role_grant_held_once_at_a_time"), transaction.atomic():
        RoleGrant.objects.create(user=cast.olu, role="FRONTLINE_OFFICER", starts_on=TODAY)


def test_a_role_does_not_end_before_it_starts(cast: Cast) -> None:
    backwards = {"role": "MENTOR", "starts_on": TODAY, "ends_on": TODAY - timedelta(days=1)}

    with pytest.raises(ValidationError, match="cannot end before it starts"):
        RoleGrant(user=cast.olu, **backwards).full_clean(validate_constraints=False)
    with pytest.raises(CannotGrantRole, match="cannot end before it starts"):
        services.grant_role(user=cast.olu, by=cast.ada, at=NOW, **backwards)
    grant = services.grant_role(user=cast.olu, role="MENTOR", starts_on=TODAY, by=cast.ada, at=NOW)
    with pytest.raises(CannotGrantRole, match="cannot end before it starts"):
        services.end_role(grant_id=grant.pk, ends_on=TODAY - timedelta(days=1), by=cast.ada, at=NOW)


def test_the_database_holds_no_role_that_ends_before_it_starts(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="role_grant_ends_no_sooner_than_it_starts"), transaction.atomic():
        RoleGrant.objects.create(user=cast.olu, role="MENTOR", starts_on=TODAY, ends_on=TODAY - timedelta(days=1))


def test_a_role_that_was_given_by_mistake_is_withdrawn_the_same_day_and_may_be_given_again(cast: Cast) -> None:
    grant = services.grant_role(user=cast.olu, role="MENTOR", starts_on=TODAY, by=cast.ada, at=NOW)

    services.end_role(grant_id=grant.pk, ends_on=TODAY, by=cast.ada, at=NOW)

    assert "MENTOR" not in User.objects.get(pk=cast.olu.pk).roles_on(TODAY)
    services.grant_role(user=cast.olu, role="MENTOR", starts_on=TODAY, by=cast.ada, at=NOW)
    assert "MENTOR" in User.objects.get(pk=cast.olu.pk).roles_on(TODAY)


def test_roles_for_police_end_with_the_move_to_another_agency(cast: Cast) -> None:
    services.grant_role(user=cast.sam, role="MENTOR", starts_on=TODAY, by=cast.ada, at=NOW)
    services.place_person(user=cast.sam, agency=cast.council, by=cast.ada, at=NOW)

    mover = User.objects.get(pk=cast.sam.pk)

    assert mover.roles_on(TODAY) == {"MENTOR"}
    assert not mover.may(Permission.SEE_HUB_REFERRALS, Permission.SEE_REPORTS, Permission.RUN_GRADING)


def test_the_people_of_a_closed_agency_hold_no_role(cast: Cast) -> None:
    assert User.objects.get(pk=cast.pat.pk).roles_on(TODAY) == {"PARTNER_PRACTITIONER"}

    Agency.objects.filter(pk=cast.council.pk).update(is_active=False)

    assert User.objects.get(pk=cast.pat.pk).roles_on(TODAY) == frozenset()


def test_every_role_that_sees_data_of_other_agencies_needs_a_second_factor() -> None:
    of_others = {
        Permission.SEE_HUB_REFERRALS,
        Permission.ASSESS_CPI,
        Permission.SEE_SHARED_REFERRALS,
        Permission.GRADE,
        Permission.RUN_SESSIONS,
        Permission.SEE_ACCESS_LOG,
        Permission.MANAGE_PEOPLE,
    }

    assert {role.code for role in ROLES.values() if role.allows & of_others} == {
        role.code for role in ROLES.values() if role.sees_other_agencies
    }


def test_the_first_administrator_is_made_from_the_shell_and_invites_the_others(cast: Cast) -> None:
    root = User.objects.create_superuser("root@example.org", "three fictitious otters", name="Root Fictitious")

    services.grant_role(user=cast.olu, role="ADMINISTRATOR", starts_on=TODAY, by=root, at=NOW)

    assert User.objects.get(pk=cast.olu.pk).may(Permission.MANAGE_PEOPLE)


def test_a_mover_leaves_the_old_agency_s_group_at_once(cast: Cast) -> None:
    services.place_person(user=cast.pat, agency=cast.elsewhere, by=cast.ada, at=NOW)

    assert list(cast.pat.groups.all()) == [cast.elsewhere.group]


def test_a_person_is_not_placed_in_another_agency_s_team(cast: Cast) -> None:
    team = TeamFactory(agency=cast.elsewhere)

    with pytest.raises(CannotPlacePerson):
        services.place_person(user=cast.pat, agency=cast.council, team=team, by=cast.ada, at=NOW)


def test_one_agency_runs_the_hub_and_it_is_police(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="agency_only_one_runs_the_hub"), transaction.atomic():
        AgencyFactory(kind="POLICE", is_hub=True)
    Agency.objects.filter(is_hub=True).update(is_hub=False)
    with pytest.raises(IntegrityError, match="agency_that_runs_the_hub_is_police"), transaction.atomic():
        AgencyFactory(kind="GP", is_hub=True)


def test_two_people_do_not_share_an_e_mail_by_its_case(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User(email="OLU@example.org", name="Other Olu", date_joined=timezone.now()).save()
