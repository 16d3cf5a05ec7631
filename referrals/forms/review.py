"""What a supervisor says about a PPN, and what its author answers."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from common.forms import GovukForm
from referrals.enums import SUPERVISORS_MOVES, ConcernType, ReturnReason, ReviewMove, RiskLevel
from referrals.models import SHORTEST_NOTE, Amendment, Referral
from referrals.queries import Completeness


class ReviewForm(GovukForm):
    """A supervisor's review. The ten points are ticked as the completeness check found them, for the supervisor to mend."""

    points_met = forms.MultipleChoiceField(
        label="Which of the points does it hold?",
        help_text="Ticked is what the completeness check found. Take a tick away where the words do not bear it out.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    types_missing = forms.MultipleChoiceField(
        label="Is a type of concern missing?",
        help_text="For example domestic abuse, where a child was named and the abuse was not. It is added when you approve with "
        "a change.",
        required=False,
        choices=ConcernType.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    safeguarding_done = forms.TypedChoiceField(
        label="Was everybody made safe for now?",
        choices=[("yes", "Yes"), ("no", "No")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether everybody was made safe for now."},
    )
    risk_level = forms.TypedChoiceField(
        label="Which risk level do you find right?",
        choices=list(reversed(RiskLevel.choices)),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the risk level that you find right."},
    )
    risk_reason = forms.CharField(
        label="If it is not the author's, why?",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    move = forms.ChoiceField(
        label="What do you decide?",
        choices=[(move.value, move.label) for move in SUPERVISORS_MOVES],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you decide."},
    )
    return_codes = forms.MultipleChoiceField(
        label="If you return it, why?",
        required=False,
        choices=ReturnReason.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label="Note to the author",
        help_text=f"The author reads it beside the PPN. At least {SHORTEST_NOTE} characters when you return it.",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, referral: Referral, completeness: Completeness, **kwargs: Any) -> None:
        initial = {
            "points_met": [point.name for point in completeness.points if point.is_answered],
            "risk_level": referral.risk_level,
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.referral = referral
        self.fields["points_met"].choices = [(point.name, _capitalised(point.name)) for point in completeness.points]  # type: ignore[attr-defined]
        author = RiskLevel(referral.risk_level or RiskLevel.HIGH).label.lower()
        self.fields["risk_level"].help_text = (
            f"It is {author} now. When you approve with a change, the level that you choose counts from then on: for the queue "
            "and for the hub's deadline. The author reads why."
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        move, level = cleaned.get("move"), cleaned.get("risk_level")
        is_other = level is not None and level != self.referral.risk_level
        if is_other and not cleaned.get("risk_reason", "").strip():
            self.add_error("risk_reason", "Say why the risk level should be another.")
        if move == ReviewMove.RETURN and not cleaned.get("return_codes"):
            self.add_error("return_codes", "Choose why you return it.")
        if move == ReviewMove.RETURN and len(cleaned.get("note", "").strip()) < SHORTEST_NOTE:
            self.add_error("note", f"Tell the author in at least {SHORTEST_NOTE} characters.")
        names_change = is_other or bool(cleaned.get("types_missing"))
        if move == ReviewMove.APPROVE and names_change:
            self.add_error("move", "You name a change: approve it with a change, or return it.")
        if move == ReviewMove.APPROVE_WITH_CHANGE and not names_change and level is not None:
            self.add_error("move", "Name the change: another risk level, or a type that is missing.")
        return cleaned


class ReviewAnswerForm(GovukForm):
    """The author's answer, and which of the changes since the return it is about; without any, the words only."""

    def __init__(self, *args: Any, amendments: Sequence[Amendment] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        changes = [(str(one.pk), f"Version {one.number}: {one.reason}") for one in amendments]
        if changes:
            self.fields["amendment_id"].choices = [*changes, ("", "None: my answer is in words")]  # type: ignore[attr-defined]
            self.fields["amendment_id"].initial = changes[0][0]
        else:
            del self.fields["amendment_id"]

    amendment_id = forms.TypedChoiceField(
        label="Which change answers it?", required=False, coerce=UUID, empty_value=None, widget=forms.RadioSelect
    )
    answer = forms.CharField(
        label="Your answer",
        help_text="What you found out or want to add, or why it should stay as it is. Your supervisor and the hub read it.",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Write your answer."},
    )


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
