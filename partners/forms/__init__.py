"""Filtering sessions, planning one, naming a delegate."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django import forms

from accounts.enums import AgencyKind
from accounts.models import Agency, User
from common.csv_files import Record, Row, RowError, UnreadableCsv, read_records, rows_under_heading
from common.forms import GovukMomentField
from partners.enums import NAMES_AGENCIES, Audience, Beyond, SessionKind, Venue
from partners.forms.scheduling import KnownWarningMixin, SeenMixin, add_further_dates, further_starts, minutes_each
from partners.forms.words import PartnersForm, PartnersOnceForm
from partners.models import NamedDelegate, SaidNeeds, Session
from partners.models.needs import LONGEST as NEEDS_LONGEST
from partners.models.sessions import LARGEST_CAPACITY, USUAL_LENGTH
from partners.queries import month_name, months_offered
from partners.queries.diary import spans_of

ONESELF, SOMEBODY_ELSE = "ONESELF", "SOMEBODY_ELSE"
GROUP_FILE_BYTES = 200_000
# How the columns of a group's file are called by others.
OTHER_NAMES = {
    "e-mail": "email",
    "e-mail address": "email",
    "email address": "email",
    "work e-mail": "email",
    "work email": "email",
    "full name": "name",
}


class SessionFilterForm(PartnersForm):
    """What the list shows. Trainers choose between what is coming and what has been."""

    marks_optional = False

    show = forms.ChoiceField(
        label="Sessions",
        required=False,
        choices=[
            ("coming", "Coming"),
            ("past", "Past"),
            ("register", "Register to take"),
            ("own_register", "Register to take, led by me"),
        ],
    )
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "All kinds"), *SessionKind.choices])
    month = forms.ChoiceField(label="Month", required=False)
    places = forms.ChoiceField(label="Places", required=False, choices=[("", "All"), ("left", "With places left")])

    def __init__(self, *args: Any, today: date, is_trainer: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_past = is_trainer and self.data.get("show") in ("past", "register", "own_register")
        self.months = {f"{month:%Y-%m}": month for month in months_offered(today, back=is_past)}
        months = [(code, month_name(month)) for code, month in self.months.items()]
        self.fields["month"].choices = [("", "All months"), *months]  # type: ignore[attr-defined]
        if not is_trainer:
            del self.fields["show"]

    def filters(self) -> dict[str, Any]:
        """What the query takes; whatever is not a choice filters nothing."""
        if not self.is_bound:
            return {}
        self.is_valid()
        self.errors.clear()  # an old bookmark with a month that has gone is nobody's mistake
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        found: dict[str, Any] = {name: chosen[name] for name in ("show", "kind") if name in chosen}
        if "month" in chosen:
            found["month"] = self.months[chosen["month"]]
        if "places" in chosen:
            found["has_places"] = True
        return found


class SessionForm(SeenMixin, KnownWarningMixin, PartnersForm):  # type: ignore[misc]
    """A session to plan or to change. `people` are the trainers to choose from; `has_dates` where its time may be given.

    Of a session that `is_open` the time stands there and says how it is changed.
    """

    kind = forms.ChoiceField(
        label="Kind",
        choices=SessionKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what kind of session it is"},
    )
    title = forms.CharField(label="Title", max_length=120, error_messages={"required": "Enter a title"})
    about = forms.CharField(
        label="What it is about",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Who it is for and what they take away.",
    )
    starts_at = GovukMomentField(label="When it begins", help_text="For example 27 3 2027, at 18:30")
    minutes = forms.IntegerField(
        label="How many minutes",
        min_value=15,
        max_value=600,
        initial=int(USUAL_LENGTH.total_seconds()) // 60,
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-3"}),
        error_messages={"required": "Enter how many minutes it is"},
    )
    venue = forms.ChoiceField(
        label="Where",
        choices=Venue.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it is online or in a place"},
    )
    joining_link = forms.URLField(
        label="Joining link",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="For a session online. Only people who are booked see it. You may add it later.",
    )
    place = forms.CharField(
        label="Place", required=False, max_length=200, help_text="For a session in a place: building, room, postcode."
    )
    town = forms.CharField(
        label="Town",
        required=False,
        max_length=80,
        help_text="For a session in a place. The public list shows the town and no more of where it is.",
    )
    capacity = forms.IntegerField(
        label="How many places",
        min_value=1,
        max_value=LARGEST_CAPACITY,
        initial=40,
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-3"}),
        error_messages={"required": "Enter how many places there are"},
    )
    booking_opens_at = GovukMomentField(
        label="When booking opens", required=False, help_text="Left empty, when you open the session."
    )
    booking_closes_at = GovukMomentField(
        label="When booking closes", required=False, help_text="Left empty, when the session begins."
    )
    trainers = forms.MultipleChoiceField(
        label="Trainers",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one trainer"},
    )

    audience = forms.ChoiceField(
        label="Who is it for?",
        required=False,
        choices=Audience.choices,
        initial=Audience.OPEN,
        widget=forms.RadioSelect,
    )
    audience_kinds = forms.MultipleChoiceField(
        label="Which kinds of agency",
        required=False,
        choices=AgencyKind.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Where it is for agencies of some kinds.",
    )
    audience_agencies = forms.MultipleChoiceField(
        label="Which agencies",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Where it is for named agencies, or by invitation.",
    )
    notes = forms.CharField(
        label="Notes for trainers",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Only trainers of your force see them.",
    )

    def __init__(
        self, *args: Any, people: Iterable[User], has_dates: bool = True, is_open: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if is_open:
            self.fields["starts_at"].help_text = "The session is open, so use Move to change when it is or how long."
        self.agencies = {str(one.pk): one for one in Agency.objects.active().filter(is_hub=False).order_by("name")}
        offered = [(pk, one.name) for pk, one in self.agencies.items()]
        self.fields["audience_agencies"].choices = offered  # type: ignore[attr-defined]
        if not has_dates:
            del self.fields["starts_at"], self.fields["minutes"]
        self.people = {str(person.pk): person for person in people}
        self.fields["trainers"].choices = [  # type: ignore[attr-defined]
            (pk, person.name) for pk, person in self.people.items()
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("venue") == Venue.PLACE and not cleaned.get("place"):
            self.add_error("place", "Enter the place")
        audience = cleaned.get("audience") or Audience.OPEN
        if audience == Audience.KINDS and not cleaned.get("audience_kinds"):
            self.add_error("audience_kinds", "Choose which kinds of agency it is for")
        if audience in NAMES_AGENCIES and not cleaned.get("audience_agencies"):
            self.add_error("audience_agencies", "Choose which agencies it is for")
        return cleaned

    def answers(self) -> dict[str, Any]:
        """What the services take, from a valid form: what does not go with the venue is left out."""
        given = dict(self.cleaned_data)
        for name in ("warning_read", "seen"):
            given.pop(name, None)
        if "starts_at" in given:
            length = timedelta(minutes=given.pop("minutes"))
            given["ends_at"] = given["starts_at"] + length
            given["booking_closes_at"] = given["booking_closes_at"] or given["starts_at"]
        elif not given["booking_closes_at"]:
            del given["booking_closes_at"]
        given["audience"] = given["audience"] or Audience.OPEN
        if given["audience"] != Audience.KINDS:
            given["audience_kinds"] = []
        named = given["audience_agencies"] if given["audience"] in NAMES_AGENCIES else []
        given["audience_agencies"] = [self.agencies[pk] for pk in named]
        given["joining_link"] = given["joining_link"] if given["venue"] == Venue.ONLINE else ""
        given["place"] = given["place"].strip() if given["venue"] == Venue.PLACE else ""
        given["town"] = given["town"].strip() if given["venue"] == Venue.PLACE else ""
        given["trainers"] = [self.people[pk] for pk in given["trainers"]]
        return given | {"clash_known": self.warning_was_read}


class PlanForm(SessionForm):
    """A session to plan, on one date or several."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_further_dates(self)
        names = list(self.fields)
        after = names.index("minutes")
        further = [name for name in names if name.startswith("date_")]
        self.order_fields([*names[:after], *further, *[name for name in names[after:] if name not in further]])

    def answers(self) -> dict[str, Any]:
        """As for one date, and the others with their ends."""
        given = super().answers()
        given["booking_closes_at"] = self.cleaned_data["booking_closes_at"]
        length = given["ends_at"] - given["starts_at"]
        further = [(start, start + length) for start in further_starts(given)]
        return {name: value for name, value in given.items() if not name.startswith("date_")} | {
            "further_dates": further
        }


