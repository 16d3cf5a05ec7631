"""Setting up agencies, placing people, granting and ending roles, and clients of the API. Sessions of people: sessions.py."""

import hashlib
from datetime import date, datetime, timedelta
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from accounts import tasks
from accounts.enums import Scope
from accounts.models import Agency, ApiClient, IdempotentRequest, RoleGrant, Team, User
from accounts.permissions import may_administer
from accounts.roles import ROLES
from accounts.services.sessions import end_every_session, give_new_keys
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from jobs.models import Job
from jobs.services import enqueue, try_again
from mail.services.bounces import forget_old_messages

# Long enough for words that were kept at the end of a shift to be found at the next.
ENDED_SESSIONS_KEPT = timedelta(days=1)
# A program that got no answer asks again within hours; docs/api.md promises this much.
ANSWERS_KEPT = timedelta(days=30)


class CannotGrantRole(DomainError):
    pass


class CannotCreateApiClient(DomainError):
    pass


class CannotEndApiClient(DomainError):
    pass


class CannotPlacePerson(DomainError):
    pass


@transaction.atomic
def create_agency(*, agency: Agency, by: User | None, at: datetime) -> Agency:
    """Save a new agency together with the group that holds its object permissions."""
    agency.group = Group.objects.create(name=_name_of_group(agency))
    agency.save()
    audit.record(verb=Verb.ADMINISTERED, what="agency.created", at=at, actor=by, subject=agency)
    return agency


@transaction.atomic
def change_agency(*, agency: Agency, fields: list[str], by: User, at: datetime) -> None:
    """Save what an administrator changed; the group goes by the agency's name, so that another may take the old one."""
    change_reference_data(record=agency, fields=fields, by=by, at=at)
    Group.objects.filter(pk=agency.group_id).update(name=_name_of_group(agency))


def _name_of_group(agency: Agency) -> str:
    return f"Agency: {agency.name}"[:150]


@transaction.atomic
def create_person(*, user: User, by: User | None, at: datetime) -> User:
    """Save a new person, placed in an agency and perhaps one of its teams. Raises CannotPlacePerson."""
    _check_place(user)
    user.save()
    user.groups.set([user.agency.group] if user.agency else [])
    audit.record(verb=Verb.ADMINISTERED, what="user.created", at=at, actor=by, subject=user)
    return user


@transaction.atomic
def place_person(*, user: User, agency: Agency, team: Team | None = None, by: User | None, at: datetime) -> User:
    """Make an agency (and one of its teams) a person's home; what the old agency was given ends for them at once."""
    user.agency, user.team = agency, team
    _check_place(user)
    user.save(update_fields=["agency", "team"])
    user.groups.set([agency.group])
    audit.record(verb=Verb.ADMINISTERED, what="user.placed", at=at, actor=by, subject=user)
    end_every_session(user=user, by=by, at=at, why="another place")
    return user


@transaction.atomic
def invite_person(*, user: User, by: User, at: datetime) -> None:
    """Have a link sent by which a person chooses their first password, or a new one."""
    enqueue(tasks.email_invitation, at=at, by=by, user_id=user.pk)
    audit.record(verb=Verb.ADMINISTERED, what="user.invited", at=at, actor=by, subject=user)


@transaction.atomic
def close_account(*, user: User, by: User, at: datetime) -> None:
    """A leaver: nobody signs in with this account, and whoever is signed in with it is out at the next request."""
    User.objects.filter(pk=user.pk).update(is_active=False)
    user.is_active = False
    audit.record(verb=Verb.ADMINISTERED, what="user.closed", at=at, actor=by, subject=user)
    end_every_session(user=user, by=by, at=at, why="account closed")


@transaction.atomic
def record_new_password(*, user: User, by: User, at: datetime) -> None:
    """Write down that an administrator gave a person a new password, in the transaction that gave it."""
    audit.record(verb=Verb.ADMINISTERED, what="user.password_set", at=at, actor=by, subject=user)
    if user.pk != by.pk:
        end_every_session(user=user, by=by, at=at, why="new password")


@transaction.atomic
def send_job_again(*, job_id: UUID, by: User, at: datetime) -> Job:
    """Let a job that was given up begin anew, in an administrator's name. Raises jobs.services.CannotTryAgain."""
    job = try_again(job_id=job_id, at=at)
    audit.record(verb=Verb.ADMINISTERED, what="job.sent_again", at=at, actor=by, subject=job, task=job.task)
    return job


def _check_place(user: User) -> None:
    try:
        user.clean()
    except ValidationError as error:
        raise CannotPlacePerson(" ".join(error.messages)) from error


@transaction.atomic
def change_reference_data(*, record: models.Model, fields: list[str], by: User, at: datetime) -> None:
    """Save what an administrator changed in a place, a team, an agency or a person; the log names the fields."""
    record.save()
    what = f"{record._meta.model_name}.changed"
    audit.record(verb=Verb.ADMINISTERED, what=what, at=at, actor=by, subject=record, fields=sorted(fields))


def check_may_grant(*, user: User, role: str, by: User | None) -> None:
    """Raise CannotGrantRole when this person may not have that role, or not from them."""
    _check_may_change_roles(user, by)
    definition = ROLES[role]
    if definition.police_only and not (user.agency and user.agency.is_police):
        raise CannotGrantRole(f"{definition.name} is a role for police only.")


