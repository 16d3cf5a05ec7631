"""A supervisor's review of a PPN of high risk, round by round; a round that was answered is kept, and the next begins."""

import uuid
from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone

from accounts.enums import Permission
from accounts.models import RoleGrant, Team, User
from accounts.roles import ROLES
from referrals.enums import OPEN_REVIEWS, RETURNED_ONCE, ConcernType, ReturnReason, ReviewState, RiskLevel
from referrals.models.amendment import Amendment
from referrals.models.referral import Referral

SHORTEST_NOTE = 30


class ReviewQuerySet(models.QuerySet["Review"]):
    def waiting(self) -> Self:
        return self.filter(state=ReviewState.WAITING)

    def late(self, *, at: datetime) -> Self:
        """Those that should have been done by now."""
        return self.waiting().filter(due_at__lt=at)

    def returned(self) -> Self:
        return self.filter(state=ReviewState.RETURNED)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Review(models.Model):
    """One round: asked for at submission or by the author's answer, decided by a supervisor who is not the author."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="reviews")
    number = models.PositiveSmallIntegerField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", help_text="Who wrote the PPN")
    team = models.ForeignKey(
        Team,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="The author's",
    )
    state = models.CharField(max_length=20, choices=ReviewState, default=ReviewState.WAITING)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="From the submission; an answer does not put it off")

    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    points_met = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    points_missed = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    types_missing = ArrayField(models.CharField(max_length=24, choices=ConcernType), default=list, blank=True)
    safeguarding_done = models.BooleanField(null=True, blank=True)
    other_risk_level = models.PositiveSmallIntegerField(
        choices=RiskLevel, null=True, blank=True, help_text="Where the supervisor does not agree with the author's"
    )
    risk_reason = models.TextField(blank=True)
    return_codes = ArrayField(models.CharField(max_length=20, choices=ReturnReason), default=list, blank=True)
    note = models.TextField(blank=True, help_text="To the author")

    answer = models.TextField(blank=True, help_text="The author's, to what was returned")
    answered_at = models.DateTimeField(null=True, blank=True)
    amendment = models.ForeignKey(
        Amendment,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="What the author changed in answer",
    )
    became_late_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was noted, and passed to the next-level supervisors"
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "number"], name="review_numbered_once"),
            models.CheckConstraint(
                name="review_is_noted_as_late_after_it_was_due",
                condition=Q(became_late_at=None) | Q(became_late_at__gt=F("due_at")),
            ),
            models.CheckConstraint(
                name="review_names_a_change_only_in_answer",
                condition=Q(amendment=None) | Q(state=ReviewState.RESUBMITTED),
            ),
            models.UniqueConstraint(
                fields=["referral"], condition=Q(state__in=OPEN_REVIEWS), name="review_one_is_open_at_a_time"
            ),
            models.CheckConstraint(
                name="review_is_never_by_the_author",
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("author")),
                violation_error_message="Nobody reviews what they wrote.",
            ),
            models.CheckConstraint(
                name="review_done_says_who_when_and_whether_people_are_safe",
                condition=Q(state=ReviewState.WAITING, reviewed_at=None, reviewed_by=None, safeguarding_done=None)
                | (
                    ~Q(state=ReviewState.WAITING)
                    & Q(reviewed_at__isnull=False, reviewed_by__isnull=False, safeguarding_done__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="review_with_another_risk_level_gives_the_reason",
                condition=Q(other_risk_level=None, risk_reason="")
                | (Q(other_risk_level__isnull=False) & ~Q(risk_reason="")),
                violation_error_message="Say why the risk level should be another.",
            ),
            models.CheckConstraint(
                name="review_approved_as_it_is_changes_nothing",
                condition=~Q(state=ReviewState.APPROVED) | Q(other_risk_level=None, types_missing__len=0),
            ),
            models.CheckConstraint(
                name="review_approved_with_a_change_names_it",
                condition=~Q(state=ReviewState.APPROVED_WITH_CHANGE)
                | Q(other_risk_level__isnull=False)
                | Q(types_missing__len__gt=0),
            ),
            models.CheckConstraint(
                name="review_returned_gives_reasons_and_a_note",
                condition=(
                    Q(state__in=RETURNED_ONCE, return_codes__len__gt=0)
                    & GreaterThanOrEqual(Length("note"), SHORTEST_NOTE)
                )
                | (~Q(state__in=RETURNED_ONCE) & Q(return_codes__len=0)),
            ),
            models.CheckConstraint(
                name="review_answered_says_what_and_when",
                condition=(Q(state=ReviewState.RESUBMITTED, answered_at__isnull=False) & ~Q(answer=""))
                | (~Q(state=ReviewState.RESUBMITTED) & Q(answered_at=None, answer="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["team", "due_at", "id"], name="review_waiting_by_team", condition=Q(state=ReviewState.WAITING)
            ),
            models.Index(fields=["referral"], name="review_returned", condition=Q(state=ReviewState.RETURNED)),
        ]

    def __str__(self) -> str:
        return f"{self.referral}, review {self.number}"

    @property
    def reasons_in_words(self) -> list[str]:
        return [str(ReturnReason(code).label) for code in self.return_codes]

    @property
    def types_missing_in_words(self) -> list[str]:
        return [str(ConcernType(code).label) for code in self.types_missing]


def reviewers() -> models.QuerySet[User]:
    """Everybody at work who may review today."""
    roles = [code for code, role in ROLES.items() if Permission.REVIEW_REFERRAL in role.allows]
    granted = RoleGrant.objects.current(on=timezone.localdate()).filter(user=OuterRef("pk"), role__in=roles)
    return User.objects.filter(Exists(granted), is_active=True)


def is_for_next_level(referral: Referral) -> bool:
    """Whether supervisors of the hub review it: the author's team has nobody for it, or let it become late."""
    if referral.team_id is None:
        return True
    if referral.reviews.filter(became_late_at__isnull=False).exists():
        return True
    return not reviewers().filter(team=referral.team_id).exclude(pk=referral.author_id).exists()
