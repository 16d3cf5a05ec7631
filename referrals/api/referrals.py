"""Referrals over the API: list, read, submit in one call, decide, share and answer."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import HasScope, exactly_once
from audit import services as audit
from audit.enums import Verb
from common.rest import KeysetPagination
from referrals import permissions, queries, services
from referrals.api.deeds import ONCE, Deed, SignedInApiRequest, sent
from referrals.api.reasons import REASON, reason_sent
from referrals.api.serializers import (
    AnswerSerializer,
    DecisionSerializer,
    NewReferralSerializer,
    NewShareSerializer,
    ReferralDetailSerializer,
    ReferralSerializer,
    ShareSerializer,
)
from referrals.enums import FormKind
from referrals.models import Referral, Share
from referrals.queries import snapshot_read

# Makes an Idempotency-Key of a person into the key of a submission.
SUBMISSIONS = uuid.UUID("6f0a3b0e-64d5-4a57-9d3a-52e5f0f6a1c7")


class Root(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="root", responses={200: {"type": "object", "additionalProperties": {"type": "string"}}})
    def get(self, request: SignedInApiRequest) -> Response:
        """Where everything is."""
        names = {
            "referrals": "api:referrals",
            "challenges": "api:challenges",
            "consultations": "api:consultations",
            "incidents": "api:incidents",
            "schema": "api_schema",
            "docs": "api_docs",
        }
        return Response({name: request.build_absolute_uri(reverse(route)) for name, route in names.items()})


class NewestFirst(KeysetPagination):
    order = ("-submitted_at", "-pk")
    page_size = 50


class ReferralList(GenericAPIView[Referral]):
    permission_classes = [IsAuthenticated, HasScope]
    scopes = {"GET": "referrals:read", "POST": "referrals:write"}
    serializer_class = ReferralSerializer
    pagination_class = NewestFirst
    queryset = Referral.objects.none()

    def recheck(self, request: SignedInApiRequest, answered: Any) -> Referral:
        """Before the answer to a submission is given again."""
        return get_object_or_404(Referral.objects.visible_to(request.user).sent(), pk=answered.get("id"))

    @extend_schema(operation_id="referrals_list", responses=ReferralSerializer(many=True))
    def get(self, request: SignedInApiRequest) -> Response:
        """Submitted referrals that this person may see, newest first."""
        page = self.paginate_queryset(Referral.objects.visible_to(request.user).sent())
        context = {"shown": queries.shown_of(request.user, page or [])}
        return self.get_paginated_response(ReferralSerializer(page, many=True, context=context).data)

    @extend_schema(
        operation_id="referrals_submit",
        parameters=[ONCE],
        request=NewReferralSerializer,
        responses={201: ReferralDetailSerializer},
    )
    @exactly_once
    def post(self, request: SignedInApiRequest) -> Response:
        """Submit a complete PPN or CPI form."""
        form = NewReferralSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        kind = FormKind(form.validated_data["kind"])
        if not permissions.can_write(request.user, kind):
            raise PermissionDenied
        people, relations = form.people_and_relations()
        referral = services.submit_complete_referral(
            kind=kind,
            answers=form.answers(),
            people=people,
            relations=relations,
            modules=form.answers_by_type(),
            why_another=form.validated_data.get("why_another", ""),
            key=uuid.uuid5(SUBMISSIONS, f"{request.user.pk} {request.headers['Idempotency-Key']}"),
            by=request.user,
            at=timezone.now(),
        )
        return Response(ReferralDetailSerializer(referral, context={"request": request}).data, status=201)


class ReferralDetail(APIView):
    permission_classes = [IsAuthenticated, HasScope]
    scopes = {"GET": "referrals:read"}

    @extend_schema(operation_id="referrals_read", parameters=[REASON], responses=ReferralDetailSerializer)
    def get(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """One referral, as far as this person may see it. The look is recorded, with the reason where one is asked for."""
        visible = Referral.objects.visible_to(request.user).submitted().select_related("ppn", "cpi")
        visible = queries.with_readers_connections(
            visible.prefetch_related("people__relations", "access"), request.user
        )
        referral = get_object_or_404(visible, pk=pk)
        at = timezone.now()
        if services.is_concerned(referral=referral, by=request.user, at=at):
            raise Http404
        reason = reason_sent(request) if services.asks_why_of_reading(request.user, referral) else ""
        share = services.open_shared_referral(referral=referral, by=request.user, at=at)
        snapshot = None
        if not permissions.sees_whole(request.user, referral):
            snapshot = queries.last_snapshot(share) if share is not None else None
            if snapshot is None:
                raise Http404
        audit.record(
            verb=Verb.READ,
            what="referral.read",
            at=at,
            actor=request.user,
            subject=referral,
            over="API",
            reason=reason,
            **snapshot_read(snapshot),
        )
        context = {"request": request, "snapshot": snapshot}
        return Response(ReferralDetailSerializer(referral, context=context).data)


class DecisionList(Deed):
    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> Referral:
        referral = get_object_or_404(Referral.objects.visible_to(request.user).sent(), pk=pk)
        if not permissions.can_decide(request.user, referral):
            raise PermissionDenied
        return referral

    @extend_schema(
        operation_id="referrals_decide",
        parameters=[ONCE],
        request=DecisionSerializer,
        responses={201: DecisionSerializer},
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Record a threshold decision; it supersedes the current one."""
        referral = self.find(request, pk)
        decision = services.decide_referral(
            referral_id=referral.pk, by=request.user, at=timezone.now(), **sent(DecisionSerializer, request)
        )
        return Response(DecisionSerializer(decision).data, status=201)


class ShareList(Deed):
    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> Referral:
        referral = get_object_or_404(Referral.objects.visible_to(request.user).sent(), pk=pk)
        if not permissions.can_share(request.user, referral):
            raise PermissionDenied
        return referral

    @extend_schema(
        operation_id="referrals_share", parameters=[ONCE], request=NewShareSerializer, responses={201: ShareSerializer}
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Share a referral with one agency."""
        referral = self.find(request, pk)
        share = services.share_referral(
            referral_id=referral.pk, by=request.user, at=timezone.now(), **sent(NewShareSerializer, request)
        )
        return Response(ShareSerializer(share).data, status=201)


class ShareAnswer(Deed):
    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> Share:
        user = request.user
        visible = Referral.objects.visible_to(user)
        own = Share.objects.live().filter(agency=user.agency_id, referral__in=visible).select_related("referral")
        share = get_object_or_404(own, pk=pk)
        if not permissions.can_answer(user, share):
            raise PermissionDenied
        return share

    @extend_schema(
        operation_id="shares_answer", parameters=[ONCE], request=AnswerSerializer, responses={200: ShareSerializer}
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Accept or reject what was shared with one's agency, or ask for further work."""
        share = self.find(request, pk)
        share = services.answer_share(
            share_id=share.pk, by=request.user, at=timezone.now(), **sent(AnswerSerializer, request)
        )
        return Response(ShareSerializer(share).data)
