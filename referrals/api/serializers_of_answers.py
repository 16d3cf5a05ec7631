"""Shapes of what hub, writer, agencies and schools send each other after a decision."""

from typing import Any

from rest_framework import serializers

from accounts.models import Agency
from referrals.api.serializers import AnswerSerializer
from referrals.enums import MOST_PEOPLE, SCHOOLS, AnswerChannel, FeedbackKind, NoticeChannel, NoticeException
from referrals.models import Clarification, EncompassNotice, Feedback, ShareSnapshot

LONGEST = 5_000


class RenewShareSerializer(serializers.Serializer[Any]):
    """The parts and people that the agency reads from now on; without `files` it keeps those that it has."""

    sections = serializers.ListField(child=serializers.CharField(max_length=32))
    people = serializers.ListField(child=serializers.UUIDField(), max_length=MOST_PEOPLE)
    files = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=100)
    reason = serializers.CharField(max_length=LONGEST)


class GivenSerializer(serializers.ModelSerializer[ShareSnapshot]):
    """One version of what an agency was given, without its words."""

    class Meta:
        model = ShareSnapshot
        fields = ["number", "made_at", "form_version", "sections", "sha256"]
        read_only_fields = fields


class WordsSerializer(serializers.Serializer[Any]):
    words = serializers.CharField(max_length=LONGEST)


class HandedSerializer(serializers.Serializer[Any]):
    to = serializers.CharField(max_length=200, help_text="To whom of the agency the printed pack was given")


class RecordAnswerSerializer(AnswerSerializer):
    """The answer of an agency of which nobody can sign in, as the hub heard it."""

    told_by = serializers.CharField(max_length=200, help_text="Who of the agency gave it")
    channel = serializers.ChoiceField(choices=AnswerChannel.choices)
    told_at = serializers.DateTimeField()


class NewFeedbackSerializer(WordsSerializer):
    kind = serializers.ChoiceField(choices=[FeedbackKind.LEARNING, FeedbackKind.THANKS])


class FeedbackSerializer(serializers.ModelSerializer[Feedback]):
    """What the writer was told."""

    class Meta:
        model = Feedback
        fields = ["id", "kind", "words", "told_at", "acknowledged_at"]
        read_only_fields = fields


class AcknowledgeSerializer(serializers.Serializer[Any]):
    feedback = serializers.ListField(child=serializers.UUIDField(), max_length=500)


class AcknowledgedSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()


class NewQuestionSerializer(serializers.Serializer[Any]):
    question = serializers.CharField(max_length=LONGEST)


class ReplySerializer(serializers.Serializer[Any]):
    reply = serializers.CharField(max_length=LONGEST)


class QuestionSerializer(serializers.ModelSerializer[Clarification]):
    """A question of the hub to the writer, and the reply."""

    class Meta:
        model = Clarification
        fields = ["id", "question", "asked_at", "reply", "replied_at"]
        read_only_fields = fields


class NoticeSerializer(serializers.ModelSerializer[EncompassNotice]):
    """A notice to a school. Without `child` nobody has been named yet."""

    child = serializers.UUIDField(source="child_id", read_only=True, allow_null=True)

    class Meta:
        model = EncompassNotice
        fields = [
            "id",
            "child",
            "state",
            "due_at",
            "school",
            "key_adult",
            "channel",
            "tries",
            "failure",
            "sent_at",
            "acknowledge_due_at",
            "acknowledged_at",
            "exception",
            "exception_words",
        ]
        read_only_fields = fields


class SendNoticeSerializer(serializers.Serializer[Any]):
    channel = serializers.ChoiceField(choices=NoticeChannel.choices)
    school = serializers.CharField(max_length=120, allow_blank=True, default="")
    key_adult = serializers.CharField(max_length=120)
    agency = serializers.PrimaryKeyRelatedField(
        queryset=Agency.objects.active().filter(kind__in=SCHOOLS), allow_null=True, default=None
    )


class ExceptNoticeSerializer(WordsSerializer):
    reason = serializers.ChoiceField(choices=NoticeException.choices)
