"""Drawing a dip sample, and reviewing one of its incidents."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from common.clock import Period
from common.forms import GovukForm
from common.templatetags.dates import before_or_after, duration, moment
from grading.enums import (
    NOT_GOOD_ENOUGH,
    RULE_FACTS,
    Criterion,
    Needed,
    QuickQuality,
    ReasonMissing,
    SchoolTold,
    Strata,
)
from grading.models import IncidentReview
from grading.models.dip_sample import LARGEST_SIZE, USUAL_SIZE
from grading.models.findings import SCHOOL_IS_TOLD_OF, SHORTEST_WHY
from grading.queries.compliance import WANTED_A_YEAR
from grading.queries.timeliness import IN_WORDS, FoundForm, came_in_time
from referrals.enums import ConcernType

YES_NO = (("YES", "Yes"), ("NO", "No"))
ASKED_AFTER_AN_ANSWER = (
    "required_types",
    "school_told",
    "forms_found",
    "found_elsewhere",
    "in_time",
    "quick_quality",
    "learning_themes",
)
YES_OR_NO = {True: "YES", False: "NO", None: ""}


class DrawForm(GovukForm):
    """Which two months, how many incidents, and which can be drawn. `periods` have ended and have no sample yet."""

    period = forms.ChoiceField(label="Two months", help_text="One sample for each period.")
    size = forms.IntegerField(
        label="How many incidents",
        min_value=1,
        max_value=LARGEST_SIZE,
        initial=USUAL_SIZE,
        help_text=f"{USUAL_SIZE} in each of six periods make {6 * USUAL_SIZE} a year; at least {WANTED_A_YEAR} must be examined.",
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-3"}),
    )
    any_of = forms.MultipleChoiceField(
        label="Which incidents can be drawn",
        choices=list(RULE_FACTS.items()),
        initial=list(RULE_FACTS),
        widget=forms.CheckboxSelectMultiple,
        help_text="Those of which the records system says at least one of these.",
        error_messages={"required": "Choose at least one kind of incident"},
    )

    strata = forms.ChoiceField(
        label="How they are drawn",
        choices=[("", "From all alike"), *((one.value, f"By {one.label.lower()}, in proportion") for one in Strata)],
        required=False,
        help_text="In proportion: each kind, district or team has its share of the sample, and at least one incident where "
        "the sample is large enough; within it the draw is by chance.",
    )

    def __init__(self, *args: Any, periods: Sequence[Period], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["strata"].is_optional = False  # type: ignore[attr-defined]
        self.periods = {period.start.isoformat(): period for period in periods}
        self.fields["period"].choices = [  # type: ignore[attr-defined]
            (code, period.label) for code, period in self.periods.items()
        ]

    def clean_period(self) -> Period:
        """The period itself."""
        return self.periods[self.cleaned_data["period"]]


class FindingsForm(GovukForm):
    """Was a form needed, is it there, in time and good enough. What is asked only after a certain answer is ignored after another.

    `found_forms` are the PPNs that the incident led to.
    """

    required = forms.ChoiceField(
        label="Was a form needed?",
        choices=Needed.choices,
        widget=forms.RadioSelect,
        help_text="Would a careful officer have sent one? Judge by the incident, not by what was sent.",
        error_messages={"required": "Say whether a form was needed"},
    )
    required_types = forms.MultipleChoiceField(
        label="For what?",
        choices=ConcernType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="One incident may need several.",
    )
    school_told = forms.ChoiceField(
        label="A child and domestic abuse: was the school told?",
        choices=[("", "Not known"), *SchoolTold.choices],
        required=False,
        help_text="Operation Encompass. Only where a form was needed for both a child and domestic abuse.",
    )
    found = forms.ChoiceField(
        label="Is there a form?",
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether there is a form"},
    )
    forms_found = forms.MultipleChoiceField(
        label="Which of those submitted here?", required=False, widget=forms.CheckboxSelectMultiple
    )
    found_elsewhere = forms.MultipleChoiceField(
        label="Covered by a form in another system",
        choices=ConcernType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    in_time = forms.ChoiceField(
        label="Did it come in time?",
        choices=YES_NO,
        required=False,
        widget=forms.RadioSelect,
        help_text=IN_WORDS,
    )
    quick_quality = forms.TypedChoiceField(
        label="Is it good enough to act on?",
        choices=[("", "I have not judged it"), *QuickQuality.choices],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text="Your own look at the forms found, for learning. It is no grade: a panel's grades are apart and never mixed with it.",
    )
    learning_themes = forms.MultipleChoiceField(
        label="If it is not good enough: what is missing?",
        choices=Criterion.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Choose at least one. Only where nobody could act on it, or a partner would have to ask again.",
    )
    reason_missing = forms.ChoiceField(
        label="If a form that was needed is missing: why?",
        choices=[("", "Not asked or not known"), *ReasonMissing.choices],
        required=False,
    )
    supervisor_seen = forms.ChoiceField(
        label="Did a supervisor look at the incident?",
        choices=[("", "Not known"), *YES_NO],
        required=False,
        help_text="As the record shows: a supervisor's note, or a review of the form.",
    )
    why = forms.CharField(
        label="Why do you think so?",
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        help_text=f"At least {SHORTEST_WHY} characters. No names.",
        error_messages={"required": f"Say why in at least {SHORTEST_WHY} characters"},
    )

    def __init__(self, *args: Any, found_forms: Sequence[FoundForm], **kwargs: Any) -> None:
        if found_forms:
            kwargs.setdefault("initial", {"in_time": YES_OR_NO[came_in_time(found_forms)]})
        super().__init__(*args, **kwargs)
        for name in ASKED_AFTER_AN_ANSWER:
            self.fields[name].is_optional = False  # type: ignore[attr-defined]
        self.fields["forms_found"].choices = [  # type: ignore[attr-defined]
            (str(one.referral.pk), _in_words(one)) for one in found_forms
        ]
        if not found_forms:
            del self.fields["forms_found"]
        else:
            self.fields["in_time"].help_text = f"{IN_WORDS} {_proposed(found_forms)}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("required") == Needed.YES and not cleaned.get("required_types"):
            self.add_error("required_types", "Say what a form was needed for")
        if cleaned.get("found") == "YES":
            if not cleaned.get("forms_found") and not cleaned.get("found_elsewhere"):
                first = "forms_found" if "forms_found" in self.fields else "found_elsewhere"
                self.add_error(first, "Say which form there is")
            if not cleaned.get("in_time"):
                self.add_error("in_time", "Say whether it came in time")
            if cleaned.get("quick_quality") in NOT_GOOD_ENOUGH and not cleaned.get("learning_themes"):
                self.add_error("learning_themes", "Say what is missing in it")
        if "why" in cleaned and len(cleaned["why"].strip()) < SHORTEST_WHY:
            self.add_error("why", f"Say why in at least {SHORTEST_WHY} characters")
        return cleaned

    def findings(self) -> dict[str, Any]:
        """What the service takes, from a valid form."""
        cleaned = self.cleaned_data
        is_found = cleaned["found"] == "YES"
        needed = cleaned["required_types"] if cleaned["required"] == Needed.YES else []
        quality = cleaned["quick_quality"] if is_found else None
        return {
            "required": cleaned["required"],
            "required_types": needed,
            "school_told": cleaned["school_told"] if set(SCHOOL_IS_TOLD_OF) <= set(needed) else "",
            "forms_found": [UUID(pk) for pk in cleaned.get("forms_found", ())] if is_found else [],
            "found_elsewhere": cleaned["found_elsewhere"] if is_found else [],
            "in_time": cleaned["in_time"] == "YES" if is_found else None,
            "quick_quality": quality,
            "learning_themes": cleaned["learning_themes"] if quality in NOT_GOOD_ENOUGH else [],
            "supervisor_seen": {"YES": True, "NO": False, "": None}[cleaned["supervisor_seen"]],
            "reason_missing": cleaned["reason_missing"],
            "why": cleaned["why"],
        }


class ReviewForm(FindingsForm):
    """One person's findings about one incident, and whether somebody may still be at risk.

    `review` is what the person found before, to correct it.
    """

    live_gap = forms.ChoiceField(
        label="May somebody still be at risk because nothing was shared?",
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether somebody may still be at risk"},
    )
    live_gap_action = forms.CharField(
        label="What did you do about it today?",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="A review never only files a risk: tell the hub now, and write here what you did.",
    )

    def __init__(
        self, *args: Any, found_forms: Sequence[FoundForm], review: IncidentReview | None = None, **kwargs: Any
    ) -> None:
        if review is not None:
            kwargs.setdefault("initial", _answers(review, found_forms))
        super().__init__(*args, found_forms=found_forms, **kwargs)
        self.fields["live_gap_action"].is_optional = False  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("live_gap") == "YES" and not str(cleaned.get("live_gap_action", "")).strip():
            self.add_error("live_gap_action", "Say what you did today for whoever may be at risk")
        return cleaned

    def findings(self) -> dict[str, Any]:
        """What the service takes, from a valid form."""
        cleaned = self.cleaned_data
        action = cleaned["live_gap_action"] if cleaned["live_gap"] == "YES" else ""
        return super().findings() | {"live_gap_action": action}


class SettleForm(FindingsForm):
    """The same questions for the third person, who knows both reviews; what is at risk was said with the reviews."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].label = "Why do you settle it so?"
        still = {Needed.UNCLEAR.value: "Still unclear: it counts in no share"}
        self.fields["required"].choices = [  # type: ignore[attr-defined]
            (code, still.get(code, label))
            for code, label in self.fields["required"].choices  # type: ignore[attr-defined]
        ]


