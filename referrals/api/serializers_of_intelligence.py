"""Shapes of the evaluation of a CPI form. None holds anything of who sent it."""

from typing import Any

from rest_framework import serializers

from referrals.enums import HandlingCode, InformationGrade, ReportPriority, Route, SourceGrade
from referrals.models import CpiAssessment, CpiReport


class CpiReportSerializer(serializers.ModelSerializer[CpiReport]):
    written_by = serializers.CharField(source="written_by.name", read_only=True)
    second_read_by = serializers.CharField(source="second_read_by.name", read_only=True, default="")

    class Meta:
        model = CpiReport
        fields = (
            "id",
            "number",
            "text",
            "code",
            "priority",
            "conditions",
            "note",
            "written_at",
            "written_by",
            "second_read_at",
            "second_read_by",
            "graded_at",
        )
        read_only_fields = fields


class CpiAssessmentSerializer(serializers.ModelSerializer[CpiAssessment]):
    referral = serializers.CharField(source="referral_id", read_only=True)
    begun_by = serializers.CharField(source="begun_by.name", read_only=True, default="")
    graded_by = serializers.CharField(source="graded_by.name", read_only=True, default="")
    outcome_by = serializers.CharField(source="outcome_by.name", read_only=True, default="")
    closed_by = serializers.CharField(source="closed_by.name", read_only=True, default="")
    reports = serializers.SerializerMethodField(
        help_text="Reports that are not graded are shown to intelligence staff only"
    )

    class Meta:
        model = CpiAssessment
        fields = (
            "referral",
            "state",
            "look_due_at",
            "outcome_due_at",
            "begun_at",
            "begun_by",
            "graded_at",
            "graded_by",
            "routes",
            "no_action_reason",
            "outcome_at",
            "outcome_by",
            "closed_at",
            "closed_by",
            "reports",
        )
        read_only_fields = fields

    def get_reports(self, assessment: CpiAssessment) -> list[dict[str, Any]]:
        """In order; without the right to evaluate, those of a graded evaluation only."""
        reports = [one for one in assessment.reports.all() if one.graded_at or self.context["may_assess"]]
        return [dict(one) for one in CpiReportSerializer(reports, many=True).data]


class WriteReportSerializer(serializers.Serializer[Any]):
    key = serializers.UUIDField(help_text="Of your own: a new one adds a report, one that is there changes it")
    text = serializers.CharField(max_length=10_000)
    source = serializers.ChoiceField(choices=SourceGrade.choices)  # type: ignore[assignment]
    information = serializers.ChoiceField(choices=InformationGrade.choices)
    handling = serializers.ChoiceField(choices=HandlingCode.choices)
    priority = serializers.ChoiceField(choices=ReportPriority.choices)
    conditions = serializers.CharField(max_length=2_000, allow_blank=True, default="", help_text="With handling C")
    note = serializers.CharField(max_length=2_000, allow_blank=True, default="", help_text="Needed with 3 and A")


class RouteSerializer(serializers.Serializer[Any]):
    routes = serializers.ListField(
        child=serializers.ChoiceField(choices=Route.choices), allow_empty=False, max_length=3
    )
