"""The home page."""

from django.http import HttpResponse
from django.shortcuts import render

from common.http import SignedInRequest


def home(request: SignedInRequest) -> HttpResponse:
    """What waits for this person."""
    return render(request, "insights/home.html")


def access_log(request: SignedInRequest) -> HttpResponse:
    """Who saw what."""
    return render(request, "insights/access_log.html")
