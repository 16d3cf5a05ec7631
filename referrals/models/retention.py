"""How long a referral is kept: its reviews, what holds it, and what is left to say once it is gone."""

import uuid
from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual
from django.urls import reverse

from accounts.models import Agency, User
from referrals.enums import (
    LEAST_YEARS,
    RETENTION_OPEN,
    SHORTEST_REVIEW_REASON,
    FormKind,
    HoldReason,
    RetentionGroup,
    RetentionMove,
    RetentionState,
    next_retention_state,
)
from referrals.models.referral import Referral, open_to

# The fewest days that six years can have (around 2100).
LEAST_KEPT = timedelta(days=LEAST_YEARS * 365)


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    def standing(self, *, on: date) -> Self:
        """Those that block disposal on this day: not lifted, and not over."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), lifted_at=None)

    def visible_to(self, user: User) -> Self:
        """Those of the own agency, without referrals that are closed to this person."""
        return self.filter(open_to(user, of="referral"), agency=user.agency_id)


class LegalHold(models.Model):
    """That a referral must not be disposed of for now. Several may stand; each is lifted for itself, and the row stays."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="holds")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=13, choices=HoldReason)
    words = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="The last day; empty until somebody lifts it")
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    lift_reason = models.TextField(blank=True)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="legal_hold_says_why", condition=~Q(words="")),
            models.CheckConstraint(
                name="legal_hold_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="A hold ends on or after the day on which it starts.",
            ),
            models.CheckConstraint(
                name="legal_hold_lifted_says_who_when_and_why",
                condition=(
                    Q(lifted_at__isnull=False, lifted_at__gte=F("placed_at"), lifted_by__isnull=False)
                    & ~Q(lift_reason="")
                )
                | Q(lifted_at=None, lifted_by=None, lift_reason=""),
            ),
        ]
        indexes = [
            models.Index("agency", F("placed_at").desc(), "id", name="legal_hold_newest_first"),
        ]

    def __str__(self) -> str:
        return f"Hold of {self.referral_id}"

    def stands_on(self, day: date) -> bool:
        return self.lifted_at is None and (self.ends_on is None or self.ends_on >= day)


def _is_held(on: date) -> Exists:
    return Exists(LegalHold.objects.standing(on=on).filter(referral=OuterRef("referral")))


