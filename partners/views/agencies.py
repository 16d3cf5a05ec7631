"""Partner agencies: the list, the page of one, and what is recorded there."""

import uuid
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Agency
from accounts.sign_in.confirming import confirmed_recently
from common.clock import london_day
from common.http import SignedInRequest, refusal_as_message
from common.paging import KeysetPage, keyset_page
from mail.queries import unreached_addresses
from partners import permissions
from partners.enums import Package
from partners.forms.agencies import AgencyFilterForm, AgreementForm, ContactForm, PackageForm, StaffForm
from partners.models import AgencyContact
from partners.models.agencies import agencies_seen_by, is_out_of_date
from partners.queries import agencies as queries
from partners.services import agencies as services


@require_safe
def agencies(request: SignedInRequest) -> HttpResponse:
    """Every partner with its package, its agreement and whether sessions reached it. Nobody's name."""
    if not permissions.can_keep_agencies(request.user):
        raise PermissionDenied
    today = london_day(timezone.now())
    form = AgencyFilterForm(request.GET or None, kinds=queries.kinds_of_agencies(), areas=queries.areas_of_agencies())
    filters = form.filters()
    listed = queries.listed_agencies(request.user, on=today, **filters)
    page: KeysetPage[Any] = keyset_page(listed, order=queries.ORDER, cursor=request.GET.get("cursor"))
    packages = dict(Package.choices)
    lines = [
        (agency, packages.get(agency.package_now, ""), is_out_of_date(agency.review_on, on=today)) for agency in page
    ]
    context = {"form": form, "filters": filters, "page": page, "lines": lines}
    return render(request, "partners/agencies.html", context)


@require_safe
def own_agency(request: SignedInRequest) -> HttpResponse:
    """A coordinator's way to the page of their agency."""
    if not permissions.can_ask_tailored(request.user):
        raise PermissionDenied
    return agency(request, request.user.agency_id)


