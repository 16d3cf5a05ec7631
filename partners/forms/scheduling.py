"""Moving and repeating a session, making a course, adding material."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms

from accounts.models import User
from common.forms import GovukMomentField, dress
from common.templatetags.dates import moment
from partners.enums import MaterialTime, Repeat
from partners.forms.words import PartnersForm, PartnersOnceForm
from partners.models import Session
from partners.models.sessions import MOST_DATES, MOST_REPEATS
from partners.models.substitutions import LONGEST_REASON
from partners.queries.diary import Span
from training.models import Module

# Every date that a session may have has its field, so that none is lost when it is moved.
FURTHER = tuple(f"date_{number}" for number in range(2, MOST_DATES + 1))


class KnownWarningMixin:
    """A form that may come back with a warning: who has read it ticks a box and goes on."""

    fields: dict[str, forms.Field]
    data: Any

    def warn(self, beside: str, warning: str) -> None:
        """Say it at the field that it is about, and right below show the box, to which the summary leads too."""
        box: Any = forms.BooleanField(label="I have read the warning. Do it all the same.", required=False)
        box.is_page_heading, box.is_optional = False, False
        dress(box)
        names = [name for name in self.fields if name != "warning_read"]
        self.fields["warning_read"] = box
        after = names.index(beside) + 1
        self.order_fields([*names[:after], "warning_read", *names[after:]])  # type: ignore[attr-defined]
        self.add_error(beside, warning)  # type: ignore[attr-defined]
        self.add_error("warning_read", "Tick the box to do it all the same, or change what the warning is about")  # type: ignore[attr-defined]

    @property
    def warning_was_read(self) -> bool:
        return bool(self.data.get("warning_read"))


class SeenMixin:
    """A form that carries how its session stood when the page was made, so that nobody undoes what they did not see."""

    fields: dict[str, forms.Field]
    initial: dict[str, Any]
    data: Any

    def remember(self, session: Session) -> None:
        """Carry how this session stands; a form that was sent keeps what it carried."""
        self.fields["seen"] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.initial["seen"] = session.changed_at.isoformat()

    @property
    def seen(self) -> datetime | None:
        """When the session had been changed last as the page showed it, from a form that was sent."""
        try:
            seen = datetime.fromisoformat(self.data.get("seen", ""))
        except ValueError:
            return None
        return seen if seen.tzinfo else None

    def show_changes(self, session: Session, refusal: str, names: Collection[str], now: Mapping[str, Any]) -> None:
        """Say that the session was changed meanwhile, and beside each of these fields how it is `now` where something else was typed.

        Whoever sends the form again has seen it.
        """
        self.add_error(None, refusal)  # type: ignore[attr-defined]
        typed = dict(self.cleaned_data)  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            if name in names and typed.get(name) != now[name]:
                said = f"“{field.label}” was changed meanwhile. It is now: {in_words(field, now[name])}"
                self.add_error(name, said)  # type: ignore[attr-defined]
        self.data = self.data.copy()
        self.data["seen"] = session.changed_at.isoformat()


def in_words(field: forms.Field, value: Any) -> str:
    """A value of a field as people read it."""
    if value in (None, "", []):
        return "nothing"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(field, forms.ChoiceField):
        chosen = [str(one) for one in (value if isinstance(value, list) else [value])]
        offered: Any = field.choices
        return ", ".join(str(label) for key, label in offered if str(key) in chosen) or "something else"
    return str(value)


def add_further_dates(form: Any) -> None:
    """Give a form the fields of a session's second date and of those after it."""
    for number, name in enumerate(FURTHER, start=2):
        field: Any = GovukMomentField(label=f"Date {number}, if there is one", required=False)
        field.is_page_heading, field.is_optional = False, False
        dress(field)
        form.fields[name] = field


def further_starts(cleaned: dict[str, Any]) -> list[datetime]:
    return [cleaned[name] for name in FURTHER if cleaned.get(name)]


def minutes_each(spans: Sequence[Span]) -> int:
    """How long each date of a session is: as long as the first."""
    starts_at, ends_at = spans[0]
    return int((ends_at - starts_at).total_seconds()) // 60


