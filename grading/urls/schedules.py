"""Addresses of the plan of reports."""

from django.urls import URLPattern, path

from grading.views import schedules

urlpatterns: list[URLPattern] = [
    path("reports/schedules/", schedules.schedules, name="schedules"),
    path("reports/schedules/new/", schedules.schedule_plan, name="schedule_plan"),
    path("reports/schedules/<uuid:pk>/change/", schedules.schedule_change, name="schedule_change"),
    path("reports/schedules/<uuid:pk>/pause/", schedules.schedule_pause, name="schedule_pause"),
    path("reports/schedules/<uuid:pk>/resume/", schedules.schedule_resume, name="schedule_resume"),
    path("reports/schedules/<uuid:pk>/end/", schedules.schedule_end, name="schedule_end"),
]
