"""What follows a share, over the API: newer versions, what was missing, packs given by hand, feedback, questions and replies."""

import uuid

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.api import exactly_once
from audit import services as audit
from audit.enums import Verb
from referrals import permissions, queries, services
from referrals.api.deeds import ONCE, Deed, SignedInApiRequest, sent
from referrals.api.serializers import ShareSerializer
from referrals.api.serializers_of_answers import (
    AcknowledgedSerializer,
    AcknowledgeSerializer,
    FeedbackSerializer,
    GivenSerializer,
    HandedSerializer,
    NewFeedbackSerializer,
    NewQuestionSerializer,
    QuestionSerializer,
    RecordAnswerSerializer,
    RenewShareSerializer,
    ReplySerializer,
    WordsSerializer,
)
from referrals.models import Clarification, Referral, Share


class ShareDeed(Deed):
    """Something done with one live share of a referral that one may see."""

    def allows(self, request: SignedInApiRequest, referral: Referral) -> bool:
        return permissions.can_share(request.user, referral)

    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> Share:
        visible = Referral.objects.visible_to(request.user).sent()
        live = Share.objects.live().filter(referral__in=visible).select_related("referral", "agency")
        share = get_object_or_404(live, pk=pk)
        if not self.allows(request, share.referral):
            raise PermissionDenied
        return share


