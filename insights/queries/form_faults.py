"""Where forms are hard to fill in: which questions are sent back with an error, and how often."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Sum

from insights.models import FormFault, field_in_words, form_in_words, kind_in_words

DAYS_OF_FAULTS = 30
MOST_FAULTS = 200


@dataclass(frozen=True)
class Stumble:
    """One question of one form with what was wrong, in words, and how often."""

    form: str
    field: str
    kind: str
    count: int
    days: int


def form_faults_since(day: date) -> list[Stumble]:
    """What was sent back with an error since that day, the most frequent first; one more than are shown, at most."""
    groups = FormFault.objects.filter(day__gte=day).values("form", "field", "kind")
    rows = groups.annotate(often=Sum("count"), days=Count("pk")).order_by("-often", "form", "field", "kind")
    return [
        Stumble(
            form_in_words(row["form"]),
            field_in_words(row["field"]),
            kind_in_words(row["kind"]),
            row["often"],
            row["days"],
        )
        for row in rows[: MOST_FAULTS + 1]
    ]


def faults_in_all_since(day: date) -> int:
    return FormFault.objects.filter(day__gte=day).aggregate(often=Sum("count"))["often"] or 0