def _in_words(form: FoundForm) -> str:
    types = ", ".join(form.referral.types_in_words)
    return f"{form.referral.reference}: {types}; sent {moment(form.referral.submitted_at)}, {before_or_after(form.after, 'the report')}"


def _proposed(found_forms: Sequence[FoundForm]) -> str:
    """In words, what is chosen beforehand and why; the reviewer may know of a reason to differ."""
    first = found_forms[0]
    sent = f"{first.referral.reference} was sent {before_or_after(first.after, 'the report')}"
    late = f": {duration(first.late_by)} late" if first.late_by else ""
    return f"Proposed from the first form: {sent}, the limit was {duration(first.limit)}{late}. Change it if you know better."


def _answers(review: IncidentReview, found_forms: Sequence[FoundForm]) -> dict[str, Any]:
    ticked = {referral.pk for referral in review.forms_found.all()}
    covered = {code for one in found_forms if one.referral.pk in ticked for code in one.types}
    return {
        "required": review.required,
        "required_types": review.required_types,
        "found": "YES" if review.found_types else "NO",
        "forms_found": [str(pk) for pk in ticked],
        "found_elsewhere": [code for code in review.found_types if code not in covered],
        "in_time": YES_OR_NO[review.in_time],
        "quick_quality": "" if review.quick_quality is None else review.quick_quality,
        "learning_themes": review.learning_themes,
        "supervisor_seen": YES_OR_NO[review.supervisor_seen],
        "school_told": review.school_told,
        "reason_missing": review.reason_missing,
        "why": review.why,
        "live_gap": "YES" if review.live_gap else "NO",
        "live_gap_action": review.live_gap_action,
    }
