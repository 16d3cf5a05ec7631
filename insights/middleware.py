"""The one place that sees every page that is sent back with errors."""

import logging
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from common.faults import noting_faults
from insights import services

logger = logging.getLogger(__name__)


class FormFaultsMiddleware:
    """Counts what was wrong when a page of ours answers 422. Saving by itself while somebody types is not counted.

    A count that cannot be kept never costs anybody their page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with noting_faults() as forms:
            response = self.get_response(request)
        if forms and response.status_code == 422 and response.get("Content-Type", "").startswith("text/html"):
            try:
                services.count_faults(forms, on=timezone.localdate())
            except DatabaseError as error:
                logger.warning("a fault was not counted", extra={"fields": {"error": type(error).__name__}})
        return response
