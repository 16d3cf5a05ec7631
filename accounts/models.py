"""Agencies, areas, teams, users and the roles they hold, each with its dates."""

import secrets
import uuid
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.fields.ranges import DateRangeField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.enums import AgencyKind, AreaKind, Permission, ReviewOutcome
from accounts.roles import POLICE_ONLY, ROLE_CHOICES, ROLES
from common.kept_sql import Given, KeptQuestion, KeptRow

ENDS_TOO_SOON = "A role cannot end before it starts."


class Area(models.Model):
    """A local authority or a district, for as long as it exists: reorganisation ends some and makes others."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=AreaKind)
    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=80)
    part_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    succeeded_by = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="predecessors")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="area_begins_before_it_ends",
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lt=F("valid_to")),
                violation_error_message="An area must begin before it ends.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class AgencyQuerySet(models.QuerySet["Agency"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def hub(self) -> "Agency":
        """The police force that runs the hub. Raises Agency.DoesNotExist when it was not set up."""
        return self.get(is_hub=True)


class Agency(models.Model):
    """A police force or a partner. Its group holds the object permissions that sharing grants."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=AgencyKind)
    name = models.CharField(max_length=120, unique=True)
    areas = models.ManyToManyField(Area, blank=True, related_name="agencies")
    group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="agency", editable=False)
    is_hub = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    mailbox = models.EmailField(
        blank=True,
        default="",
        db_default="",
        help_text="A shared mailbox, if there is one: of the hub, told of every new referral by reference and link alone",
    )

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "agencies"
        constraints = [
            models.UniqueConstraint(fields=["is_hub"], condition=Q(is_hub=True), name="agency_only_one_runs_the_hub"),
            models.CheckConstraint(
                name="agency_that_runs_the_hub_is_police", condition=Q(is_hub=False) | Q(kind=AgencyKind.POLICE)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_police(self) -> bool:
        return self.kind == AgencyKind.POLICE


class Team(models.Model):
    """A team of an agency, in a district."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=80)
    district = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="teams")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "name"], name="team_named_once_in_its_agency")]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get(self, *args: Any, **kwargs: Any) -> "User":
        """As ever. By the key alone, as every request of who is signed in asks, by a statement that is worked out once."""
        # Not of the managers that are made of this one for the people of an agency or a team, which ask for fewer.
        if args or kwargs.keys() != {"pk"} or type(self) is not UserManager or self._db is not None:
            return super().get(*args, **kwargs)
        return ACCOUNT.get(user=User._meta.get_field("id").to_python(kwargs["pk"]))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class _Held(NamedTuple):
    """What somebody holds on one day, and all that it allows."""

    roles: frozenset[str]
    allowed: frozenset[Permission]
    kind: str
    is_police: bool
    is_hub: bool


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail, with one home agency and, in most agencies, a team."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    job_title = models.CharField(max_length=80, blank=True, help_text="Rank or job, for example PC or Headteacher")
    collar_number = models.CharField(max_length=10, blank=True)
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    keyboard_shortcuts = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    signed_out_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Sessions that began before this moment count no more"
    )
    rights_changed_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Sessions take another key at their first request after it"
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_is_used_once"),
            models.CheckConstraint(
                name="user_in_a_team_has_an_agency", condition=Q(team=None) | Q(agency__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    def clean(self) -> None:
        """A team is one of the person's own agency."""
        super().clean()
        if self.team is not None and self.team.agency_id != self.agency_id:
            raise ValidationError({"team": "That team belongs to another agency."})

    def forget_roles(self) -> None:
        """Ask the database again, after roles were given or ended."""
        self.__dict__.pop("_held_by_day", None)

    def roles_on(self, day: date) -> frozenset[str]:
        """Codes of the roles held on that day; asked from the database once per user object and day."""
        return self._held_on(day).roles

    def acts_for_police(self) -> bool:
        """Whether the person holds a role today and their home agency is a police force; asked together with the roles."""
        return self._held_on(timezone.localdate()).is_police

    def acts_for_kind(self) -> str:
        """The kind of the home agency of who holds a role today, else nothing; asked together with the roles."""
        return self._held_on(timezone.localdate()).kind

    def acts_for_hub(self) -> bool:
        """Whether the person holds a role today and their home agency runs the hub; asked together with the roles."""
        return self._held_on(timezone.localdate()).is_hub

    def may(self, *permissions: Permission) -> bool:
        """Whether any role that the person holds today allows one of these."""
        return not self._held_on(timezone.localdate()).allowed.isdisjoint(permissions)

    def _held_on(self, day: date) -> _Held:
        known: dict[date, _Held] = self.__dict__.setdefault("_held_by_day", {})
        if day not in known:
            held = HELD.rows(user=self.pk, on=day) if self.is_active else []
            roles = frozenset(role for role, _, _ in held)
            allowed = frozenset(permission for role in roles for permission in ROLES[role].allows)
            kind = next((kind or "" for _, kind, _ in held), "")
            is_hub = any(is_hub for _, _, is_hub in held)
            known[day] = _Held(roles, allowed, kind, kind == AgencyKind.POLICE, is_hub)
        return known[day]

    def sees_other_agencies(self) -> bool:
        """Whether a role that the person holds today sees data of other agencies, and so needs a second factor."""
        return any(ROLES[code].sees_other_agencies for code in self.roles_on(timezone.localdate()))


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def current(self, *, on: date | Given) -> Self:
        """The roles that count on a day: never one of a closed agency's people, nor one for police held by anybody else now."""
        return self.filter(
            Q(user__agency=None) | Q(user__agency__is_active=True),
            ~Q(role__in=POLICE_ONLY) | Q(user__agency__kind=AgencyKind.POLICE),
            Q(ends_on=None) | Q(ends_on__gt=on),
            starts_on__lte=on,
        )

    def with_last_review(self) -> Self:
        """When each was last looked at (`reviewed_at`, None for never), and by whom (`reviewed_by_name`)."""
        latest = GrantReview.objects.filter(grant=models.OuterRef("pk")).order_by("-reviewed_at", "pk")
        return self.annotate(
            reviewed_at=models.Subquery(latest.values("reviewed_at")[:1]),
            reviewed_by_name=models.Subquery(latest.values("reviewed_by__name")[:1]),
        )

    def to_review(self, *, on: date, before: datetime) -> Self:
        """The roles that somebody holds on a day and of which nobody has said since then that they are needed."""
        since = GrantReview.objects.filter(grant=models.OuterRef("pk"), reviewed_at__gte=before)
        return self.current(on=on).filter(~models.Exists(since), user__is_active=True)


# Both are asked by every request of who is signed in.
ACCOUNT = KeptRow(lambda: User.objects.filter(pk=Given("user", models.UUIDField())))
HELD = KeptQuestion(
    lambda: (
        RoleGrant.objects.current(on=Given("on", models.DateField()))
        .filter(user=Given("user", models.UUIDField()))
        .values_list("role", "user__agency__kind", "user__agency__is_hub")
    )
)


class _Days(Func):
    function = "DATERANGE"
    output_field = DateRangeField()


class RoleGrant(models.Model):
    """That a person holds a role from one day until another (the day it ends is the first without it).

    One that ends on the day it starts was given by mistake and never counts.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=30, choices=ROLE_CHOICES)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="role_grant_ends_no_sooner_than_it_starts",
                condition=Q(ends_on=None) | Q(starts_on__lte=F("ends_on")),
                violation_error_message=ENDS_TOO_SOON,
            ),
            models.CheckConstraint(
                name="role_grant_not_given_to_oneself",
                condition=Q(granted_by=None) | ~Q(granted_by=F("user")),
                violation_error_message="Nobody may give a role to themselves.",
            ),
            ExclusionConstraint(
                name="role_grant_held_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (_Days("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="This person holds that role in these days already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.user}"

    @property
    def last_day(self) -> date | None:
        """The last day on which it counts, if it ends."""
        return self.ends_on - timedelta(days=1) if self.ends_on else None

    def clean(self) -> None:
        """Before the constraints are asked, of which one cannot think of days that run backwards."""
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": ENDS_TOO_SOON})


class GrantReview(models.Model):
    """That an administrator looked whether somebody still needs a role, and what they said."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    grant = models.ForeignKey(RoleGrant, on_delete=models.PROTECT, related_name="reviews")
    outcome = models.CharField(max_length=10, choices=ReviewOutcome)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["grant"],
                condition=Q(outcome=ReviewOutcome.ENDED),
                name="grant_review_ends_a_role_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.grant_id}"


class ApiClient(models.Model):
    """A program that calls the API for one person's account: a token of which only the hash is kept, and scopes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_clients")
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(
        default=list, help_text='For example ["referrals:read", "referrals:write", "incidents:write"]'
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def new_token() -> str:
        """A fresh token; show it once, keep its hash only."""
        return secrets.token_urlsafe(32)


class IdempotentRequest(models.Model):
    """The answer that a write with an Idempotency-Key got, so that the same call again gets the same answer."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, path and body")
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotent_request_one_answer_per_key")]

    def __str__(self) -> str:
        return self.key
