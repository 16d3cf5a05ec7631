"""What a third person settled of an incident whose reviews do not give one answer."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThanOrEqual

from accounts.models import User
from grading.enums import Needed, ReasonMissing, ReviewStatus
from grading.models.dip_sample import SHORTEST_WHY, SampledIncident, status_of
from referrals.enums import ConcernType


class Settlement(models.Model):
    """One answer with its reason, which counts instead of the first review; a database trigger keeps it, and the reviews, as they are."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sampled = models.OneToOneField(SampledIncident, on_delete=models.PROTECT, related_name="settlement")
    required = models.CharField(max_length=7, choices=Needed)
    required_types = ArrayField(models.CharField(max_length=24, choices=ConcernType), default=list, blank=True)
    found_types = ArrayField(models.CharField(max_length=24, choices=ConcernType), default=list, blank=True)
    in_time = models.BooleanField(null=True, blank=True, help_text="null when no form was found")
    reason_missing = models.CharField(max_length=20, choices=ReasonMissing, blank=True)
    why = models.TextField(validators=[MinLengthValidator(SHORTEST_WHY)])
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="settlement_needed_says_which_forms",
                condition=(Q(required=Needed.YES) & ~Q(required_types=[]))
                | (~Q(required=Needed.YES) & Q(required_types=[])),
                violation_error_message="Say which forms were needed.",
            ),
            models.CheckConstraint(
                name="settlement_in_time_only_of_forms_found", condition=Q(in_time=None) | ~Q(found_types=[])
            ),
            models.CheckConstraint(
                name="settlement_reason_only_where_a_form_was_needed",
                condition=Q(reason_missing="") | Q(required=Needed.YES),
            ),
            models.CheckConstraint(
                name="settlement_says_why",
                condition=GreaterThanOrEqual(Length(Trim("why")), SHORTEST_WHY),
                violation_error_message=f"Say why in at least {SHORTEST_WHY} characters.",
            ),
        ]

    def __str__(self) -> str:
        return "Settlement"

    @property
    def status(self) -> ReviewStatus:
        return status_of(self.required, self.required_types, self.found_types)

    @property
    def required_in_words(self) -> list[str]:
        return [str(ConcernType(code).label) for code in self.required_types]

    @property
    def found_in_words(self) -> list[str]:
        return [str(ConcernType(code).label) for code in self.found_types]
