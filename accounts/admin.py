"""Reference data and people for administrators; casework never passes through here."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from accounts.models import Agency, Area, RoleGrant, Team, User

admin.site.site_header = "MASH Referral Quality: administration"
admin.site.register(Area)
admin.site.register(Team)


@admin.register(Agency)
class AgencyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "kind", "is_active")
    list_filter = ("kind",)
    search_fields = ("name",)
    readonly_fields = ("group",)


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    ordering = ("email",)
    list_display = ("email", "name", "agency", "is_active")
    list_filter = ("is_active", "agency")
    search_fields = ("email", "name", "collar_number")
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "job_title", "collar_number")}),
        ("Place", {"fields": ("agency", "team")}),
        ("Access", {"fields": ("is_active", "is_staff")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "agency", "password1", "password2")}),)
    filter_horizontal = ()


@admin.register(RoleGrant)
class RoleGrantAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("user", "role", "starts_on", "ends_on")
    list_filter = ("role",)
    autocomplete_fields = ("user", "granted_by")
