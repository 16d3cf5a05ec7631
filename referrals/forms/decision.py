"""What the decision-maker enters."""

from typing import Any

from django import forms
from django.forms import formset_factory

from accounts.models import Agency
from common.forms import GovukDateField, GovukForm
from referrals.enums import (
    NDM_HEADINGS,
    SHORTEST_RATIONALE,
    InformationConsidered,
    Level,
    Pathway,
    Position,
    RejectionReason,
)

MOST_WORDS = 20_000
ASKED_UNDER_HEADING = {
    "ndm_ethics": "Is it fair, open, and with respect for everybody in it?",
    "ndm_information": "What is known, from whom, and how sure is it?",
    "ndm_threat_and_risk": "Who may come to what harm, how likely, how soon?",
    "ndm_powers_and_policy": "Which duty, power or threshold applies?",
    "ndm_options": "What else could be done, and why not that?",
    "ndm_action_and_review": "Who does what by when, and when is it looked at again?",
}


def _area(label: str, rows: int, help_text: str = "", **more: Any) -> forms.CharField:
    attributes: dict[str, Any] = {"required": False, "max_length": MOST_WORDS} | more
    return forms.CharField(label=label, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows}), **attributes)


class LevelAndPathwayForm(GovukForm):
    """What every decision says, the first and a second look at it."""

    level = forms.TypedChoiceField(
        label="Level of need",
        choices=Level.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the level of need."},
    )
    pathway = forms.ChoiceField(
        label="Pathway",
        choices=[("", "Choose a pathway"), *Pathway.choices],
        error_messages={"required": "Choose the pathway."},
    )


class DecisionForm(LevelAndPathwayForm):
    """A threshold decision. The reasons stand in one field or under the six headings; together they must be enough."""

    marks_optional = False
    return_reason = forms.ChoiceField(
        label="If you return it, the reason",
        choices=[("", "Choose a reason"), *RejectionReason.choices],
        required=False,
    )
    information_considered = forms.MultipleChoiceField(
        label="What you considered",
        choices=InformationConsidered.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    information_missing = _area("What is missing", 2, "And why you decide without it.")
    voice = _area("What the person wants", 2, "Their own words, wishes and feelings.")
    rationale = _area(
        "Reasons",
        6,
        f"Here, under the six headings of the National Decision Model below, or both: together at least "
        f"{SHORTEST_RATIONALE} characters.",
    )
    ndm_ethics = _area(NDM_HEADINGS["ndm_ethics"], 2, ASKED_UNDER_HEADING["ndm_ethics"])
    ndm_information = _area(NDM_HEADINGS["ndm_information"], 3, ASKED_UNDER_HEADING["ndm_information"])
    ndm_threat_and_risk = _area(NDM_HEADINGS["ndm_threat_and_risk"], 3, ASKED_UNDER_HEADING["ndm_threat_and_risk"])
    ndm_powers_and_policy = _area(
        NDM_HEADINGS["ndm_powers_and_policy"], 3, ASKED_UNDER_HEADING["ndm_powers_and_policy"]
    )
    ndm_options = _area(NDM_HEADINGS["ndm_options"], 3, ASKED_UNDER_HEADING["ndm_options"])
    ndm_action_and_review = _area(
        NDM_HEADINGS["ndm_action_and_review"], 3, ASKED_UNDER_HEADING["ndm_action_and_review"]
    )
    bias_check = _area("What else could explain this?", 2, "A check against what one expects to see.")
    what_would_change_this = _area("What would change this decision?", 2, "Needed for no further action.")
    review_on = GovukDateField(label="Look at it again on", required=False, help_text="For example, 27 3 2027.")
    may_be_told = _area(
        "What may be told to who wrote it",
        3,
        "They read this, and none of your reasons. Left empty, they read the usual words for the pathway.",
    )
    change_reason = _area("Why does the decision change?", 2)

    def __init__(self, *args: Any, is_change: bool = False, may_end: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_change:
            del self.fields["change_reason"]
        if not may_end:
            self.fields[
                "pathway"
            ].help_text = "No further action is a supervisor's to decide here, for the risk is medium or high."

    def ask_why_it_changes(self) -> None:
        """Another decision stands now, so this one would change it."""
        self.fields.setdefault("change_reason", self.base_fields["change_reason"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        words = [str(cleaned.get(name) or "").strip() for name in ("rationale", *NDM_HEADINGS)]
        if not self.errors.keys() & {"rationale", *NDM_HEADINGS} and sum(map(len, words)) < SHORTEST_RATIONALE:
            self.add_error("rationale", f"Give the reasons in at least {SHORTEST_RATIONALE} characters.")
        pathway = cleaned.get("pathway")
        if pathway == Pathway.NO_FURTHER_ACTION and not cleaned.get("what_would_change_this", "").strip():
            self.add_error("what_would_change_this", "Say what would change a decision to take no further action.")
        if pathway == Pathway.REJECTED_RETURNED and not cleaned.get("return_reason"):
            self.add_error("return_reason", "Choose why it is returned.")
        return cleaned


class ViewForm(GovukForm):
    """What one agency thinks of the decision; a row without an agency is none."""

    marks_optional = False
    agency = forms.ModelChoiceField(label="Agency", queryset=Agency.objects.none(), required=False, empty_label="None")
    position = forms.ChoiceField(
        label="Agrees or disagrees", choices=[("", "Choose"), *Position.choices], required=False
    )
    words = _area("Their words", 2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = Agency.objects.active().order_by("name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("agency") is None:
            if cleaned.get("position") or cleaned.get("words", "").strip():
                self.add_error("agency", "Choose the agency whose view this is.")
        elif not cleaned.get("position"):
            self.add_error("position", "Choose whether the agency agrees or disagrees.")
        elif cleaned["position"] == Position.DISAGREES and not cleaned.get("words", "").strip():
            self.add_error("words", "Say why the agency disagrees.")
        return cleaned


ViewFormSet = formset_factory(ViewForm, extra=3, max_num=3)
