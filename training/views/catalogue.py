"""The catalogue of partner courses, and the force's own modules."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from common.clock import london_day
from common.errors import DomainError
from common.http import SignedInRequest
from common.paging import keyset_page
from training import permissions
from training.forms.filters import CatalogueFilterForm
from training.forms.modules import ModuleForm
from training.queries import catalogue as queries
from training.queries import records as record_queries
from training.services import modules as services
from training.views.frame import show


@require_safe
def catalogue(request: SignedInRequest) -> HttpResponse:
    """Courses that partners offer, by title, filtered by theme and delivery. No personal data: open to everybody signed in."""
    form = CatalogueFilterForm(request.GET, themes=queries.themes())
    filters = form.filters()
    listed = queries.listed_courses(**filters)
    context = {
        "form": form,
        "is_filtered": any(filters.values()),
        "count": listed.count(),
        "page": keyset_page(listed, order=("title", "pk"), cursor=request.GET.get("cursor")),
    }
    return show(request, "catalogue.html", context)


@require_safe
def modules(request: SignedInRequest) -> HttpResponse:
    """The modules of the trainer's force as they are taught now."""
    if not permissions.can_run_training(request.user):
        raise PermissionDenied
    on = london_day(timezone.now())
    versions = record_queries.modules_on_offer(request.user, on=on).prefetch_related("module__requirements")
    return show(request, "modules.html", {"versions": versions})


@require_http_methods(["GET", "HEAD", "POST"])
def module_new(request: SignedInRequest) -> HttpResponse:
    """Set up a module."""
    if not permissions.can_run_training(request.user):
        raise PermissionDenied
    at = timezone.now()
    form = ModuleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_module(by=request.user, at=at, starts_on=london_day(at), **form.cleaned_data)
            messages.success(request, f"{made.module} can be logged from today.")
            return redirect("training:modules")
        except DomainError as error:
            form.add_error(None, str(error))
    return show(request, "module_new.html", {"form": form}, status=422 if form.errors else 200)