@require_safe
def agency(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One agency. Its coordinators see their own; that names were seen is recorded."""
    shown = _find(request, pk)
    at = timezone.now()
    services.read_agency(agency_id=shown.pk, by=request.user, at=at)
    facts = queries.facts_of(shown, on=london_day(at))
    addresses = [one.email for one in facts.contacts] + [one.email for one in facts.coordinators]
    context = {
        "agency": shown,
        "unreached": unreached_addresses(addresses, at=at),
        "today": london_day(at),
        "areas": [area.name for area in shown.areas.order_by("name")],
        "facts": facts,
        "may_keep": permissions.can_keep_agencies(request.user),
    }
    return render(request, "partners/agency.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def agency_contact_new(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Add somebody whom the trainers talk to."""
    shown = _find(request, pk)

    def save(form: ContactForm, at: datetime) -> str:
        contact = services.keep_contact(agency_id=shown.pk, by=request.user, at=at, **form.answers())
        return f"{contact.name} is added."

    return _asked(
        request, shown, partial(ContactForm, seen=None), save, title="Add a contact", button="Add the contact"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def agency_contact_change(request: SignedInRequest, pk: uuid.UUID, contact_pk: uuid.UUID) -> HttpResponse:
    """Correct a contact, or make it the main one. That the form showed who it is, is recorded."""
    shown = _find(request, pk)
    contact: AgencyContact = get_object_or_404(shown.contacts.all(), pk=contact_pk)
    services.read_agency(agency_id=shown.pk, by=request.user, at=timezone.now())
    initial = {name: getattr(contact, name) for name in ("name", "role", "email", "phone")}

    def save(form: ContactForm, at: datetime) -> str:
        services.keep_contact(agency_id=shown.pk, contact_id=contact.pk, by=request.user, at=at, **form.answers())
        return "The contact is changed."

    return _asked(
        request,
        shown,
        partial(ContactForm, seen=contact.changed_at),
        save,
        title=f"Change {contact.name}",
        button="Save the contact",
        initial=initial | {"is_main": "yes" if contact.is_main else "no"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_recently
def agency_contact_remove(request: SignedInRequest, pk: uuid.UUID, contact_pk: uuid.UUID) -> HttpResponse:
    """Ask once, then remove a contact for good."""
    shown = _find(request, pk)
    at = timezone.now()
    if request.method == "POST":
        with refusal_as_message(request):
            services.remove_contact(agency_id=shown.pk, contact_id=contact_pk, by=request.user, at=at)
            messages.success(request, "The contact is removed.")
        return redirect("partners:agency", shown.pk)
    contact = shown.contacts.filter(pk=contact_pk).first()
    if contact is None:
        return redirect("partners:agency", shown.pk)
    services.read_agency(agency_id=shown.pk, by=request.user, at=at)
    needs_another = contact.is_main and shown.contacts.exclude(pk=contact.pk).exists()
    context = {"agency": shown, "contact": contact, "needs_another": needs_another}
    return render(request, "partners/agency_contact_remove.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def agency_package(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Record what the agency takes; what was before stays in the history."""
    shown = _find_to_keep(request, pk)

    def save(form: PackageForm, at: datetime) -> str:
        services.record_package(agency_id=shown.pk, by=request.user, at=at, **form.cleaned_data)
        return "What the agency takes is recorded."

    return _asked(request, shown, PackageForm, save, title="What the agency takes", button="Record it")


@require_http_methods(["GET", "HEAD", "POST"])
def agency_package_withdraw(request: SignedInRequest, pk: uuid.UUID, package_pk: uuid.UUID) -> HttpResponse:
    """Ask once, then take back a package that has not begun."""
    shown = _find_to_keep(request, pk)
    at = timezone.now()
    if request.method == "POST":
        with refusal_as_message(request):
            services.withdraw_package(agency_id=shown.pk, package_id=package_pk, by=request.user, at=at)
            messages.success(request, "The package is withdrawn.")
        return redirect("partners:agency", shown.pk)
    package = shown.packages.filter(pk=package_pk, valid_from__gt=london_day(at)).first()
    if package is None:
        return redirect("partners:agency", shown.pk)
    return render(request, "partners/agency_package_withdraw.html", {"agency": shown, "package": package})


@require_http_methods(["GET", "HEAD", "POST"])
def agency_agreement(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Record an information-sharing agreement with its review date."""
    shown = _find_to_keep(request, pk)

    def save(form: AgreementForm, at: datetime) -> str:
        services.record_agreement(agency_id=shown.pk, by=request.user, at=at, **form.cleaned_data)
        return "The agreement is recorded."

    return _asked(request, shown, AgreementForm, save, title="Information-sharing agreement", button="Record it")


@require_http_methods(["GET", "HEAD", "POST"])
def agency_staff(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Record how many staff the agency has."""
    shown = _find_to_keep(request, pk)

    def save(form: StaffForm, at: datetime) -> str:
        services.record_staff(agency_id=shown.pk, by=request.user, at=at, **form.cleaned_data)
        return "The number is recorded."

    return _asked(request, shown, StaffForm, save, title="How many staff the agency has", button="Record it")


def _asked(
    request: SignedInRequest,
    shown: Agency,
    form_class: Callable[..., Any],
    save: Callable[[Any, datetime], str],
    *,
    title: str,
    button: str,
    initial: dict[str, Any] | None = None,
) -> HttpResponse:
    """One form of one agency: what is refused stands beside its field, and all that was typed is kept."""
    form = form_class(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, save(form, timezone.now()))
            return redirect("partners:agency", shown.pk)
        except services.ContactChanged as error:
            form.show_anew(str(error), error.contact.changed_at)
        except services.CannotKeepAgency as error:
            form.add_error(error.field, str(error))
    context = {"agency": shown, "form": form, "title": title, "button": button}
    return render(request, "partners/agency_form.html", context, status=422 if form.errors else 200)


def _find(request: SignedInRequest, pk: uuid.UUID) -> Agency:
    """The agency, if this person may see what is kept of it; else 404."""
    return get_object_or_404(agencies_seen_by(request.user), pk=pk)


def _find_to_keep(request: SignedInRequest, pk: uuid.UUID) -> Agency:
    """For who keeps agencies; its coordinators, who see the page, get 403."""
    shown = _find(request, pk)
    if not permissions.can_keep_agencies(request.user):
        raise PermissionDenied
    return shown
