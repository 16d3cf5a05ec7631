"""Saying whose account it is that somebody who walked in has, and taking it back."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.models import User
from partners.forms.words import PartnersForm
from partners.models.joins import LONGEST_REASON


class JoinForm(PartnersForm):
    """Which of these accounts, and that both were compared."""

    user = forms.ChoiceField(
        label="Whose account is it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an account"},
    )
    compared = forms.BooleanField(
        label="I have compared both, and they are the same person",
        error_messages={"required": "Tick that you have compared both"},
    )

    def __init__(self, *args: Any, accounts: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accounts = {str(one.pk): one for one in accounts}
        named = [(pk, f"{one.name}, {one.email}, {one.agency}") for pk, one in self.accounts.items()]
        self.fields["user"].choices = named  # type: ignore[attr-defined]
        self.fields["compared"].is_page_heading = False  # type: ignore[attr-defined]

    @property
    def account(self) -> User:
        """The account that was chosen, from a valid form."""
        return self.accounts[self.cleaned_data["user"]]


class UndoJoinForm(PartnersForm):
    reason = forms.CharField(
        label="Why is it undone?",
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 2}),
        help_text="Trainers and administrators of your force read it.",
        error_messages={"required": "Say why it is undone"},
    )
