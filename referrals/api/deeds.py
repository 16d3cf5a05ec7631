"""What every write on one record shares: it is found, and permitted, in one place, also when an answer is given again."""

import uuid
from typing import Any

from django.db.models import Model
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from accounts.api import HasScope

ONCE = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="8 to 100 characters of your own. The same key and body again give the same answer and do nothing more.",
)


class SignedInApiRequest(Request):
    """IsAuthenticated lets nobody else reach a handler."""

    user: Any


def sent(shape: type[BaseSerializer[Any]], request: SignedInApiRequest, **context: Any) -> dict[str, Any]:
    """What was sent, checked; raises ValidationError, which answers 400 with what is wrong beside each field."""
    serializer = shape(data=request.data, context=context)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


class Deed(APIView):
    """One write on one record."""

    permission_classes = [IsAuthenticated, HasScope]
    scopes = {"POST": "referrals:write"}

    def find(self, request: SignedInApiRequest, pk: uuid.UUID) -> Model:
        """The record, if this person may see it (else 404) and may do this with it (else 403)."""
        raise NotImplementedError

    def recheck(self, request: SignedInApiRequest, answered: Any, pk: uuid.UUID, **_more: uuid.UUID) -> Model:
        """Before an answer is given again: whoever has lost the right meanwhile does not get it."""
        return self.find(request, pk)
