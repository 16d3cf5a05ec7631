"""PPNs that were drawn and count no longer: the next ticket stands in their place, or they were withdrawn and nothing does."""

import uuid

from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThanOrEqual

from accounts.models import User
from grading.enums import RemovalReason
from grading.models.findings import SHORTEST_WHY
from grading.models.rounds import RoundItem


class Removal(models.Model):
    """That a drawn PPN left the sample, by whom and why. Never changed nor taken back: the database refuses it
    (migrations/0002_draws_stand).

    Its grades stay as they were given, and count nowhere.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.OneToOneField(RoundItem, on_delete=models.PROTECT, related_name="removal")
    successor = models.OneToOneField(
        RoundItem,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="stands_for",
        help_text="The next of the same draw; none for what was withdrawn where no other could be drawn",
    )
    reason = models.CharField(max_length=12, choices=RemovalReason)
    words = models.TextField(validators=[MinLengthValidator(SHORTEST_WHY)])
    removed_at = models.DateTimeField()
    removed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="removal_says_why_in_words",
                condition=GreaterThanOrEqual(Length(Trim("words")), SHORTEST_WHY),
                violation_error_message=f"Say why in at least {SHORTEST_WHY} characters.",
            ),
            models.CheckConstraint(
                name="removal_without_successor_is_of_what_was_withdrawn",
                condition=Q(successor__isnull=False) | Q(reason=RemovalReason.WITHDRAWN),
            ),
            models.CheckConstraint(name="removal_leads_to_another", condition=~Q(successor=F("item"))),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.reason}"
