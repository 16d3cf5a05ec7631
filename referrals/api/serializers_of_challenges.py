"""Shapes of challenges."""

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from referrals import queries
from referrals.enums import ChallengeOutcome, Stance
from referrals.models import Challenge, ChallengeMeeting, ChallengePosition


class PositionSerializer(serializers.ModelSerializer[ChallengePosition]):
    by = serializers.CharField(source="by.name", read_only=True)

    class Meta:
        model = ChallengePosition
        fields = ["level", "side", "stance", "words", "safe_action", "at", "by"]
        read_only_fields = fields


class HeldMeetingSerializer(serializers.ModelSerializer[ChallengeMeeting]):
    by = serializers.CharField(source="by.name", read_only=True)

    class Meta:
        model = ChallengeMeeting
        fields = ["level", "held_at", "present", "summary", "at", "by"]
        read_only_fields = fields


class ChallengeSerializer(serializers.ModelSerializer[Challenge]):
    """One line of a list: nothing of what was said."""

    referral = serializers.UUIDField(source="referral_id", read_only=True)
    reference = serializers.CharField(source="referral.reference", read_only=True)
    raised_by = serializers.CharField(source="raised_by.name", read_only=True)
    waits_for = serializers.CharField(source="awaited.name", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Challenge
        fields = [
            "id",
            "referral",
            "reference",
            "matter",
            "raised_by",
            "state",
            "level",
            "is_risk_now",
            "waits_for",
            "opened_at",
            "due_at",
            "outcome",
            "ended_at",
            "reconsidered_at",
        ]
        read_only_fields = fields


OF_DETAIL = ("wanted", "challenged", "led_to", "end_words", "learning", "positions", "meetings")


class ChallengedSerializer(serializers.Serializer[Any]):
    """A decision in the words that may be told, or an answer; without a moment where no answer came."""

    at = serializers.DateTimeField(allow_null=True)
    summary = serializers.CharField()
    words = serializers.CharField()


class ChallengeDetailSerializer(ChallengeSerializer):
    """What both sides read."""

    challenged = serializers.SerializerMethodField()
    led_to = serializers.SerializerMethodField()
    positions = serializers.SerializerMethodField()
    meetings = serializers.SerializerMethodField()

    class Meta(ChallengeSerializer.Meta):
        fields = [*ChallengeSerializer.Meta.fields, *OF_DETAIL]
        read_only_fields = fields

    @extend_schema_field(ChallengedSerializer)
    def get_challenged(self, challenge: Challenge) -> Any:
        return ChallengedSerializer(queries.what_is_challenged(challenge)).data

    @extend_schema_field(ChallengedSerializer(allow_null=True))
    def get_led_to(self, challenge: Challenge) -> Any:
        made = queries.what_it_led_to(challenge)
        return None if made is None else ChallengedSerializer(made).data

    @extend_schema_field(PositionSerializer(many=True))
    def get_positions(self, challenge: Challenge) -> Any:
        return PositionSerializer(challenge.positions.select_related("by").order_by("at", "pk"), many=True).data

    @extend_schema_field(HeldMeetingSerializer(many=True))
    def get_meetings(self, challenge: Challenge) -> Any:
        return HeldMeetingSerializer(challenge.meetings.select_related("by").order_by("held_at", "pk"), many=True).data


class SaidSerializer(serializers.Serializer[Any]):
    words = serializers.CharField(max_length=5_000)
    safe_action = serializers.CharField(max_length=5_000, help_text="What keeps the child or adult safe meanwhile")


class RaiseSerializer(SaidSerializer):
    wanted = serializers.CharField(max_length=5_000)
    is_risk_now = serializers.BooleanField(default=False)
    is_rethink = serializers.BooleanField(default=False)


class RespondSerializer(SaidSerializer):
    stance = serializers.ChoiceField(choices=Stance.choices)


class StepUpSerializer(SaidSerializer):
    pass


class ResolveSerializer(serializers.Serializer[Any]):
    words = serializers.CharField(max_length=5_000)
    learning = serializers.CharField(max_length=5_000)
    outcome = serializers.ChoiceField(
        choices=ChallengeOutcome.choices, allow_blank=True, default="", help_text="At the last stage only"
    )


class MeetingSerializer(serializers.Serializer[Any]):
    key = serializers.UUIDField(default=uuid.uuid4, help_text="Of your own: the same key again is the same meeting")
    held_at = serializers.DateTimeField()
    present = serializers.CharField(max_length=5_000)
    summary = serializers.CharField(max_length=5_000)
