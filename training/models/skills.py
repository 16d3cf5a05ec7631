"""Skills that a force's profiles ask for, and the dated entries with which people show that they have them."""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Agency, User
from training.enums import EvidenceAnswer, SkillLevel
from training.models.modules import months_after


class SkillQuerySet(models.QuerySet["Skill"]):
    def of(self, user: User) -> Self:
        """Skills of the person's agency."""
        return self.filter(force=user.agency_id) if user.agency_id else self.none()

    def by_name(self) -> Self:
        return self.order_by("name", "pk")


class Skill(models.Model):
    """Something that people of a force can do, as is seen at work and not in a course."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    force = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    counts_as_evidence = models.TextField(help_text="What shows that somebody can do it")
    valid_months = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty: it never lapses")

    objects = SkillQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["force", "name"],
                name="skill_named_once_in_its_force",
                violation_error_message="There is a skill of that name already.",
            ),
            models.CheckConstraint(
                name="skill_says_what_counts",
                condition=~Q(name="") & ~Q(counts_as_evidence="") & (Q(valid_months=None) | Q(valid_months__gte=1)),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def lapses_on(self, shown_on: date) -> date | None:
        """The first day on which evidence of that day no longer counts; None when it never lapses."""
        return None if self.valid_months is None else months_after(shown_on, self.valid_months)


class SkillEvidenceQuerySet(models.QuerySet["SkillEvidence"]):
    def unanswered(self) -> Self:
        return self.filter(answer="")

    def newest_first(self) -> Self:
        return self.order_by("-shown_on", "-written_at", "-pk")


class SkillEvidence(models.Model):
    """One dated entry of somebody's own about a skill. It stays as it was written, is answered once, and never goes (triggers)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="skill_evidence")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="evidence")
    shown_on = models.DateField()
    level = models.PositiveSmallIntegerField(choices=SkillLevel)
    words = models.TextField(help_text="What the person did, and how it shows the skill")
    written_at = models.DateTimeField()
    key = models.UUIDField(unique=True, help_text="Made with the form, so that sending it twice writes it once")
    answer = models.CharField(max_length=10, choices=EvidenceAnswer, blank=True, default="")
    answer_words = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lapses_on = models.DateField(null=True, blank=True, help_text="First day on which it no longer counts")

    objects = SkillEvidenceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "skill evidence"
        constraints = [
            models.CheckConstraint(
                name="skill_evidence_answered_says_who_and_when",
                condition=Q(answer="", answered_at=None, answered_by=None, answer_words="", lapses_on=None)
                | Q(answer__in=EvidenceAnswer.values, answered_at__isnull=False, answered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="skill_evidence_nobody_confirms_their_own",
                condition=Q(answered_by=None) | ~Q(answered_by=F("person")),
                violation_error_message="Nobody confirms their own evidence.",
            ),
            models.CheckConstraint(
                name="skill_evidence_not_enough_says_what_is_missing",
                condition=~Q(answer=EvidenceAnswer.NOT_YET) | (~Q(answer_words="") & Q(lapses_on=None)),
                violation_error_message="Say what is missing.",
            ),
            models.CheckConstraint(
                name="skill_evidence_says_what_and_how_well",
                condition=~Q(words="") & Q(level__in=SkillLevel.values),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-shown_on", "-id"], name="skill_evidence_newest_first"),
            models.Index(fields=["agency", "written_at"], condition=Q(answer=""), name="skill_evidence_to_answer"),
        ]

    def __str__(self) -> str:
        return f"Skill evidence {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("training:evidence", args=[self.pk])
