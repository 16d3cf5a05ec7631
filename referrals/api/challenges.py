"""Challenges over the API, for both sides."""

import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from accounts.api import HasScope, exactly_once
from accounts.enums import Permission
from audit import services as audit
from audit.enums import Verb
from common.rest import KeysetPagination
from referrals import permissions, services
from referrals.api.deeds import ONCE, Deed, SignedInApiRequest, sent
from referrals.api.serializers_of_challenges import (
    ChallengeDetailSerializer,
    ChallengeSerializer,
    MeetingSerializer,
    RaiseSerializer,
    ResolveSerializer,
    RespondSerializer,
    StepUpSerializer,
)
from referrals.api.serializers_of_deeds import ReasonSerializer
from referrals.enums import ANSWERED, ChallengeMove, ShareState
from referrals.models import Challenge, Referral, Share

RELATED = ("referral", "hub", "agency", "decision", "share", "answer", "led_to", "led_to_answer")


class NewestFirst(KeysetPagination):
    order = ("-opened_at", "-pk")


class ChallengeList(GenericAPIView[Challenge]):
    permission_classes = [IsAuthenticated, HasScope]
    scopes = {"GET": "referrals:read"}
    serializer_class = ChallengeSerializer
    pagination_class = NewestFirst
    queryset = Challenge.objects.none()

    @extend_schema(operation_id="challenges_list", responses=ChallengeSerializer(many=True))
    def get(self, request: SignedInApiRequest) -> Response:
        """Challenges of one's side, open and ended, newest first, without what was said in them."""
        if not request.user.may(Permission.CHALLENGE):
            raise PermissionDenied
        page = self.paginate_queryset(Challenge.objects.visible_to(request.user).select_related(*RELATED))
        return self.get_paginated_response(ChallengeSerializer(page, many=True).data)


class ChallengeDetail(GenericAPIView[Challenge]):
    permission_classes = [IsAuthenticated, HasScope]
    scopes = {"GET": "referrals:read"}
    serializer_class = ChallengeDetailSerializer
    queryset = Challenge.objects.none()

    @extend_schema(operation_id="challenges_read", responses=ChallengeDetailSerializer)
    def get(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """One challenge with both sides' positions. The look is recorded."""
        challenge = get_object_or_404(Challenge.objects.visible_to(request.user).select_related(*RELATED), pk=pk)
        audit.record(
            verb=Verb.READ,
            what="challenge.read",
            at=timezone.now(),
            actor=request.user,
            subject=challenge.referral,
            challenge=str(challenge.pk),
            over="API",
        )
        return Response(ChallengeDetailSerializer(challenge).data)


class ChallengeDecision(Deed):
    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> Referral:
        referral = get_object_or_404(Referral.objects.visible_to(request.user).sent(), pk=pk)
        if not permissions.can_challenge_decision(request.user, referral, at=timezone.now()):
            raise PermissionDenied
        return referral

    @extend_schema(
        operation_id="referrals_challenge",
        parameters=[ONCE],
        request=RaiseSerializer,
        responses={201: ChallengeDetailSerializer},
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Challenge the hub's decision on a referral that one's agency wrote or that is shared with it."""
        referral = self.find(request, pk)
        raised = services.challenge_decision(
            referral_id=referral.pk, by=request.user, at=timezone.now(), **sent(RaiseSerializer, request)
        )
        return Response(ChallengeDetailSerializer(raised).data, status=201)


class ChallengeAnswer(Deed):
    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> Share:
        visible = Referral.objects.visible_to(request.user).sent()
        late = Q(state=ShareState.WAITING, answer_due_at__lt=timezone.now())
        shares = Share.objects.filter(Q(state__in=ANSWERED) | late, referral__in=visible)
        share = get_object_or_404(shares.select_related("referral"), pk=pk)
        if not permissions.can_challenge_answers(request.user, share.referral, at=timezone.now()):
            raise PermissionDenied
        return share

    @extend_schema(
        operation_id="shares_challenge",
        parameters=[ONCE],
        request=RaiseSerializer,
        responses={201: ChallengeDetailSerializer},
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Challenge what an agency answered, or that it has not answered in time."""
        share = self.find(request, pk)
        raised = services.challenge_answer(
            share_id=share.pk, by=request.user, at=timezone.now(), **sent(RaiseSerializer, request)
        )
        return Response(ChallengeDetailSerializer(raised).data, status=201)


class ChallengeDeed(Deed):
    """A move of one side."""

    move: ChallengeMove
    service: Callable[..., Any]

    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> Challenge:
        challenge = get_object_or_404(Challenge.objects.visible_to(request.user).select_related(*RELATED), pk=pk)
        if not permissions.can_move_challenge(request.user, challenge, self.move):
            raise PermissionDenied
        return challenge

    def make(self, request: SignedInApiRequest, pk: uuid.UUID, shape: type[Serializer[Any]]) -> Response:
        """The move itself."""
        challenge = self.find(request, pk)
        type(self).service(challenge_id=challenge.pk, by=request.user, at=timezone.now(), **sent(shape, request))
        moved = Challenge.objects.select_related(*RELATED).get(pk=challenge.pk)
        return Response(ChallengeDetailSerializer(moved).data)


class Respond(ChallengeDeed):
    move, service = ChallengeMove.RESPOND, services.respond_to_challenge

    @extend_schema(
        operation_id="challenges_respond",
        parameters=[ONCE],
        request=RespondSerializer,
        responses=ChallengeDetailSerializer,
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Say where one's side stands at this stage."""
        return self.make(request, pk, RespondSerializer)


class StepUp(ChallengeDeed):
    move, service = ChallengeMove.STEP_UP, services.step_up_challenge

    @extend_schema(
        operation_id="challenges_step_up",
        parameters=[ONCE],
        request=StepUpSerializer,
        responses=ChallengeDetailSerializer,
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Take it to the next stage."""
        return self.make(request, pk, StepUpSerializer)


class Resolve(ChallengeDeed):
    move, service = ChallengeMove.RESOLVE, services.resolve_challenge

    @extend_schema(
        operation_id="challenges_resolve",
        parameters=[ONCE],
        request=ResolveSerializer,
        responses=ChallengeDetailSerializer,
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Accept the response; at the last stage, record what the safeguarding partners decided."""
        return self.make(request, pk, ResolveSerializer)


class Withdraw(ChallengeDeed):
    move, service = ChallengeMove.WITHDRAW, services.withdraw_challenge

    @extend_schema(
        operation_id="challenges_withdraw",
        parameters=[ONCE],
        request=ReasonSerializer,
        responses=ChallengeDetailSerializer,
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """End it without an outcome."""
        return self.make(request, pk, ReasonSerializer)


class Meet(ChallengeDeed):
    move, service = ChallengeMove.MEET, services.record_challenge_meeting

    @extend_schema(
        operation_id="challenges_meet",
        parameters=[ONCE],
        request=MeetingSerializer,
        responses=ChallengeDetailSerializer,
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Record a meeting of the two sides."""
        return self.make(request, pk, MeetingSerializer)
