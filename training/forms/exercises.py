"""Writing exercises and sheets, planning runs and their groups, and what groups write."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms

from accounts.models import User
from common.forms import GovukForm, GovukMomentField
from common.templatetags.dates import moment
from training.enums import GroupChoice, InjectSource, JudgedRisk, MeetingOutcome, MeetingRole
from training.forms.cpd import hours_field
from training.forms.records import PersonField
from training.models import Exercise, GroupGuest, GroupMember, Inject, RunGroup, TrainingSession
from training.models.exercise_runs import FEWEST_GROUPS, MOST_ACTIONS, MOST_GROUPS, AgreedStep, MeetingWords
from training.models.exercises import LONGEST_EXERCISE, LONGEST_SHEET
from training.queries.named_people import NamedLine, people_named

LONGEST_AIMS = 2_000
LONGEST_REASONS = 4_000
MOST_CHARACTERS = 10_000
NOBODY_NAMED = "Enter an e-mail address or a collar number"
CANNOT_SAY = "0"
RISKS = [*((str(value), label) for value, label in JudgedRisk.choices), (CANNOT_SAY, "We cannot say yet")]
# Radios show no choice whose value is empty.
NO_RISK = "NONE"
EXPECTED_RISKS = [(NO_RISK, "None in particular"), *((str(value), label) for value, label in JudgedRisk.choices)]


def number_field(label: str, least: int, most: int, help_text: str = "") -> forms.IntegerField:
    """A whole number between two others."""
    words = f"Enter a whole number from {least} to {most}"
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        help_text=help_text,
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-3"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), words),
    )


def long_field(label: str, hint: str = "", *, most: int, rows: int = 4, required: str = "") -> forms.CharField:
    """Text of some length; `required` says what to write."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=most,
        required=bool(required),
        widget=forms.Textarea({"rows": rows}),
        error_messages={"required": required},
    )


class ExerciseForm(GovukForm):
    """What an exercise is about."""

    minutes = number_field("How many minutes does it take?", 10, LONGEST_EXERCISE, "From the start to the debrief.")
    aims = long_field(
        "What can people do afterwards?",
        "Stands in their CPD log.",
        most=LONGEST_AIMS,
        required="Write what people can do afterwards",
    )
    opening = long_field(
        "What does everybody read before the first sheet?",
        "Invented people alone. Say that they are invented.",
        most=LONGEST_SHEET,
        rows=8,
        required="Write what everybody reads first",
    )
    for_facilitator = long_field("Notes for the facilitator", "Groups never see them.", most=LONGEST_SHEET)


class NewExerciseForm(ExerciseForm):
    title = forms.CharField(label="Title", max_length=100, error_messages={"required": "Write a title"})
    field_order = ("title",)


class ChangeExerciseForm(ExerciseForm):
    """A draft that there is. `read` tells which text was on the page; without it nothing is changed."""

    read = forms.CharField(widget=forms.HiddenInput, required=False)


class InjectForm(GovukForm):
    """One sheet."""

    minute = number_field(
        "At which minute after the start?",
        0,
        LONGEST_EXERCISE,
        "As planned. Sheets come in the order of their minutes.",
    )
    source = forms.ChoiceField(
        label="Where does it come from?",
        choices=[("", "Choose"), *InjectSource.choices],
        error_messages={"required": "Choose where it comes from"},
    )
    addressed_to = forms.ChoiceField(
        label="Who reads it to the group?", choices=[("", "Everybody"), *MeetingRole.choices], required=False
    )
    title = forms.CharField(label="Title", max_length=100, error_messages={"required": "Write a title"})
    text = long_field(
        "Text of the sheet",
        "Invented people alone.",
        most=LONGEST_SHEET,
        rows=8,
        required="Write the text of the sheet",
    )
    asks = forms.CharField(label="Question to the groups", max_length=300, required=False)
    expected_choices = forms.MultipleChoiceField(
        label="Which decisions are as expected?",
        choices=GroupChoice.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one decision"},
    )
    expected_risk = forms.ChoiceField(
        label="Which risk is as expected?",
        choices=EXPECTED_RISKS,
        required=False,
        initial=NO_RISK,
        widget=forms.RadioSelect,
    )
    expected = long_field(
        "What does a good group ask and do, and why?",
        "Everybody reads it in the debrief.",
        most=LONGEST_REASONS,
        required="Write what is expected",
    )
    for_facilitator = forms.CharField(
        label="Note for the facilitator", max_length=500, required=False, widget=forms.Textarea({"rows": 2})
    )

    def sheet(self) -> dict[str, Any]:
        """What the service takes, from a valid form."""
        data = dict(self.cleaned_data)
        risk = data["expected_risk"]
        return data | {"expected_risk": None if risk in ("", NO_RISK) else int(risk)}


