"""The consultation log over the API."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from accounts.api import HasScope, exactly_once
from accounts.models import Agency
from audit import services as audit
from audit.enums import Verb
from common.rest import KeysetPagination
from referrals import permissions, queries, services
from referrals.api.deeds import ONCE, Deed, SignedInApiRequest, sent
from referrals.enums import Advised, ConcernType, ConsultationChannel
from referrals.models import Consultation


class ConsultationSerializer(serializers.ModelSerializer[Consultation]):
    agency = serializers.UUIDField(source="agency_id", read_only=True, allow_null=True)
    agency_name = serializers.CharField(source="who_asked", read_only=True)
    advised_by = serializers.CharField(source="advised_by.name", read_only=True)
    referral = serializers.UUIDField(source="referral_id", read_only=True, allow_null=True)

    class Meta:
        model = Consultation
        fields = [
            "id",
            "asked_at",
            "agency",
            "agency_name",
            "asker_role",
            "channel",
            "types",
            "about",
            "advised",
            "advice",
            "advised_by",
            "recorded_at",
            "referral",
        ]
        read_only_fields = fields


class NewConsultationSerializer(serializers.Serializer[Any]):
    asked_at = serializers.DateTimeField()
    agency = serializers.PrimaryKeyRelatedField(queryset=Agency.objects.active(), required=False, allow_null=True)
    other_agency = serializers.CharField(max_length=120, allow_blank=True, default="")
    asker_role = serializers.CharField(max_length=120)
    channel = serializers.ChoiceField(choices=ConsultationChannel.choices)
    types = serializers.ListField(child=serializers.ChoiceField(choices=ConcernType.choices), default=list)
    about = serializers.CharField(max_length=10_000)
    advised = serializers.ChoiceField(choices=Advised.choices)
    advice = serializers.CharField(max_length=10_000)


class LinkSerializer(serializers.Serializer[Any]):
    reference = serializers.CharField(max_length=40)


class NewestFirst(KeysetPagination):
    order = queries.CONSULTATIONS_ORDER


class ConsultationList(GenericAPIView[Consultation]):
    permission_classes = [IsAuthenticated, HasScope]
    scopes = {"GET": "consultations:read", "POST": "consultations:write"}
    serializer_class = ConsultationSerializer
    pagination_class = NewestFirst
    queryset = Consultation.objects.none()

    def recheck(self, request: SignedInApiRequest, answered: Any) -> Consultation:
        """Before an answer is given again."""
        self._check(request)
        return get_object_or_404(Consultation.objects.visible_to(request.user), pk=answered.get("id"))

    def _check(self, request: SignedInApiRequest) -> None:
        if not permissions.can_keep_consultations(request.user):
            raise PermissionDenied

    @extend_schema(operation_id="consultations_list", responses=ConsultationSerializer(many=True))
    def get(self, request: SignedInApiRequest) -> Response:
        """The log of one's hub, the latest first. The look is recorded."""
        self._check(request)
        page = self.paginate_queryset(queries.consultations_for(request.user)) or []
        audit.record(
            verb=Verb.READ,
            what="consultations.listed",
            at=timezone.now(),
            actor=request.user,
            shown=len(page),
            over="API",
        )
        return self.get_paginated_response(ConsultationSerializer(page, many=True).data)

    @extend_schema(
        operation_id="consultations_record",
        parameters=[ONCE],
        request=NewConsultationSerializer,
        responses={201: ConsultationSerializer},
    )
    @exactly_once
    def post(self, request: SignedInApiRequest) -> Response:
        """Record a question to the consultation line and the advice."""
        self._check(request)
        recorded = services.record_consultation(
            key=uuid.uuid4(), by=request.user, at=timezone.now(), **sent(NewConsultationSerializer, request)
        )
        return Response(ConsultationSerializer(recorded).data, status=201)


class ConsultationLink(Deed):
    scopes = {"POST": "consultations:write"}

    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> Consultation:
        return get_object_or_404(Consultation.objects.visible_to(request.user), pk=pk)

    @extend_schema(
        operation_id="consultations_link",
        parameters=[ONCE],
        request=LinkSerializer,
        responses={200: ConsultationSerializer},
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Say which referral followed, by its reference."""
        consultation = self.find(request, pk)
        linked = services.link_consultation(
            consultation_id=consultation.pk, by=request.user, at=timezone.now(), **sent(LinkSerializer, request)
        )
        return Response(ConsultationSerializer(linked).data)
