"""What closes a referral to people whose role would open it: a restriction and a conflict of interest; and emergency access.

The rule itself is a function of the database (`referrals_is_open_to`, migrations/0006_guards), which `ReferralQuerySet.open_to` asks.
"""

import uuid
from datetime import date, datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import User
from referrals.enums import (
    KEEPS_OUT,
    SHORTEST_EMERGENCY_REASON,
    ConflictSource,
    ConflictState,
    ConflictWhy,
    EmergencyOutcome,
    RestrictionReason,
)
from referrals.models.referral import Referral

# Whatever the setting says, nobody has a referral open for longer.
LONGEST_EMERGENCY = timedelta(hours=12)


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    def standing(self) -> Self:
        """Those that nobody lifted."""
        return self.filter(lifted_at=None)

    def stood_at(self, moment: datetime) -> Self:
        """Those that stood then, whatever became of them since."""
        return self.filter(Q(lifted_at=None) | Q(lifted_at__gt=moment), made_at__lte=moment)


class Restriction(models.Model):
    """That a referral is open to named people alone. Lifting it says why and keeps the row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="restrictions")
    reason = models.CharField(max_length=13, choices=RestrictionReason)
    words = models.TextField()
    is_hinted = models.BooleanField(
        help_text="Whether decision-makers on another referral of the same person are told that there is a restricted record"
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    lift_reason = models.TextField(blank=True)

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral"],
                condition=Q(lifted_at=None),
                name="restriction_stands_once",
                violation_error_message="This referral is restricted already.",
            ),
            models.CheckConstraint(name="restriction_says_why", condition=~Q(words="")),
            models.CheckConstraint(
                name="restriction_lifted_says_who_when_and_why",
                condition=(
                    Q(lifted_at__isnull=False, lifted_at__gte=F("made_at"), lifted_by__isnull=False)
                    & ~Q(lift_reason="")
                )
                | Q(lifted_at=None, lifted_by=None, lift_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"Restriction of {self.referral_id}"


def unrestricted() -> Q:
    """Of referrals: that no restriction stands, whoever asks; for lists that several people go through together."""
    standing = Restriction.objects.standing().filter(referral=OuterRef("pk"))
    return Q(is_guarded=False) | ~Q(Exists(standing))


class NamedPersonQuerySet(models.QuerySet["NamedPerson"]):
    def standing(self) -> Self:
        """Those who may see it now."""
        return self.filter(removed_at=None)


class NamedPerson(models.Model):
    """That somebody may see a restricted referral, as far as their role would let them see it if it were not restricted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    restriction = models.ForeignKey(Restriction, on_delete=models.PROTECT, related_name="names")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = NamedPersonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["restriction", "person"],
                condition=Q(removed_at=None),
                name="named_person_once_at_a_time",
                violation_error_message="This person is named already.",
            ),
            models.CheckConstraint(
                name="named_person_removed_says_who_and_when",
                condition=Q(removed_at=None, removed_by=None)
                | Q(removed_at__isnull=False, removed_at__gte=F("named_at"), removed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.restriction_id}"


class ConflictQuerySet(models.QuerySet["Conflict"]):
    def keeping_out(self) -> Self:
        """Those that close a referral to their person now."""
        return self.filter(state__in=KEEPS_OUT)

    def to_judge_by(self, user: User) -> Self:
        """Those at this person's hub that they may judge or have judged: not their own, nor one of a referral that is closed to them."""
        return self.filter(referral__in=Referral.objects.received_for(user)).exclude(person=user)

    def suspected(self) -> Self:
        return self.filter(state=ConflictState.SUSPECTED)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Conflict(models.Model):
    """That somebody is, or may be, concerned in a referral themselves, and does not see it until a supervisor clears it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="conflicts")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=8, choices=ConflictSource)
    why = ArrayField(models.CharField(max_length=13, choices=ConflictWhy))
    words = models.TextField(blank=True, help_text="What the person said themselves")
    state = models.CharField(max_length=9, choices=ConflictState, default=ConflictState.SUSPECTED)
    noted_at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    judgement = models.TextField(blank=True, help_text="Why it was confirmed or cleared")

    objects = ConflictQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "person"],
                condition=Q(state__in=KEEPS_OUT),
                name="conflict_stands_once_for_a_person",
                violation_error_message="This was noted already.",
            ),
            models.CheckConstraint(name="conflict_says_why", condition=Q(why__len__gte=1)),
            models.CheckConstraint(
                name="conflict_declared_in_words", condition=~Q(source=ConflictSource.DECLARED) | ~Q(words="")
            ),
            models.CheckConstraint(
                name="conflict_judged_says_who_when_and_why",
                condition=Q(state=ConflictState.SUSPECTED, judged_at=None, judged_by=None, judgement="")
                | (
                    ~Q(state=ConflictState.SUSPECTED)
                    & Q(judged_at__isnull=False, judged_by__isnull=False)
                    & ~Q(judgement="")
                ),
            ),
            models.CheckConstraint(
                name="conflict_is_judged_by_somebody_else",
                condition=Q(judged_by=None) | ~Q(judged_by=F("person")),
                violation_error_message="Nobody judges their own conflict of interest.",
            ),
        ]
        indexes = [
            models.Index(fields=["noted_at", "id"], name="conflict_to_judge", condition=Q(state="SUSPECTED")),
        ]

    def __str__(self) -> str:
        return f"Conflict {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("referrals:conflict", args=[self.pk])

    @property
    def why_in_words(self) -> list[str]:
        return [str(ConflictWhy(code).label) for code in self.why]


class Connection(models.Model):
    """Somebody, or an address, that a person said they know, so that referrals about them stay closed to them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_names = models.CharField(max_length=80, blank=True)
    family_name = models.CharField(max_length=80, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    address = models.CharField(max_length=300, blank=True)
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="connection_can_be_matched",
                condition=~Q(address="") | (~Q(family_name="") & ~Q(given_names="")),
                violation_error_message="Enter a whole name or an address.",
            ),
        ]

    def __str__(self) -> str:
        return f"Connection {self.pk}"


