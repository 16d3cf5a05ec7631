"""Errors of the API as problem details (RFC 9457)."""

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, JsonResponse
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from common.errors import DomainError

CONTENT_TYPE = "application/problem+json"
TITLES = {
    400: "Some values are not right",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Only JSON is given",
    409: "Refused",
    413: "Too large",
    415: "Only JSON is taken",
    422: "Key used before",
    429: "Too many requests",
    500: "Something went wrong here",
}


class Refused(exceptions.APIException):
    """A rule of the domain was not met; nothing was changed."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "refused"


class TooLarge(exceptions.APIException):
    """More than is read at once."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body is too large."


class KeyUsedBefore(exceptions.APIException):
    """An Idempotency-Key came again with something else."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = "This Idempotency-Key was used for another request."


def problem(code: int, *, detail: str = "") -> dict[str, Any]:
    """The body of an answer with this status."""
    title = TITLES.get(code, "Error")
    return {"type": "about:blank", "title": title, "status": code, "detail": detail or title}


def problem_response(code: int) -> JsonResponse:
    """For what goes wrong outside of the API's own views: an address that there is not, a fault of ours."""
    return JsonResponse(problem(code), status=code, content_type=CONTENT_TYPE)


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer as application/problem+json with type, title, status and, for bad input, an `errors` object by field."""
    if isinstance(error, DomainError):
        error = Refused(str(error))
    elif isinstance(error, RequestDataTooBig):
        error = TooLarge()
    response = exception_handler(error, context)
    if response is None:
        return None
    body = problem(response.status_code)
    if isinstance(error, exceptions.ValidationError):
        del body["detail"]
        body["errors"] = response.data if isinstance(response.data, dict) else {"non_field_errors": response.data}
    elif not isinstance(error, Http404 | PermissionDenied):
        body["detail"] = str(response.data["detail"])
    response.data = body
    response.content_type = CONTENT_TYPE
    return response