class RetentionReviewQuerySet(models.QuerySet["RetentionReview"]):
    def visible_to(self, user: User) -> Self:
        """Those of the agency that holds the record, without referrals that are closed to this person."""
        return self.filter(open_to(user, of="referral"), agency=user.agency_id)

    def open(self) -> Self:
        return self.filter(state__in=RETENTION_OPEN)

    def awaiting(self) -> Self:
        """What somebody has to see to: due, or proposed and waiting for a second person."""
        return self.filter(state__in=(RetentionState.DUE, RetentionState.PROPOSED))

    def with_is_held(self, *, on: date) -> Self:
        return self.annotate(is_held=_is_held(on))

    def held(self, is_held: bool, *, on: date) -> Self:
        """Those whose referral a hold keeps on this day, or those that none does."""
        return self.filter(_is_held(on) if is_held else ~_is_held(on))

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class RetentionReview(models.Model):
    """One review of whether a referral is still needed. Retained, it stays as it is and the next one is scheduled."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="retention_reviews")
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", db_index=False, help_text="That holds the record: the hub"
    )
    state = models.CharField(max_length=9, choices=RetentionState, default=RetentionState.SCHEDULED)
    group = models.PositiveSmallIntegerField(choices=RetentionGroup)
    group_by_rule = models.PositiveSmallIntegerField(choices=RetentionGroup)
    group_reason = models.TextField(blank=True, help_text="Why it is in another group than the rule says")
    grouped_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    has_child_under_ten = models.BooleanField(help_text="When it was sent: such a record needs special care")
    last_contact_on = models.DateField(help_text="From which the clear period counts")
    due_on = models.DateField()
    is_repeat = models.BooleanField(default=False, help_text="It was retained before")
    made_at = models.DateTimeField()

    answers = models.JSONField(default=dict, blank=True, help_text="Answer by retention criterion")
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    next_on = models.DateField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    returned = models.TextField(blank=True, help_text="Why it came back from being proposed, the last time")

    objects = RetentionReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral"], condition=Q(state__in=RETENTION_OPEN), name="retention_review_one_is_open"
            ),
            models.CheckConstraint(
                name="retention_review_group_is_1_to_4",
                condition=Q(group__gte=1, group__lte=4, group_by_rule__gte=1, group_by_rule__lte=4),
            ),
            models.CheckConstraint(
                name="retention_review_other_group_says_who_and_why",
                condition=Q(group=F("group_by_rule")) | (Q(grouped_by__isnull=False) & ~Q(group_reason="")),
                violation_error_message="Say why it belongs to another group.",
            ),
            models.CheckConstraint(
                name="retention_review_is_not_before_the_least_time",
                condition=Q(due_on__gte=F("last_contact_on") + LEAST_KEPT) | Q(is_repeat=True),
                violation_error_message="Nothing is reviewed for disposal sooner than six years after the last contact.",
            ),
            models.CheckConstraint(
                name="retention_review_decided_says_who_when_and_why",
                condition=(
                    Q(state__in=(RetentionState.SCHEDULED, RetentionState.DUE))
                    & Q(decided_at=None, decided_by=None, reason="")
                )
                | (
                    ~Q(state__in=(RetentionState.SCHEDULED, RetentionState.DUE))
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                    & Q(GreaterThanOrEqual(Length("reason"), SHORTEST_REVIEW_REASON))
                ),
                violation_error_message=f"Say why, in at least {SHORTEST_REVIEW_REASON} characters.",
            ),
            models.CheckConstraint(
                name="retention_review_retained_has_a_next_date",
                condition=Q(state=RetentionState.RETAINED, next_on__isnull=False)
                | (~Q(state=RetentionState.RETAINED) & Q(next_on=None)),
            ),
            models.CheckConstraint(
                name="retention_review_approved_says_who_and_when",
                condition=Q(state=RetentionState.APPROVED, approved_at__isnull=False, approved_by__isnull=False)
                | (~Q(state=RetentionState.APPROVED) & Q(approved_at=None, approved_by=None)),
            ),
            models.CheckConstraint(
                name="retention_review_is_approved_by_a_second_person",
                condition=Q(approved_by=None) | ~Q(approved_by=F("decided_by")),
                violation_error_message="Who proposed a disposal does not approve it.",
            ),
        ]
        indexes = [
            models.Index("agency", "state", "due_on", "id", name="retention_review_queue"),
            models.Index("due_on", "id", name="retention_review_to_fall_due", condition=Q(state="SCHEDULED")),
        ]

    def __str__(self) -> str:
        return f"Review of {self.referral_id}"

    def get_absolute_url(self) -> str:
        return reverse("retention_review", args=[self.pk])

    def after(self, move: RetentionMove) -> RetentionState | None:
        return next_retention_state(move, self.state)

    @property
    def is_of_another_group(self) -> bool:
        return self.group != self.group_by_rule


class DisposalCertificate(models.Model):
    """That a referral was disposed of, without a word of it: what kind it was, by which rule, who, when, and how much went.

    It names its referral by the id alone, under which the access log speaks of it. The database refuses to change or delete it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20, unique=True)
    referral_id = models.UUIDField(unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=3, choices=FormKind)
    group = models.PositiveSmallIntegerField(choices=RetentionGroup)
    rule = models.TextField(help_text="In the words of the day")
    sent_on = models.DateField()
    last_contact_on = models.DateField()
    due_on = models.DateField()
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    approved_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    disposed_at = models.DateTimeField()
    rows = models.JSONField(help_text="How many rows went, by kind of record")
    kept = models.JSONField(help_text="How many rows of figures stay without their words, by kind of record")
    files = models.PositiveIntegerField()
    backups_until = models.DateField(null=True, help_text="When the last backup that holds it is gone; empty: not set")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="disposal_certificate_names_two_people", condition=~Q(approved_by=F("proposed_by"))
            ),
        ]
        indexes = [models.Index("agency", F("disposed_at").desc(), F("id").desc(), name="certificate_newest_first")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("disposal_certificate", args=[self.pk])


class DoomedFile(models.Model):
    """A file of a referral that is gone, which is still to be removed from the store; the row goes with the file."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    certificate = models.ForeignKey(DisposalCertificate, on_delete=models.PROTECT, related_name="doomed_files")
    path = models.CharField(max_length=200, unique=True)

    def __str__(self) -> str:
        return f"A file of {self.certificate_id}"
