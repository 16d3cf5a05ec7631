"""Which modules are completed before which, and where somebody went on knowingly although one was not."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from training.models.inductions import Induction
from training.models.modules import Module
from training.models.records import TrainingRecord
from training.models.sessions import TrainingSession


class ModulePrerequisite(models.Model):
    """That a module asks for another one to be completed first. No circle, and both of one force (held by a trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="prerequisites")
    first = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="comes_before")
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["module", "first"], name="module_prerequisite_named_once"),
            models.CheckConstraint(
                name="module_prerequisite_is_another_module",
                condition=~Q(module=F("first")),
                violation_error_message="A module does not come before itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} before {self.module_id}"


class OutOfOrder(models.Model):
    """That a module was logged, given or planned although `first` was not completed before it, and who said so. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(
        TrainingRecord, null=True, blank=True, on_delete=models.PROTECT, related_name="out_of_order"
    )
    session = models.ForeignKey(
        TrainingSession, null=True, blank=True, on_delete=models.PROTECT, related_name="out_of_order"
    )
    induction = models.ForeignKey(
        Induction, null=True, blank=True, on_delete=models.PROTECT, related_name="out_of_order"
    )
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="+", db_index=False)
    first = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="+", db_index=False)
    people = models.PositiveIntegerField(default=1, help_text="How many had not completed it")
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name_plural = "out of order"
        constraints = [
            models.CheckConstraint(
                name="out_of_order_is_of_one_thing",
                condition=Q(record__isnull=False, session=None, induction=None)
                | Q(record=None, session__isnull=False, induction=None)
                | Q(record=None, session=None, induction__isnull=False),
            ),
            models.CheckConstraint(
                name="out_of_order_names_two_modules", condition=~Q(module=F("first")) & Q(people__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module_id} before {self.first_id}"
