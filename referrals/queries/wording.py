"""Answers as a person reads them back."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField

from common.templatetags.dates import day, moment


@dataclass(frozen=True)
class Answered:
    """One question with its answer in words; empty where there is none. Not every case needs an optional one."""

    name: str
    label: str
    value: str
    is_optional: bool = False


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
        return moment(value)
    if isinstance(value, date):
        return day(value)
    return str(dict(field.flatchoices).get(value, value))
