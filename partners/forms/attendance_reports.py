"""The attendance report of a meeting: choosing the file, and saying of each row who it is."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms

from accounts.models import Agency
from common.forms import OnceForm, QuickSelect, dress
from common.spreadsheet_form import SpreadsheetForm
from partners.enums import Mark
from partners.models import Booking, Confirmed, Participant, Suggestion, WhoCame
from partners.models.attendance_reports import MOST_PEOPLE

NOBODY, WALK_IN = "NOBODY", "WALK_IN"
WHAT_MARK = [(str(Mark.PRESENT), Mark.PRESENT.label), (str(Mark.PARTLY), Mark.PARTLY.label)]


class AttendanceReportForm(SpreadsheetForm):
    """The report as the meeting gives it."""

    most_rows, most_bytes = MOST_PEOPLE, 2_000_000

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["file"]
        field.label = "Attendance report"
        field.help_text = "The CSV file as Teams gives it, not opened and saved in Excel. At most 500 people and 2 MB."
        field.widget.attrs["accept"] = ".csv,text/csv"


class ReportLine:
    """One row of the report with its questions, as the page shows them."""

    def __init__(self, form: "ConfirmReportForm", suggestion: Suggestion) -> None:
        self.form, self.suggestion = form, suggestion
        self.participant: Participant = suggestion.participant

    def name_of(self, question: str) -> str:
        return f"{question}-{self.participant.number}"

    @property
    def fields(self) -> list[forms.BoundField]:
        """The questions that this row has."""
        names = [self.name_of(question) for question in ("who", "mark", "email", "agency")]
        return [self.form[name] for name in names if name in self.form.fields]


class ConfirmReportForm(OnceForm):
    """Who each row is. Only what is certain is filled in beforehand, and all of it has to be looked at."""

    file = forms.CharField(widget=forms.HiddenInput)
    looked = forms.BooleanField(
        label="I have looked at every row",
        error_messages={"required": "Look at every row, then tick that you have"},
    )
    marks_optional = False

    def __init__(
        self,
        *args: Any,
        suggestions: Iterable[Suggestion],
        bookings: Sequence[Booking],
        agencies: Iterable[Agency],
        usual: dict[int, Mark],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.bookings = {str(booking.pk): booking for booking in bookings}
        self.agencies = {str(agency.pk): agency for agency in agencies}
        self.lines = [ReportLine(self, one) for one in suggestions]
        for line in self.lines:
            self._ask(line, usual)

    def _ask(self, line: ReportLine, usual: dict[int, Mark]) -> None:
        one, name = line.suggestion, line.participant.name
        first = [one.certain] if one.certain else list(one.others)
        marked = one.certain if one.certain and one.certain.mark else None
        others = [booking for booking in self.bookings.values() if booking not in first]
        people = [(str(booking.pk), f"{booking.person.name}, {booking.agency.name}") for booking in (*first, *others)]
        self._add(
            line.name_of("who"),
            forms.ChoiceField(
                label=f"Who is {name}?",
                choices=[
                    ("", "Choose"),
                    *people,
                    (WALK_IN, "Had not booked: add to the register"),
                    (NOBODY, "Nobody to mark"),
                ],
                widget=QuickSelect,
                initial=str(one.certain.pk) if one.certain else "",
                error_messages={"required": f"Choose who {name} is, or “Nobody to mark”"},
            ),
        )
        self._add(
            line.name_of("mark"),
            forms.ChoiceField(
                label="Mark as",
                choices=WHAT_MARK,
                widget=QuickSelect,
                required=False,
                help_text=f"The register says already: {marked.mark_in_words().lower()}." if marked else "",
                initial=marked.mark if marked else str(usual[line.participant.number]),
            ),
        )
        if one.certain:
            return
        self._add(
            line.name_of("email"),
            forms.EmailField(
                label="E-mail address, if they had not booked",
                required=False,
                max_length=254,
                initial=line.participant.email,
                error_messages={"invalid": f"Enter the e-mail address of {name}, like name@example.org"},
                widget=forms.EmailInput({"autocomplete": "off", "spellcheck": "false"}),
            ),
        )
        self._add(
            line.name_of("agency"),
            forms.ChoiceField(
                label="Agency, if they had not booked and have no account",
                choices=[("", "Choose an agency"), *((pk, agency.name) for pk, agency in self.agencies.items())],
                widget=QuickSelect,
                required=False,
            ),
        )

    def _add(self, name: str, field: Any) -> None:
        field.is_page_heading, field.is_optional = False, False
        dress(field)
        self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        """Who walked in has an address."""
        cleaned = super().clean() or {}
        for line in self.lines:
            if cleaned.get(line.name_of("who")) != WALK_IN:
                # An address that was typed before somebody thought better of it is nobody's fault.
                self.errors.pop(line.name_of("email"), None)
                continue
            if line.suggestion.certain:
                self.add_error(line.name_of("who"), "This person had booked: choose their name, or “Nobody to mark”")
            elif not cleaned.get(line.name_of("email")) and line.name_of("email") not in self.errors:
                self.add_error(line.name_of("email"), f"Enter the e-mail address of {line.participant.name}")
        return cleaned

    def offer_above(self) -> None:
        """Ask whether people are added although every place is taken."""
        self._add(
            "above_places",
            forms.BooleanField(label="Add them above the number of places. They stay marked as that.", required=False),
        )

    @property
    def is_above(self) -> bool:
        return bool(self.data.get("above_places"))

    def confirmed(self) -> list[Confirmed]:
        """What was said of each row, from a valid form."""
        return [self._confirmed(line) for line in self.lines]

    def _confirmed(self, line: ReportLine) -> Confirmed:
        given, one = self.cleaned_data, line.participant
        who, mark = given[line.name_of("who")], given[line.name_of("mark")] or str(Mark.PRESENT)
        if who == WALK_IN:
            agency = self.agencies.get(given[line.name_of("agency")])
            return Confirmed(one, mark, walk_in=WhoCame(given[line.name_of("email")], one.name, agency))
        return Confirmed(one, mark, booking_id=None if who == NOBODY else UUID(who))
