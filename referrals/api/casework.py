"""The hub's desk over the API: assignment, the end of a sharing, closing, reopening, withdrawing."""

import uuid

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.api import exactly_once
from referrals import permissions, services
from referrals.api.deeds import ONCE, Deed, SignedInApiRequest, sent
from referrals.api.serializers import ReferralSerializer, ShareSerializer
from referrals.api.serializers_of_deeds import (
    AssignmentSerializer,
    CloseSerializer,
    ReasonSerializer,
    SetRiskSerializer,
    VoidSerializer,
)
from referrals.models import Referral, Share


class DecidersDeed(Deed):
    """What a decision-maker of the hub does with what the hub received."""

    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> Referral:
        referral = get_object_or_404(Referral.objects.visible_to(request.user).sent(), pk=pk)
        if not permissions.can_decide(request.user, referral):
            raise PermissionDenied
        return referral


class Claim(DecidersDeed):
    @extend_schema(operation_id="referrals_claim", parameters=[ONCE], request=None, responses={200: ReferralSerializer})
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Take a referral that nobody has."""
        referral = self.find(request, pk)
        done = services.claim_referral(referral_id=referral.pk, by=request.user, at=timezone.now())
        return Response(ReferralSerializer(done).data)


class Assign(DecidersDeed):
    @extend_schema(
        operation_id="referrals_assign",
        parameters=[ONCE],
        request=AssignmentSerializer,
        responses={200: ReferralSerializer},
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Give a referral to a decision-maker of the hub, whoever has it now."""
        referral = self.find(request, pk)
        done = services.assign_referral(
            referral_id=referral.pk,
            by=request.user,
            at=timezone.now(),
            **sent(AssignmentSerializer, request, hub=request.user.agency_id),
        )
        return Response(ReferralSerializer(done).data)


class GiveBack(DecidersDeed):
    @extend_schema(
        operation_id="referrals_give_back", parameters=[ONCE], request=None, responses={200: ReferralSerializer}
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """From now on nobody has it."""
        referral = self.find(request, pk)
        done = services.give_back_referral(referral_id=referral.pk, by=request.user, at=timezone.now())
        return Response(ReferralSerializer(done).data)


class SetRisk(Deed):
    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> Referral:
        referral = get_object_or_404(Referral.objects.visible_to(request.user).sent(), pk=pk)
        if not permissions.can_set_risk(request.user, referral):
            raise PermissionDenied
        return referral

    @extend_schema(
        operation_id="referrals_set_risk",
        parameters=[ONCE],
        request=SetRiskSerializer,
        responses={200: ReferralSerializer},
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Set the risk level that counts; its place in the queue, its deadline and its review follow."""
        referral = self.find(request, pk)
        done = services.set_risk(
            referral_id=referral.pk, by=request.user, at=timezone.now(), **sent(SetRiskSerializer, request)
        )
        return Response(ReferralSerializer(done).data)


class Close(DecidersDeed):
    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> Referral:
        referral = get_object_or_404(Referral.objects.visible_to(request.user).sent(), pk=pk)
        if not permissions.can_close(request.user, referral):
            raise PermissionDenied
        return referral

    @extend_schema(
        operation_id="referrals_close", parameters=[ONCE], request=CloseSerializer, responses={200: ReferralSerializer}
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """End the hub's work on a referral that was decided on and waits for no agency."""
        referral = self.find(request, pk)
        done = services.close_referral(
            referral_id=referral.pk, by=request.user, at=timezone.now(), **sent(CloseSerializer, request)
        )
        return Response(ReferralSerializer(done).data)


class SupervisorsDeed(Deed):
    """What a supervisor of the hub undoes. What was withdrawn is still found, so that an answer can be given again."""

    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> Referral:
        referral = get_object_or_404(Referral.objects.visible_to(request.user).submitted(), pk=pk)
        if not permissions.can_reopen(request.user, referral):
            raise PermissionDenied
        return referral


class Reopen(SupervisorsDeed):
    @extend_schema(
        operation_id="referrals_reopen",
        parameters=[ONCE],
        request=ReasonSerializer,
        responses={200: ReferralSerializer},
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Take up again what was closed."""
        referral = self.find(request, pk)
        done = services.reopen_referral(
            referral_id=referral.pk, by=request.user, at=timezone.now(), **sent(ReasonSerializer, request)
        )
        return Response(ReferralSerializer(done).data)


class Void(SupervisorsDeed):
    @extend_schema(
        operation_id="referrals_void", parameters=[ONCE], request=VoidSerializer, responses={200: ReferralSerializer}
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Withdraw what was sent twice or about the wrong person."""
        referral = self.find(request, pk)
        done = services.void_referral(
            referral_id=referral.pk, by=request.user, at=timezone.now(), **sent(VoidSerializer, request)
        )
        return Response(ReferralSerializer(done).data)


class ShareEnd(Deed):
    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> Share:
        visible = Referral.objects.visible_to(request.user).sent()
        share = get_object_or_404(Share.objects.filter(referral__in=visible).select_related("referral"), pk=pk)
        if not permissions.can_share(request.user, share.referral):
            raise PermissionDenied
        return share

    @extend_schema(
        operation_id="shares_end", parameters=[ONCE], request=ReasonSerializer, responses={200: ShareSerializer}
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Take an agency's access away at once; the record of the disclosure stays."""
        share = self.find(request, pk)
        done = services.end_share(
            share_id=share.pk, by=request.user, at=timezone.now(), **sent(ReasonSerializer, request)
        )
        return Response(ShareSerializer(done).data)
