"""The register of a session, and who came without having booked it."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.models import Agency
from common.forms import OnceForm
from common.register_form import NOT_YET, RegisterForm, RegisterLine
from partners.enums import Mark
from partners.models import Booking, WhoCame
from partners.models.bookings import LONGEST_NOTE


class SessionRegisterForm(RegisterForm[Booking]):
    """Who came, of the bookings of a session; once it is closed, what it is corrected to."""

    note = forms.CharField(
        label="Why is it corrected?",
        required=False,
        max_length=LONGEST_NOTE,
        help_text="It stays with each booking that you change, and the person can read it.",
    )
    values = Mark.values
    wrong_choice = "Choose present, partly, absent or not yet"

    def __init__(self, *args: Any, bookings: Iterable[Booking], is_closed: bool, **kwargs: Any) -> None:
        self.is_closed = is_closed
        super().__init__(*args, entries=bookings, **kwargs)
        if not is_closed:
            del self.fields["note"]

    def line_of(self, entry: Booking) -> RegisterLine[Booking]:
        """Who came without a booking is marked; of others nothing may be said until it is closed."""
        choices = [*Mark.choices, *([] if self.is_closed or entry.walk_in else [("", NOT_YET)])]
        return RegisterLine(self, entry, key=entry.pk, stands=entry.mark, choices=choices)

    def choose_present(self) -> None:
        """Choose "present" for everybody who is not marked, on the page alone."""
        for line in self.lines:
            line.value = line.value or Mark.PRESENT


class WalkInForm(OnceForm):
    """Somebody who came without a booking. `agencies` are those to choose from."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text="If they have an account with this address, nothing else is needed.",
        error_messages={"required": "Enter their e-mail address"},
    )
    name = forms.CharField(
        label="Name",
        required=False,
        max_length=120,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text="Of somebody who has no account.",
    )
    agency = forms.ChoiceField(label="Agency", required=False, help_text="Of somebody who has no account.")

    def __init__(self, *args: Any, agencies: Iterable[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {str(agency.pk): agency for agency in agencies}
        named = [(pk, agency.name) for pk, agency in self.agencies.items()]
        self.fields["agency"].choices = [("", "Choose an agency"), *named]  # type: ignore[attr-defined]

    def offer_above(self) -> None:
        """Ask whether they are added although every place is taken."""
        box: Any = forms.BooleanField(
            label="Add them above the number of places. They stay marked as that.", required=False
        )
        box.is_page_heading, box.is_optional = False, False
        self.fields["above_places"] = box

    @property
    def is_above(self) -> bool:
        return bool(self.data.get("above_places"))

    def who(self) -> WhoCame:
        """Who came, from a valid form."""
        given = self.cleaned_data
        return WhoCame(given["email"], given["name"], self.agencies.get(given["agency"]))
