"""The catalogue of partner courses."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from common.http import SignedInRequest
from common.paging import keyset_page
from training.forms.filters import CatalogueFilterForm
from training.queries import catalogue as queries
from training.views.frame import show


@require_safe
def catalogue(request: SignedInRequest) -> HttpResponse:
    """Courses that partners offer, by title, filtered by theme and delivery, and the toolkits of a theme. No personal data: open to everybody signed in."""
    form = CatalogueFilterForm(request.GET, themes=queries.themes())
    filters = form.filters()
    listed = queries.listed_courses(**filters)
    context = {
        "form": form,
        "is_filtered": any(filters.values()),
        "count": listed.count(),
        "theme": filters.get("theme"),
        "toolkits": queries.toolkits_of(filters["theme"]) if filters.get("theme") else {},
        "page": keyset_page(listed, order=("title", "pk"), cursor=request.GET.get("cursor")),
    }
    return show(request, "catalogue.html", context)
