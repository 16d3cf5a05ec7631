"""The request as views see it: somebody is signed in."""

from typing import Any

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class SignedInRequest(HttpRequest):
    """Every view gets this kind, for LoginRequiredMiddleware lets nobody else in (except where a view says otherwise)."""

    user: Any
    htmx: HtmxDetails
