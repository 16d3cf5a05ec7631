"""Planning a session of a programme, its register, the code, and catching up."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from common.forms import GovukForm, GovukMomentField
from common.register_form import NOT_YET, RegisterForm, RegisterLine
from common.templatetags.dates import moment
from training.enums import IN_A_PLACE, SESSION_DELIVERIES, Delivery, Presence
from training.forms.prerequisites import GoesOnKnowingly
from training.forms.records import FoundPersonField
from training.models import Cohort, CohortMember, Module, RegisterEntry, TrainingSession

CHOICES = [*Presence.choices, ("", NOT_YET)]


class MoveSessionForm(GoesOnKnowingly, GovukForm):
    """When, how and where a session is, and who gives it. `people` are the trainers to choose from."""

    all_the_same_label = "Plan it all the same"

    delivery = forms.ChoiceField(
        label="How is it given?",
        choices=[(one.value, one.label) for one in SESSION_DELIVERIES],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it is given"},
    )
    starts_at = GovukMomentField(
        label="When does it begin?", help_text="For example 27 3 2027, at 18:30. A video: from when it can be watched."
    )
    minutes = forms.IntegerField(
        label="How many minutes?",
        required=False,
        min_value=15,
        max_value=24 * 60,
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-3"}),
        help_text="A video takes as long as its module.",
    )
    watch_until = GovukMomentField(
        label="Until when can the video be watched?", required=False, help_text="For a video only."
    )
    place = forms.CharField(
        label="Place", required=False, max_length=200, help_text="Face to face or for an exercise: building and room."
    )
    joining_link = forms.URLField(
        label="Link",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="Of the call, or of the video. You may add it later.",
    )
    trainer = forms.ChoiceField(label="Trainer", error_messages={"required": "Choose the trainer"})

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        named = [(pk, person.name) for pk, person in self.people.items()]
        self.fields["trainer"].choices = [("", "Choose a person"), *named]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What goes with the way in which it is given is there."""
        cleaned = super().clean() or {}
        delivery = cleaned.get("delivery", "")
        there = (("place", "Enter the place"), ("minutes", "Enter how many minutes it takes"))
        needed: dict[str, tuple[tuple[str, str], ...]] = {
            **dict.fromkeys(map(str, IN_A_PLACE), there),
            Delivery.VIRTUAL: (("minutes", "Enter how many minutes it takes"),),
            Delivery.VIDEO: (("watch_until", "Enter until when the video can be watched"),),
        }
        for name, message in needed.get(delivery, ()):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, message)
        starts_at, until = cleaned.get("starts_at"), cleaned.get("watch_until")
        if delivery == Delivery.VIDEO and starts_at and until and until <= starts_at:
            self.add_error("watch_until", "The video must be there for some time: enter a later moment")
        return cleaned

    def answers(self) -> dict[str, Any]:
        """What the services take, from a valid form: what does not go with the delivery is left out."""
        given = self.cleaned_data
        is_video = given["delivery"] == Delivery.VIDEO
        ends_at = given["watch_until"] if is_video else given["starts_at"] + timedelta(minutes=given["minutes"])
        is_there = given["delivery"] in IN_A_PLACE
        return {
            "delivery": given["delivery"],
            "starts_at": given["starts_at"],
            "ends_at": ends_at,
            "place": given["place"] if is_there else "",
            "joining_link": "" if is_there else given["joining_link"],
            "trainer": self.people[given["trainer"]],
            "knowing": self.knowing(),
        }


