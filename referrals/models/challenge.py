"""A challenge: a professional difference between the hub and an agency, its stages, positions and meetings."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, User
from referrals.enums import (
    AWAITED,
    CHALLENGE_OPEN,
    LAST_LEVEL,
    UPHELD,
    ChallengeLevel,
    ChallengeOutcome,
    ChallengeState,
    Matter,
    Party,
    ShareState,
    Side,
    Stance,
)
from referrals.models.answer import ShareAnswer
from referrals.models.decision import ThresholdDecision
from referrals.models.referral import Referral, open_to
from referrals.models.share import Share


class ChallengeQuerySet(models.QuerySet["Challenge"]):
    def visible_to(self, user: User) -> Self:
        """Those of the own side, as long as this person may see the referral.

        The agency that wrote the referral speaks through more people than its writer: they see the challenge, not the referral.
        """
        sees_referral = Exists(Referral.objects.visible_to(user).filter(pk=OuterRef("referral")))
        sides = Q(pk__in=[])
        if user.may(Permission.SEE_HUB_REFERRALS):
            sides |= Q(sees_referral, hub=user.agency_id)
        if user.may(Permission.SEE_SHARED_REFERRALS):
            sides |= Q(sees_referral, agency=user.agency_id)
        if user.may(Permission.CHALLENGE):
            sides |= Q(agency=user.agency_id, referral__agency=user.agency_id)
        return self.filter(sides).filter(open_to(user, of="referral"))

    def open(self) -> Self:
        return self.filter(state__in=CHALLENGE_OPEN)

    def ended(self) -> Self:
        return self.exclude(state__in=CHALLENGE_OPEN)

    def late(self, *, at: datetime) -> Self:
        return self.open().filter(due_at__lt=at)

    def waiting_for_agency(self, agency_id: uuid.UUID | None) -> Self:
        """Those in which this agency, the hub or a partner, has the next move."""
        about_decision = Q(matter=Matter.DECISION)
        about_answer = ~about_decision
        of_hub = (about_decision & Q(state=ChallengeState.OPEN)) | (about_answer & Q(state=ChallengeState.RESPONDED))
        of_partner = (about_answer & Q(state=ChallengeState.OPEN)) | (
            about_decision & Q(state=ChallengeState.RESPONDED)
        )
        return self.filter((of_hub & Q(hub=agency_id)) | (of_partner & Q(agency=agency_id)))

    def to_reconsider(self) -> Self:
        """Upheld, and what it was about not yet decided, or answered, again."""
        return self.filter(outcome__in=UPHELD, reconsidered_at=None).exclude(share__state=ShareState.ENDED)

    def decided_by_agency(self, agency_id: uuid.UUID | None) -> Self:
        """Those about what this agency decides: the hub its decisions, a partner its answers."""
        about_decision = Q(matter=Matter.DECISION)
        return self.filter((about_decision & Q(hub=agency_id)) | (~about_decision & Q(agency=agency_id)))

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Challenge(models.Model):
    """One difference about one matter: the hub's decision, raised by an agency, or what an agency answered, or has not, by the hub."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="challenges")
    hub = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="The partner of the hub")
    matter = models.CharField(max_length=8, choices=Matter)
    decision = models.ForeignKey(
        ThresholdDecision, null=True, blank=True, on_delete=models.PROTECT, related_name="challenges"
    )
    share = models.ForeignKey(Share, null=True, blank=True, on_delete=models.PROTECT, related_name="challenges")
    answer = models.ForeignKey(
        ShareAnswer, null=True, blank=True, on_delete=models.PROTECT, related_name="challenges", db_index=False
    )
    state = models.CharField(max_length=10, choices=ChallengeState, default=ChallengeState.OPEN)
    level = models.PositiveSmallIntegerField(choices=ChallengeLevel, default=ChallengeLevel.PRACTITIONERS)
    is_risk_now = models.BooleanField(default=False, help_text="Somebody is at risk now: each stage ends the same day")
    wanted = models.TextField(help_text="What the side that raised it asks for")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(help_text="When the side that is waited for must have moved")
    late_noted_at = models.DateTimeField(null=True, blank=True, help_text="When the clock noted that it is late")
    outcome = models.CharField(max_length=14, choices=ChallengeOutcome, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    end_words = models.TextField(blank=True, help_text="What was agreed, or why it was withdrawn")
    learning = models.TextField(blank=True)
    reconsidered_at = models.DateTimeField(null=True, blank=True, help_text="When an upheld one led to a new decision")
    led_to = models.ForeignKey(
        ThresholdDecision, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    led_to_answer = models.ForeignKey(
        ShareAnswer, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = ChallengeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="challenge_is_about_a_decision_or_an_answer",
                condition=Q(matter=Matter.DECISION, decision__isnull=False, share=None, answer=None)
                | Q(matter=Matter.ANSWER, decision=None, share__isnull=False)
                | Q(matter=Matter.SILENCE, decision=None, share__isnull=False, answer=None),
            ),
            models.CheckConstraint(name="challenge_is_between_two_agencies", condition=~Q(hub=F("agency"))),
            models.CheckConstraint(
                name="challenge_level_is_a_stage", condition=Q(level__gte=0, level__lte=LAST_LEVEL.value)
            ),
            models.CheckConstraint(name="challenge_due_after_it_was_opened", condition=Q(due_at__gt=F("opened_at"))),
            models.CheckConstraint(
                name="challenge_resolved_says_who_when_and_outcome",
                condition=(
                    Q(state=ChallengeState.RESOLVED, ended_at__isnull=False, ended_by__isnull=False)
                    & ~Q(outcome="")
                    & ~Q(end_words="")
                )
                | (
                    Q(state=ChallengeState.WITHDRAWN, ended_at__isnull=False, ended_by__isnull=False, outcome="")
                    & ~Q(end_words="")
                )
                | Q(state__in=CHALLENGE_OPEN, ended_at=None, ended_by=None, outcome="", end_words="", learning=""),
            ),
            models.CheckConstraint(
                name="challenge_reconsidered_only_when_upheld",
                condition=Q(reconsidered_at=None, led_to=None, led_to_answer=None)
                | Q(outcome__in=UPHELD, reconsidered_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["decision", "agency"],
                condition=Q(state__in=CHALLENGE_OPEN),
                name="challenge_of_a_decision_open_once_an_agency",
                violation_error_message="Your agency has an open challenge to this decision.",
            ),
            models.UniqueConstraint(
                fields=["share"],
                condition=Q(state__in=CHALLENGE_OPEN),
                name="challenge_of_an_answer_open_once",
                violation_error_message="There is an open challenge to this answer.",
            ),
        ]
        indexes = [
            models.Index("due_at", "id", name="challenge_open_by_due", condition=Q(state__in=CHALLENGE_OPEN)),
            models.Index(F("opened_at").desc(), F("id").desc(), name="challenge_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.get_matter_display()} on {self.referral}"

    def get_absolute_url(self) -> str:
        return reverse("referrals:challenge", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in CHALLENGE_OPEN

    @property
    def is_to_reconsider(self) -> bool:
        is_over = self.share is not None and self.share.state == ShareState.ENDED
        return self.outcome in UPHELD and self.reconsidered_at is None and not is_over

    @property
    def made_by_id(self) -> Any:
        """Who decided, or answered, what is challenged; nobody who can sign in where an answer is missing or came from outside."""
        if self.decision is not None:
            return self.decision.decided_by_id
        if self.answer is None or self.answer.is_recorded_by_hub:
            return None
        return self.answer.answered_by_id

    @property
    def raising_side(self) -> Side:
        """The hub decides and the agencies answer, so the matter says who raised it."""
        return Side.AGENCY if self.matter == Matter.DECISION else Side.HUB

    @property
    def answering_side(self) -> Side:
        return Side.HUB if self.matter == Matter.DECISION else Side.AGENCY

    @property
    def raised_by(self) -> Agency:
        return self.of_side(self.raising_side)

    @property
    def awaited(self) -> Agency | None:
        """Whose move it is; nobody's once it has ended."""
        party = AWAITED.get(ChallengeState(self.state))
        if party is None:
            return None
        return self.of_side(self.raising_side if party == Party.RAISING else self.answering_side)

    @property
    def answering(self) -> Agency:
        return self.of_side(self.answering_side)

    def of_side(self, side: Side) -> Agency:
        return self.hub if side == Side.HUB else self.agency

    def is_late(self, *, at: datetime) -> bool:
        return self.is_open and self.due_at < at


class ChallengePosition(models.Model):
    """What one side said at one stage, and what keeps the child or adult safe meanwhile."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="positions")
    level = models.PositiveSmallIntegerField(choices=ChallengeLevel)
    side = models.CharField(max_length=6, choices=Side)
    stance = models.CharField(max_length=14, choices=Stance, blank=True, help_text="Of the side that responds")
    words = models.TextField()
    safe_action = models.TextField(help_text="What keeps them safe meanwhile")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["challenge", "level", "side"], name="challenge_position_once_a_side_and_stage"
            ),
            models.CheckConstraint(
                name="challenge_position_says_what_keeps_them_safe", condition=~Q(words="") & ~Q(safe_action="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()}, {self.get_level_display()}"


class ChallengeMeeting(models.Model):
    """A meeting of the two sides about it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="meetings")
    level = models.PositiveSmallIntegerField(choices=ChallengeLevel)
    held_at = models.DateTimeField()
    present = models.TextField()
    summary = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="challenge_meeting_was_held_before_it_was_recorded", condition=Q(held_at__lte=F("at"))
            ),
            models.CheckConstraint(
                name="challenge_meeting_says_who_and_what", condition=~Q(present="") & ~Q(summary="")
            ),
        ]

    def __str__(self) -> str:
        return f"Meeting, {self.get_level_display()}"
