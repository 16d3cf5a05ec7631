"""What intelligence staff make of a CPI form: its evaluation, beside the referral, and the graded reports (lines) of it.

A report says nothing of where the information came from; the evaluation leads back to the form.
"""

import uuid
from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, User
from referrals.enums import (
    IN_EVALUATION,
    INTELLIGENCE_CODE,
    SENT,
    TO_CLOSE,
    AssessmentState,
    HandlingCode,
    InformationGrade,
    ReportPriority,
    Route,
    SourceGrade,
)
from referrals.models.referral import Referral, open_to


class CpiAssessmentQuerySet(models.QuerySet["CpiAssessment"]):
    def visible_to(self, user: User) -> Self:
        """Those of this person's hub, of forms that were not withdrawn as void, for intelligence staff and the hub."""
        if not user.may(Permission.ASSESS_CPI, Permission.SEE_HUB_REFERRALS):
            return self.none()
        return self.filter(open_to(user, of="referral"), hub=user.agency_id, referral__state__in=SENT)

    def received(self) -> Self:
        return self.filter(state=AssessmentState.RECEIVED)

    def begun(self) -> Self:
        """Begun, without an outcome."""
        return self.filter(state__in=IN_EVALUATION)

    def to_close(self) -> Self:
        return self.filter(state__in=TO_CLOSE)

    def doubtful(self) -> Self:
        """Graded, and some of it suspected to be false: a supervisor chooses whether anybody acts on it."""
        false = CpiReport.objects.suspected_false().filter(assessment=OuterRef("pk"))
        return self.filter(Exists(false), state=AssessmentState.GRADED)

    def for_second_reader(self, user: User) -> Self:
        """With a report under conditions that somebody else wrote and nobody has read a second time."""
        unread = CpiReport.objects.unread_second().filter(assessment=OuterRef("pk")).exclude(written_by=user)
        return self.filter(Exists(unread), state=AssessmentState.ASSESSING)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class CpiAssessment(models.Model):
    """The evaluation of one CPI form, from its arrival at the hub to the thanks. The referral's own states know nothing of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="assessment")
    hub = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=AssessmentState, default=AssessmentState.RECEIVED)
    look_due_at = models.DateTimeField(help_text="When somebody must have begun")
    outcome_due_at = models.DateTimeField(help_text="When it must be routed, or ended without action")
    begun_at = models.DateTimeField(null=True, blank=True)
    begun_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    graded_at = models.DateTimeField(null=True, blank=True)
    graded_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    routes = ArrayField(models.CharField(max_length=12, choices=Route), default=list, blank=True)
    no_action_reason = models.TextField(blank=True)
    outcome_at = models.DateTimeField(null=True, blank=True)
    outcome_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = CpiAssessmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="assessment_begun_says_who_and_when",
                condition=Q(state=AssessmentState.RECEIVED, begun_at=None, begun_by=None)
                | (~Q(state=AssessmentState.RECEIVED) & Q(begun_at__isnull=False, begun_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="assessment_graded_says_who_and_when",
                condition=Q(graded_at=None, graded_by=None) | Q(graded_at__isnull=False, graded_by__isnull=False),
            ),
            models.CheckConstraint(
                name="assessment_outcome_is_routes_or_a_reason",
                condition=(
                    Q(state__in=[AssessmentState.RECEIVED, AssessmentState.ASSESSING], graded_at=None)
                    & Q(routes=[], no_action_reason="", outcome_at=None, outcome_by=None)
                )
                | (
                    Q(state=AssessmentState.GRADED, graded_at__isnull=False)
                    & Q(routes=[], no_action_reason="", outcome_at=None, outcome_by=None)
                )
                | (
                    Q(state__in=[AssessmentState.ROUTED, AssessmentState.CLOSED], graded_at__isnull=False)
                    & Q(no_action_reason="", outcome_at__isnull=False, outcome_by__isnull=False)
                    & ~Q(routes=[])
                )
                | (
                    Q(state__in=[AssessmentState.NO_ACTION, AssessmentState.CLOSED], graded_at=None)
                    & Q(routes=[], outcome_at__isnull=False, outcome_by__isnull=False)
                    & ~Q(no_action_reason="")
                ),
            ),
            models.CheckConstraint(
                name="assessment_routes_are_known", condition=Q(routes__contained_by=[str(one) for one in Route])
            ),
            models.CheckConstraint(
                name="assessment_closed_says_who_and_when",
                condition=Q(state=AssessmentState.CLOSED, closed_at__isnull=False, closed_by__isnull=False)
                | (~Q(state=AssessmentState.CLOSED) & Q(closed_at=None, closed_by=None)),
            ),
            models.CheckConstraint(
                name="assessment_outcome_is_not_due_before_the_first_look",
                condition=Q(outcome_due_at__gte=F("look_due_at")),
            ),
        ]
        indexes = [
            models.Index(
                "hub",
                "look_due_at",
                "id",
                name="assessment_to_look_at",
                condition=Q(state=AssessmentState.RECEIVED),
            ),
            models.Index("hub", "state", "outcome_due_at", "id", name="assessment_by_state_and_due"),
        ]

    def __str__(self) -> str:
        return f"Evaluation of {self.referral}"

    def get_absolute_url(self) -> str:
        return reverse("referrals:assessment", args=[self.referral_id])

    @property
    def routes_in_words(self) -> list[str]:
        return [str(Route(code).label) for code in self.routes]

    @property
    def due_at(self) -> datetime | None:
        """What is due next: the first look, then the outcome; nothing once there is one."""
        if self.state == AssessmentState.RECEIVED:
            return self.look_due_at
        return self.outcome_due_at if self.state in IN_EVALUATION else None

    def is_late(self, *, at: datetime) -> bool:
        return self.due_at is not None and self.due_at < at


class CpiReportQuerySet(models.QuerySet["CpiReport"]):
    def visible_to(self, user: User) -> Self:
        """Graded reports of this person's hub, for intelligence staff."""
        if not user.may(Permission.ASSESS_CPI):
            return self.none()
        return self.filter(
            open_to(user, of="assessment__referral"),
            assessment__hub=user.agency_id,
            assessment__referral__state__in=SENT,
            graded_at__isnull=False,
        )

    def suspected_false(self) -> Self:
        return self.filter(code__regex=f"^.{InformationGrade.SUSPECTED_FALSE.value}")

    def under_conditions(self) -> Self:
        return self.filter(code__endswith=HandlingCode.CONDITIONS.value)

    def unread_second(self) -> Self:
        return self.under_conditions().filter(second_read_at=None)


