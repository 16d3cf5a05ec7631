"""The daily triage meeting of the hub: who was there, what was on its list, and what came of each."""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Count, Deferrable, Q
from django.urls import reverse

from accounts.models import Agency, User
from referrals.enums import ItemOutcome, WhyListed
from referrals.models.referral import Referral, open_to


class TriageMeetingQuerySet(models.QuerySet["TriageMeeting"]):
    def of(self, user: User) -> Self:
        """The meetings of this person's hub."""
        return self.filter(hub=user.agency_id)

    def with_counts(self) -> Self:
        """`listed` and `discussed`: how many are on the list, and how many came up."""
        discussed = Count("items", filter=~Q(items__outcome=ItemOutcome.OPEN))
        return self.annotate(listed=Count("items"), discussed=discussed)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class TriageMeeting(models.Model):
    """One day's meeting. Once it is closed nothing of it changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hub = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    agencies = models.ManyToManyField(Agency, blank=True, related_name="+")
    people_present = models.TextField(blank=True, help_text="Who was there, one a line")
    notes = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = TriageMeetingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hub", "day"], name="triage_meeting_once_a_day"),
            models.CheckConstraint(
                name="triage_meeting_closed_says_who_and_when",
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Meeting of {self.day.day} {self.day:%B %Y}"

    def get_absolute_url(self) -> str:
        return reverse("referrals:meeting", args=[self.pk])

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


class MeetingItemQuerySet(models.QuerySet["MeetingItem"]):
    def actions(self) -> Self:
        return self.filter(outcome=ItemOutcome.ACTION)

    def open(self) -> Self:
        return self.filter(done_at=None)

    def open_to(self, user: User) -> Self:
        """Without those whose referral a restriction or a conflict of interest closes to this person. Says nothing of roles."""
        return self.filter(open_to(user, of="referral"))

    def late(self, *, on: date) -> Self:
        """Actions that were due before that day and are not done."""
        return self.actions().open().filter(due_on__lt=on)


class MeetingItem(models.Model):
    """A referral on the list of a meeting, why it is there, and what came of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(TriageMeeting, on_delete=models.PROTECT, related_name="items", db_index=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="meeting_items")
    position = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=8, choices=WhyListed)
    outcome = models.CharField(max_length=10, choices=ItemOutcome, default=ItemOutcome.OPEN)
    notes = models.TextField(blank=True)
    owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Who at the hub sees to it"
    )
    owner_agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Or which agency"
    )
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    late_told_at = models.DateTimeField(null=True, blank=True, help_text="When its owner was told that it is late")
    version = models.PositiveIntegerField(default=1, help_text="Counts saves, so that nobody overwrites another")

    objects = MeetingItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="meeting_item_done_is_an_action_and_says_who_and_when",
                condition=Q(done_at=None, done_by=None)
                | Q(outcome=ItemOutcome.ACTION, done_at__isnull=False, done_by__isnull=False),
            ),
            models.UniqueConstraint(fields=["meeting", "referral"], name="meeting_item_once_in_a_meeting"),
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="meeting_item_has_one_place",
                deferrable=Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                name="meeting_item_with_an_outcome_says_what",
                condition=~Q(outcome__in=[ItemOutcome.DECISION, ItemOutcome.ACTION]) | ~Q(notes=""),
                violation_error_message="Say what was decided, or what is to be done.",
            ),
            models.CheckConstraint(
                name="meeting_item_action_has_one_owner",
                condition=Q(outcome=ItemOutcome.ACTION, owner__isnull=False, owner_agency=None)
                | Q(outcome=ItemOutcome.ACTION, owner=None, owner_agency__isnull=False)
                | (~Q(outcome=ItemOutcome.ACTION) & Q(owner=None, owner_agency=None, due_on=None)),
                violation_error_message="An action has one owner: a person of the hub or an agency.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                name="meeting_action_open",
                condition=Q(outcome=ItemOutcome.ACTION, done_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.referral}"
