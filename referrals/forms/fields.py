"""The kinds of question that a form is made of, and how a column of a model becomes one.

A draft may be kept at any moment, so nothing here is required; what is typed must only be of the right shape.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models

from common.forms import GovukDateField, GovukMomentField, WordCountTextarea
from referrals.enums import stands_alone

# A longer list of choices is shown folded.
MOST_RADIOS = 12
LONGEST_TEXT = 30_000
MOST_WORDS = 3_000


class WordsField(forms.CharField):
    """An answer in the writer's own words, with a count of them and the browser's check of spelling."""

    def __init__(self, *, rows: int = 6, **kwargs: Any) -> None:
        super().__init__(
            required=False, max_length=LONGEST_TEXT, widget=WordCountTextarea(rows=rows, words=MOST_WORDS), **kwargs
        )

    def validate(self, value: str) -> None:
        super().validate(value)
        count = len(value.split())
        if count > MOST_WORDS:
            raise forms.ValidationError(f"These are {count:,} words. At most {MOST_WORDS:,} are kept.")


class AnyOfField(forms.TypedMultipleChoiceField):
    """Ticks; "None" stands only by itself."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, coerce=str, widget=forms.CheckboxSelectMultiple, **kwargs)

    def clean(self, value: Any) -> list[str]:
        ticked: list[str] = super().clean(value)
        if not stands_alone(ticked):
            raise forms.ValidationError("Tick “None” only if nothing else applies.")
        return ticked


def text(label: str, help_text: str = "", rows: int = 6) -> WordsField:
    return WordsField(label=label, help_text=help_text, rows=rows)


def line(label: str, help_text: str = "", length: int = 200) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=length, widget=widget)


def one_of(label: str, choices: Any, help_text: str = "") -> forms.ChoiceField:
    if len(choices) > MOST_RADIOS:
        return forms.ChoiceField(
            label=label, help_text=help_text, required=False, choices=[("", "Choose one"), *choices]
        )
    return forms.ChoiceField(
        label=label, help_text=help_text, required=False, choices=choices, widget=forms.RadioSelect
    )


def one_number_of(label: str, choices: Any, help_text: str = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        required=False,
        choices=choices,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
    )


def any_of(label: str, choices: Any, help_text: str = "Tick every one that applies.") -> AnyOfField:
    return AnyOfField(label=label, help_text=help_text, choices=choices)


class ListField(forms.CharField):
    """Several short answers, one on each line, without the empty and the repeated ones."""

    def __init__(self, *, longest: int, most: int = 20, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3, "autocomplete": "off"})
        super().__init__(required=False, widget=widget, **kwargs)
        self.longest, self.most = longest, most

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = list(dict.fromkeys(filter(None, (line.strip() for line in str(super().clean(value)).splitlines()))))
        if len(lines) > self.most:
            raise forms.ValidationError(f"At most {self.most} are kept here. Put the others in the text.")
        if long := next((line for line in lines if len(line) > self.longest), ""):
            raise forms.ValidationError(
                f"“{long[:20]}…” is too long. One on each line, of at most {self.longest} characters."
            )
        return lines


def list_of(label: str, help_text: str, *, longest: int) -> ListField:
    return ListField(label=label, help_text=help_text, longest=longest)


def yes_or_no(label: str, help_text: str = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        required=False,
        choices=[("True", "Yes"), ("False", "No")],
        coerce=lambda value: value == "True",
        empty_value=None,
        widget=forms.RadioSelect,
    )


def number(label: str, help_text: str = "", most: int = 999) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=0,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
    )


def _number_of(column: Any, label: str, hint: str) -> forms.Field:
    if column.choices:
        return one_number_of(label, column.choices, hint)
    limits = [validator.limit_value for validator in column._validators if hasattr(validator, "limit_value")]
    return number(label, hint, min(limits, default=999))


# What a column of this kind is asked as; the first that fits counts.
BY_COLUMN: tuple[tuple[type[Any], Callable[[Any, str, str], forms.Field]], ...] = (
    (ArrayField, lambda column, label, hint: any_of(label, column.base_field.choices, hint)),
    (models.BooleanField, lambda column, label, hint: yes_or_no(label, hint)),
    (models.DateTimeField, lambda column, label, hint: GovukMomentField(label=label, help_text=hint, required=False)),
    (models.DateField, lambda column, label, hint: GovukDateField(label=label, help_text=hint, required=False)),
    (models.IntegerField, _number_of),
    (models.TextField, lambda column, label, hint: text(label, hint, rows=4)),
    (
        models.CharField,
        lambda column, label, hint: (
            one_of(label, column.choices, hint) if column.choices else line(label, hint, column.max_length)
        ),
    ),
)


def field_for(column: "models.Field[Any, Any]") -> forms.Field:
    """The question that a column is: its label is the column's verbose name, its hint the column's help text."""
    build = next(build for kind, build in BY_COLUMN if isinstance(column, kind))
    return build(column, str(column.verbose_name), str(column.help_text))
