"""A second look: decided referrals, drawn by chance, on which somebody else decides again without knowing the decision."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, User
from common.clock import Period
from referrals.enums import FAR_HIGHER, VOIDED, Level, Pathway, SecondLookState
from referrals.models.decision import ThresholdDecision
from referrals.models.referral import Referral, open_to
from referrals.models.threshold_document import ThresholdDocument

USUAL_SIZE = 12
LARGEST_SIZE = 60
LONGEST_SEED = 64


class SecondLookQuerySet(models.QuerySet["SecondLook"]):
    def visible_to(self, user: User) -> Self:
        """Those of the own hub, for who decides there; the results are for who opens them."""
        if not user.may(Permission.DECIDE_REFERRAL) or not user.may(Permission.SEE_HUB_REFERRALS):
            return self.none()
        return self.filter(hub=user.agency_id)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class SecondLook(models.Model):
    """One draw from what a hub decided in a period, with all that is needed to draw it again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hub = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    period_start = models.DateField()
    period_end = models.DateField(help_text="The last day of the period")
    people = models.ManyToManyField(User, related_name="+", help_text="Who takes part")
    size = models.PositiveSmallIntegerField(help_text="How many were to be drawn")
    seed = models.CharField(max_length=LONGEST_SEED)
    algorithm = models.CharField(max_length=20)
    frame_size = models.PositiveIntegerField(help_text="How many could be drawn")
    frame_digest = models.CharField(max_length=64, help_text="SHA-256 of their ids")
    state = models.CharField(max_length=8, choices=SecondLookState, default=SecondLookState.OPEN)
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="Who closed it, or recorded the last",
    )

    objects = SecondLookQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hub"],
                name="second_look_one_is_open",
                condition=Q(state=SecondLookState.OPEN),
                violation_error_message="There is an open second look already.",
            ),
            models.CheckConstraint(
                name="second_look_begins_before_it_ends", condition=Q(period_start__lte=F("period_end"))
            ),
            models.CheckConstraint(
                name="second_look_draws_at_least_one_of_its_frame", condition=Q(size__gte=1, frame_size__gte=1)
            ),
            models.CheckConstraint(
                name="second_look_ended_says_who_and_when",
                condition=Q(state=SecondLookState.OPEN, ended_at=None, ended_by=None)
                | (~Q(state=SecondLookState.OPEN) & Q(ended_at__isnull=False, ended_by__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"Second look at {self.period_start} to {self.period_end}"

    def get_absolute_url(self) -> str:
        return reverse("referrals:second_look", args=[self.pk])

    @property
    def period(self) -> Period:
        """The days on which the decisions were made."""
        return Period(self.period_start, self.period_end)

    @property
    def is_open(self) -> bool:
        return self.state == SecondLookState.OPEN


class SecondReadingQuerySet(models.QuerySet["SecondReading"]):
    def visible_to(self, user: User) -> Self:
        """Those of the second looks of the own hub that are open to this person; only who was given one reads it."""
        return self.filter(open_to(user, of="referral"), look__in=SecondLook.objects.visible_to(user))

    def standing(self) -> Self:
        """Without what was withdrawn as void since."""
        return self.exclude(referral__state__in=VOIDED)

    def to_do_by(self, user: User) -> Self:
        """What waits for this person's second decision."""
        open_ones = self.standing().filter(look__state=SecondLookState.OPEN, look__hub=user.agency_id)
        return open_ones.filter(reader=user, recorded_at=None)

    def far_higher(self) -> Self:
        """The second level is so much higher that the referral is looked at again."""
        return self.standing().filter(level__gte=F("decision__level") + FAR_HIGHER)

    def to_look_at_again(self) -> Self:
        """Far higher, the decision still stands, and no supervisor has looked."""
        return self.far_higher().filter(decision__is_current=True, looked_at=None)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class SecondReading(models.Model):
    """One drawn referral with the decision that stood, who decides a second time, and what came of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    look = models.ForeignKey(SecondLook, on_delete=models.PROTECT, related_name="readings", db_index=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(ThresholdDecision, on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.PositiveSmallIntegerField(help_text="1 was drawn first")
    ticket = models.CharField(max_length=64, help_text="SHA-256 of the seed and the referral's id")
    reader = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(choices=Level, null=True, blank=True)
    pathway = models.CharField(max_length=24, choices=Pathway, blank=True)
    reason = models.TextField(blank=True)
    threshold_document = models.ForeignKey(
        ThresholdDocument,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="The version in force on the day of the second decision; none where none was put down",
    )
    had_seen = models.BooleanField(
        null=True, help_text="Whether the reader had opened the referral's page since the decision"
    )
    recorded_at = models.DateTimeField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True, help_text="When a supervisor had looked at it again")
    looked_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = SecondReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["look", "referral"], name="second_reading_drawn_once"),
            models.UniqueConstraint(fields=["look", "position"], name="second_reading_numbered_once"),
            models.CheckConstraint(
                name="second_reading_is_recorded_whole",
                condition=Q(recorded_at=None, level=None, pathway="", reason="", had_seen=None, threshold_document=None)
                | (
                    Q(recorded_at__isnull=False, level__isnull=False, had_seen__isnull=False)
                    & ~Q(pathway="")
                    & ~Q(reason="")
                ),
            ),
            models.CheckConstraint(
                name="second_reading_looked_at_says_who_and_when",
                condition=Q(looked_at=None, looked_by=None)
                | Q(looked_at__isnull=False, looked_by__isnull=False, recorded_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Referral {self.position}"

    def get_absolute_url(self) -> str:
        return reverse("referrals:second_reading", args=[self.look_id, self.pk])

    @property
    def is_far_higher(self) -> bool:
        """Whether the second level is so much higher that the referral is looked at again."""
        return self.level is not None and self.level >= self.decision.level + FAR_HIGHER

    @property
    def waits_for_a_look(self) -> bool:
        """Far higher, the decision still stands, and no supervisor has looked."""
        return self.is_far_higher and self.decision.is_current and self.looked_at is None
