"""Errors of the API as problem details (RFC 9457)."""

from typing import Any

from django.http import Http404
from rest_framework import status
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.response import Response
from rest_framework.views import exception_handler

from common.errors import DomainError


class Refused(APIException):
    """A rule of the domain was not met; nothing was changed."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "refused"


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer as application/problem+json with type, title, status and, for bad input, an `errors` object by field."""
    if isinstance(error, DomainError):
        error = Refused(str(error))
    response = exception_handler(error, context)
    if response is None:
        return None
    titles = {
        400: "Some values are not right",
        401: "Not signed in",
        403: "Not allowed",
        404: "Not found",
        409: "Refused",
        429: "Too many requests",
    }
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": titles.get(response.status_code, "Error"),
        "status": response.status_code,
    }
    if (
        response.status_code == status.HTTP_400_BAD_REQUEST
        and isinstance(response.data, dict)
        and "detail" not in response.data
    ):
        body["errors"] = response.data
    elif isinstance(error, Http404 | PermissionDenied):
        body["detail"] = body["title"]
    else:
        body["detail"] = response.data.get("detail") if isinstance(response.data, dict) else response.data
    response.data = body
    response.content_type = "application/problem+json"
    return response
