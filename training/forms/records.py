"""Logging a module, correcting it, signing, sending back, revoking."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from common.forms import GovukDateField, GovukForm
from training.enums import Delivery
from training.forms.prerequisites import GoesOnKnowingly
from training.models import ModuleVersion
from training.models.records import LONGEST_EVIDENCE
from training.queries.named_people import NOBODY, named_among


class PersonField(forms.ChoiceField):
    """One person of a list; cleans to the person. `offer()` says who is on it."""

    def offer(self, people: Iterable[User]) -> None:
        """The people to choose from, with the team beside the name."""
        self.people = {str(person.pk): person for person in people}
        named = [(pk, f"{one}, {one.team}" if one.team else str(one)) for pk, one in self.people.items()]
        self.choices = [("", "Choose a person"), *named]  # type: ignore[assignment]

    def clean(self, value: Any) -> User | None:
        chosen = super().clean(value)
        return self.people.get(chosen)


class FoundPersonField(forms.CharField):
    """One person, found by e-mail address or collar number: a list of everybody is no help where there are thousands.

    Cleans to the person. `find_among()` says who may be found.
    """

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"autocomplete": "off", "spellcheck": "false", "class": "govuk-!-width-two-thirds"}
        kwargs.setdefault("help_text", "E-mail address or collar number.")
        super().__init__(max_length=254, widget=forms.TextInput(attributes), **kwargs)

    def find_among(self, people: QuerySet[User]) -> None:
        """The people who may be found."""
        self.people = people

    def clean(self, value: Any) -> User | None:
        text = super().clean(value)
        found = named_among(text, self.people)
        if not found:
            return None
        if len(found) > 1:
            raise forms.ValidationError("Write one e-mail address or collar number")
        if found[0].person is None:
            is_unknown = found[0].problem == NOBODY
            raise forms.ValidationError(
                "Nobody you can choose here has this address or collar number" if is_unknown else found[0].problem
            )
        return found[0].person


class ContentForm(GovukForm):
    """What was done, and who signs. `mentors` and `line_managers` are those who may."""

    done_on = GovukDateField(
        label="When was it done?", error_messages={"required": "Enter the day on which it was done"}
    )
    method = forms.ChoiceField(
        label="How was it done?",
        choices=Delivery.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it was done"},
    )
    evidence = forms.CharField(
        label="Evidence",
        max_length=LONGEST_EVIDENCE,
        widget=forms.Textarea({"rows": 5}),
        help_text="What shows that the person can do it: what you saw, discussed or tested. Nothing about a case.",
        error_messages={"required": "Write what shows that the person can do it"},
    )
    mentor = PersonField(
        label="Mentor",
        help_text="Signs first.",
        widget=forms.Select,
        error_messages={"required": "Choose the mentor"},
    )
    line_manager = PersonField(
        label="Line manager",
        help_text="Signs after the mentor. Somebody else.",
        widget=forms.Select,
        error_messages={"required": "Choose the line manager"},
    )

    def __init__(
        self, *args: Any, mentors: Iterable[User], line_managers: Iterable[User], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["mentor"].offer(mentors)  # type: ignore[attr-defined]
        self.fields["line_manager"].offer(line_managers)  # type: ignore[attr-defined]

    def clean_done_on(self) -> date:
        """Not in the future."""
        done_on: date = self.cleaned_data["done_on"]
        if done_on > self.today:
            raise forms.ValidationError("The day on which it was done cannot be in the future")
        return done_on


class LogModuleForm(GoesOnKnowingly, ContentForm):
    """A module for a person of the agency."""

    person = FoundPersonField(
        label="Who did it?", error_messages={"required": "Write the e-mail address or collar number of who did it"}
    )
    module_version = forms.ChoiceField(label="Module", error_messages={"required": "Choose the module"})
    field_order = ("person", "module_version")

    def __init__(self, *args: Any, people: QuerySet[User], modules: Iterable[ModuleVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.modules: dict[str, ModuleVersion] = {str(version.pk): version for version in modules}
        self.fields["person"].find_among(people)  # type: ignore[attr-defined]
        titles = [(pk, f"{version.module.title} (version {version.number})") for pk, version in self.modules.items()]
        self.fields["module_version"].choices = [("", "Choose a module"), *titles]  # type: ignore[attr-defined]
        wanted = self.initial.get("module", "")
        of_module = [pk for pk, version in self.modules.items() if str(version.module_id) == wanted]
        if of_module:
            self.initial.setdefault("module_version", of_module[0])

    def clean_module_version(self) -> ModuleVersion:
        """The version itself."""
        return self.modules[self.cleaned_data["module_version"]]


class SignForm(GovukForm):
    """Two explicit declarations and the signer's own name. `version` is the version that was on the page."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    has_read = forms.BooleanField(
        label="I have read the record and its evidence",
        error_messages={"required": "Tick the box to say that you have read the record"},
    )
    confirms = forms.BooleanField(
        label="I confirm the statement above, and I am the person whose name I write below",
        error_messages={"required": "Tick the box to confirm the statement"},
    )
    signed_as = forms.CharField(
        label="Your full name",
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name", "spellcheck": "false", "class": "govuk-!-width-two-thirds"}),
        help_text="As it stands in your account.",
        error_messages={"required": "Write your full name"},
    )

    def signature(self) -> dict[str, Any]:
        """What the service takes, from a valid form."""
        return {name: self.cleaned_data[name] for name in ("version", "signed_as")}


class ReasonForm(GovukForm):
    """A reason in words."""

    reason = forms.CharField(max_length=2000, widget=forms.Textarea({"rows": 4}))

    def __init__(self, *args: Any, label: str, hint: str, required: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.label, field.help_text = label, hint
        field.error_messages["required"] = required


def chosen_person(value: str, people: QuerySet[User]) -> User | None:
    """The person among these whom an address asks for; None for anybody else or nonsense."""
    try:
        pk = UUID(value)
    except ValueError:
        return None
    return people.filter(pk=pk).first()
