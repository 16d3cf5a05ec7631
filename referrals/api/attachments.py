"""Files of referrals over the API: sent as base64 in JSON, given as they are."""

import base64
import binascii
import io
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api import exactly_once
from common.stored_files import as_attachment
from referrals import permissions, queries, services
from referrals.api.deeds import ONCE, Deed, SignedInApiRequest, sent
from referrals.models import Attachment, Referral


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    referral = serializers.UUIDField(source="referral_id", read_only=True)
    added_by = serializers.SerializerMethodField(help_text="Null for an agency that it was given to")

    class Meta:
        model = Attachment
        fields = ["id", "referral", "name", "content_type", "size", "sha256", "state", "added_at", "added_by"]
        read_only_fields = fields

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_added_by(self, attachment: Attachment) -> str | None:
        """Of a CPI form the name would lead to who gave the information."""
        return str(attachment.added_by.name) if self.context["sees_all"] else None


@extend_schema_field({"type": "string", "format": "byte"})
class Base64Field(serializers.Field[bytes, Any, str, Any]):
    """A file as base64."""

    def to_internal_value(self, data: Any) -> bytes:
        try:
            return base64.b64decode(data, validate=True)
        except (binascii.Error, TypeError, ValueError):
            raise serializers.ValidationError("Send the file as base64.") from None

    def to_representation(self, value: bytes) -> str:
        return base64.b64encode(value).decode()


class NewAttachmentSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=300)
    content = Base64Field(help_text="At most about 3.5 MB as a file, for the whole body may have 5 MB")


class AttachmentList(Deed):
    scopes = {"GET": "referrals:read", "POST": "referrals:write"}

    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> Referral:
        referral = get_object_or_404(Referral.objects.visible_to(request.user).sent(), pk=pk)
        if not permissions.can_attach(request.user, referral):
            raise PermissionDenied
        return referral

    @extend_schema(operation_id="attachments_list", responses=AttachmentSerializer(many=True))
    def get(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """The files of a referral; an agency that it was shared with sees those that it was given."""
        referral = get_object_or_404(Referral.objects.visible_to(request.user).sent(), pk=pk)
        known, sees_all = queries.attachments_of(referral), permissions.sees_attachments(request.user, referral)
        if not sees_all:
            given = permissions.files_given(request.user, referral)
            known = [attachment for attachment in known if attachment.pk in given]
        return Response(AttachmentSerializer(known, many=True, context={"sees_all": sees_all}).data)

    @extend_schema(
        operation_id="attachments_add",
        parameters=[ONCE],
        request=NewAttachmentSerializer,
        responses={201: AttachmentSerializer},
    )
    @exactly_once
    def post(self, request: SignedInApiRequest, pk: uuid.UUID) -> Response:
        """Attach a PDF, a JPEG or a PNG to a referral that was sent. It can be had once it was scanned."""
        referral = self.find(request, pk)
        given = sent(NewAttachmentSerializer, request)
        kept = services.attach_file(
            referral_id=referral.pk,
            name=given["name"],
            file=io.BytesIO(given["content"]),
            by=request.user,
            at=timezone.now(),
        )
        return Response(AttachmentSerializer(kept, context={"sees_all": True}).data, status=201)


class AttachmentContent(Deed):
    scopes = {"GET": "referrals:read"}

    @extend_schema(
        operation_id="attachments_content", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}
    )
    def get(self, request: SignedInApiRequest, pk: uuid.UUID) -> HttpResponse:
        """One file, byte for byte. Recorded as a download."""
        visible = Referral.objects.visible_to(request.user).sent()
        attachment = get_object_or_404(Attachment.objects.filter(referral__in=visible), pk=pk)
        if not permissions.can_open_attachment(request.user, attachment):
            raise Http404
        content = services.hand_out_attachment(attachment_id=attachment.pk, by=request.user, at=timezone.now())
        headers = {
            "Content-Disposition": as_attachment(attachment.name),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store, private",
        }
        return HttpResponse(content, content_type=attachment.content_type, headers=headers)
