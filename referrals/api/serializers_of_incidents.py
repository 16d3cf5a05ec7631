"""The shape of incidents and of their import over the API."""

from typing import Any

from django.core.validators import ProhibitNullCharactersValidator
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Area
from referrals import queries
from referrals.enums import IncidentKind, Vulnerability
from referrals.models import Incident, IncidentImport, IncidentImportRow
from referrals.services.incident_rows import EXPLAINED
from referrals.services.incidents import MOST_ROWS_OVER_API


class IncidentSerializer(serializers.ModelSerializer[Incident]):
    """One line of a list: what dip samples are drawn by, and nothing that tells who somebody is."""

    occurrence_number = serializers.CharField(source="number", read_only=True)
    district_code = serializers.CharField(source="district.code", read_only=True)
    team = serializers.CharField(source="team.name", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Incident
        fields = [
            "id",
            "occurrence_number",
            "reported_at",
            "kind",
            "district_code",
            "team",
            "child_linked",
            "adult_needs",
            "domestic_abuse",
            "imported_at",
        ]
        read_only_fields = fields


class CodeField(serializers.SlugRelatedField[Any]):
    """A code that the database can be asked for: one with a null character is wrong and not a fault of ours."""

    def to_internal_value(self, data: Any) -> Any:
        ProhibitNullCharactersValidator()(data)
        return super().to_internal_value(data)


class IncidentFilterSerializer(serializers.Serializer[Any]):
    """Which incidents; all of them when nothing is given."""

    kind = serializers.ChoiceField(choices=IncidentKind.choices, required=False)
    district = CodeField(
        slug_field="code", queryset=Area.objects.none(), required=False, help_text="Code of a district of the force"
    )
    flag = serializers.ChoiceField(choices=Vulnerability.choices, required=False)
    reported_from = serializers.DateField(required=False, help_text="The first day, by the clock in London")
    reported_before = serializers.DateField(required=False, help_text="The day after the last one")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Only the districts of the force that asks."""
        fields = super().get_fields()
        if "force" in self.context:
            fields["district"].queryset = queries.districts_of(self.context["force"].pk)  # type: ignore[attr-defined]
        return fields


class IncidentValueField(serializers.Field[str, Any, str, Any]):
    """Any single value, as text: what is wrong with it is told in the report of its row, not for the whole call."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, allow_null=True, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if isinstance(data, bool):
            return "yes" if data else "no"
        if not isinstance(data, str | int):
            raise serializers.ValidationError("Send a text, a number, true, false or null.")
        return str(data)

    def to_representation(self, value: str) -> str:
        return value


@extend_schema_field({"type": "string", "maxLength": 5_000})
class IncidentTextField(IncidentValueField):
    pass


@extend_schema_field({"type": "string", "format": "date-time"})
class IncidentMomentField(IncidentValueField):
    pass


@extend_schema_field({"type": "boolean"})
class IncidentFlagField(IncidentValueField):
    pass


@extend_schema_field({"type": "string", "enum": IncidentKind.values})
class IncidentKindField(IncidentValueField):
    pass


class NewIncidentSerializer(serializers.Serializer[Any]):
    """One incident, by the names of the columns of a file. A name that is not known is refused, so that nothing is lost."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        kinds = {"reported_at": IncidentMomentField, "kind": IncidentKindField}
        kinds |= dict.fromkeys(Vulnerability.values, IncidentFlagField)
        return {
            column.name: kinds.get(column.name, IncidentTextField)(help_text=column.meaning) for column in EXPLAINED
        }

    def to_internal_value(self, data: Any) -> dict[str, str]:
        if isinstance(data, dict) and (unknown := sorted(set(map(str, data)) - set(self.fields))):
            raise serializers.ValidationError({name[:40]: ["There is no such field."] for name in unknown[:5]})
        given = super().to_internal_value(data)
        return {name: "" if value is None else value for name, value in given.items()}


class NewIncidentsSerializer(serializers.Serializer[Any]):
    """A batch."""

    incidents = serializers.ListField(child=NewIncidentSerializer(), min_length=1, max_length=MOST_ROWS_OVER_API)


class RefusalSerializer(serializers.ModelSerializer[IncidentImportRow]):
    row = serializers.IntegerField(source="number", read_only=True, help_text="1 is the first incident sent")

    class Meta:
        model = IncidentImportRow
        fields = ["row", "column", "message"]
        read_only_fields = fields


class ImportReportSerializer(serializers.ModelSerializer[IncidentImport]):
    """What became of a batch: rows = added + changed + unchanged + refused."""

    refusals = serializers.SerializerMethodField(help_text="One for each fault, in the order of the rows")

    class Meta:
        model = IncidentImport
        fields = ["id", "rows", "added", "changed", "unchanged", "refused", "refusals"]
        read_only_fields = fields

    @extend_schema_field(RefusalSerializer(many=True))
    def get_refusals(self, imported: IncidentImport) -> list[dict[str, Any]]:
        return [dict(RefusalSerializer(refusal).data) for refusal in queries.refusals_of(imported)]
