"""The evaluation of a CPI form over the API: read by the hub and intelligence staff, done by the latter."""

import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from accounts.api import HasScope, exactly_once
from audit import services as audit
from audit.enums import Verb
from referrals import permissions, queries, services
from referrals.api.deeds import ONCE, Deed, SignedInApiRequest, sent
from referrals.api.serializers_of_deeds import ReasonSerializer
from referrals.api.serializers_of_intelligence import (
    CpiAssessmentSerializer,
    CpiReportSerializer,
    RouteSerializer,
    WriteReportSerializer,
)
from referrals.enums import FormKind
from referrals.models import Referral


class AssessmentDetail(APIView):
    permission_classes = [IsAuthenticated, HasScope]
    scopes = {"GET": "referrals:read"}

    @extend_schema(operation_id="evaluations_read", responses=CpiAssessmentSerializer)
    def get(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """How a CPI form was evaluated. The look is recorded."""
        referral = _form(request, pk)
        if not permissions.sees_assessment(request.user, referral):
            raise PermissionDenied
        what = "cpi.assessment_read"
        audit.record(verb=Verb.READ, what=what, at=timezone.now(), actor=request.user, subject=referral, over="API")
        return _shown(request, referral)


class AssessmentDeed(Deed):
    """What intelligence staff do with a CPI form that their hub received."""

    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> Referral:
        referral = _form(request, pk)
        if not permissions.can_assess(request.user, referral):
            raise PermissionDenied
        return referral

    def do(
        self,
        deed: Callable[..., Any],
        request: SignedInApiRequest,
        pk: uuid.UUID,
        shape: type[BaseSerializer[Any]] | None = None,
    ) -> Response:
        referral = self.find(request, pk)
        given = sent(shape, request) if shape is not None else {}
        deed(referral_id=referral.pk, by=request.user, at=timezone.now(), **given)
        return _shown(request, referral)


class AssessmentBegin(AssessmentDeed):
    @extend_schema(
        operation_id="evaluations_begin", parameters=[ONCE], request=None, responses={200: CpiAssessmentSerializer}
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """The first look."""
        return self.do(services.begin_assessment, request, pk)


class ReportWrite(AssessmentDeed):
    @extend_schema(
        operation_id="evaluations_write_report",
        parameters=[ONCE],
        request=WriteReportSerializer,
        responses={200: CpiReportSerializer},
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Add a report, or change one, until the grading is finished."""
        referral = self.find(request, pk)
        given = sent(WriteReportSerializer, request)
        report = services.write_report(referral_id=referral.pk, by=request.user, at=timezone.now(), **given)
        return Response(CpiReportSerializer(report).data)


class ReportRemove(AssessmentDeed):
    @extend_schema(
        operation_id="evaluations_remove_report",
        parameters=[ONCE],
        request=None,
        responses={200: CpiAssessmentSerializer},
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID, report_pk: uuid.UUID) -> Response:
        """Take a report out of an evaluation that is not graded; one that is gone already stays so."""
        referral = self.find(request, pk)
        services.remove_report(referral_id=referral.pk, report_id=report_pk, by=request.user, at=timezone.now())
        return _shown(request, referral)


class ReportReadSecond(AssessmentDeed):
    @extend_schema(
        operation_id="evaluations_read_report_second",
        parameters=[ONCE],
        request=None,
        responses={200: CpiReportSerializer},
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID, report_pk: uuid.UUID) -> Response:
        """Another person has read a report under conditions and stands by it."""
        referral = self.find(request, pk)
        report = services.read_report_second(
            referral_id=referral.pk, report_id=report_pk, by=request.user, at=timezone.now()
        )
        return Response(CpiReportSerializer(report).data)


class AssessmentGrade(AssessmentDeed):
    @extend_schema(
        operation_id="evaluations_grade", parameters=[ONCE], request=None, responses={200: CpiAssessmentSerializer}
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Finish the grading."""
        return self.do(services.grade_assessment, request, pk)


class AssessmentRoute(AssessmentDeed):
    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> Referral:
        referral = _form(request, pk)
        may_act = permissions.can_act_on_doubtful(request.user, referral)
        if not may_act and not permissions.can_assess(request.user, referral):
            raise PermissionDenied
        return referral

    @extend_schema(
        operation_id="evaluations_route",
        parameters=[ONCE],
        request=RouteSerializer,
        responses={200: CpiAssessmentSerializer},
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Say where the reports go. What is suspected to be false a supervisor of the hub has acted on."""
        return self.do(services.route_assessment, request, pk, RouteSerializer)


class AssessmentEnd(AssessmentDeed):
    @extend_schema(
        operation_id="evaluations_end",
        parameters=[ONCE],
        request=ReasonSerializer,
        responses={200: CpiAssessmentSerializer},
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """End it without action."""
        return self.do(services.end_assessment, request, pk, ReasonSerializer)


class AssessmentClose(AssessmentDeed):
    @extend_schema(
        operation_id="evaluations_close", parameters=[ONCE], request=None, responses={200: CpiAssessmentSerializer}
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Close it, and thank who sent the form."""
        return self.do(services.close_assessment, request, pk)


def _form(request: SignedInApiRequest, pk: uuid.UUID) -> Referral:
    visible = Referral.objects.visible_to(request.user).sent().filter(kind=FormKind.CPI)
    return get_object_or_404(visible.prefetch_related("access"), pk=pk)


def _shown(request: SignedInApiRequest, referral: Referral) -> Response:
    assessment = queries.assessment_of(referral)
    if assessment is None:
        raise Http404
    context = {"may_assess": permissions.can_assess(request.user, referral)}
    return Response(CpiAssessmentSerializer(assessment, context=context).data)
