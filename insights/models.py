"""Counts of what was wrong with forms: by day, form, question and kind; never a word that somebody typed, nor who it was."""

import re
import uuid

from django.db import models
from django.db.models import Q

from insights.enums import KINDS, RULE

LONGEST = 60


class FormFault(models.Model):
    """How often on one day one question of one form was sent back for one kind of reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    day = models.DateField()
    form = models.CharField(max_length=LONGEST, help_text="The name of the form in the code")
    field = models.CharField(max_length=LONGEST, blank=True, help_text="Of the question; empty for the form as a whole")
    kind = models.CharField(max_length=LONGEST)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "form", "field", "kind"], name="form_fault_one_count_a_day"),
            models.CheckConstraint(name="form_fault_happened", condition=Q(count__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.form}.{self.field}: {self.kind}"


def form_in_words(name: str) -> str:
    """ "NextVersionForm" as "Next version"."""
    words = re.findall(r"[A-Z][a-z0-9]*", name.removesuffix("Form"))
    return " ".join(words).capitalize() or name


def field_in_words(name: str) -> str:
    """ "date_of_birth" as "Date of birth"."""
    return name.replace("_", " ").strip().capitalize() or "The form as a whole"


def kind_in_words(code: str) -> str:
    return KINDS.get(code, KINDS[RULE])
