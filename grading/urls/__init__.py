"""Addresses of grading."""

from django.urls import path

from grading.urls import dip_samples, feedback, live_gaps, reports, rounds, schedules
from grading.views import entrance

app_name = "grading"
urlpatterns = [
    path("", entrance.index, name="index"),
    *rounds.urlpatterns,
    *feedback.urlpatterns,
    *dip_samples.urlpatterns,
    *live_gaps.urlpatterns,
    *reports.urlpatterns,
    *schedules.urlpatterns,
]
