"""Addresses of grading."""

from grading.urls import dip_samples, reports, rounds

app_name = "grading"
urlpatterns = [*rounds.urlpatterns, *dip_samples.urlpatterns, *reports.urlpatterns]
