"""An answer to every question of a type, as a page sends it and as it is stored: made from the model, so that none is forgotten."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from referrals.models import Module

MOMENT = datetime(2026, 11, 19, 21, 30, tzinfo=UTC)


def stored(model: type[Module]) -> dict[str, Any]:
    """Each question with an answer, by name."""
    return {field.name: _answer(field) for field in model.questions()}


def sent(answers: dict[str, Any]) -> dict[str, Any]:
    """The same as the fields of a page."""
    data: dict[str, Any] = {}
    for name, value in answers.items():
        if hasattr(value, "year"):
            parts = [value.day, value.month, value.year, *([f"{value:%H:%M}"] if isinstance(value, datetime) else [])]
            data |= {f"{name}_{number}": part for number, part in enumerate(parts)}
        else:
            data[name] = value
    return data


def _answer(field: Any) -> Any:
    if isinstance(field, ArrayField):
        return [field.base_field.choices[0][0]]
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.IntegerField):
        return 3
    if isinstance(field, models.DateTimeField):
        return MOMENT
    if isinstance(field, models.DateField):
        return MOMENT.date()
    return f"Fictitious words on {field.name}"
