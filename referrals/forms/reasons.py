"""Asking why, from a short list with words where the list is not enough."""

from typing import Any

from django import forms

from common.forms import GovukForm
from referrals.enums.reasons import LookReason

CHOOSE = "Choose why"
SAY_MORE = "Say in a few words why"


def in_words(cleaned: dict[str, Any]) -> str:
    """The reason as the access log keeps it."""
    words = " ".join(cleaned.get("why_words", "").split())
    return ": ".join(part for part in (str(LookReason(cleaned["why"]).label), words) if part)


def check_words(form: forms.Form, cleaned: dict[str, Any]) -> None:
    """Something else is said in words."""
    if cleaned.get("why") == LookReason.OTHER and not cleaned.get("why_words", "").strip():
        form.add_error("why_words", SAY_MORE)


def why_field(*, required: bool) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Why do you look?",
        choices=LookReason.choices if required else [("", "Not said"), *LookReason.choices],
        widget=forms.RadioSelect if required else forms.Select,
        required=required,
        error_messages={"required": CHOOSE},
    )


def words_field() -> forms.CharField:
    return forms.CharField(
        label="In a few words",
        help_text="It stands in the access log. Name nobody whom a referral is about.",
        required=False,
        max_length=200,
    )


class WhyForm(GovukForm):
    """Why a referral is opened on which this person has no task."""

    why = why_field(required=True)
    why_words = words_field()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        check_words(self, cleaned)
        return cleaned
