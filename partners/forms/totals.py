"""Which days, by which step and of which kind the totals are."""

from datetime import date
from typing import Any

from django import forms

from common.forms import GovukDateField, GovukForm
from partners.enums import SessionKind, Step
from partners.queries.totals import MOST_STEPS, SINCE, USUAL_SINCE, Asked, count_of_steps, usual_first


class TotalsForm(GovukForm):
    """A filter; whatever is left empty is the last twelve months, by month, of every kind."""

    marks_optional = False
    first = GovukDateField(label="From", required=False)
    last = GovukDateField(label="To", required=False, help_text="The last day that counts")
    step = forms.ChoiceField(label="By", required=False, choices=Step.choices)
    kind = forms.ChoiceField(
        label="Kind of session", required=False, choices=[("", "Every kind"), *SessionKind.choices]
    )
    since = forms.TypedChoiceField(
        label="Agencies not seen for",
        required=False,
        coerce=int,
        empty_value=None,
        initial=USUAL_SINCE,
        choices=[(months, f"{months} months") for months in SINCE],
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        kwargs.setdefault("initial", {"first": usual_first(today), "last": today})
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Days in order, and no more lines than one page has."""
        found: dict[str, Any] = super().clean() or {}
        if self.errors:
            return found
        found["since"] = found.get("since") or USUAL_SINCE
        found["last"] = last = found.get("last") or self.today
        found["first"] = first = found.get("first") or usual_first(last)
        found["step"] = step = Step(found.get("step") or Step.MONTH)
        if first > last:
            self.add_error("last", "The last day must be the first day or a later one")
        elif count_of_steps(first, last, step) > MOST_STEPS:
            if step == Step.YEAR:
                self.add_error("first", f"Choose a later first day: {MOST_STEPS} years are shown at most")
            else:
                longer = "quarters or years" if step == Step.MONTH else "years"
                self.add_error(
                    "step", f"Choose {longer}, or fewer days: {MOST_STEPS} {step.label.lower()} are shown at most"
                )
        return found

    def asked(self) -> Asked | None:
        """What the query takes; None where the form has errors."""
        if not self.is_bound:
            return Asked(first=usual_first(self.today), last=self.today)
        return Asked(**self.cleaned_data) if self.is_valid() else None
