"""Applications under Clare's Law and Sarah's Law that a partner agency prompted, without anybody's name, and checks before one."""

import re
import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, User
from partners.enums import (
    NOT_COMPLETED,
    Advice,
    ApplicationMove,
    ApplicationOutcome,
    ApplicationState,
    DisclosureScheme,
    Judgement,
    Known,
    ShouldHave,
)

REASON_LENGTH = 600
# Two digits at least, and no spaces: a number of another system, in which nobody can write a name.
FORCE_REFERENCE = re.compile(r"(?=(?:.*\d){2})[A-Z0-9/.-]{2,30}")


@dataclass(frozen=True)
class Answers:
    """What is known of the agency that prompted an application."""

    held_information: Known
    shared_itself: Known
    asked_by_person: Known

    @property
    def suggest(self) -> tuple[Judgement, ShouldHave | None] | None:
        """What the answers speak for, as the advice to agencies has it; None where they leave it open.

        Who held information and kept it should have shared it. Who held nothing helps a person to ask who wants to, and tells the
        police themselves where nobody does.
        """
        if self.held_information == Known.YES:
            if self.shared_itself == Known.UNKNOWN:
                return None
            kept = self.shared_itself == Known.NO
            return (Judgement.INAPPROPRIATE, ShouldHave.SHARE) if kept else (Judgement.APPROPRIATE, None)
        if self.held_information == Known.UNKNOWN or self.asked_by_person == Known.UNKNOWN:
            return None
        wanted = self.asked_by_person == Known.YES
        return (Judgement.APPROPRIATE, None) if wanted else (Judgement.INAPPROPRIATE, ShouldHave.RIGHT_TO_KNOW)

    @property
    def contradict(self) -> bool:
        """Nobody shares what they do not hold."""
        return self.held_information == Known.NO and self.shared_itself == Known.YES


def check_force_reference(text: str) -> None:
    """Refuse what is no number of another system. Raises ValidationError."""
    if text and not FORCE_REFERENCE.fullmatch(text):
        raise ValidationError(
            "Enter the number only: capital letters, digits, / . and -, with at least two digits and no spaces."
        )


def sees_every_agency(user: User) -> bool:
    """Whether somebody reads the figures of all agencies in the log of their force: who keeps it, and who works with trends."""
    return user.may(Permission.KEEP_RIGHT_TO_ASK, Permission.SEE_TRENDS) and user.acts_for_police()


def past_limit(today: date) -> Q:
    """Open for longer than the limit of the scheme."""
    return Q(state=ApplicationState.OPEN, received_on__lt=today - timedelta(days=settings.RIGHT_TO_ASK_DAYS))


# It was not completed, and nobody says that the risk was acted on: a person may still be in danger.
RISK_OPEN = Q(risk_acted_on__in=(Known.NO, Known.UNKNOWN))


