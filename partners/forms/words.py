"""What a form of sessions and agencies says of an answer that cannot be taken, in our words and not in Django's."""

from typing import Any

from django import forms

from common.forms import GovukForm, OnceForm


class WordsMixin:
    """Says of each field how long it may be and between which numbers it lies. What a field says by itself, it goes on saying."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]
            use_our_words(field)


class PartnersForm(WordsMixin, GovukForm):  # type: ignore[misc]
    """A form that stands by itself."""


class PartnersOnceForm(WordsMixin, OnceForm):  # type: ignore[misc]
    """A form with a key, so that sending it twice does what it asks for once."""


def use_our_words(field: forms.Field) -> None:
    """Our words for what Django would say of this field; its own `required` comes with the field."""
    words: dict[str, str] = {}
    if isinstance(field, forms.CharField) and field.max_length is not None:
        words["max_length"] = f"Use at most {field.max_length:,} characters"
    if isinstance(field, forms.IntegerField):
        words["invalid"] = "Enter a whole number, for example 30"
        if field.min_value is not None and field.max_value is not None:
            between = f"Enter a number from {field.min_value:,} to {field.max_value:,}"
            words |= {"min_value": between, "max_value": between}
    if isinstance(field, forms.URLField):
        words["invalid"] = "Enter a link like https://meet.example.org/room"
    field.error_messages |= words
