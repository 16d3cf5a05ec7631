"""That somebody was told in time what of their training lapses: each record or entry at each of three times once, and in which mail."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from training.enums import REMIND_DAYS, DigestAudience
from training.models.earlier import EarlierAcceptance
from training.models.records import TrainingRecord
from training.models.skills import SkillEvidence


class TrainingDigest(models.Model):
    """One mail to one person on one day. Written once, and never gone (triggers)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", help_text="Who gets it")
    audience = models.CharField(max_length=8, choices=DigestAudience)
    sent_on = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "audience", "sent_on"], name="training_digest_once_a_day"),
            models.CheckConstraint(
                name="training_digest_audience_is_known", condition=Q(audience__in=DigestAudience.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Digest {self.pk}"


class LapseReminder(models.Model):
    """That somebody was told so many days before that a record, an entry of evidence or what was accepted from paper lapses. Written once, and never gone (triggers)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    record = models.ForeignKey(TrainingRecord, null=True, on_delete=models.PROTECT, related_name="lapse_reminders")
    evidence = models.ForeignKey(SkillEvidence, null=True, on_delete=models.PROTECT, related_name="lapse_reminders")
    acceptance = models.ForeignKey(
        EarlierAcceptance, null=True, on_delete=models.PROTECT, related_name="lapse_reminders", db_index=False
    )
    days = models.PositiveSmallIntegerField(help_text="60, 30 or 7")
    noted_at = models.DateTimeField()
    digest = models.ForeignKey(TrainingDigest, on_delete=models.PROTECT, related_name="reminders")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="lapse_reminder_is_about_one_thing",
                condition=Q(record__isnull=False, evidence=None, acceptance=None)
                | Q(record=None, evidence__isnull=False, acceptance=None)
                | Q(record=None, evidence=None, acceptance__isnull=False),
            ),
            models.CheckConstraint(name="lapse_reminder_days_are_known", condition=Q(days__in=REMIND_DAYS)),
            models.UniqueConstraint(
                fields=["record", "days"], condition=Q(record__isnull=False), name="lapse_reminder_once_for_a_record"
            ),
            models.UniqueConstraint(
                fields=["evidence", "days"],
                condition=Q(evidence__isnull=False),
                name="lapse_reminder_once_for_evidence",
            ),
            models.UniqueConstraint(
                fields=["acceptance", "days"],
                condition=Q(acceptance__isnull=False),
                name="lapse_reminder_once_for_an_acceptance",
            ),
        ]

    def __str__(self) -> str:
        return f"Reminder {self.pk}"
