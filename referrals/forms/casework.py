"""What the hub and the receiving agencies enter."""

from typing import Any

from django import forms

from common.forms import GovukForm
from referrals.enums import (
    ANSWERED,
    ShareState,
)


class SharedFilterForm(GovukForm):
    marks_optional = False
    state = forms.ChoiceField(
        label="Answer",
        choices=[("", "All"), *((state, ShareState(state).label) for state in (ShareState.WAITING, *ANSWERED))],
        required=False,
    )


def may_filter(form: GovukForm) -> dict[str, Any]:
    """The filters of a form from the address that are right; wrong ones are left out."""
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if value not in (None, "", False)}
