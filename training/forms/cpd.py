"""Logging CPD, correcting it, looking back on it, and taking it back."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms

from common.forms import GovukDateField, GovukForm, OnceForm
from training.enums import CpdKind
from training.models import CpdEntry
from training.models.cpd import (
    FACTS,
    FEWEST_HOURS,
    LONGEST_EVIDENCE,
    LONGEST_TOPIC,
    LONGEST_TRAINER,
    LONGEST_WORDS,
    MOST_HOURS,
    WORDS,
)
from training.queries.cpd import KnownTopic

NO_KIND, NO_HOURS = "Choose what kind of CPD it was", "Enter how many hours it took"
TOPICS_LIST = "known-topics"


def kind_field() -> forms.ChoiceField:
    """What kind it was."""
    return forms.ChoiceField(
        label="What kind?", choices=CpdKind.choices, widget=forms.RadioSelect, error_messages={"required": NO_KIND}
    )


def hours_field() -> forms.DecimalField:
    """How long it took."""
    return forms.DecimalField(
        label="Hours",
        max_digits=4,
        decimal_places=2,
        min_value=FEWEST_HOURS,
        max_value=MOST_HOURS,
        widget=forms.TextInput({"inputmode": "decimal", "class": "govuk-input--width-4"}),
        help_text="For example 1.5",
        error_messages={
            "required": NO_HOURS,
            "invalid": "Enter hours as a number, for example 1.5",
            "min_value": "Hours are from 0.25 to 24",
            "max_value": "Hours are from 0.25 to 24",
            "max_decimal_places": "Enter hours with at most two decimals, for example 1.25",
            "max_digits": "Hours are from 0.25 to 24",
            "max_whole_digits": "Hours are from 0.25 to 24",
        },
    )


def words_field(label: str, prompt: str = "", *, rows: int = 3, required: str = "") -> forms.CharField:
    """A reflection in the person's own words, with what to think of beside it."""
    return forms.CharField(
        label=label,
        help_text=prompt,
        max_length=LONGEST_WORDS,
        required=bool(required),
        widget=forms.Textarea({"rows": rows}),
        error_messages={"required": required},
    )


class DayForm(GovukForm):
    """Something that was done on a day that is not in the future."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_done_on(self) -> date:
        """Not in the future."""
        done_on: date = self.cleaned_data["done_on"]
        if done_on > self.today:
            raise forms.ValidationError("The day on which it was done cannot be in the future")
        return done_on


class CpdContentForm(DayForm):
    """What an entry says."""

    topic = forms.CharField(
        label="What was it about?",
        max_length=LONGEST_TOPIC,
        help_text="A few words, for example stalking. Nothing about a case.",
        widget=forms.TextInput({"list": TOPICS_LIST, "autocomplete": "off"}),
        error_messages={"required": "Write what it was about"},
    )
    done_on = GovukDateField(label="When?", error_messages={"required": "Enter the day on which it was done"})
    kind = kind_field()
    hours = hours_field()
    learned = words_field(
        "What was learned?",
        "One thing that was new, or that was done well or badly before. No names, nothing about a case.",
        required="Write what was learned",
    )
    will_change = words_field("What will be done differently?", "From when on, and how anybody would notice.")
    what_happened = words_field("What happened?", "What was done or heard, if the topic does not say it.", rows=2)
    trainer = forms.CharField(label="Who gave it?", max_length=LONGEST_TRAINER, required=False)
    evidence = forms.CharField(
        label="What shows it?",
        max_length=LONGEST_EVIDENCE,
        required=False,
        help_text="For example the number of a certificate. Files can be added afterwards.",
    )


class CpdForm(OnceForm, CpdContentForm):
    """One entry, logged once.

    For a topic of `known` the kind and the hours may be left open: they are then what they usually are.
    """

    def __init__(self, *args: Any, known: Sequence[KnownTopic] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {one.topic.casefold(): one for one in known}
        self.initial.setdefault("done_on", self.today)
        self.fields["kind"].required = self.fields["hours"].required = False

    def begin_with(self, topic: KnownTopic) -> None:
        """Fill in what this topic usually is."""
        self.initial.update(topic=topic.topic, kind=topic.kind, hours=topic.hours, trainer=topic.trainer)

    def clean(self) -> dict[str, Any]:
        """Kind and hours of a known topic, where they were left open."""
        cleaned = super().clean() or self.cleaned_data
        usual = self.known.get(cleaned.get("topic", "").casefold())
        for name, missing in (("kind", NO_KIND), ("hours", NO_HOURS)):
            if name in cleaned and cleaned[name] in ("", None):
                if usual is None:
                    self.add_error(name, missing)
                else:
                    cleaned[name] = getattr(usual, name)
        return cleaned


class CorrectCpdForm(CpdContentForm):
    """What an entry is to say. Only what this person may correct is asked; `version` is the one that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, entry: CpdEntry, facts: bool, words: bool, **kwargs: Any) -> None:
        initial = {name: getattr(entry, name) for name in (*FACTS, *WORDS)} | {"version": entry.version}
        super().__init__(*args, initial=initial, **kwargs)
        asked = {*(FACTS if facts else ()), *(WORDS if words else ())}
        for name in ({*FACTS, *WORDS}) - asked:
            del self.fields[name]


class LookBackForm(GovukForm):
    """Whether it helped, some weeks or months later."""

    did_help = words_field(
        "Did it help?",
        "What you did differently since, and what came of it. No names, nothing about a case.",
        rows=4,
        required="Write whether it helped",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(GovukForm):
    """Why something is taken back."""

    why = forms.CharField(
        label="Why?",
        max_length=500,
        help_text="It is kept with what is taken back. No names.",
        error_messages={"required": "Say why"},
    )


class EvidenceForm(GovukForm):
    """The file itself is looked at by the service, which tells what is wrong with it."""

    file = forms.FileField(
        label="Add a file",
        help_text="A PDF, a JPEG or a PNG. Pictures are kept without the place and the device that took them.",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"}),
        error_messages={"required": "Choose a file"},
    )


class ExpectationForm(GovukForm):
    """Hours a year, and from when."""

    hours = forms.DecimalField(
        label="Hours of CPD expected in a year",
        max_digits=5,
        decimal_places=2,
        min_value=0,
        max_value=500,
        help_text="For each person. 0 expects nothing.",
        widget=forms.TextInput({"inputmode": "decimal", "class": "govuk-input--width-4"}),
        error_messages={"required": "Enter how many hours are expected", "invalid": "Enter hours as a number"},
    )
    valid_from = GovukDateField(
        label="From when?",
        help_text="1 January counts for the whole of that year. From a later day on it counts for the days that are left of it.",
        error_messages={"required": "Enter the day from which they are expected"},
    )


class YearForm(GovukForm):
    """A year, and one of the teams that a person sees."""

    marks_optional = False
    year = forms.ChoiceField(label="Year", required=False)
    team = forms.ChoiceField(label="Team", required=False)

    def __init__(self, *args: Any, years: Iterable[int], teams: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(str(year), str(year)) for year in years]  # type: ignore[attr-defined]
        named = [(str(team.pk), team.name) for team in teams]
        self.fields["team"].choices = [("", "All teams"), *named]  # type: ignore[attr-defined]
