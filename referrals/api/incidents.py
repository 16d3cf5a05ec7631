"""Incidents over the API: what is known, and batches from the records system."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from accounts.api import HasScope, exactly_once
from accounts.models import ApiClient
from audit import services as audit
from audit.enums import Verb
from common.rest import KeysetPagination
from referrals import permissions, queries
from referrals.api.deeds import ONCE, SignedInApiRequest
from referrals.api.serializers_of_incidents import (
    ImportReportSerializer,
    IncidentFilterSerializer,
    IncidentSerializer,
    NewIncidentsSerializer,
)
from referrals.models import Incident, IncidentImport
from referrals.services.incidents import import_incident_rows

SENT = OpenApiExample(
    "Two incidents, the second with an impossible date",
    request_only=True,
    value={
        "incidents": [
            {
                "occurrence_number": "99000000123",
                "reported_at": "2026-03-27T14:05:00+00:00",
                "kind": "CHILD_CONCERN",
                "district_code": "Y99002",
                "child_linked": True,
                "adult_needs": False,
                "domestic_abuse": False,
            },
            {
                "occurrence_number": "99000000124",
                "reported_at": "2026-02-30",
                "kind": "MISSING",
                "district_code": "Y99002",
                "child_linked": False,
                "adult_needs": True,
                "domestic_abuse": False,
            },
        ]
    },
)
REPORTED = OpenApiExample(
    "One was taken and one refused",
    response_only=True,
    status_codes=["201"],
    value={
        "id": "7d4f3c52-61d4-4c1b-9b7e-3d5f0c2e8a11",
        "rows": 2,
        "added": 1,
        "changed": 0,
        "unchanged": 0,
        "refused": 1,
        "refusals": [{"row": 2, "column": "reported_at", "message": "“2026-02-30” is not a real date."}],
    },
)


class NewestFirst(KeysetPagination):
    order = queries.INCIDENTS_ORDER


class IncidentList(GenericAPIView[Incident]):
    permission_classes = [IsAuthenticated, HasScope]
    scopes = {"GET": "incidents:read", "POST": "incidents:write"}
    serializer_class = IncidentSerializer
    pagination_class = NewestFirst
    queryset = Incident.objects.none()

    def recheck(self, request: SignedInApiRequest, answered: Any) -> IncidentImport:
        """Before the report of a batch is given again."""
        if not permissions.can_import_incidents(request.user):
            raise PermissionDenied
        return get_object_or_404(queries.imports_for(request.user), pk=answered.get("id"))

    @extend_schema(
        operation_id="incidents_list", parameters=[IncidentFilterSerializer], responses=IncidentSerializer(many=True)
    )
    def get(self, request: SignedInApiRequest) -> Response:
        """Incidents of one's own force, newest first, without their summaries. The look is recorded."""
        user = request.user
        if not permissions.can_import_incidents(user):
            raise PermissionDenied
        sent = IncidentFilterSerializer(data=request.query_params, context={"force": user.agency})
        sent.is_valid(raise_exception=True)
        filters: dict[str, Any] = sent.validated_data
        page = self.paginate_queryset(queries.incidents_for(user, filters=filters)) or []
        audit.record(
            verb=Verb.READ,
            what="incidents.listed",
            at=timezone.now(),
            actor=user,
            shown=len(page),
            filters=sorted(filters),
            over="API",
        )
        return self.get_paginated_response(IncidentSerializer(page, many=True).data)

    @extend_schema(
        operation_id="incidents_import",
        parameters=[ONCE],
        request=NewIncidentsSerializer,
        responses={201: ImportReportSerializer},
        examples=[SENT, REPORTED],
    )
    @exactly_once
    def post(self, request: SignedInApiRequest) -> Response:
        """Send up to 1,000 incidents. Each is added, brought up to date, left as it is, or refused with the reason.

        What is wrong with one incident refuses that one and no other; the answer is 201 then too, so read `refused`.
        An incident that comes again changes nothing. Rows are numbered from 1, in the order in which they were sent.
        """
        user = request.user
        if not permissions.can_import_incidents(user):
            raise PermissionDenied
        sent = NewIncidentsSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        done = import_incident_rows(
            rows=sent.validated_data["incidents"],
            name=request.auth.name if isinstance(request.auth, ApiClient) else "Signed in by browser",
            force=user.agency,
            by=user,
            at=timezone.now(),
        )
        return Response(ImportReportSerializer(done).data, status=201)