def answers_of(session: Session) -> dict[str, Any]:
    """How a session fills the form."""
    closes: datetime | None = session.booking_closes_at
    return {
        "kind": session.kind,
        "title": session.title,
        "about": session.about,
        "starts_at": session.starts_at,
        "minutes": session.minutes if session.date_count == 1 else minutes_each(spans_of(session)),
        "venue": session.venue,
        "joining_link": session.joining_link,
        "place": session.place,
        "town": session.town,
        "notes": session.notes,
        "audience": session.audience,
        "audience_kinds": session.audience_kinds,
        "audience_agencies": [str(agency.pk) for agency in session.audience_agencies.all()],
        "capacity": session.capacity,
        "booking_opens_at": session.booking_opens_at,
        "booking_closes_at": None if closes == session.starts_at else closes,
        "trainers": [str(trainer.pk) for trainer in session.trainers.all()],
    }


class CancelSessionForm(PartnersForm):
    reason = forms.CharField(
        label="Reason",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="Everybody who had a place can read it here. Name nobody.",
        error_messages={"required": "Say why the session is cancelled"},
    )


class WhoForm(PartnersForm):
    """For whom a coordinator books: oneself, or a named person of the agency."""

    who = forms.ChoiceField(
        label="Who is the place for?",
        choices=[(ONESELF, "Me"), (SOMEBODY_ELSE, "Somebody else of my agency")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who the place is for"},
    )
    name = forms.CharField(label="Their name", required=False, max_length=120)
    email = forms.EmailField(
        label="Their work e-mail address", required=False, help_text="The calendar entry goes there."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "email"):
            self.fields[name].is_optional = False  # type: ignore[attr-defined]
            # Who books for themselves may have left something in the fields for somebody else: it is not read.
            self.fields[name].disabled = self.data.get("who") == ONESELF

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("who") == SOMEBODY_ELSE:
            for name, message in (("name", "Enter their name"), ("email", "Enter their e-mail address")):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, message)
        return cleaned

    def delegate(self) -> NamedDelegate | None:
        """The person to book, from a valid form; None for oneself."""
        if self.cleaned_data["who"] == ONESELF:
            return None
        return NamedDelegate(self.cleaned_data["name"].strip(), self.cleaned_data["email"].strip().lower())