class PromptedApplicationQuerySet(models.QuerySet["PromptedApplication"]):
    def of_force(self, user: User) -> Self:
        """What the person's own force has logged."""
        return self.filter(force=user.agency_id) if user.agency_id else self.none()

    def counted(self) -> Self:
        """All but what was struck out."""
        return self.exclude(state=ApplicationState.STRUCK)

    def open(self) -> Self:
        return self.filter(state=ApplicationState.OPEN)

    def late(self, *, on: date) -> Self:
        return self.filter(past_limit(on))

    def with_open_risk(self) -> Self:
        return self.filter(RISK_OPEN)

    def to_judge(self) -> Self:
        """Nobody has said yet whether it was appropriate."""
        return self.counted().filter(judgement="")

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class PromptedApplication(models.Model):
    """That a partner agency told somebody to ask the police, how it should have been, and how it ended. Nobody's name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    force = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="The force that was asked")
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="prompted_applications", help_text="Who told the person to ask"
    )
    scheme = models.CharField(max_length=10, choices=DisclosureScheme)
    received_on = models.DateField(help_text="First contact: the limit counts from here")
    force_reference = models.CharField(max_length=30, blank=True, validators=[check_force_reference])
    held_information = models.CharField(max_length=7, choices=Known)
    shared_itself = models.CharField(max_length=7, choices=Known)
    asked_by_person = models.CharField(max_length=7, choices=Known)
    judgement = models.CharField(max_length=13, choices=Judgement, blank=True)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    should_have = models.CharField(max_length=15, choices=ShouldHave, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=6, choices=ApplicationState, default=ApplicationState.OPEN)
    outcome = models.CharField(max_length=12, choices=ApplicationOutcome, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    risk_acted_on = models.CharField(max_length=7, choices=Known, blank=True)
    request_key = models.UUIDField(help_text="Of the request that logged it: the same key again logs no second one")
    logged_at = models.DateTimeField()
    logged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = PromptedApplicationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["force", "-received_on", "-id"], name="prompted_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["request_key"], name="prompted_one_per_request"),
            models.UniqueConstraint(
                fields=["force", "force_reference"],
                name="prompted_logged_once",
                condition=~Q(force_reference="") & ~Q(state=ApplicationState.STRUCK),
                violation_error_message="An application with this number is in the log already.",
            ),
            models.CheckConstraint(
                name="prompted_reference_is_no_name",
                condition=Q(force_reference="")
                | Q(force_reference__regex=r"^[A-Z0-9/.-]*[0-9][A-Z0-9/.-]*[0-9][A-Z0-9/.-]*$"),
            ),
            models.CheckConstraint(
                name="prompted_nobody_shares_what_they_do_not_hold",
                condition=~Q(held_information=Known.NO, shared_itself=Known.YES),
            ),
            models.CheckConstraint(
                name="prompted_judgement_says_who_when_and_why",
                condition=Q(judgement="", reason="", should_have="", judged_at=None, judged_by=None)
                | (
                    Q(judged_at__isnull=False, judged_by__isnull=False)
                    & ~Q(reason="")
                    & (
                        Q(judgement=Judgement.APPROPRIATE, should_have="")
                        | (Q(judgement=Judgement.INAPPROPRIATE) & ~Q(should_have=""))
                    )
                ),
            ),
            models.CheckConstraint(
                name="prompted_end_says_how_and_when",
                condition=Q(state=ApplicationState.STRUCK)
                | Q(state=ApplicationState.OPEN, outcome="", ended_on=None, risk_acted_on="")
                | (
                    Q(state=ApplicationState.ENDED, ended_on__gte=models.F("received_on"))
                    & (
                        (Q(outcome__in=NOT_COMPLETED) & ~Q(risk_acted_on=""))
                        | (~Q(outcome="") & ~Q(outcome__in=NOT_COMPLETED) & Q(risk_acted_on=""))
                    )
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()}, {self.agency}"

    def get_absolute_url(self) -> str:
        return reverse("partners:prompted_application", args=[self.pk])

    @property
    def answers(self) -> Answers:
        return Answers(Known(self.held_information), Known(self.shared_itself), Known(self.asked_by_person))

    @property
    def due_on(self) -> date:
        """The last day of the limit, which counts calendar days from the first contact."""
        return self.received_on + timedelta(days=settings.RIGHT_TO_ASK_DAYS)

    def days_late(self, *, on: date) -> int:
        """How many days after the limit it ended, or is open on that day; 0 within the limit."""
        until = on if self.ended_on is None else self.ended_on
        return max(0, (until - self.due_on).days)

    def is_very_late(self, *, on: date) -> bool:
        """Beyond the second limit as well."""
        return self.days_late(on=on) > settings.RIGHT_TO_ASK_VERY_LATE_DAYS - settings.RIGHT_TO_ASK_DAYS

    @property
    def risk_is_open(self) -> bool:
        """As RISK_OPEN has it."""
        return self.risk_acted_on in (Known.NO, Known.UNKNOWN)


class ApplicationEvent(models.Model):
    """One step in the life of a logged application, by whom, with all that it said then; a trigger keeps it as it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(PromptedApplication, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveSmallIntegerField(help_text="1 for the first, without a gap")
    move = models.CharField(max_length=6, choices=ApplicationMove)
    held_information = models.CharField(max_length=7, choices=Known)
    shared_itself = models.CharField(max_length=7, choices=Known)
    asked_by_person = models.CharField(max_length=7, choices=Known)
    judgement = models.CharField(max_length=13, choices=Judgement, blank=True)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True, help_text="Of the judgement, or of striking it out")
    should_have = models.CharField(max_length=15, choices=ShouldHave, blank=True)
    outcome = models.CharField(max_length=12, choices=ApplicationOutcome, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    risk_acted_on = models.CharField(max_length=7, choices=Known, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="prompted_steps_follow_each_other"),
        ]

    def __str__(self) -> str:
        return f"{self.get_move_display()} ({self.number})"


class AskingCheck(models.Model):
    """That somebody of an agency asked whether a right to ask fits: answers and advice, of no person and by nobody in particular."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField(max_length=10, choices=DisclosureScheme)
    in_danger = models.CharField(max_length=7, choices=Known)
    held_information = models.CharField(max_length=7, choices=Known)
    asked_by_person = models.CharField(max_length=7, choices=Known)
    advice = models.CharField(max_length=12, choices=Advice)
    checked_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["checked_on"], name="asking_check_by_day")]

    def __str__(self) -> str:
        return self.get_advice_display()