def initial_dates(spans: Sequence[Span]) -> dict[str, Any]:
    """How the dates of a session fill a form."""
    starts = [starts_at for starts_at, _ in spans]
    return dict(zip(("starts_at", *FURTHER), starts, strict=False))


class MoveForm(SeenMixin, KnownWarningMixin, PartnersForm):  # type: ignore[misc]
    starts_at = GovukMomentField(label="When it begins", help_text="For example 27 3 2027, at 18:30")
    minutes = forms.IntegerField(
        label="How many minutes each time",
        min_value=15,
        max_value=600,
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-3"}),
        error_messages={"required": "Enter how many minutes it is each time"},
    )
    reason = forms.CharField(
        label="Reason",
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text="Everybody who is booked can read it. Name nobody.",
        error_messages={"required": "Say why the session is moved"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_further_dates(self)
        self.order_fields(["starts_at", *FURTHER, "minutes", "reason"])

    def spans(self) -> list[Span]:
        """All dates with their ends, from a valid form."""
        length = timedelta(minutes=self.cleaned_data["minutes"])
        return [
            (start, start + length) for start in [self.cleaned_data["starts_at"], *further_starts(self.cleaned_data)]
        ]


class RepeatForm(KnownWarningMixin, PartnersOnceForm):  # type: ignore[misc]
    every = forms.ChoiceField(
        label="How often",
        choices=Repeat.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how often"},
    )
    count = forms.IntegerField(
        label="How many more sessions",
        min_value=1,
        max_value=MOST_REPEATS,
        help_text=f"1 to {MOST_REPEATS}, after this one.",
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-2"}),
        error_messages={"required": "Enter how many more sessions"},
    )


class CourseForm(PartnersOnceForm):
    title = forms.CharField(
        label="Title of the course", max_length=120, error_messages={"required": "Enter the title of the course"}
    )


class MaterialForm(PartnersForm):
    time = forms.ChoiceField(
        label="For whom and when",
        choices=MaterialTime.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose for whom it is"},
    )
    file = forms.FileField(
        label="File",
        help_text="A PDF, a JPEG or a PNG. It is checked for malware before anybody can open it.",
        error_messages={"required": "Choose a file"},
    )


class SessionModuleForm(PartnersForm):
    """A module of the training catalogue, for before or after a session. `modules` are those to choose from."""

    module = forms.ChoiceField(
        label="Module",
        help_text="Of your force's training catalogue, as it is taught today.",
        error_messages={"required": "Choose a module"},
    )
    time = forms.ChoiceField(
        label="For whom and when",
        choices=MaterialTime.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose for whom it is"},
    )

    def __init__(self, *args: Any, modules: Iterable[Module], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titled = [(str(one.pk), one.title) for one in modules]
        self.fields["module"].choices = [("", "Choose a module"), *titled]  # type: ignore[attr-defined]


class SubstituteForm(KnownWarningMixin, PartnersForm):  # type: ignore[misc]
    """Who leads in whose place. `leading` lead it now, `people` are trainers of the force."""

    trainer = forms.ChoiceField(
        label="Who does not lead it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who does not lead it"},
    )
    stand_in = forms.ChoiceField(
        label="Who leads it instead?", error_messages={"required": "Choose who leads it instead"}
    )
    reason = forms.CharField(
        label="Why?",
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 2}),
        help_text="Trainers of your force read it. Write nothing about anybody's health: “could not come” is enough.",
        error_messages={"required": "Say why somebody else leads the session"},
    )

    def __init__(self, *args: Any, leading: Iterable[User], people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.leading = {str(one.pk): one for one in leading}
        self.others = {str(one.pk): one for one in people if str(one.pk) not in self.leading}
        named = [(pk, one.name) for pk, one in self.others.items()]
        self.fields["trainer"].choices = [(pk, one.name) for pk, one in self.leading.items()]  # type: ignore[attr-defined]
        self.fields["stand_in"].choices = [("", "Choose a trainer"), *named]  # type: ignore[attr-defined]

    def answers(self) -> dict[str, Any]:
        """What the service takes, from a valid form."""
        given = self.cleaned_data
        return {
            "trainer": self.leading[given["trainer"]],
            "stand_in": self.others[given["stand_in"]],
            "reason": given["reason"],
            "clash_known": self.warning_was_read,
        }
