"""The box that is ticked by whoever goes on although something that comes first is missing."""

from copy import copy
from typing import Any

from django import forms

from training.queries.prerequisites import NotInOrder


class GoesOnKnowingly(forms.Form):
    """A form whose deed may be out of order. The box is there only once somebody was told what is missing, and is for that alone."""

    all_the_same_label = "Log it all the same"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and self.data.get("out_of_order"):
            self._ask()

    def _ask(self) -> None:
        box = forms.BooleanField(
            label=self.all_the_same_label, required=False, help_text="That you said so is kept, with your name."
        )
        shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
        asked: dict[str, Any] = {"all_the_same": box, "out_of_order": shown}
        for name, field in asked.items():
            field.is_page_heading = field.is_optional = False
            self.fields[name] = field

    def knowing(self) -> str:
        """The stamp of what was shown and said yes to; nothing where the box is not ticked."""
        given = self.cleaned_data
        return str(given.get("out_of_order", "")) if given.get("all_the_same") else ""

    def content(self) -> dict[str, Any]:
        """What was asked besides."""
        return {
            name: value for name, value in self.cleaned_data.items() if name not in ("all_the_same", "out_of_order")
        }

    def warn(self, error: NotInOrder) -> None:
        """Say beside the box what is missing. What was ticked for something else is ticked no more."""
        data: Any = copy(self.data)
        data[self.add_prefix("out_of_order")] = error.stamp
        data.pop(self.add_prefix("all_the_same"), None)
        self.data = data
        self._ask()
        self.add_error("all_the_same", f"{error} Tick the box to go on all the same.")
