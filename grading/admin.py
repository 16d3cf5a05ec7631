"""Rounds, dip samples and published figures, to look at only: every change goes through the pages, where the rules are."""

from django.contrib import admin

from common.read_only_admin import ReadOnlyAdmin
from grading.models import DipSample, GradingRound, PublishedCompliance, PublishedRound


@admin.register(GradingRound)
class GradingRoundAdmin(ReadOnlyAdmin):
    list_display = ("name", "force", "state", "size", "opened_at", "published_at")
    list_filter = ("state",)
    list_select_related = ("force",)


@admin.register(PublishedRound)
class PublishedRoundAdmin(ReadOnlyAdmin):
    list_display = ("period", "grade_1", "grade_2", "grade_3", "grade_4", "published_mean", "source")


@admin.register(PublishedCompliance)
class PublishedComplianceAdmin(ReadOnlyAdmin):
    list_display = ("period", "percent", "minimum_examined", "source")


@admin.register(DipSample)
class DipSampleAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "force", "state", "size", "drawn_at", "published_at")
    list_filter = ("state",)
    list_select_related = ("force",)
