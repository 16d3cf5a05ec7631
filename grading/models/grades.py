"""What one grader gave, and what was agreed. Neither is ever changed: the database refuses it (migrations/0003_grades_stand)."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from grading.enums import OverallGrade
from grading.models.rounds import Assignment, RoundItem


class Grade(models.Model):
    """What one grader, alone, gave one PPN. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="grade")
    overall = models.PositiveSmallIntegerField(choices=OverallGrade)
    criteria = models.JSONField(
        default=dict, blank=True, help_text="Mark 1 to 4 by criterion; null where it does not apply"
    )
    not_applicable = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="Why, by each criterion that does not apply"
    )
    reason = models.TextField(
        blank=True, default="", db_default="", help_text="Why the overall grade is not the one that the marks suggest"
    )
    strength = models.TextField(blank=True)
    learning_point = models.TextField(blank=True)
    submitted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="grade_is_1_to_4",
                condition=Q(overall__gte=1, overall__lte=4),
                violation_error_message="A grade is 1, 2, 3 or 4.",
            )
        ]

    def __str__(self) -> str:
        return str(self.overall)


class AgreedGrade(models.Model):
    """One agreed grade of a PPN with its reason. A correction is a new row; the highest number stands, and the item holds it too."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(RoundItem, on_delete=models.PROTECT, related_name="agreed_grades")
    number = models.PositiveSmallIntegerField(help_text="1 was agreed first")
    grade = models.PositiveSmallIntegerField(choices=OverallGrade)
    reason = models.TextField(blank=True)
    discussed_by = models.ManyToManyField(
        User, blank=True, related_name="+", help_text="The graders who took part in the discussion, where there was one"
    )
    agreed_at = models.DateTimeField()
    agreed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="agreed_grade_numbered_once"),
            models.CheckConstraint(
                name="agreed_grade_is_1_to_4",
                condition=Q(grade__gte=1, grade__lte=4),
                violation_error_message="A grade is 1, 2, 3 or 4.",
            ),
            models.CheckConstraint(
                name="agreed_grade_correction_has_a_reason",
                condition=Q(number=1) | Q(number__gt=1) & ~Q(reason=""),
                violation_error_message="A correction needs a reason.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grade}, {self.number}"
