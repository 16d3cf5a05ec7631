"""Addresses of reports."""

from django.urls import URLPattern, path

from grading.views import reports

urlpatterns: list[URLPattern] = [
    path("reports/", reports.reports, name="reports"),
    path("reports/annual/", reports.annual_report, name="annual_report"),
    path("reports/<uuid:pk>/", reports.report, name="report"),
    path("reports/<uuid:pk>/cancel/", reports.report_cancel, name="report_cancel"),
    path("reports/<uuid:pk>/download/", reports.report_download, name="report_download"),
    path("reports/<uuid:pk>/tables/", reports.report_tables, name="report_tables"),
]
