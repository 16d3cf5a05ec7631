"""Setting up a module, reviewing it and retiring it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from common.forms import GovukDateField, GovukForm
from training.enums import Delivery, LearningTheme
from training.forms.records import FoundPersonField
from training.models import Module, RoleProfile


class VersionForm(GovukForm):
    """What is taught, how, and for how long it holds."""

    aims = forms.CharField(
        label="Aims",
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        help_text="What somebody can do afterwards.",
        error_messages={"required": "Write what somebody can do afterwards"},
    )
    delivery = forms.ChoiceField(
        label="How is it usually given?",
        choices=Delivery.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it is usually given"},
    )
    minutes = forms.IntegerField(
        label="Minutes",
        min_value=1,
        max_value=10_000,
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-4"}),
        error_messages={"required": "Enter how many minutes it takes", "invalid": "Enter minutes as a whole number"},
    )
    valid_months = forms.IntegerField(
        label="Months until it has to be done again",
        min_value=1,
        max_value=240,
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-3"}),
        help_text="Leave empty if it never lapses.",
        error_messages={"invalid": "Enter months as a whole number"},
    )
    teaches = forms.MultipleChoiceField(
        label="What does it help with?",
        choices=LearningTheme.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="It is suggested to whoever is to get better at one of these.",
    )
    link = forms.URLField(
        label="Link",
        max_length=200,
        required=False,
        assume_scheme="https",
        help_text="Where it is taken, for e-learning or a video.",
        error_messages={"invalid": "Enter a link that begins with https://"},
    )
    materials = forms.CharField(
        label="Materials",
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="One a line: what it is, and its link.",
    )
    review_on = GovukDateField(
        label="Next review",
        required=False,
        help_text="By when somebody looks through it, since guidance changes.",
    )


class NextVersionForm(VersionForm):
    """The next version of a module. `after` is the number of the version that was on the page."""

    after = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class RewriteForm(VersionForm):
    """A version that was not reviewed yet. `read` tells which text was on the page."""

    read = forms.CharField(widget=forms.HiddenInput)


class AboutModuleForm(GovukForm):
    """What a module is called and who answers for it, in whichever version."""

    title = forms.CharField(label="Title", max_length=120, error_messages={"required": "Write the title"})
    short_title = forms.CharField(
        label="Short title",
        max_length=40,
        help_text="For the heading of a column in the matrix.",
        widget=forms.TextInput({"class": "govuk-input--width-20"}),
        error_messages={"required": "Write a short title"},
    )
    owner = FoundPersonField(
        label="Owner",
        required=False,
        help_text="Answers for what it teaches, and may review it: the e-mail address or collar number of anybody of your agency.",
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].find_among(people)  # type: ignore[attr-defined]


class ChangeModuleForm(AboutModuleForm):
    """The same, and what is to be completed before it. `modules` are those that may come first."""

    complete_first = forms.MultipleChoiceField(
        label="Complete first",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Modules that somebody completes before this one. Whoever logs or plans it is warned, and may go on.",
    )
    read = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, modules: Iterable[Module], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(module.pk), module.title) for module in modules]
        self.fields["complete_first"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["complete_first"]

    def clean_complete_first(self) -> list[UUID]:
        """Their ids."""
        return [UUID(pk) for pk in self.cleaned_data["complete_first"]]


class ModuleForm(AboutModuleForm, VersionForm):
    """A module with its first version, and which profiles ask for it."""

    required_for = forms.MultipleChoiceField(
        label="Which profiles ask for it?", widget=forms.CheckboxSelectMultiple, required=False
    )
    field_order = ("title", "short_title", "owner")

    def __init__(self, *args: Any, profiles: Iterable[RoleProfile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(profile.pk), profile.name) for profile in profiles]
        self.fields["required_for"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["required_for"]

    def clean_required_for(self) -> list[UUID]:
        """Their ids."""
        return [UUID(pk) for pk in self.cleaned_data["required_for"]]


class ReviewForm(GovukForm):
    """That a version was read and is right. `read` tells which text was on the page."""

    read = forms.CharField(widget=forms.HiddenInput)
    has_read = forms.BooleanField(
        label="I have read it with its materials, and it agrees with the guidance of today",
        error_messages={"required": "Tick the box to say that you have read it"},
    )
    review_on = GovukDateField(
        label="Next review", required=False, help_text="By when somebody looks through it again."
    )

    def reviewed(self) -> dict[str, Any]:
        """What the service takes, from a valid form."""
        return {name: self.cleaned_data[name] for name in ("read", "review_on")}


class RetireForm(GovukForm):
    """From when nobody needs a module, and why."""

    retired_on = GovukDateField(
        label="From which day does nobody need it?",
        help_text="Today or later.",
        error_messages={"required": "Enter the day from which nobody needs it"},
    )
    reason = forms.CharField(
        label="Why?",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="For example what replaces it. Stays on the module.",
        error_messages={"required": "Write why it is retired"},
    )