class CpiReport(models.Model):
    """One line of an evaluation: a sanitised text and its 3x5x2 code."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(CpiAssessment, on_delete=models.PROTECT, related_name="reports")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(help_text="Without anything that leads to the source")
    code = models.CharField(max_length=3)
    priority = models.CharField(max_length=6, choices=ReportPriority)
    conditions = models.TextField(blank=True, help_text="Of sharing, where the handling is C")
    note = models.TextField(blank=True, help_text="On the grading, for intelligence staff and the hub")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    second_read_at = models.DateTimeField(null=True, blank=True)
    second_read_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    graded_at = models.DateTimeField(null=True, blank=True, help_text="With the evaluation; nothing changes afterwards")

    objects = CpiReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="cpi_report_code_is_3x5x2", condition=Q(code__regex=INTELLIGENCE_CODE)),
            models.CheckConstraint(name="cpi_report_has_text", condition=~Q(text="")),
            models.CheckConstraint(
                name="cpi_report_says_its_conditions_where_there_are_any",
                condition=(Q(code__endswith="C") & ~Q(conditions="")) | (~Q(code__endswith="C") & Q(conditions="")),
                violation_error_message="Handling C needs the conditions; P has none.",
            ),
            models.CheckConstraint(
                name="cpi_report_3a_has_a_note",
                condition=~Q(code__startswith="3A") | ~Q(note=""),
                violation_error_message="Say why a source that is not reliable knows it directly.",
            ),
            models.CheckConstraint(
                name="cpi_report_second_read_says_who_and_when_and_by_another",
                condition=Q(second_read_at=None, second_read_by=None)
                | (
                    Q(second_read_at__isnull=False, second_read_by__isnull=False, code__endswith="C")
                    & ~Q(second_read_by=F("written_by"))
                ),
                violation_error_message="Whoever wrote a report is not its second reader.",
            ),
            models.CheckConstraint(
                name="cpi_report_under_conditions_was_read_twice_before_it_is_graded",
                condition=Q(graded_at=None) | ~Q(code__endswith="C") | Q(second_read_at__isnull=False),
            ),
            models.UniqueConstraint(fields=["assessment", "number"], name="cpi_report_number_once_an_assessment"),
        ]
        indexes = [
            models.Index(
                F("graded_at").desc(),
                F("id").desc(),
                name="cpi_report_newest_first",
                condition=Q(graded_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"Report {self.number}, {self.code}"

    @property
    def source(self) -> SourceGrade:
        return SourceGrade(self.code[0])

    @property
    def information(self) -> InformationGrade:
        return InformationGrade(self.code[1])

    @property
    def handling(self) -> HandlingCode:
        return HandlingCode(self.code[2])

    @property
    def is_suspected_false(self) -> bool:
        return self.information == InformationGrade.SUSPECTED_FALSE

    @property
    def code_in_words(self) -> str:
        """The code as it is read, for example "1: reliable, A: known directly, P: lawful sharing permitted"."""
        return ", ".join(str(part.label) for part in (self.source, self.information, self.handling))

    @property
    def needs_second_reader(self) -> bool:
        return self.handling == HandlingCode.CONDITIONS and self.second_read_at is None