class ShownWhoForm(WhoForm):
    """Whom the check page shows, sent with its button: the place is for them, whomever another tab names meanwhile."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget = forms.HiddenInput()


# --- waiting lists, groups, swaps, needs --------------------------------------------------------------------------------------


class WhyForm(PartnersForm):
    """Why a place is given back."""

    reason = forms.CharField(
        label="Why you cancel",
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text="It stays with the booking, for you and your coordinator.",
    )


class NeedsForm(PartnersForm):
    """What somebody needs at the session."""

    access = forms.CharField(
        label="Access needs",
        required=False,
        max_length=NEEDS_LONGEST,
        widget=forms.Textarea({"rows": 2}),
        help_text="For example captions, a hearing loop or step-free access.",
    )
    dietary = forms.CharField(
        label="Dietary needs", required=False, max_length=NEEDS_LONGEST, widget=forms.Textarea({"rows": 2})
    )

    def needs(self) -> SaidNeeds:
        """From a valid form."""
        return SaidNeeds(**self.cleaned_data)


class GroupForm(PartnersForm):
    """People of a group, typed, pasted or as a file; and what becomes of those for whom there is no place."""

    people = forms.CharField(
        label="People, one on each line",
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 8}),
        help_text="A name, a comma and a work e-mail address. For example: Jo Example, jo@example.org",
    )
    file = forms.FileField(
        label="Or a CSV file",
        required=False,
        allow_empty_file=True,
        help_text="With the columns name and email, in UTF-8. Then the file counts, and not what stands in the box above.",
        widget=forms.FileInput({"accept": ".csv,text/csv"}),
    )
    beyond = forms.ChoiceField(
        label="If there are not enough places",
        choices=Beyond.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what happens if there are not enough places"},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        if file is not None:
            self.errors.pop("people", None)
            cleaned["people"] = self._read(file)
        elif "people" not in self.errors and not cleaned.get("people", "").strip():
            self.add_error("people", "Enter at least one person, or choose a file")
        return cleaned

    def _read(self, file: Any) -> str:
        """The file as lines, as if they had been typed."""
        try:
            records = _with_known_heading(read_records(file, max_bytes=GROUP_FILE_BYTES))
            rows = [_one_person(row) for row in rows_under_heading(records, columns=("name", "email"), optional=())]
        except UnreadableCsv as error:
            self.add_error("file", str(error))
            return ""
        wrong = [row for row in rows if isinstance(row, RowError)]
        if wrong:
            self.add_error("file", f"Row {wrong[0].number}: {wrong[0].message}")
        return "\n".join(
            f"{row.values['name'].replace(',', ' ')}, {row.values['email']}" for row in rows if isinstance(row, Row)
        )


def _with_known_heading(records: Iterator[Record]) -> Iterator[Record]:
    """The table with its columns by our names, whichever of the usual ones they have."""
    is_heading = True
    for record in records:
        if is_heading and any(cell.strip() for cell in record.cells):
            cells = [OTHER_NAMES.get(" ".join(cell.casefold().split()), cell) for cell in record.cells]
            yield Record(record.number, cells)
            is_heading = False
        else:
            yield record


def _one_person(row: Row | RowError) -> Row | RowError:
    """The row, or what is wrong where it holds more than a name and an address."""
    if isinstance(row, Row) and any(mark in row.values["email"] for mark in ",;"):
        return RowError(row.number, "email", "Put one e-mail address on each row")
    return row


class SwapForm(PartnersOnceForm):
    """Who gets the place of a colleague."""

    name = forms.CharField(label="Their name", max_length=120, error_messages={"required": "Enter their name"})
    email = forms.EmailField(
        label="Their work e-mail address",
        help_text="The calendar entry goes there.",
        error_messages={"required": "Enter their e-mail address"},
    )
    reason = forms.CharField(
        label="Why",
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text="It stays with the booking.",
    )
