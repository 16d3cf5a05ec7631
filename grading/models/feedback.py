"""What the writer of a graded PPN is told of it, and that they read it or disagree."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import User
from grading.enums import ANSWERED_FEEDBACK, Criterion, FeedbackState
from grading.models.rounds import RoundItem
from referrals.models import open_to


class GradeFeedbackQuerySet(models.QuerySet["GradeFeedback"]):
    def told(self) -> Self:
        """Of published rounds; what is being prepared is nobody's to read."""
        return self.exclude(state=FeedbackState.PREPARED)

    def to(self, user: User) -> Self:
        """What this person was told of PPNs that are theirs still."""
        theirs = self.told().filter(recipient=user, item__referral__agency=user.agency_id)
        return theirs.filter(open_to(user, of="item__referral"))

    def unread_by(self, user: User) -> Self:
        return self.to(user).filter(state=FeedbackState.TOLD)

    def about_team_of(self, user: User) -> Self:
        """What others of the team were told, for who leads it."""
        if not user.may(Permission.SEE_TEAM_REFERRALS) or user.team_id is None:
            return self.none()
        team = Q(item__referral__team=user.team_id, item__referral__agency=user.agency_id)
        return self.told().filter(team).filter(open_to(user, of="item__referral")).exclude(recipient=user)

    def visible_to(self, user: User) -> Self:
        """One's own, that of the own team for who leads it, and that of the force's rounds for who runs them."""
        seen = self.to(user) | self.about_team_of(user)
        if user.agency_id and user.may(Permission.RUN_GRADING):
            seen |= self.told().filter(open_to(user, of="item__referral"), item__round__force=user.agency_id)
        return seen

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class GradeFeedback(models.Model):
    """The feedback on one PPN of a round. Grade and strengths stand with the item and its grades, which nothing changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.OneToOneField(RoundItem, on_delete=models.PROTECT, related_name="feedback")
    state = models.CharField(max_length=10, choices=FeedbackState, default=FeedbackState.PREPARED)
    learning_point = models.TextField(blank=True, default="")
    theme = models.CharField(
        max_length=20, choices=Criterion, blank=True, default="", help_text="The criterion that it is about"
    )
    chosen_at = models.DateTimeField(null=True, blank=True)
    chosen_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recipient = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="Who wrote the PPN, once the round is published",
    )
    told_at = models.DateTimeField(null=True, blank=True)
    disagreement = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = GradeFeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = "feedback on a grade"
        verbose_name_plural = "feedback on grades"
        constraints = [
            models.CheckConstraint(
                name="grade_feedback_learning_point_has_theme_who_and_when",
                condition=Q(learning_point="", chosen_at=None, chosen_by=None)
                | (Q(chosen_at__isnull=False, chosen_by__isnull=False) & ~Q(learning_point="") & ~Q(theme="")),
                violation_error_message="A learning point has a theme.",
            ),
            models.CheckConstraint(
                name="grade_feedback_theme_is_a_criterion", condition=Q(theme__in=["", *Criterion.values])
            ),
            models.CheckConstraint(
                name="grade_feedback_told_says_whom_and_when",
                condition=Q(state=FeedbackState.PREPARED, recipient=None, told_at=None)
                | (~Q(state=FeedbackState.PREPARED) & Q(recipient__isnull=False, told_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="grade_feedback_answered_by_its_recipient_says_when",
                condition=Q(
                    state__in=ANSWERED_FEEDBACK,
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                    answered_by=F("recipient"),
                )
                | (~Q(state__in=ANSWERED_FEEDBACK) & Q(answered_at=None, answered_by=None)),
            ),
            models.CheckConstraint(
                name="grade_feedback_disagreement_has_words",
                condition=(Q(state=FeedbackState.DISAGREED) & ~Q(disagreement=""))
                | (~Q(state=FeedbackState.DISAGREED) & Q(disagreement="")),
                violation_error_message="Say what you disagree with.",
            ),
        ]
        indexes = [
            models.Index(fields=["recipient"], name="grade_feedback_recipient", condition=Q(recipient__isnull=False))
        ]

    def __str__(self) -> str:
        return f"Feedback on {self.item}"

    def get_absolute_url(self) -> str:
        return reverse("grading:feedback", args=[self.pk])
