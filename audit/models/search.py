"""What somebody searched the log for, so that the page with the results has an address without a name in it."""

import uuid
from datetime import timedelta

from django.db import models

SEARCHES_KEPT = timedelta(days=1)


class LogSearch(models.Model):
    """The terms of one search of the log, kept for a day for the person who made it (services.forget_log_searches)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by_id = models.CharField(max_length=40)
    at = models.DateTimeField(db_index=True)
    terms = models.JSONField(
        help_text="What entries.found takes, and under “asked” the same in the words that were typed"
    )

    class Meta:
        verbose_name = "search of the access log"
        verbose_name_plural = "searches of the access log"

    def __str__(self) -> str:
        return str(self.pk)