class ChangeInjectForm(InjectForm):
    """A sheet that there is. `read` tells which text of the exercise was on the page; without it nothing is changed."""

    read = forms.CharField(widget=forms.HiddenInput, required=False)


def answers_of_inject(inject: Inject) -> dict[str, Any]:
    """What the form of a sheet begins with."""
    names = (name for name in InjectForm.base_fields if name != "expected_risk")
    return {name: getattr(inject, name) for name in names} | {"expected_risk": str(inject.expected_risk or NO_RISK)}


class PlanRunForm(GovukForm):
    """A run: of which exercise, for whom, when, and who leads it."""

    exercise = forms.ChoiceField(label="Which exercise?", error_messages={"required": "Choose an exercise"})
    title = forms.CharField(
        label="For whom?",
        max_length=100,
        help_text="For example the intake. Everybody in it reads this.",
        error_messages={"required": "Write for whom it is"},
    )
    planned_for = GovukMomentField(label="When does it begin?", help_text="For example 27 3 2027, at 9:30.")
    facilitator = PersonField(label="Who leads it?", error_messages={"required": "Choose who leads it"})
    session = forms.ChoiceField(
        label="Is it part of a training session?",
        required=False,
        help_text="Then the register of the session logs the hours, and the run does not.",
    )

    def __init__(
        self,
        *args: Any,
        exercises: Iterable[Exercise],
        people: Iterable[User],
        sessions: Iterable[TrainingSession],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.exercises = {str(one.pk): one for one in exercises}
        self.sessions = {str(one.pk): one for one in sessions}
        titles = [(pk, f"{one.title}, version {one.number}") for pk, one in self.exercises.items()]
        days = [(pk, f"{one.module_version.module}, {moment(one.starts_at)}") for pk, one in self.sessions.items()]
        self.fields["exercise"].choices = [("", "Choose an exercise"), *titles]  # type: ignore[attr-defined]
        self.fields["facilitator"].offer(people)  # type: ignore[attr-defined]
        self.fields["session"].choices = [("", "No"), *days]  # type: ignore[attr-defined]

    def clean_exercise(self) -> Exercise:
        """The exercise itself."""
        return self.exercises[self.cleaned_data["exercise"]]

    def clean_session(self) -> TrainingSession | None:
        """The session itself, where there is one."""
        return self.sessions.get(self.cleaned_data["session"])


class ListedPeopleForm(GovukForm):
    """People by e-mail address or collar number, each on a line."""

    agency_id: UUID | None

    def __init__(self, *args: Any, agency_id: UUID | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agency_id = agency_id

    def named(self, text: str, field: str) -> list[NamedLine]:
        """Each line; one of which nobody is found is said beside the field."""
        lines = people_named(text, agency_id=self.agency_id)
        for line in lines:
            if line.problem:
                self.add_error(field, f"Line {line.number}, {line.text}: {line.problem}")
        return lines


class DivideForm(ListedPeopleForm):
    groups = number_field("How many groups?", FEWEST_GROUPS, MOST_GROUPS)
    people = forms.CharField(
        label="Who takes part?",
        help_text="E-mail addresses or collar numbers, one on a line.",
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea({"rows": 10, "spellcheck": "false"}),
        error_messages={"required": "Name who takes part"},
    )

    def clean_people(self) -> list[User]:
        """The people themselves."""
        return [line.person for line in self.named(self.cleaned_data["people"], "people") if line.person]


class PlaceForm(GovukForm):
    """In which group, and whom they play."""

    group = forms.ChoiceField(
        label="In which group?", widget=forms.RadioSelect, error_messages={"required": "Choose a group"}
    )
    plays = forms.ChoiceField(
        label="Whom do they play?",
        choices=MeetingRole.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whom they play"},
    )

    def __init__(self, *args: Any, groups: Iterable[RunGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = {str(group.pk): group for group in groups}
        self.fields["group"].choices = [(pk, group.name) for pk, group in self.groups.items()]  # type: ignore[attr-defined]

    def clean_group(self) -> RunGroup:
        """The group itself."""
        return self.groups[self.cleaned_data["group"]]


class AddMemberForm(PlaceForm, ListedPeopleForm):
    person = forms.CharField(
        label="Who?",
        max_length=254,
        help_text="E-mail address or collar number.",
        error_messages={"required": NOBODY_NAMED},
    )
    field_order = ("person",)

    def clean_person(self) -> User | None:
        """The person themself."""
        lines = self.named(self.cleaned_data["person"], "person")
        if not lines:
            raise forms.ValidationError(NOBODY_NAMED)
        return lines[0].person


class AddGuestForm(PlaceForm):
    """Somebody of a partner agency, without an account."""

    name = forms.CharField(label="Name", max_length=100, error_messages={"required": "Write the name of the guest"})
    agency_name = forms.CharField(
        label="Where do they work?",
        max_length=100,
        help_text="For example Children’s social care.",
        error_messages={"required": "Write where they work"},
    )
    field_order = ("name", "agency_name")


class DecisionForm(GovukForm):
    """What a group does on a sheet, how it sees the risk, and why."""

    choice = forms.ChoiceField(
        label="What do you do first?",
        choices=GroupChoice.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you do first"},
    )
    risk = forms.ChoiceField(
        label="How do you see the risk to the children?",
        choices=RISKS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how you see the risk, or that you cannot say yet"},
    )
    reasons = long_field(
        "Why? What do you still want to know, and from whom?",
        "At least 20 characters. You may change your mind later; this stays too.",
        most=LONGEST_REASONS,
        required="Write your reasons",
    )

    def decision(self) -> dict[str, Any]:
        """What the service takes, from a valid form."""
        data = self.cleaned_data
        risk = None if data["risk"] == CANNOT_SAY else int(data["risk"])
        return {"choice": data["choice"], "risk": risk, "reasons": data["reasons"]}


class MeetingForm(GovukForm):
    """The record of a mock strategy meeting."""

    shared = long_field(
        "What did each agency bring?", most=LONGEST_REASONS, rows=6, required="Write what each agency brought"
    )
    outcome = forms.ChoiceField(
        label="What did you decide?",
        choices=MeetingOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you decided"},
    )
    reasons = long_field("Why?", "At least 20 characters.", most=LONGEST_REASONS, required="Write why you decided so")
    disagreed = long_field("Who saw it otherwise, and why?", most=LONGEST_REASONS, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.base_fields = self.base_fields | _fields_of_actions()  # type: ignore[misc]
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """An action says what, by whom and by when, or is left out as a whole."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        messages = {"what": "Write what is to be done", "owner": "Choose who does it", "due": "Write by when"}
        for number in range(1, MOST_ACTIONS + 1):
            values = {name: data.get(f"{name}_{number}") for name in messages}
            for name, message in messages.items():
                if any(values.values()) and not values[name] and f"{name}_{number}" not in self.errors:
                    self.add_error(f"{name}_{number}", message)
        return data

    def words(self) -> MeetingWords:
        """What the service takes, from a valid form."""
        data = self.cleaned_data
        actions = [
            AgreedStep(data[f"what_{number}"], data[f"owner_{number}"], data[f"due_{number}"])
            for number in range(1, MOST_ACTIONS + 1)
            if data[f"what_{number}"]
        ]
        return MeetingWords(data["shared"], data["outcome"], data["reasons"], data["disagreed"], actions)


def _fields_of_actions() -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for number in range(1, MOST_ACTIONS + 1):
        fields[f"what_{number}"] = forms.CharField(label=f"Action {number}", max_length=300, required=False)
        fields[f"owner_{number}"] = forms.ChoiceField(
            label=f"Who does action {number}?", choices=[("", "Choose"), *MeetingRole.choices], required=False
        )
        fields[f"due_{number}"] = forms.CharField(
            label=f"By when is action {number} done?",
            max_length=60,
            required=False,
            help_text="In the time of the story, for example before school tomorrow.",
        )
    return fields


class EndForm(GovukForm):
    """Who took part, and for how many hours. Nobody ticked: nobody gets hours."""

    took_part = forms.MultipleChoiceField(
        label="Who took part?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The hours go into their CPD log, once. Untick who was not there.",
    )
    hours = hours_field()

    def __init__(
        self,
        *args: Any,
        members: Iterable[GroupMember],
        hours: Decimal,
        guests: Iterable[GroupGuest] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(one.pk), f"{one.person}, {one.group}") for one in members]
        named += [(str(one.pk), f"{one}, {one.group} (guest, no hours)") for one in guests]
        self.fields["took_part"].choices = named  # type: ignore[attr-defined]
        self.initial["took_part"] = [pk for pk, _ in named]
        self.initial["hours"] = hours

    def answers(self) -> dict[str, Any]:
        """What the service takes, from a valid form."""
        return {"took_part": [UUID(pk) for pk in self.cleaned_data["took_part"]], "hours": self.cleaned_data["hours"]}


class GuestsWhoCameForm(GovukForm):
    """Which guests took part in a run of a session, whose register says it of everybody else."""

    took_part = forms.MultipleChoiceField(
        label="Which guests took part?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The register of the training session says it of everybody else. Untick who was not there.",
    )

    def __init__(self, *args: Any, guests: Iterable[GroupGuest], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(one.pk), f"{one}, {one.group}") for one in guests]
        self.fields["took_part"].choices = named  # type: ignore[attr-defined]
        self.initial["took_part"] = [pk for pk, _ in named]

    def answers(self) -> dict[str, Any]:
        """What the service takes, from a valid form."""
        return {"took_part": [UUID(pk) for pk in self.cleaned_data["took_part"]]}


class CancelRunForm(GovukForm):
    reason = forms.CharField(
        label="Why is it cancelled?",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Write why it is cancelled"},
    )
