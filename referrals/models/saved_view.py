"""A person's own view of the queue: a name for filters."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models import User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def of(self, user: User) -> Self:
        return self.filter(person=user)


class SavedView(models.Model):
    """Filters of the queue under a name, as they stand in the address; one of them may be what the queue opens with."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="saved_views")
    name = models.CharField(max_length=60)
    filters = models.CharField(max_length=500, help_text="The part of the address after the question mark")
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "person",
                Lower("name"),
                name="saved_view_named_once_for_a_person",
                violation_error_message="You have a view of that name.",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(is_default=True), name="saved_view_one_opens_the_queue"
            ),
            models.CheckConstraint(name="saved_view_has_name_and_filters", condition=~Q(name="") & ~Q(filters="")),
        ]

    def __str__(self) -> str:
        return self.name
