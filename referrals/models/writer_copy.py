"""The writer's own copy of what was sent: a PDF of each version, in the private file store."""

import uuid

from django.db import models
from django.db.models import Q

from referrals.models.referral import Referral


class WriterCopy(models.Model):
    """One version of a referral on paper, made once by a job and never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="copies", db_index=False)
    number = models.PositiveSmallIntegerField(help_text="Of the version; the submitted one is 1")
    made_at = models.DateTimeField()
    file = models.FileField(max_length=200, help_text="In the private file store")
    sha256 = models.CharField(max_length=64, help_text="Of the file")
    content_sha256 = models.CharField(max_length=64, help_text="Of what the version says; it is printed on the copy")
    size = models.PositiveIntegerField(help_text="Bytes")
    pages = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "writer copies"
        constraints = [
            models.UniqueConstraint(fields=["referral", "number"], name="writer_copy_once_a_version"),
            models.UniqueConstraint(fields=["file"], name="writer_copy_has_a_file_of_its_own"),
            models.CheckConstraint(name="writer_copy_counts_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="writer_copy_is_not_empty", condition=Q(size__gt=0, pages__gt=0) & ~Q(file="") & ~Q(sha256="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referral}, copy of version {self.number}"

    @property
    def file_name(self) -> str:
        """As it is called where it is saved: the reference and the version, and nothing of what is in it."""
        return f"{self.referral.reference}-version-{self.number}.pdf"