class PlanSessionForm(MoveSessionForm):
    """A session to plan: which module, and for which cohorts."""

    module = forms.ChoiceField(label="Module", error_messages={"required": "Choose the module"})
    cohorts = forms.MultipleChoiceField(
        label="For which cohorts?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one cohort"},
    )
    field_order = ("module", "cohorts")

    def __init__(self, *args: Any, modules: Iterable[Module], cohorts: Iterable[Cohort], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.module_by_key = {str(module.pk): module for module in modules}
        self.cohort_by_key = {str(cohort.pk): cohort for cohort in cohorts}
        titles = [(pk, module.title) for pk, module in self.module_by_key.items()]
        self.fields["module"].choices = [("", "Choose a module"), *titles]  # type: ignore[attr-defined]
        self.fields["cohorts"].choices = [  # type: ignore[attr-defined]
            (pk, f"{cohort.programme}: {cohort}") for pk, cohort in self.cohort_by_key.items()
        ]

    def answers(self) -> dict[str, Any]:
        """As for moving it, with the module and the cohorts."""
        chosen = [self.cohort_by_key[pk] for pk in self.cleaned_data["cohorts"]]
        return super().answers() | {"module": self.module_by_key[self.cleaned_data["module"]], "cohorts": chosen}


def answers_of(session: TrainingSession) -> dict[str, Any]:
    """How a session fills the form."""
    return {
        "delivery": session.delivery,
        "starts_at": session.starts_at,
        "minutes": None if session.is_video else session.minutes,
        "watch_until": session.ends_at if session.is_video else None,
        "place": session.place,
        "joining_link": session.joining_link,
        "trainer": str(session.trainer_id),
    }


class CancelTrainingSessionForm(GoesOnKnowingly, GovukForm):
    all_the_same_label = "Cancel it all the same"

    reason = forms.CharField(
        label="Reason",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="Whoever was expected can read it here. Name nobody.",
        error_messages={"required": "Say why the session is cancelled"},
    )


class TrainingRegisterForm(RegisterForm[RegisterEntry]):
    """Who was there, of those who are expected at a session of a programme."""

    values = Presence.values
    wrong_choice = "Choose present, partly, absent, excused or not yet"

    def line_of(self, entry: RegisterEntry) -> RegisterLine[RegisterEntry]:
        return RegisterLine(self, entry, key=entry.pk, stands=entry.presence, choices=CHOICES)

    def choose_present(self, *, by: User) -> None:
        """Choose "present" for everybody who is not marked and whom this person may mark so, on the page alone."""
        for line in self.lines:
            if not line.value and not line.entry.why_not(Presence.PRESENT, by=by):
                line.value = Presence.PRESENT


class CorrectRegisterForm(GovukForm):
    """What a closed register should say of one person, and why."""

    presence = forms.ChoiceField(
        label="What should the register say?",
        choices=Presence.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the register should say"},
    )
    reason = forms.CharField(
        label="Why is it corrected?",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text="It is kept with the register, with what it said before.",
        error_messages={"required": "Say why the register is corrected"},
    )


class WhoCameForm(GovukForm):
    """Somebody of `people` who is in the room and not on the list."""

    who = FoundPersonField(
        label="Who is here and not on the list?",
        error_messages={"required": "Enter a collar number or an e-mail address"},
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].find_among(people)  # type: ignore[attr-defined]


class CatchUpForm(GoesOnKnowingly, GovukForm):
    """Who is to catch up, and at which session."""

    all_the_same_label = "Add them all the same"

    people = forms.MultipleChoiceField(
        label="Who is to catch up?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one person"},
    )
    session = forms.ChoiceField(
        label="At which session?", widget=forms.RadioSelect, error_messages={"required": "Choose a session"}
    )

    def __init__(
        self, *args: Any, members: Iterable[CohortMember], sessions: Iterable[TrainingSession], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = [(str(member.pk), _named(member)) for member in members]  # type: ignore[attr-defined]
        self.fields["session"].choices = [(str(one.pk), _described(one)) for one in sessions]  # type: ignore[attr-defined]

    def answers(self) -> dict[str, Any]:
        """What the service takes, from a valid form."""
        given = self.cleaned_data
        return {
            "session_id": UUID(given["session"]),
            "members": [UUID(pk) for pk in given["people"]],
            "knowing": self.knowing(),
        }


def _named(member: Any) -> str:
    team = f", {member.team}" if member.team else ""
    expected = f". Has a place on {moment(member.joins_at)}" if member.joins_at else ""
    return f"{member.person}{team} ({member.cohort}){expected}"


def _described(session: TrainingSession) -> str:
    if session.is_video:
        return f"Video, until {moment(session.ends_at)}"
    return f"{moment(session.starts_at)}, {session.place or session.get_delivery_display().lower()}"


class CatchUpFilterForm(GovukForm):
    """For which module, and of which cohort."""

    marks_optional = False
    module = forms.ChoiceField(label="Module", required=False)
    cohort = forms.ChoiceField(label="Cohort", required=False)

    def __init__(
        self, *args: Any, modules: Iterable[tuple[str, str]], cohorts: Iterable[Cohort], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["module"].choices = list(modules)  # type: ignore[attr-defined]
        self.fields["cohort"].choices = [  # type: ignore[attr-defined]
            ("", "All cohorts"),
            *((str(cohort.pk), f"{cohort.programme}: {cohort}") for cohort in cohorts),
        ]


class SessionsFilterForm(GovukForm):
    """What the list of sessions shows."""

    marks_optional = False
    show = forms.ChoiceField(
        label="Sessions",
        required=False,
        choices=[("coming", "Coming"), ("past", "Past"), ("register", "Register to close")],
    )

    def chosen(self) -> str:
        """The choice; coming ones for anything else."""
        value = self.data.get("show", "")
        return value if value in ("past", "register") else "coming"
