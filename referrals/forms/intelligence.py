"""What intelligence staff enter about a CPI form, and the filters of their lists."""

from typing import Any

from django import forms

from common.forms import GovukForm
from referrals.enums import (
    ROUTES_OF_ACTION,
    AssessmentsShown,
    HandlingCode,
    InformationGrade,
    ReportPriority,
    Route,
    SourceGrade,
)
from referrals.models import CpiReport

EVERYTHING = ("", "All")


class AssessmentsForm(GovukForm):
    marks_optional = False
    show = forms.ChoiceField(label="Show", choices=AssessmentsShown.choices, required=False)


class ReportForm(GovukForm):
    """One report: what may be known without knowing from whom, and its 3x5x2 code."""

    text = forms.CharField(
        label="The report",
        help_text="One matter. Leave out who said it, how they know, and people who need not be named.",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "true"}),
        error_messages={"required": "Write the report."},
    )
    source = forms.ChoiceField(
        label="Source",
        choices=SourceGrade.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how reliable the source is."},
    )
    information = forms.ChoiceField(
        label="Information",
        choices=InformationGrade.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how the information is known."},
    )
    handling = forms.ChoiceField(
        label="Handling",
        choices=HandlingCode.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it may be shared."},
    )
    conditions = forms.CharField(
        label="Conditions of sharing",
        help_text="With handling C only. Somebody else reads the report a second time.",
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "true"}),
    )
    note = forms.CharField(
        label="Note on the grading",
        help_text="Needed with 3 and A: why a source that is not reliable knows it directly. Also without the source's name.",
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "true"}),
    )
    priority = forms.ChoiceField(
        label="Priority",
        choices=ReportPriority.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the priority."},
    )

    @staticmethod
    def answers_of(report: CpiReport) -> dict[str, Any]:
        """What the form shows of a report that is there."""
        return {
            "text": report.text,
            "source": report.source,
            "information": report.information,
            "handling": report.handling,
            "conditions": report.conditions,
            "note": report.note,
            "priority": report.priority,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("handling") == HandlingCode.CONDITIONS and not cleaned.get("conditions"):
            self.add_error("conditions", "Handling C needs the conditions.")
        doubtful_but_direct = (SourceGrade.NOT_RELIABLE, InformationGrade.KNOWN_DIRECTLY)
        if (cleaned.get("source"), cleaned.get("information")) == doubtful_but_direct and not cleaned.get("note"):
            self.add_error("note", "Say why a source that is not reliable knows it directly.")
        return cleaned


class RouteForm(GovukForm):
    routes = forms.MultipleChoiceField(
        label="Where do the reports go?",
        help_text="Choose all that apply.",
        choices=Route.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose one route or more."},
    )

    def __init__(self, *args: Any, may_act: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_act:
            kept = [(route.value, route.label) for route in Route if route not in ROUTES_OF_ACTION]
            self.fields["routes"].choices = kept  # type: ignore[attr-defined]


class EndAssessmentForm(GovukForm):
    reason = forms.CharField(
        label="Why does no action follow?",
        help_text="For the hub. Who sent the form is told only that no action follows now.",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "true"}),
        error_messages={"required": "Say why no action follows."},
    )


class ReportFilterForm(GovukForm):
    """The filters of the graded reports; each part of the code by itself."""

    marks_optional = False
    source = forms.ChoiceField(label="Source", choices=[EVERYTHING, *SourceGrade.choices], required=False)
    information = forms.ChoiceField(
        label="Information", choices=[EVERYTHING, *InformationGrade.choices], required=False
    )
    handling = forms.ChoiceField(label="Handling", choices=[EVERYTHING, *HandlingCode.choices], required=False)
    priority = forms.ChoiceField(label="Priority", choices=[EVERYTHING, *ReportPriority.choices], required=False)