def check_may_end(*, user: User, by: User) -> None:
    """Raise CannotGrantRole when this person may not end a role of that one."""
    _check_may_change_roles(user, by)


def _check_days(grant: RoleGrant) -> None:
    try:
        grant.clean()
    except ValidationError as error:
        raise CannotGrantRole(" ".join(error.messages)) from error


def _check_may_change_roles(user: User, by: User | None) -> None:
    if by is not None and not may_administer(by):
        raise CannotGrantRole("Only an administrator may give roles.")
    if by is not None and by.pk == user.pk:
        raise CannotGrantRole("Nobody may give a role to themselves, or end one of their own.")


@transaction.atomic
def grant_role(
    *, user: User, role: str, starts_on: date, by: User | None, at: datetime, ends_on: date | None = None
) -> RoleGrant:
    """Give a person a role from a day on. `by` is None only when the service sets itself up."""
    check_may_grant(user=user, role=role, by=by)
    grant = RoleGrant(user=user, role=role, starts_on=starts_on, ends_on=ends_on, granted_by=by)
    _check_days(grant)
    grant.save()
    audit.record(verb=Verb.ADMINISTERED, what="role.granted", at=at, actor=by, subject=user, role=role)
    give_new_keys(user=user, at=at)
    user.forget_roles()
    return grant


@transaction.atomic
def end_role(*, grant_id: UUID, ends_on: date, by: User, at: datetime) -> RoleGrant:
    """Say which day is the first without the role, sooner than was said before. Raises CannotGrantRole."""
    grant = RoleGrant.objects.select_for_update(of=("self",)).select_related("user").get(pk=grant_id)
    check_may_end(user=grant.user, by=by)
    if grant.ends_on is not None and ends_on > grant.ends_on:
        raise CannotGrantRole("A role can end sooner than was said. To let it last longer, give it again.")
    grant.ends_on = ends_on
    _check_days(grant)
    grant.save(update_fields=["ends_on"])
    audit.record(verb=Verb.ADMINISTERED, what="role.ended", at=at, actor=by, subject=grant.user, role=grant.role)
    if ends_on <= timezone.localdate():
        end_every_session(user=grant.user, by=by, at=at, why="role ended")
    grant.user.forget_roles()
    return grant


@transaction.atomic
def end_sessions_of_lost_roles(*, on: date, at: datetime) -> int:
    """Sign out who lost a role this morning; return how many people. Their access went at midnight, with the day."""
    lost = User.objects.filter(role_grants__ends_on=on, role_grants__starts_on__lt=on).distinct().order_by("pk")
    for user in lost:
        end_every_session(user=user, by=None, at=at, why="role ended")
    return len(lost)


@transaction.atomic
def set_keyboard_shortcuts(*, by: User, on: bool) -> None:
    """Turn the keys of the grading desk on or off for oneself."""
    User.objects.filter(pk=by.pk).update(keyboard_shortcuts=on)


@transaction.atomic
def create_api_client(*, name: str, user: User, scopes: list[str]) -> tuple[ApiClient, str]:
    """Register a program that acts for one person; returns it with its token, which is shown this once.

    Raises CannotCreateApiClient for a scope that there is not and for a name that is taken.
    """
    if unknown := sorted(set(scopes) - set(Scope.values)):
        raise CannotCreateApiClient(f"There is no scope {', '.join(unknown)}. Known: {', '.join(Scope.values)}.")
    if ApiClient.objects.filter(name=name).exists():
        raise CannotCreateApiClient("There is a client of that name already.")
    token = ApiClient.new_token()
    client = ApiClient.objects.create(name=name, user=user, scopes=scopes, token_hash=hash_of_token(token))
    audit.record(
        verb=Verb.ADMINISTERED,
        what="api_client.created",
        at=client.created_at,
        actor=None,
        subject=client,
        scopes=scopes,
    )
    return client, token


@transaction.atomic
def end_api_client(*, name: str, at: datetime) -> ApiClient:
    """Make a program's token invalid from its next call on; doing it twice does no harm. Raises CannotEndApiClient."""
    client = ApiClient.objects.select_for_update().filter(name=name).first()
    if client is None:
        raise CannotEndApiClient("There is no client of that name.")
    if client.is_active:
        client.is_active = False
        client.save(update_fields=["is_active"])
        audit.record(verb=Verb.ADMINISTERED, what="api_client.ended", at=at, actor=None, subject=client)
    return client


@transaction.atomic
def forget_what_is_over(*, at: datetime) -> None:
    """Remove what outlives its use: ended sessions, which may hold what somebody typed, old answers to programs, sent mail."""
    forget_old_messages(at=at)
    Session.objects.filter(expire_date__lt=at - ENDED_SESSIONS_KEPT).delete()
    alive = Session.objects.filter(session_key=models.OuterRef("session_key"))
    UserSession.objects.filter(~models.Exists(alive)).delete()
    IdempotentRequest.objects.filter(at__lt=at - ANSWERS_KEPT).delete()


def hash_of_token(token: str) -> str:
    """SHA-256 in hex: tokens are long and random, so no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
