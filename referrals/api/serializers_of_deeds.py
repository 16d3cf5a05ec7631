"""Small shapes that several writes take."""

import uuid
from typing import Any

from rest_framework import serializers

from accounts.models import User
from referrals.enums import RiskLevel, VoidReason


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=5_000)


class SetRiskSerializer(serializers.Serializer[Any]):
    level = serializers.ChoiceField(choices=RiskLevel.choices)
    reason = serializers.CharField(max_length=5_000, help_text="For the hub and the supervisor")
    may_be_told = serializers.CharField(max_length=2_000, help_text="To who wrote it")


class CloseSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(
        max_length=5_000, allow_blank=True, default="", help_text="Where something stays open that may"
    )


class VoidSerializer(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=VoidReason.choices)
    words = serializers.CharField(max_length=5_000)
    kept_reference = serializers.CharField(
        max_length=20, allow_blank=True, default="", help_text="Of a duplicate: the referral that stands"
    )


class AssignmentSerializer(serializers.Serializer[Any]):
    to = serializers.PrimaryKeyRelatedField(queryset=User.objects.none(), help_text="A decision-maker of the hub")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Only people of the hub that asks."""
        fields = super().get_fields()
        hub: uuid.UUID | None = self.context.get("hub")
        if hub is not None:
            fields["to"].queryset = User.objects.filter(agency=hub)  # type: ignore[attr-defined]
        return fields
