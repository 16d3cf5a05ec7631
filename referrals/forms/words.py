"""Answers as a person reads them back."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.utils import timezone
from django.utils.dateformat import format as date_format

from common.clock import LONDON


@dataclass(frozen=True)
class Answered:
    """One question with its answer in words; empty where there is none."""

    name: str
    label: str
    value: str


def is_there(value: Any) -> bool:
    """Whether something was answered; "no" is an answer."""
    return value not in (None, "", [])


def value_in_words(field: Any, value: Any) -> str:
    """A stored value of this field of a model in words."""
    if not is_there(value):
        return ""
    if isinstance(field, ArrayField):
        return ", ".join(value_in_words(field.base_field, one) for one in value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value, LONDON), "j F Y, H:i")
    if isinstance(value, date):
        return date_format(value, "j F Y")
    return str(dict(field.flatchoices).get(value, value))
