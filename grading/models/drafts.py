"""A grade that is not given yet."""

import uuid

from django.db import models
from django.db.models import Q

from grading.models.rounds import Assignment


class GradeDraft(models.Model):
    """What a grader has typed so far, for themselves alone. It counts nowhere, and goes with the grade, their place or the PPN."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="draft")
    answers = models.JSONField(default=dict, blank=True, help_text="By the name of the question, as it was typed")
    version = models.PositiveIntegerField(help_text="1 was saved first")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="grade_draft_is_numbered_from_one", condition=Q(version__gte=1))]

    def __str__(self) -> str:
        return f"Draft {self.version}"
