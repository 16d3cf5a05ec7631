"""People, agencies, places and roles, for administrators. Every change goes through the services; casework never passes here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts import services
from accounts.models import Agency, Area, RoleGrant, Team, User
from accounts.permissions import may_administer
from accounts.services import CannotGrantRole
from jobs.models import Job


class KeptByAdministrators(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who holds the role may look, add and change; nothing is deleted, because records refer to it."""

    def _is_allowed(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and may_administer(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._is_allowed(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_allowed(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._is_allowed(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_allowed(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        services.change_reference_data(
            record=obj, fields=form.changed_data, by=administrator(request), at=timezone.now()
        )


def administrator(request: HttpRequest) -> User:
    """Who is signed in; the site lets nobody else as far as here."""
    assert isinstance(request.user, User)  # noqa: S101 -- for the types
    return request.user


@admin.register(Area)
class AreaAdmin(KeptByAdministrators):
    list_display = ("name", "kind", "code")
    list_filter = ("kind",)


@admin.register(Team)
class TeamAdmin(KeptByAdministrators):
    list_display = ("name", "agency", "district")
    list_select_related = ("agency", "district")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A team stays with its agency: its people do, and what they submitted."""
        return () if obj is None else ("agency",)


@admin.register(Agency)
class AgencyAdmin(KeptByAdministrators):
    list_display = ("name", "kind", "is_active")
    list_filter = ("kind",)
    search_fields = ("name",)
    # The group that carries the agency's object permissions is the service's own affair.
    exclude = ("group",)

    def save_model(self, request: HttpRequest, obj: Agency, form: Any, change: bool) -> None:
        by, at = administrator(request), timezone.now()
        if change:
            services.change_agency(agency=obj, fields=form.changed_data, by=by, at=at)
        else:
            services.create_agency(agency=obj, by=by, at=at)


@admin.register(User)
class PersonAdmin(KeptByAdministrators, UserAdmin):  # type: ignore[type-arg]
    ordering = ("email",)
    list_display = ("email", "name", "agency", "is_active")
    list_filter = ("is_active", "agency")
    list_select_related = ("agency",)
    search_fields = ("email", "name", "collar_number")
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "job_title", "collar_number")}),
        ("Place", {"fields": ("agency", "team")}),
        ("Access", {"fields": ("is_active",), "description": "Roles are given under role grants."}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "agency", "team", "password1", "password2")}),)
    filter_horizontal = ()
    actions = ("invite",)

    @admin.action(description="Send a link to choose a password")
    def invite(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        people = chosen.filter(is_active=True)
        for person in people:
            services.invite_person(user=person, by=administrator(request), at=timezone.now())
        self.message_user(request, f"A link is on its way to {len(people)} of them. It works once, and for three days.")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        by, at = administrator(request), timezone.now()
        if not change:
            services.create_person(user=obj, by=by, at=at)
            return
        super().save_model(request, obj, form, change)
        if "is_active" in form.changed_data and not obj.is_active:
            services.close_account(user=obj, by=by, at=at)
        if obj.agency is not None and {"agency", "team"} & set(form.changed_data):
            services.place_person(user=obj, agency=obj.agency, team=obj.team, by=by, at=at)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Django's page for a new password, with its entry in the access log."""
        with transaction.atomic():
            answer = super().user_change_password(request, id, form_url)
            if request.method == "POST" and answer.status_code == 302:
                user = get_object_or_404(User, pk=id)
                services.record_new_password(user=user, by=administrator(request), at=timezone.now())
        return answer


class RoleGrantForm(forms.ModelForm):  # type: ignore[type-arg]
    """Asks the service whether this person may have that role; `by` is set for each request."""

    by: User

    class Meta:
        model = RoleGrant
        fields = ("user", "role", "starts_on", "ends_on")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            if not self.instance._state.adding:
                services.check_may_end(user=self.instance.user, by=self.by)
            elif "user" in cleaned and "role" in cleaned:
                services.check_may_grant(user=cleaned["user"], role=cleaned["role"], by=self.by)
        except CannotGrantRole as error:
            raise ValidationError(str(error)) from error
        return cleaned


@admin.register(RoleGrant)
class RoleGrantAdmin(KeptByAdministrators):
    form = RoleGrantForm
    list_display = ("user", "role", "starts_on", "ends_on", "granted_by")
    list_filter = ("role",)
    list_select_related = ("user", "granted_by")
    autocomplete_fields = ("user",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type("RoleGrantForm", (form,), {"by": request.user})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Of a role that was given only its last day can still be said."""
        if obj is None:
            return ()
        # As it is stored: a day that was refused stays in its field, to be corrected.
        is_over = RoleGrant.objects.filter(pk=obj.pk, ends_on__isnull=False).exists()
        return ("user", "role", "starts_on", *(["ends_on"] if is_over else []))

    def save_model(self, request: HttpRequest, obj: RoleGrant, form: Any, change: bool) -> None:
        by, at = administrator(request), timezone.now()
        if change:
            if obj.ends_on is not None:
                services.end_role(grant_id=obj.pk, ends_on=obj.ends_on, by=by, at=at)
            return
        made = services.grant_role(
            user=obj.user, role=obj.role, starts_on=obj.starts_on, ends_on=obj.ends_on, by=by, at=at
        )
        obj.pk, obj.granted_by = made.pk, by


@admin.register(Job)
class GivenUpJobAdmin(KeptByAdministrators):
    """Work that was tried as often as anything is tried, and still not done. What it was to do stays unread here: ids only."""

    list_display = ("task", "error", "attempts", "created_at", "given_up_at")
    list_filter = ("task", "error")
    fields = ("task", "arguments", "error", "attempts", "created_at", "given_up_at")
    actions = ("send_again",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        return Job.objects.given_up().order_by("-given_up_at", "pk")

    @admin.action(description="Send again")
    def send_again(self, request: HttpRequest, chosen: QuerySet[Job]) -> None:
        for pk in chosen.values_list("pk", flat=True):
            services.send_job_again(job_id=pk, by=administrator(request), at=timezone.now())
        self.message_user(request, "Sent again. What fails again comes back to this list.")
