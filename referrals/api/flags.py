"""Flags on a referral and its links to others over the API: for the hub alone, as on its page."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api import exactly_once
from audit import services as audit
from audit.enums import Verb
from referrals import permissions, queries, services
from referrals.api.deeds import ONCE, Deed, SignedInApiRequest, sent
from referrals.api.serializers_of_deeds import ReasonSerializer
from referrals.enums import FlagKind, LinkKind
from referrals.models import Flag, Referral, ReferralLink


class FlagSerializer(serializers.ModelSerializer[Flag]):
    person = serializers.UUIDField(
        source="person_id", allow_null=True, read_only=True, help_text="Null: it is about the referral"
    )
    raised_by = serializers.CharField(source="raised_by.name", read_only=True)
    cleared_by = serializers.CharField(source="cleared_by.name", read_only=True, default="")

    class Meta:
        model = Flag
        fields = ("id", "kind", "person", "words", "raised_at", "raised_by", "cleared_at", "cleared_by", "clear_reason")
        read_only_fields = fields


class NewFlagSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=FlagKind.choices)
    words = serializers.CharField(max_length=2_000, help_text="Why")
    person_id = serializers.UUIDField(
        allow_null=True, default=None, help_text="Somebody named in the referral; without one it is about the referral"
    )


class ReferralLinkSerializer(serializers.ModelSerializer[ReferralLink]):
    """A link as it was made: `referral` is the one that it was made on."""

    referral = serializers.CharField(source="referral.reference", read_only=True)
    other = serializers.CharField(source="other.reference", read_only=True)
    made_by = serializers.CharField(source="made_by.name", read_only=True)
    removed_by = serializers.CharField(source="removed_by.name", read_only=True, default="")

    class Meta:
        model = ReferralLink
        fields = (
            "id",
            "referral",
            "other",
            "kind",
            "words",
            "made_at",
            "made_by",
            "removed_at",
            "removed_by",
            "removal_reason",
        )
        read_only_fields = fields


class NewReferralLinkSerializer(serializers.Serializer[Any]):
    reference = serializers.CharField(max_length=40, help_text="Of the other referral")
    kind = serializers.ChoiceField(choices=LinkKind.choices)
    words = serializers.CharField(max_length=2_000, help_text="Why they belong together")


class HubDeed(Deed):
    """What decision-makers of the hub put on a referral, and read there."""

    scopes = {"GET": "referrals:read", "POST": "referrals:write"}

    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> Referral:
        referral = get_object_or_404(Referral.objects.visible_to(request.user).sent(), pk=pk)
        if not permissions.can_flag(request.user, referral):
            raise PermissionDenied
        return referral

    def looked(self, request: SignedInApiRequest, referral: Referral, what: str) -> None:
        """The look is recorded."""
        audit.record(verb=Verb.READ, what=what, at=timezone.now(), actor=request.user, subject=referral, over="API")


class FlagList(HubDeed):
    @extend_schema(operation_id="flags_list", responses=FlagSerializer(many=True))
    def get(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Every flag of a referral, the last first, cleared ones too. The look is recorded."""
        referral = self.find(request, pk)
        self.looked(request, referral, "flags.read")
        return Response(FlagSerializer(queries.flags_of(referral), many=True).data)

    @extend_schema(
        operation_id="flags_raise", parameters=[ONCE], request=NewFlagSerializer, responses={201: FlagSerializer}
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Warn others of the hub."""
        referral = self.find(request, pk)
        given = sent(NewFlagSerializer, request)
        flag = services.raise_flag(referral_id=referral.pk, by=request.user, at=timezone.now(), **given)
        return Response(FlagSerializer(flag).data, status=201)


class FlagClear(HubDeed):
    scopes = {"POST": "referrals:write"}

    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> Referral:
        visible = Referral.objects.visible_to(request.user).sent()
        flag = get_object_or_404(Flag.objects.filter(referral__in=visible), pk=pk)
        return super().find(request, flag.referral_id)

    @extend_schema(
        operation_id="flags_clear", parameters=[ONCE], request=ReasonSerializer, responses={200: FlagSerializer}
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Take a flag away, with the reason."""
        self.find(request, pk)
        flag = services.clear_flag(flag_id=pk, by=request.user, at=timezone.now(), **sent(ReasonSerializer, request))
        return Response(FlagSerializer(flag).data)


class LinkList(HubDeed):
    @extend_schema(operation_id="links_list", responses=ReferralLinkSerializer(many=True))
    def get(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """The links of a referral to others that one may see, the last first, removed ones too. The look is recorded."""
        referral = self.find(request, pk)
        self.looked(request, referral, "links.read")
        links = [one.link for one in queries.links_of(request.user, referral)]
        return Response(ReferralLinkSerializer(links, many=True).data)

    @extend_schema(
        operation_id="links_make",
        parameters=[ONCE],
        request=NewReferralLinkSerializer,
        responses={201: ReferralLinkSerializer},
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Say how this referral belongs to another."""
        referral = self.find(request, pk)
        given = sent(NewReferralLinkSerializer, request)
        link = services.link_referrals(referral_id=referral.pk, by=request.user, at=timezone.now(), **given)
        return Response(ReferralLinkSerializer(link).data, status=201)


class LinkRemove(HubDeed):
    scopes = {"POST": "referrals:write"}

    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> Referral:
        """Both referrals must be seen, else there is no link."""
        link = get_object_or_404(ReferralLink, pk=pk)
        visible = Referral.objects.visible_to(request.user).sent()
        if visible.filter(pk__in=[link.referral_id, link.other_id]).count() < 2:
            raise Http404
        return super().find(request, link.referral_id)

    @extend_schema(
        operation_id="links_remove",
        parameters=[ONCE],
        request=ReasonSerializer,
        responses={200: ReferralLinkSerializer},
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Take a link back, with the reason."""
        self.find(request, pk)
        link = services.remove_link(link_id=pk, by=request.user, at=timezone.now(), **sent(ReasonSerializer, request))
        return Response(ReferralLinkSerializer(link).data)
