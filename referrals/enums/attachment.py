"""A file attached to a referral."""

from django.db.models import TextChoices


class AttachmentState(TextChoices):
    WAITING = "WAITING", "Being checked for malware"
    CLEAN = "CLEAN", "Checked"
    INFECTED = "INFECTED", "Malware found, so the file was removed"
