"""What somebody searched for, so that the page with the results has an address without a name in it."""

import uuid
from typing import Self

from django.db import models

from accounts.models import User


class SearchQuerySet(models.QuerySet["Search"]):
    def visible_to(self, user: User) -> Self:
        """A search shows only to the person who made it."""
        return self.filter(by=user)


class Search(models.Model):
    """The terms of one search, kept for a day for the person who made it (services.forget_searches)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)
    terms = models.JSONField(help_text="By the names of the form's fields")

    objects = SearchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "searches"

    def __str__(self) -> str:
        return str(self.pk)
