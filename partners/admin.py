"""Sessions, to look at only: every change goes through the pages, where the rules are. Who is booked is not shown here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from partners.models import Session


@admin.register(Session)
class SessionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("title", "kind", "starts_at", "state", "places_taken", "capacity")
    list_filter = ("state", "kind")
    exclude = ("joining_link",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
