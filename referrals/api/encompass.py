"""Notices to schools over the API, in the course of Operation Encompass."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import HasScope, exactly_once
from audit import services as audit
from audit.enums import Verb
from referrals import permissions, queries, services
from referrals.api.deeds import ONCE, Deed, SignedInApiRequest, sent
from referrals.api.serializers_of_answers import (
    ExceptNoticeSerializer,
    NoticeSerializer,
    SendNoticeSerializer,
    WordsSerializer,
)
from referrals.models import EncompassNotice, Referral


class NoticeList(APIView):
    permission_classes = [IsAuthenticated, HasScope]
    scopes = {"GET": "referrals:read"}

    @extend_schema(operation_id="notices_list", responses=NoticeSerializer(many=True))
    def get(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """The notices of a referral: all of them for the hub, for a school those that it has yet to acknowledge."""
        referral = get_object_or_404(Referral.objects.visible_to(request.user).sent(), pk=pk)
        if permissions.sees_casework(request.user, referral):
            notices = queries.notices_of(referral)
        else:
            own = referral.shares.live().filter(agency=request.user.agency_id).first()
            notices = queries.notices_of_share(own) if own is not None else []
        what = "encompass.notices_read"
        audit.record(verb=Verb.READ, what=what, at=timezone.now(), actor=request.user, subject=referral, over="API")
        return Response(NoticeSerializer(notices, many=True).data)


class NoticeDeed(Deed):
    """Something done with one notice of a referral that one may see."""

    def allows(self, request: SignedInApiRequest, notice: EncompassNotice) -> bool:
        return permissions.can_notify(request.user, notice.referral)

    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> EncompassNotice:
        visible = Referral.objects.visible_to(request.user).sent()
        known = EncompassNotice.objects.filter(referral__in=visible).select_related("referral", "share")
        notice = get_object_or_404(known, pk=pk)
        if not self.allows(request, notice):
            raise PermissionDenied
        return notice


class NoticeSend(NoticeDeed):
    @extend_schema(
        operation_id="notices_send", parameters=[ONCE], request=SendNoticeSerializer, responses={200: NoticeSerializer}
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Tell the school, for the first time or again."""
        return _done(services.send_notice, self.find(request, pk), request, SendNoticeSerializer)


class NoticeArrived(NoticeDeed):
    def allows(self, request: SignedInApiRequest, notice: EncompassNotice) -> bool:
        return permissions.can_acknowledge_notice(request.user, notice)

    @extend_schema(operation_id="notices_arrived", parameters=[ONCE], request=None, responses={200: NoticeSerializer})
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Note that the school has it: by the school, or by the hub that heard so."""
        return _done(services.acknowledge_notice, self.find(request, pk), request)


class NoticeFailed(NoticeDeed):
    @extend_schema(
        operation_id="notices_failed", parameters=[ONCE], request=WordsSerializer, responses={200: NoticeSerializer}
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Note that it did not arrive, and what happened."""
        return _done(services.fail_notice, self.find(request, pk), request, WordsSerializer)


class NoticeExcept(NoticeDeed):
    def allows(self, request: SignedInApiRequest, notice: EncompassNotice) -> bool:
        return permissions.can_except_notice(request.user, notice.referral)

    @extend_schema(
        operation_id="notices_except",
        parameters=[ONCE],
        request=ExceptNoticeSerializer,
        responses={200: NoticeSerializer},
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Record why a school is not told; for supervisors of the hub."""
        return _done(services.except_notice, self.find(request, pk), request, ExceptNoticeSerializer)


def _done(deed: Any, notice: EncompassNotice, request: SignedInApiRequest, shape: Any = None) -> Response:
    given: dict[str, Any] = {}
    if shape is not None:
        given = sent(shape, request)
    return Response(NoticeSerializer(deed(notice_id=notice.pk, by=request.user, at=timezone.now(), **given)).data)
