"""What the two sides of a challenge enter."""

from typing import Any

from django import forms
from django.utils import timezone

from common.forms import GovukForm, GovukMomentField
from referrals import queries
from referrals.enums import ChallengeLevel, ChallengeOutcome, Stance


def words_field(label: str, missing: str, *, help_text: str = "", rows: int = 5) -> forms.CharField:
    """A required text of up to 5,000 characters."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing},
    )


def safe_action_field() -> forms.CharField:
    """Asked at every stage, of both sides: the difference never holds back what keeps somebody safe."""
    return words_field(
        "What keeps the child or adult safe meanwhile?",
        "Say what keeps them safe meanwhile.",
        help_text="What is done now, and by whom. It never waits for the end of a challenge.",
        rows=3,
    )


class RaiseChallengeForm(GovukForm):
    """The first words of a challenge."""

    words = words_field(
        "What do you disagree with, and why?",
        "Say what you disagree with, and why.",
        help_text="Facts first, then what you make of them. The other side reads this.",
    )
    wanted = words_field("What do you ask for?", "Say what you ask for.", rows=3)
    safe_action = safe_action_field()
    is_risk_now = forms.BooleanField(
        label="Somebody is at risk now: each stage is to be over the same day", required=False
    )
    is_rethink = forms.BooleanField(
        label="Begin with a re-think: ask them to look again before the formal stages", required=False
    )


class RespondToChallengeForm(GovukForm):
    stance = forms.ChoiceField(
        label="Where do you stand?",
        choices=Stance.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose where you stand."},
    )
    words = words_field("Why?", "Say why.", help_text="The other side reads this.")
    safe_action = safe_action_field()


class StepUpChallengeForm(GovukForm):
    words = words_field(
        "Why does it go to the next stage?",
        "Say why it goes to the next stage.",
        help_text="What the response leaves open. The other side reads this.",
    )
    safe_action = safe_action_field()


class ResolveChallengeForm(GovukForm):
    """How it ends. The outcome is asked for only where no response has settled it: at the last stage."""

    outcome = forms.ChoiceField(
        label="What did the safeguarding partners decide?",
        choices=ChallengeOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the outcome."},
    )
    words = words_field("What was agreed?", "Say what was agreed.")
    learning = words_field(
        "What is to be learned from it?",
        "Say what is to be learned from it.",
        help_text="For both sides and for training: no names. If the way it went was right, say what to keep doing.",
        rows=3,
    )

    def __init__(self, *args: Any, is_last_stage: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_last_stage:
            del self.fields["outcome"]


class WithdrawChallengeForm(GovukForm):
    reason = words_field("Why is it withdrawn?", "Say why it is withdrawn.", rows=3)


class ChallengeMeetingForm(GovukForm):
    key = forms.UUIDField(widget=forms.HiddenInput)
    held_at = GovukMomentField(label="When was the meeting?", help_text="For example 20 11 2026 and 14:30")
    present = words_field(
        "Who was there?", "Say who was there.", help_text="Agencies and roles, and who was invited but absent.", rows=3
    )
    summary = words_field("What was said and agreed?", "Say what was said and agreed.")

    def clean_held_at(self) -> Any:
        held_at = self.cleaned_data["held_at"]
        if held_at is not None and held_at > timezone.now():
            raise forms.ValidationError("A meeting is recorded once it was held: enter a time that has passed.")
        return held_at


class ChallengeFilterForm(GovukForm):
    marks_optional = False
    show = forms.ChoiceField(label="Show", choices=list(queries.SHOWN.items()), required=False)
    level = forms.TypedChoiceField(
        label="Stage", choices=[("", "All"), *ChallengeLevel.choices], coerce=int, empty_value=None, required=False
    )
