"""A change of a referral after it was submitted: everything as it stood before, who changed it and why."""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from accounts.models import User
from referrals.models.referral import Referral


class Amendment(models.Model):
    """The making of one more version. The referral itself holds the newest; each amendment keeps the one before it whole."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="amendments", db_index=False)
    number = models.PositiveSmallIntegerField(help_text="Of the version that it made; the submitted one is 1")
    before = models.JSONField(encoder=DjangoJSONEncoder)
    reason = models.TextField()
    amended_at = models.DateTimeField()
    amended_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "number"], name="amendment_numbered_once"),
            models.CheckConstraint(name="amendment_comes_after_the_first_version", condition=Q(number__gte=2)),
            models.CheckConstraint(
                name="amendment_says_why",
                condition=~Q(reason=""),
                violation_error_message="Say why you change it.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referral}, version {self.number}"