class ShareRenew(ShareDeed):
    @extend_schema(
        operation_id="shares_renew", parameters=[ONCE], request=RenewShareSerializer, responses={201: GivenSerializer}
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Give the agency the referral as it stands now, with these parts, people and files."""
        given = services.renew_share(
            share_id=self.find(request, pk).pk,
            by=request.user,
            at=timezone.now(),
            **sent(RenewShareSerializer, request),
        )
        return Response(GivenSerializer(given).data, status=201)


class ShareSupply(ShareDeed):
    def allows(self, request: SignedInApiRequest, referral: Referral) -> bool:
        return permissions.can_supply(request.user, referral)

    @extend_schema(
        operation_id="shares_supply", parameters=[ONCE], request=WordsSerializer, responses={200: ShareSerializer}
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Send an agency what it said was missing; it answers again. By the hub, or by who wrote the referral."""
        share = self.find(request, pk)
        services.supply_missing(share_id=share.pk, by=request.user, at=timezone.now(), **sent(WordsSerializer, request))
        share.refresh_from_db()
        seen = dict(ShareSerializer(share).data)
        is_hub = permissions.sees_casework(request.user, share.referral)
        return Response(seen if is_hub else seen | {"reason": None})


class ShareLookAgain(ShareDeed):
    def allows(self, request: SignedInApiRequest, referral: Referral) -> bool:
        return permissions.can_decide(request.user, referral)

    @extend_schema(operation_id="shares_look_again", parameters=[ONCE], request=None, responses={200: ShareSerializer})
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Note that a decision-maker looked again at what an agency rejected."""
        share = services.look_again(share_id=self.find(request, pk).pk, by=request.user, at=timezone.now())
        return Response(ShareSerializer(share).data)


class ShareHandOver(ShareDeed):
    @extend_schema(
        operation_id="shares_hand_over", parameters=[ONCE], request=HandedSerializer, responses={200: ShareSerializer}
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Note to whom of an agency the printed pack was given, where nobody there can sign in."""
        given = sent(HandedSerializer, request)
        share = services.hand_over(share_id=self.find(request, pk).pk, by=request.user, at=timezone.now(), **given)
        return Response(ShareSerializer(share).data)


class ShareRecordAnswer(ShareDeed):
    @extend_schema(
        operation_id="shares_record_answer",
        parameters=[ONCE],
        request=RecordAnswerSerializer,
        responses={200: ShareSerializer},
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Record the answer of an agency of which nobody can sign in: from whom, when and how it came."""
        given = sent(RecordAnswerSerializer, request)
        share = services.record_answer(share_id=self.find(request, pk).pk, by=request.user, at=timezone.now(), **given)
        return Response(ShareSerializer(share).data)


class ThreadDeed(Deed):
    """What the hub tells and asks the writer: read by both, written by the hub."""

    scopes = {"GET": "referrals:read", "POST": "referrals:write"}

    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> Referral:
        referral = _visible(request, pk)
        if not permissions.can_give_feedback(request.user, referral):
            raise PermissionDenied
        return referral


class FeedbackList(ThreadDeed):
    @extend_schema(operation_id="feedback_list", responses=FeedbackSerializer(many=True))
    def get(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """What the writer was told, the oldest first: for the writer and the hub. The look is recorded."""
        referral = _read_thread(request, pk, "referral.feedback_read")
        return Response(FeedbackSerializer(queries.feedback_of(referral), many=True).data)

    @extend_schema(
        operation_id="feedback_give",
        parameters=[ONCE],
        request=NewFeedbackSerializer,
        responses={201: FeedbackSerializer},
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Tell the writer what can be learned, or thank them."""
        told = services.give_feedback(
            referral_id=self.find(request, pk).pk,
            by=request.user,
            at=timezone.now(),
            **sent(NewFeedbackSerializer, request),
        )
        return Response(FeedbackSerializer(told).data, status=201)


class FeedbackAcknowledge(Deed):
    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> Referral:
        return _written(request, pk)

    @extend_schema(
        operation_id="feedback_acknowledge",
        parameters=[ONCE],
        request=AcknowledgeSerializer,
        responses={200: AcknowledgedSerializer},
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Note that the writer read these."""
        count = services.acknowledge_feedback(
            referral_id=self.find(request, pk).pk,
            feedback_ids=sent(AcknowledgeSerializer, request)["feedback"],
            by=request.user,
            at=timezone.now(),
        )
        return Response({"count": count})


class QuestionList(ThreadDeed):
    @extend_schema(operation_id="questions_list", responses=QuestionSerializer(many=True))
    def get(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """The hub's questions to the writer with their replies: for the writer and the hub. The look is recorded."""
        referral = _read_thread(request, pk, "referral.questions_read")
        return Response(QuestionSerializer(queries.clarifications_of(referral), many=True).data)

    @extend_schema(
        operation_id="questions_ask",
        parameters=[ONCE],
        request=NewQuestionSerializer,
        responses={201: QuestionSerializer},
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Ask who wrote it."""
        asked = services.ask_referrer(
            referral_id=self.find(request, pk).pk,
            by=request.user,
            at=timezone.now(),
            **sent(NewQuestionSerializer, request),
        )
        return Response(QuestionSerializer(asked).data, status=201)


class QuestionReply(Deed):
    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> Clarification:
        visible = Referral.objects.visible_to(request.user).sent()
        asked = get_object_or_404(Clarification.objects.filter(referral__in=visible).select_related("referral"), pk=pk)
        if not permissions.is_writer(request.user, asked.referral):
            raise PermissionDenied
        return asked

    @extend_schema(
        operation_id="questions_reply", parameters=[ONCE], request=ReplySerializer, responses={200: QuestionSerializer}
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """The writer's reply, once."""
        reply = sent(ReplySerializer, request)
        asked = services.reply_to_hub(
            clarification_id=self.find(request, pk).pk, by=request.user, at=timezone.now(), **reply
        )
        return Response(QuestionSerializer(asked).data)


def _visible(request: SignedInApiRequest, pk: uuid.UUID) -> Referral:
    referral: Referral = get_object_or_404(Referral.objects.visible_to(request.user).sent(), pk=pk)
    return referral


def _written(request: SignedInApiRequest, pk: uuid.UUID) -> Referral:
    referral = _visible(request, pk)
    if not permissions.is_writer(request.user, referral):
        raise PermissionDenied
    return referral


def _read_thread(request: SignedInApiRequest, pk: uuid.UUID, what: str) -> Referral:
    """A referral of which this person reads what hub and writer told each other, and the record of that look."""
    referral = _visible(request, pk)
    if not permissions.sees_answers(request.user, referral):
        raise PermissionDenied
    audit.record(verb=Verb.READ, what=what, at=timezone.now(), actor=request.user, subject=referral, over="API")
    return referral
