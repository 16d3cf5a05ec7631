"""The history of records: a row for each row of a table that was inserted, changed or deleted, written by trigger."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Operation(models.TextChoices):
    INSERT = "INSERT", "Added"
    UPDATE = "UPDATE", "Changed"
    DELETE = "DELETE", "Deleted"


class Change(models.Model):
    """One row that changed, whoever changed it and by whatever way: the columns that differ, as they were and as they became.

    Of a row that was added only that it was: what it held stands in the row itself, less what later changes say. Of one that
    was deleted all that it held. `record_label` and `record_id` are of the record that it belongs to, with which history goes
    when that is disposed of (services.forget_history).
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    operation = models.CharField(max_length=6, choices=Operation)
    table = models.CharField(max_length=63)
    row_key = models.CharField(max_length=40)
    record_label = models.CharField(max_length=60)
    record_id = models.CharField(max_length=40)
    columns = ArrayField(models.CharField(max_length=63), default=list)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    actor_id = models.CharField(
        max_length=40, blank=True, help_text="Of the person whose request it was; empty without one"
    )
    database_user = models.CharField(max_length=63)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="change_holds_what_its_operation_leaves",
                condition=Q(operation="INSERT", before=None, after=None)
                | Q(operation="UPDATE", before__isnull=False, after__isnull=False)
                | Q(operation="DELETE", before__isnull=False, after=None),
            )
        ]
        indexes = [models.Index(fields=["record_id", "-id"], name="change_of_record")]

    def __str__(self) -> str:
        return f"{self.get_operation_display()} {self.table} {self.row_key}"
