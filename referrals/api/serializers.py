"""Shapes of what the API takes and gives. They check types and lengths; every rule is in the services."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Agency
from referrals import permissions, queries
from referrals.api.modules import ModulesSerializer, modules_in_shape
from referrals.enums import (
    ANSWERED,
    MOST_PEOPLE,
    NDM_HEADINGS,
    ON_REFERRAL,
    SECTION_FIELDS,
    ConcernType,
    FormKind,
    LawfulBasis,
    Missing,
    RejectionReason,
    Relation,
    RiskLevel,
    ShareState,
)
from referrals.models import (
    Cpi,
    DecisionView,
    Person,
    Ppn,
    Referral,
    Relationship,
    Share,
    ShareSnapshot,
    ThresholdDecision,
)


class PpnSerializer(serializers.ModelSerializer[Ppn]):
    class Meta:
        model = Ppn
        exclude = ["referral"]


class CpiSerializer(serializers.ModelSerializer[Cpi]):
    class Meta:
        model = Cpi
        exclude = ["referral"]


class RelationshipSerializer(serializers.ModelSerializer[Relationship]):
    to = serializers.UUIDField(source="other_id", read_only=True)

    class Meta:
        model = Relationship
        fields = ["to", "kind"]
        read_only_fields = fields


class PersonSerializer(serializers.ModelSerializer[Person]):
    relations = RelationshipSerializer(many=True, read_only=True)

    class Meta:
        model = Person
        exclude = ["referral", "position"]
        read_only_fields = ["id"]


class DecisionViewSerializer(serializers.ModelSerializer[DecisionView]):
    agency = serializers.PrimaryKeyRelatedField(queryset=Agency.objects.active())
    words = serializers.CharField(allow_blank=True, max_length=20_000, default="")

    class Meta:
        model = DecisionView
        fields = ["agency", "position", "words"]


class NewRelationshipSerializer(serializers.Serializer[Any]):
    to = serializers.IntegerField(
        min_value=0, max_value=MOST_PEOPLE - 1, help_text="The place of the other person in `people`, from 0"
    )
    kind = serializers.ChoiceField(choices=Relation.choices)


class NewPersonSerializer(serializers.ModelSerializer[Person]):
    """Somebody of a new referral, and what they are to the others of it."""

    relations = NewRelationshipSerializer(many=True, required=False)

    class Meta(PersonSerializer.Meta):
        pass


class DecisionSerializer(serializers.ModelSerializer[ThresholdDecision]):
    """The reasons stand in `rationale`, under the headings of the National Decision Model (`ndm_…`), or in both."""

    decided_by = serializers.CharField(source="decided_by.name", read_only=True)
    legal_frame = serializers.CharField(read_only=True)
    rationale = serializers.CharField(allow_blank=True, required=False)
    views = DecisionViewSerializer(many=True, required=False)
    read_number = serializers.IntegerField(
        min_value=0,
        required=False,
        write_only=True,
        help_text="The number of the decision that was read, 0 for none: refused where another stands now",
    )

    class Meta:
        model = ThresholdDecision
        fields = [
            "id",
            "number",
            "level",
            "pathway",
            "return_reason",
            "legal_frame",
            "rationale",
            *NDM_HEADINGS,
            "information_considered",
            "information_missing",
            "voice",
            "bias_check",
            "what_would_change_this",
            "review_on",
            "may_be_told",
            "change_reason",
            "views",
            "read_number",
            "decided_at",
            "decided_by",
            "is_current",
        ]
        read_only_fields = ["id", "number", "decided_at", "is_current"]


class ToldSerializer(serializers.ModelSerializer[ThresholdDecision]):
    """What may be told of the decision, to who wrote the referral."""

    class Meta:
        model = ThresholdDecision
        fields = ["decided_at", "return_reason", "may_be_told"]
        read_only_fields = fields


class ShareSerializer(serializers.ModelSerializer[Share]):
    agency = serializers.UUIDField(source="agency_id", read_only=True)
    agency_name = serializers.CharField(source="agency.name", read_only=True)
    referral = serializers.UUIDField(source="referral_id", read_only=True)
    reason = serializers.CharField(
        read_only=True, allow_null=True, help_text="For the hub and the receiving agency only"
    )

    class Meta:
        model = Share
        fields = [
            "id",
            "referral",
            "agency",
            "agency_name",
            "state",
            "lawful_basis",
            "reason",
            "shared_at",
            "answer_due_at",
            "first_opened_at",
            "answered_at",
            "rejection_reason",
            "missing",
            "answer",
            "ended_at",
        ]
        read_only_fields = fields


class NewShareSerializer(serializers.Serializer[Any]):
    """Without `sections` the agency gets those that its kind usually needs; without `people` all of them; without `files` none."""

    agency = serializers.PrimaryKeyRelatedField(queryset=Agency.objects.active())
    sections = serializers.ListField(child=serializers.CharField(max_length=32), required=False)
    people = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MOST_PEOPLE)
    files = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=100)
    lawful_basis = serializers.ChoiceField(choices=LawfulBasis.choices)
    reason = serializers.CharField(max_length=5_000)


class AnswerSerializer(serializers.Serializer[Any]):
    answer_state = serializers.ChoiceField(choices=[(state.value, ShareState(state).label) for state in ANSWERED])
    rejection_reason = serializers.ChoiceField(choices=RejectionReason.choices, allow_blank=True, default="")
    missing = serializers.ListField(child=serializers.ChoiceField(choices=Missing.choices), default=list)
    words = serializers.CharField(allow_blank=True, max_length=5_000, default="")


class ReferralSerializer(serializers.ModelSerializer[Referral]):
    """One line of a list: nothing of the content, no name.

    `types` is empty, and `risk_level` null, for an agency that was not given that part. The context `shown` holds what such rows
    show, by referral.
    """

    types = serializers.SerializerMethodField()
    risk_level = serializers.SerializerMethodField()

    class Meta:
        model = Referral
        fields = ["id", "kind", "reference", "state", "types", "risk_level", "submitted_at", "due_at"]
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=ConcernType.choices)))
    def get_types(self, referral: Referral) -> list[str]:
        shown: queries.Shown = self.context.get("shown", {}).get(referral.pk, referral)
        return shown.types

    @extend_schema_field(serializers.ChoiceField(choices=RiskLevel.choices, allow_null=True))
    def get_risk_level(self, referral: Referral) -> int | None:
        shown: queries.Shown = self.context.get("shown", {}).get(referral.pk, referral)
        return shown.risk_level


class ReferralDetailSerializer(ReferralSerializer):
    """What one person may see of one referral."""

    ppn = PpnSerializer(read_only=True, allow_null=True)
    cpi = CpiSerializer(read_only=True, allow_null=True)
    modules = serializers.SerializerMethodField()
    people = PersonSerializer(source="everybody", many=True, read_only=True)
    decision = serializers.SerializerMethodField()
    told = serializers.SerializerMethodField()
    shares = serializers.SerializerMethodField()

    class Meta(ReferralSerializer.Meta):
        fields = [
            *ReferralSerializer.Meta.fields,
            "occurrence_number",
            "lawful_basis",
            "ppn",
            "cpi",
            "modules",
            "people",
            "declaration",
            "decision",
            "told",
            "shares",
        ]
        read_only_fields = fields

    def to_representation(self, instance: Referral) -> dict[str, Any]:
        """Only the form that it is: a PPN has no `cpi` content. An agency that it was shared with gets what it was given."""
        other = "cpi" if instance.kind == FormKind.PPN else "ppn"
        self.fields.pop(other, None)
        snapshot: ShareSnapshot | None = self.context.get("snapshot")
        if snapshot is None:
            return dict(super().to_representation(instance)) | {other: None}
        for name in (instance.kind.lower(), "people", "modules"):
            self.fields.pop(name, None)
        return dict(super().to_representation(instance)) | _as_given(snapshot) | {other: None}

    @extend_schema_field(ModulesSerializer)
    def get_modules(self, referral: Referral) -> dict[str, Any]:
        """The answers of each type that is ticked."""
        return modules_in_shape(referral)

    @extend_schema_field(DecisionSerializer(allow_null=True))
    def get_decision(self, referral: Referral) -> dict[str, Any] | None:
        """The current decision, for the hub."""
        if not permissions.sees_casework(self.context["request"].user, referral):
            return None
        decision = referral.decisions.filter(is_current=True).select_related("decided_by").first()
        return dict(DecisionSerializer(decision).data) if decision else None

    @extend_schema_field(ToldSerializer(allow_null=True))
    def get_told(self, referral: Referral) -> dict[str, Any] | None:
        """What may be told of the current decision: to the hub, to who wrote it and to their line manager."""
        if not permissions.sees_told(self.context["request"].user, referral):
            return None
        decision = queries.told_of(referral)
        return dict(ToldSerializer(decision).data) if decision else None

    @extend_schema_field(ShareSerializer(many=True))
    def get_shares(self, referral: Referral) -> list[dict[str, Any]]:
        """All of them for the hub, the answered ones for who wrote it (without the hub's reason), its own for an agency."""
        user = self.context["request"].user
        shares = referral.shares.select_related("agency").order_by("shared_at", "pk")
        if permissions.sees_casework(user, referral):
            return [dict(ShareSerializer(share).data) for share in shares]
        own = shares.live().filter(agency=user.agency_id)
        if not permissions.is_writer(user, referral):
            return [dict(ShareSerializer(share).data) for share in own]
        answered = shares.filter(state__in=ANSWERED)
        return [dict(ShareSerializer(share).data) | {"reason": None} for share in answered]


def _as_given(snapshot: ShareSnapshot) -> dict[str, Any]:
    """The content of a referral as one agency was given it: an answer that it was not given is not there."""
    content = snapshot.content
    kind = FormKind(content["form"]["kind"])
    pages = SECTION_FIELDS[kind]
    answers = {name: value for key, part in content["sections"].items() if key in pages for name, value in part.items()}
    on_referral = {name: answers.pop(name, "") for name in ("occurrence_number", "lawful_basis")}
    types, risk_level = answers.pop("types", []), answers.pop("risk_level", None)
    return {
        **on_referral,
        "types": types,
        "risk_level": risk_level,
        "declaration": "",
        kind.lower(): {name: value for name, value in answers.items() if name not in ON_REFERRAL[kind]},
        "modules": {key.replace("-", "_"): part for key, part in content["sections"].items() if key not in pages},
        "people": content["people"],
    }


class NewReferralSerializer(serializers.Serializer[Any]):
    """A complete referral in one call: the fields of its form under `ppn` or `cpi`, and the people in it."""

    kind = serializers.ChoiceField(choices=FormKind.choices)
    occurrence_number = serializers.CharField(max_length=20, allow_blank=True, required=False)
    types = serializers.ListField(child=serializers.ChoiceField(choices=ConcernType.choices), required=False)
    risk_level = serializers.ChoiceField(choices=RiskLevel.choices, required=False)
    lawful_basis = serializers.ChoiceField(choices=LawfulBasis.choices, required=False)
    ppn = PpnSerializer(required=False)
    cpi = CpiSerializer(required=False)
    modules = ModulesSerializer(required=False)
    people: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=NewPersonSerializer(), required=False, max_length=MOST_PEOPLE
    )
    why_another = serializers.CharField(
        max_length=1_000,
        allow_blank=True,
        required=False,
        help_text="Why another PPN is sent although one with this occurrence number, or of the last 24 hours about somebody much alike, may exist: asked (409) unless the risk is high",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The content must be that of the form, and what the form does not ask must not be there."""
        kind = FormKind(attrs["kind"])
        other = "cpi" if kind == FormKind.PPN else "ppn"
        if other in attrs:
            raise serializers.ValidationError({other: ["This is not the content of that form."]})
        asked_of_ppns = {*ON_REFERRAL[FormKind.PPN], "why_another"} - ON_REFERRAL[kind]
        if kind == FormKind.CPI and (unasked := sorted(asked_of_ppns & set(attrs))):
            raise serializers.ValidationError({name: [f"A {kind} form does not ask this."] for name in unasked})
        ticked = {str(concern).lower() for concern in attrs.get("types", [])}
        if unticked := sorted(set(attrs.get("modules", {})) - ticked):
            raise serializers.ValidationError({"modules": [f"{name} is not among the types." for name in unticked]})
        count = len(attrs.get("people", []))
        if any(
            relation["to"] >= count for person in attrs.get("people", []) for relation in person.get("relations", [])
        ):
            raise serializers.ValidationError({"people": ["A relation points to nobody in this list."]})
        return attrs

    def answers(self) -> dict[str, Any]:
        """All answers by the name of the model's field, as services take them."""
        data = dict(self.validated_data)
        content = data.pop(data.pop("kind").lower(), {})
        data.pop("people", None)
        data.pop("modules", None)
        data.pop("why_another", None)
        return data | dict(content)

    def people_and_relations(self) -> tuple[list[dict[str, Any]], list[tuple[int, int, str]]]:
        """The people without their relations, and the relations as places in that list with the kind."""
        people = [dict(person) for person in self.validated_data.get("people", [])]
        relations = [
            (number, relation["to"], relation["kind"])
            for number, person in enumerate(people)
            for relation in person.pop("relations", [])
        ]
        return people, relations

    def answers_by_type(self) -> dict[ConcernType, dict[str, Any]]:
        """The answers by type."""
        return {
            ConcernType(name.upper()): dict(given) for name, given in self.validated_data.get("modules", {}).items()
        }
