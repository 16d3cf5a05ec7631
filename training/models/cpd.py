"""The log of continuing professional development: what somebody did, learned and will change."""

import uuid
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import Agency, User
from training.enums import CpdKind

FEWEST_HOURS, MOST_HOURS = Decimal("0.25"), Decimal(24)


class CpdEntry(models.Model):
    """One thing done on one day. Written by the person, or by a trainer for them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="cpd_entries")
    done_on = models.DateField()
    kind = models.CharField(max_length=12, choices=CpdKind)
    topic = models.CharField(max_length=120)
    hours = models.DecimalField(
        max_digits=4,
        decimal_places=2,
        validators=[MinValueValidator(FEWEST_HOURS), MaxValueValidator(MOST_HOURS)],
    )
    learned = models.TextField(help_text="What the person took from it")
    will_change = models.TextField(blank=True, help_text="What they will do differently")
    logged_at = models.DateTimeField()
    logged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True, help_text="Made with the form, so that sending it twice logs it once")

    class Meta:
        verbose_name = "CPD entry"
        verbose_name_plural = "CPD entries"
        constraints = [
            models.CheckConstraint(
                name="cpd_entry_takes_a_quarter_of_an_hour_to_a_day",
                condition=Q(hours__gte=FEWEST_HOURS, hours__lte=MOST_HOURS),
                violation_error_message="Hours are from 0.25 to 24.",
            ),
            models.CheckConstraint(name="cpd_entry_says_what_and_what_for", condition=~Q(topic="") & ~Q(learned="")),
        ]
        indexes = [models.Index(fields=["person", "-done_on", "-id"], name="cpd_entry_newest_first")]

    def __str__(self) -> str:
        return f"CPD entry {self.pk}"
