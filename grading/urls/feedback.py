"""Addresses of feedback to writers, and of its themes."""

from django.urls import URLPattern, path

from grading.views import feedback

urlpatterns: list[URLPattern] = [
    path("feedback/", feedback.feedbacks, name="feedbacks"),
    path("feedback/<uuid:pk>/", feedback.feedback, name="feedback"),
    path("rounds/themes/", feedback.themes, name="themes"),
    path("rounds/<uuid:pk>/themes/", feedback.round_themes, name="round_themes"),
]
