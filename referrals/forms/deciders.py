"""Choosing several people who decide at the hub."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import User

UNKNOWN = "Choose people from the list: they decide at the hub."


class DecidersField(forms.ModelMultipleChoiceField):
    """Boxes to tick; a form gives it its `queryset`."""

    def __init__(self, *, required_message: str, **kwargs: Any) -> None:
        super().__init__(
            User.objects.none(),
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": required_message, "invalid_choice": UNKNOWN},
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        """What is no id at all is told like somebody unknown, not in the words of the database's field."""
        try:
            return super().clean(value)
        except ValidationError as error:
            if error.code != "invalid":
                raise
            raise ValidationError(UNKNOWN, code="invalid_choice") from error
