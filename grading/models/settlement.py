"""What a third person settled of an incident whose reviews do not give one answer."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from grading.enums import Needed
from grading.models.dip_sample import SampledIncident
from grading.models.findings import Findings, findings_constraints


class Settlement(Findings):
    """One answer with its reason, which counts instead of the first review; a database trigger keeps it, and the reviews, as they are."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sampled = models.OneToOneField(SampledIncident, on_delete=models.PROTECT, related_name="settlement")
    is_set_aside = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Nobody of the force could review or settle it, so it counts in no share",
    )
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField()

    class Meta:
        constraints = [
            *findings_constraints("settlement"),
            models.CheckConstraint(
                name="settlement_reason_only_where_a_form_was_needed",
                condition=Q(reason_missing="") | Q(required=Needed.YES),
            ),
            models.CheckConstraint(
                name="settlement_set_aside_finds_nothing",
                condition=Q(is_set_aside=False)
                | Q(required=Needed.UNCLEAR, found_types=[], in_time=None, reason_missing=""),
            ),
        ]

    def __str__(self) -> str:
        return "Settlement"
