"""A look at training. What was signed is changed by nobody here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from training.models import Course, Module, Theme, TrainingRecord


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


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
