"""Setting up agencies, placing people, granting and ending roles, and clients of the API."""

import hashlib
from datetime import date, datetime

from django.contrib.auth.models import Group
from django.db import transaction

from accounts.enums import AgencyKind, Permission
from accounts.models import Agency, ApiClient, RoleGrant, Team, User
from accounts.roles import ROLES
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError


class CannotGrantRole(DomainError):
    pass


class CannotPlacePerson(DomainError):
    pass


@transaction.atomic
def create_agency(*, name: str, kind: AgencyKind, is_hub: bool = False) -> Agency:
    """Set up an agency together with the group that holds its object permissions."""
    return Agency.objects.create(
        name=name, kind=kind, is_hub=is_hub, group=Group.objects.create(name=f"Agency: {name}"[:150])
    )


@transaction.atomic
def place_person(*, user: User, agency: Agency, team: Team | None = None) -> User:
    """Make an agency (and one of its teams) a person's home; what the old agency was given ends for them at once."""
    if team is not None and team.agency_id != agency.pk:
        raise CannotPlacePerson("That team belongs to another agency.")
    user.agency, user.team = agency, team
    user.save(update_fields=["agency", "team"])
    user.groups.set([agency.group])
    return user


@transaction.atomic
def grant_role(
    *, user: User, role: str, starts_on: date, by: User | None, at: datetime, ends_on: date | None = None
) -> RoleGrant:
    """Give a person a role from a day on. `by` is None only when the service sets itself up."""
    definition = ROLES[role]
    if by is not None and not by.may(Permission.MANAGE_PEOPLE):
        raise CannotGrantRole("Only an administrator may give roles.")
    if by is not None and by.pk == user.pk:
        raise CannotGrantRole("Nobody may give a role to themselves.")
    if definition.police_only and not (user.agency and user.agency.is_police):
        raise CannotGrantRole(f"{definition.name} is a role for police only.")
    grant = RoleGrant.objects.create(user=user, role=role, starts_on=starts_on, ends_on=ends_on, granted_by=by)
    audit.record(verb=Verb.ADMINISTERED, what="role.granted", at=at, actor=by, subject=user, role=role)
    user.__dict__.pop("_roles_by_day", None)
    return grant


@transaction.atomic
def create_api_client(*, name: str, user: User, scopes: list[str]) -> tuple[ApiClient, str]:
    """Register a program; returns it with its token, which is shown this once."""
    token = ApiClient.new_token()
    return ApiClient.objects.create(name=name, user=user, scopes=scopes, token_hash=hash_of_token(token)), token


def hash_of_token(token: str) -> str:
    """SHA-256 in hex: tokens are long and random, so no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
