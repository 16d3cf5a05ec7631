"""Sessions, to look at only: every change goes through the pages, where the rules are. Who is booked is not shown here."""

from django.contrib import admin

from common.read_only_admin import ReadOnlyAdmin
from partners.models import Session


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    list_display = ("title", "kind", "starts_at", "state", "places_taken", "capacity")
    list_filter = ("state", "kind")
    exclude = ("joining_link",)
