"""What one grader gave."""

import uuid

from django.db import models
from django.db.models import Q

from grading.enums import OverallGrade
from grading.models.rounds import Assignment


class Grade(models.Model):
    """What one grader, alone, gave one PPN. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="grade")
    overall = models.PositiveSmallIntegerField(choices=OverallGrade)
    criteria = models.JSONField(
        default=dict, blank=True, help_text="Mark 1 to 4 by criterion; null where it does not apply"
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
