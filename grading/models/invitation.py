"""That an agency is asked for graders of a round, and what each of its people answers."""

import uuid
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, User
from common.clock import add_calendar_days, london_day
from grading.enums import INVITING, InvitationState, ReplyState
from grading.models.rounds import GradingRound

MOST_PLACES = 20
USUAL_DAYS_TO_REPLY = 14


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User) -> Self:
        """Those to one's own agency for who may grade, and those of the own force's rounds for who runs them."""
        seen = Q(pk=None)
        if user.agency_id and user.may(Permission.GRADE):
            seen |= Q(agency=user.agency_id)
        if user.agency_id and user.may(Permission.RUN_GRADING):
            seen |= Q(round__force=user.agency_id)
        return self.filter(seen)

    def to_agency_of(self, user: User) -> Self:
        """Those that ask this person, who may grade."""
        asked = user.agency_id is not None and user.may(Permission.GRADE)
        return self.filter(agency=user.agency_id) if asked else self.none()

    def taking_answers(self) -> Self:
        """Not withdrawn, of rounds whose graders are not assigned yet."""
        return self.filter(state=InvitationState.OPEN, round__state__in=INVITING)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Invitation(models.Model):
    """So many graders asked of one agency for one round. Any of its people who may grade can answer, each for themselves.

    What was asked never changes: it is withdrawn, and the agency is asked anew.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(GradingRound, on_delete=models.PROTECT, related_name="invitations")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=InvitationState, default=InvitationState.OPEN)
    places = models.PositiveSmallIntegerField(help_text="How many graders are asked for")
    reply_by = models.DateField()
    note = models.CharField(max_length=300, blank=True, default="")
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "agency"],
                condition=Q(state=InvitationState.OPEN),
                name="invitation_one_open_for_an_agency",
                violation_error_message="This agency is invited already.",
            ),
            models.CheckConstraint(
                name="invitation_asks_for_1_to_20_graders",
                condition=Q(places__gte=1, places__lte=MOST_PLACES),
                violation_error_message=f"An agency is asked for 1 to {MOST_PLACES} graders.",
            ),
            models.CheckConstraint(
                name="invitation_withdrawn_says_who_and_when",
                condition=Q(state=InvitationState.WITHDRAWN, withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                | (~Q(state=InvitationState.WITHDRAWN) & Q(withdrawn_at=None, withdrawn_by=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.agency_id}"

    def get_absolute_url(self) -> str:
        return reverse("grading:invitation", args=[self.pk])

    @property
    def takes_answers(self) -> bool:
        """Whether an answer can still be given or changed."""
        return self.state == InvitationState.OPEN and self.round.state in INVITING


class InvitationReply(models.Model):
    """One person's own answer to an invitation of their agency, as it stands; the access log tells what they said before."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="replies", db_index=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=ReplyState)
    reason = models.CharField(max_length=300, blank=True, default="")
    replied_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "invitation replies"
        constraints = [
            models.UniqueConstraint(fields=["invitation", "person"], name="invitation_reply_one_a_person"),
            models.CheckConstraint(
                name="invitation_reply_says_why_not",
                condition=Q(state=ReplyState.ACCEPTED, reason="") | (Q(state=ReplyState.DECLINED) & ~Q(reason="")),
                violation_error_message="Say why you cannot take part.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id} {self.person_id}"


def usual_reply_day(at: datetime) -> date:
    """By when an agency is asked to answer, unless another day is said."""
    return add_calendar_days(london_day(at), USUAL_DAYS_TO_REPLY)
