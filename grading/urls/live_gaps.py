"""Addresses of live gaps."""

from django.urls import URLPattern, path

from grading.views import live_gaps

urlpatterns: list[URLPattern] = [
    path("dip-samples/live-gaps/", live_gaps.live_gaps, name="live_gaps"),
    path("dip-samples/live-gaps/<uuid:pk>/", live_gaps.live_gap, name="live_gap"),
    path("dip-samples/live-gaps/<uuid:pk>/read/", live_gaps.live_gap_read, name="live_gap_read"),
]
