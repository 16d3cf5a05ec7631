"""A look at training. What was signed is changed by nobody here."""

from django.contrib import admin

from common.read_only_admin import ReadOnlyAdmin
from training.models import Course, Module, Theme, TrainingRecord


@admin.register(Theme)
class ThemeAdmin(ReadOnlyAdmin):
    list_display = ("name", "position")


@admin.register(Course)
class CourseAdmin(ReadOnlyAdmin):
    list_display = ("title", "delivery")
    list_filter = ("delivery",)


@admin.register(Module)
class ModuleAdmin(ReadOnlyAdmin):
    list_display = ("title", "force")
    list_select_related = ("force",)


@admin.register(TrainingRecord)
class TrainingRecordAdmin(ReadOnlyAdmin):
    list_display = ("id", "module_version", "state", "logged_at", "completed_at")
    list_filter = ("state",)
    list_select_related = ("module_version",)
