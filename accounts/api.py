"""What every view of the API shares: scopes per token, and answers that are given once per Idempotency-Key."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.http.request import RawPostDataException
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.exceptions import UnsupportedMediaType, ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import ApiClient, IdempotentRequest, User
from audit import services as audit
from audit.enums import Verb
from common.problems import KeyUsedBefore


class ClientTokenScheme(OpenApiAuthenticationExtension):
    """How the token is described in the OpenAPI schema."""

    target_class = "accounts.authentication.ClientTokenAuthentication"
    name = "clientToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class HasScope(BasePermission):
    """A token needs the scope that the view names for the method (`scopes = {"GET": …}`); people signed in need none."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.auth, ApiClient):
            return True
        needed = getattr(view, "scopes", {}).get(request.method)
        return needed is not None and needed in request.auth.scopes


Handler = Callable[..., Response]


def exactly_once(handler: Handler) -> Handler:
    """A write with the same Idempotency-Key and body is done once and answered the same; another body with it is refused.

    The view says by `recheck(request, answered, …)` whether an answer may be given again, raising 403 or 404, and what
    it is about. The key is required. Two calls at the same moment wait for each other on the key's unique row.
    """

    @wraps(handler)
    def wrapper(view: APIView, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not 8 <= len(key) <= 100:
            raise ValidationError({"Idempotency-Key": ["Send a header Idempotency-Key of 8 to 100 characters."]})
        user = cast(User, request.user)
        called = f"{request.method}\n{request.path}\n".encode()
        try:
            body = request._request.body
        except RawPostDataException:
            # Somebody signed in sent a form, which the check of its token has read already.
            raise UnsupportedMediaType(request.content_type) from None
        fingerprint = hashlib.sha256(called + body).hexdigest()
        try:
            with transaction.atomic():
                slot = IdempotentRequest.objects.create(
                    user=user, key=key, fingerprint=fingerprint, status=0, body={}, at=timezone.now()
                )
                response = handler(view, request, *args, **kwargs)
                slot.status, slot.body = response.status_code, response.data
                slot.save(update_fields=["status", "body"])
                return response
        except IntegrityError:
            earlier = IdempotentRequest.objects.filter(user=user, key=key).first()
            if earlier is None:
                raise
        if earlier.fingerprint != fingerprint:
            raise KeyUsedBefore
        # The answer holds what was read then: given again only to who may still have it, and recorded as a look.
        subject = view.recheck(request, earlier.body, *args, **kwargs)  # type: ignore[attr-defined]
        audit.record(
            verb=Verb.READ,
            what="api.answered_again",
            at=timezone.now(),
            actor=user,
            subject=subject,
            key_of=handler.__qualname__,
        )
        return Response(earlier.body, status=earlier.status, headers={"Idempotency-Replayed": "true"})

    return wrapper