class EmergencyAccessQuerySet(models.QuerySet["EmergencyAccess"]):
    def visible_to(self, user: User) -> Self:
        """One's own at the hub that is one's own now; for who reviews them, all of it; none in which one has a conflict of interest."""
        kept_from = Conflict.objects.keeping_out().filter(person=user).values("referral")
        ours = self.filter(referral__in=Referral.objects.received_by(user.agency_id)).exclude(referral__in=kept_from)
        return ours if user.may(Permission.REVIEW_EMERGENCY) else ours.filter(opened_by=user)

    def open(self, *, at: datetime) -> Self:
        """Those that let their person in now."""
        return self.filter(ended_at=None, opened_at__lte=at, closes_at__gt=at)

    def to_review(self) -> Self:
        return self.filter(reviewed_at=None)

    def late(self, *, on: date) -> Self:
        return self.to_review().filter(review_due_on__lt=on)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class EmergencyAccess(models.Model):
    """That somebody broke the glass: opened one restricted referral, for a reason, for a limited time. Somebody else reviews it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="emergencies")
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField()
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When the person closed it before its time")
    review_due_on = models.DateField(help_text="The last day on which the review is in time")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    outcome = models.CharField(max_length=13, choices=EmergencyOutcome, blank=True)
    review = models.TextField(blank=True)
    action = models.TextField(blank=True, help_text="What follows where it was not justified")

    objects = EmergencyAccessQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="emergency_access_says_why",
                condition=Q(GreaterThanOrEqual(Length("reason"), SHORTEST_EMERGENCY_REASON)),
                violation_error_message=f"Say why it cannot wait, in at least {SHORTEST_EMERGENCY_REASON} characters.",
            ),
            models.CheckConstraint(
                name="emergency_access_has_an_end",
                condition=Q(closes_at__gt=F("opened_at")) & Q(closes_at__lte=F("opened_at") + LONGEST_EMERGENCY),
            ),
            models.CheckConstraint(
                name="emergency_access_reviewed_says_who_when_and_what",
                condition=Q(reviewed_at=None, reviewed_by=None, outcome="", review="", action="")
                | (Q(reviewed_at__isnull=False, reviewed_by__isnull=False) & ~Q(outcome="") & ~Q(review="")),
            ),
            models.CheckConstraint(
                name="emergency_access_unjustified_says_what_follows",
                condition=~Q(outcome=EmergencyOutcome.NOT_JUSTIFIED) | ~Q(action=""),
                violation_error_message="Say what follows.",
            ),
            models.CheckConstraint(
                name="emergency_access_reviewed_by_somebody_else",
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("opened_by")),
                violation_error_message="Nobody reviews their own emergency access.",
            ),
        ]
        indexes = [
            models.Index(fields=["opened_by", "closes_at"], name="emergency_access_by_person"),
            models.Index(
                fields=["review_due_on", "id"], name="emergency_access_to_review", condition=Q(reviewed_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"Emergency access {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("referrals:emergency", args=[self.pk])

    def is_open(self, *, at: datetime) -> bool:
        return self.ended_at is None and self.opened_at <= at < self.closes_at

    def is_late(self, *, on: date) -> bool:
        return self.reviewed_at is None and self.review_due_on < on
