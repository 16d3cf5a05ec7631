"""What every request gets: an id for the logs, and an answer that no shared computer keeps."""

import re
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from common.logs import current_request_id

GetResponse = Callable[[HttpRequest], HttpResponse]
SAFE_REQUEST_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")


class RequestIdMiddleware:
    """Takes the proxy's X-Request-ID when it is well formed, else makes one; answers with it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if SAFE_REQUEST_ID.match(given) else str(uuid.uuid4())
        token = current_request_id.set(request_id)
        try:
            response = self.get_response(request)
        finally:
            current_request_id.reset(token)
        response["X-Request-ID"] = request_id
        return response


class NotAllowedPageMiddleware:
    """Who opens the address of a button, as after signing in again, reads what happened; the framework's own answer is empty."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content and request.method == "GET":
            page = render(request, "405.html", status=response.status_code)
            page["Allow"] = response["Allow"]
            return page
        return response


class ContentPolicyMiddleware(CSPMiddleware):
    """The content policy of the settings, worked out once. An answer that asks for another one, or brings its own, has that as ever."""

    known: tuple[Any, str] = (None, "")

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        of_its_own = HEADER in response or any(name.startswith("_csp") for name in vars(response))
        if of_its_own or getattr(request, "_csp_nonce", None) is not None:
            return super().process_response(request, response)
        response[HEADER] = self._usual()
        return response

    def _usual(self) -> str:
        said = settings.CONTENT_SECURITY_POLICY
        if self.known[0] is not said:
            self.known = (said, build_policy())
        return self.known[1]


class NoStoreMiddleware:
    """Pages for signed-in people are never kept by a browser: vehicle laptops are shared."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated and "no-store" not in response.get("Cache-Control", ""):
            response["Cache-Control"] = "no-store, private"
        return response
