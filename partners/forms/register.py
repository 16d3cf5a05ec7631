"""The register of a session, and who came without having booked it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms

from accounts.models import Agency
from common.forms import GovukForm, OnceForm
from partners.enums import Mark
from partners.models import Booking, WhoCame
from partners.models.bookings import LONGEST_NOTE

NOT_YET = "Not yet"


class RegisterLine:
    """One person of the register: what is chosen, and what stood there when the page was made."""

    def __init__(self, form: "RegisterForm", booking: Booking, *, may_wait: bool) -> None:
        self.booking = booking
        self.name, self.was_name = f"mark-{booking.pk}", f"was-{booking.pk}"
        self.was = form.data.get(self.was_name, "") if form.is_bound else booking.mark
        self.value = form.data.get(self.name, self.was) if form.is_bound else booking.mark
        self.may_wait = may_wait and not booking.walk_in

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """Each choice with its words, and whether it is chosen."""
        offered = [*Mark.choices, *([("", NOT_YET)] if self.may_wait else [])]
        return [(value, label, value == self.value) for value, label in offered]


class RegisterForm(GovukForm):
    """The register of everybody in one form.

    Beside each mark it carries what stood there, and only what somebody changed on the page is a mark: who has said by code in the
    meantime that they are here stays so.
    """

    note = forms.CharField(
        label="Why is it corrected?",
        required=False,
        max_length=LONGEST_NOTE,
        help_text="It stays with each booking that you change, and the person can read it.",
    )

    def __init__(self, *args: Any, bookings: Iterable[Booking], is_closed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [RegisterLine(self, booking, may_wait=not is_closed) for booking in bookings]
        if not is_closed:
            del self.fields["note"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if any(line.value not in ("", *Mark.values) for line in self.lines):
            self.add_error(None, "Choose present, partly, absent or not yet")
        return cleaned

    def choose_present(self) -> None:
        """Choose "present" for everybody who is not marked, on the page alone."""
        for line in self.lines:
            line.value = line.value or Mark.PRESENT

    def marks(self) -> dict[UUID, str]:
        """By booking what was changed on the page."""
        return {line.booking.pk: line.value for line in self.lines if line.value != line.was}

    def seen(self) -> dict[UUID, str]:
        """By booking what stood there when the page was made."""
        return {line.booking.pk: line.was for line in self.lines}


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
