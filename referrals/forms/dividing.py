"""Among whom the queue is divided up."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.models import User
from common.forms import GovukForm

UNKNOWN = "Choose people from the list: they decide at the hub."


class _People(forms.ModelMultipleChoiceField):
    """Each with how many they have already."""

    held: Mapping[Any, int]

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name} (has {self.held.get(obj.pk, 0)})"

    def clean(self, value: Any) -> Any:
        """What is no id at all is told like somebody unknown, not in the words of the database's field."""
        try:
            return super().clean(value)
        except ValidationError as error:
            if error.code != "invalid":
                raise
            raise ValidationError(UNKNOWN, code="invalid_choice") from error


class DivideForm(GovukForm):
    """Who is on shift."""

    people = _People(
        label="Who is on shift?",
        help_text="Ticked are those who signed in during the last twelve hours.",
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose who is on shift.",
            "invalid_choice": UNKNOWN,
        },
    )

    def __init__(self, *args: Any, people: QuerySet[User], held: Mapping[Any, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["people"]
        field.queryset, field.held = people, held  # type: ignore[attr-defined]
