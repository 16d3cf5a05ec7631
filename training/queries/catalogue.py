"""Questions about the catalogue."""

from django.db.models import Prefetch

from training.enums import Delivery, ToolkitAudience
from training.models import CatalogueEntry, CourseAlias, Theme, Toolkit
from training.models.catalogue import Course, CourseQuerySet


def themes() -> list[Theme]:
    """All themes, in the order of the brochure."""
    return list(Theme.objects.order_by("position"))


def listed_courses(*, theme: Theme | None = None, delivery: str = "") -> CourseQuerySet:
    """Courses that stand in the catalogue, with their spellings and themes read along; an unknown delivery filters nothing."""
    entries = CatalogueEntry.objects.select_related("theme").order_by("theme__position")
    aliases = CourseAlias.objects.order_by("spelling").prefetch_related(Prefetch("entries", entries))
    courses = Course.objects.under(theme) if theme is not None else Course.objects.listed()
    if delivery in Delivery.values:
        courses = courses.filter(delivery=delivery)
    return courses.prefetch_related(Prefetch("aliases", aliases))


def toolkits_of(theme: Theme) -> dict[str, list[Toolkit]]:
    """The theme's toolkits by audience, in words: its own first, then by title; an audience without any is left out."""
    listed = list(Toolkit.objects.filter(theme=theme).order_by("-is_lead", "title", "pk"))
    by_audience = {one.label: [kit for kit in listed if kit.audience == one] for one in ToolkitAudience}
    return {str(label): kits for label, kits in by_audience.items() if kits}
