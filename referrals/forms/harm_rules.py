"""A version of the rules for cumulative harm."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms

from common.forms import GovukDateField, GovukForm, dress
from referrals.enums import MOST_COUNTED, MOST_MONTHS, CumulativeRule, RiskLevel

NAMES = ("count", "months", "highest_risk")
ROWS = range(1, 6)
RISKS = [
    (RiskLevel.STANDARD.value, "Standard only"),
    (RiskLevel.MEDIUM.value, "Standard or medium"),
    (RiskLevel.HIGH.value, "Any"),
]


def _number(label: str, *, lowest: int, highest: int) -> forms.IntegerField:
    wrong = f"Enter a number from {lowest} to {highest}."
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=lowest,
        max_value=highest,
        widget=forms.NumberInput(attrs={"class": "govuk-input govuk-input--width-3"}),
        error_messages={"invalid": wrong, "min_value": wrong, "max_value": wrong},
    )


def _rule_fields(row: int) -> dict[str, forms.Field]:
    return {
        f"count_{row}": _number("Referrals", lowest=2, highest=MOST_COUNTED),
        f"months_{row}": _number("In months", lowest=1, highest=MOST_MONTHS),
        f"highest_risk_{row}": forms.TypedChoiceField(
            label="Of which risk", choices=RISKS, coerce=int, initial=RiskLevel.HIGH.value
        ),
    }


class HarmRulesForm(GovukForm):
    """Up to five rules, from when they count, and why. `current` stand there to begin with; a line without numbers is no rule."""

    marks_optional = False
    valid_from = GovukDateField(label="Count from", help_text="Today or a later day, for example 27 3 2027")
    reason = forms.CharField(
        label="Why they are set so",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why the rules are set so."},
    )

    def __init__(self, *args: Any, current: Sequence[CumulativeRule] = (), **kwargs: Any) -> None:
        begun = {
            f"{name}_{row}": getattr(rule, name) for row, rule in zip(ROWS, current, strict=False) for name in NAMES
        }
        super().__init__(*args, initial=begun, **kwargs)
        for row in ROWS:
            for name, field in _rule_fields(row).items():
                self.fields[name] = field
                dress(field)
        self.order_fields([name for row in ROWS for name in _rule_fields(row)])

    @property
    def rows(self) -> Iterator[tuple[int, list[forms.BoundField]]]:
        """The fields of each rule, by its number."""
        for row in ROWS:
            yield row, [self[f"{name}_{row}"] for name in NAMES]

    def clean(self) -> dict[str, Any]:
        """With `rules`, those that are filled in."""
        cleaned = super().clean() or {}
        rules = []
        for row in ROWS:
            count, months, risk = (cleaned.pop(f"{name}_{row}", None) for name in NAMES)
            if count and months and risk:
                rules.append(CumulativeRule(count, months, RiskLevel(risk)))
            elif bool(count) != bool(months) and not self.errors:
                self.add_error(
                    f"{'months' if count else 'count'}_{row}", "Fill in both numbers of this rule, or neither."
                )
        return cleaned | {"rules": rules}
