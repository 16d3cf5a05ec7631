"""Naming a deputy."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from accounts.models import User
from common.clock import ONE_DAY
from common.forms import GovukDateField, GovukForm
from training.enums import SignerRole
from training.forms.records import PersonField
from training.models.delegations import LONGEST


class DeputyForm(GovukForm):
    """Who is away, in which role they sign, who stands in, and from which day to which."""

    place = forms.ChoiceField(label="Who is away?", error_messages={"required": "Choose who is away"})
    deputy = PersonField(
        label="Who signs in their place?",
        help_text="Somebody who may sign in the same role. They get an e-mail.",
        widget=forms.Select,
        error_messages={"required": "Choose who signs in their place"},
    )
    starts_on = GovukDateField(label="First day", error_messages={"required": "Enter the first day"})
    last_day = GovukDateField(
        label="Last day",
        help_text=f"At most {LONGEST.days} days. You can end it sooner.",
        error_messages={"required": "Enter the last day"},
    )

    def __init__(
        self,
        *args: Any,
        places: Iterable[tuple[User, SignerRole]],
        deputies: Iterable[tuple[User, list[SignerRole]]],
        user: User,
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.today = user, today
        self.places = {f"{person.pk}:{role}": (person, role) for person, role in places}
        named = [
            (key, f"{'You' if person.pk == user.pk else person}, as {role.label.lower()}")
            for key, (person, role) in self.places.items()
        ]
        own = [key for key, (person, _) in self.places.items() if person.pk == user.pk]
        self.fields["place"].choices = [("", "Choose"), *named]  # type: ignore[attr-defined]
        self.initial.setdefault("starts_on", today)
        if len(own) == 1:
            self.initial.setdefault("place", own[0])
        asked = {role for _, role in self.places.values()}
        offered = [(person, roles) for person, roles in deputies if person.pk != user.pk and asked & set(roles)]
        roles_asked = " or ".join(sorted(role.label.lower() for role in asked))
        self.fields["deputy"].error_messages["invalid_choice"] = f"This person may not sign as {roles_asked}"
        self.fields["deputy"].offer([person for person, _ in offered])  # type: ignore[attr-defined]
        shown = [
            (str(person.pk), f"{person} ({' and '.join(role.label.lower() for role in roles)})")
            for person, roles in offered
        ]
        self.fields["deputy"].choices = [("", "Choose a person"), *shown]  # type: ignore[attr-defined]

    def clean_place(self) -> tuple[User, SignerRole]:
        """The person and the role."""
        return self.places[self.cleaned_data["place"]]

    def clean_starts_on(self) -> date:
        """Not in the past."""
        starts_on: date = self.cleaned_data["starts_on"]
        if starts_on < self.today:
            raise forms.ValidationError("The first day cannot be in the past")
        return starts_on

    def clean(self) -> dict[str, Any]:
        """The days run forwards, and not for too long."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = data.get("starts_on"), data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "The last day cannot be before the first")
        elif first and last and last + ONE_DAY - first > LONGEST:
            self.add_error("last_day", f"The last day must be within {LONGEST.days} days of the first")
        place, deputy = data.get("place"), data.get("deputy")
        if place and deputy and place[0].pk == deputy.pk:
            self.add_error("deputy", "Choose somebody else as the deputy")
        return data

    def delegation(self) -> dict[str, Any]:
        """What the service takes, from a valid form."""
        data = dict(self.cleaned_data)
        data["absent"], data["role"] = data.pop("place")
        return data
