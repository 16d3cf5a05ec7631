"""The catalogue of courses that partners offer: themes, courses with their spellings, and what stands under which theme."""

import re
import unicodedata
import uuid
from typing import Self

from django.db import models

from training.enums import Delivery, ToolkitAudience

# "(MET)", "(CPI)": the short form of what was just spelled out. "(Health)" is no such thing.
_SHORT_FORM = re.compile(r"\([A-Z]{2,6}\)")
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_LEADING_ARTICLE = re.compile(r"^(?:an?|the) ")


def course_key(title: str) -> str:
    """What is the same in every spelling of a title: no case, punctuation, short forms in brackets or leading article; "and" for "&"."""
    plain = unicodedata.normalize("NFKD", title)
    plain = _SHORT_FORM.sub(" ", plain).casefold().replace("&", " and ")
    for apostrophe in "'’‘":
        plain = plain.replace(apostrophe, "")
    return _LEADING_ARTICLE.sub("", _NOT_A_WORD.sub(" ", plain).strip())


class Theme(models.Model):
    """A theme of the catalogue, such as neglect, in the order of the brochure."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120, unique=True)
    position = models.PositiveSmallIntegerField(unique=True)

    def __str__(self) -> str:
        return self.name


class CourseQuerySet(models.QuerySet["Course"]):
    def listed(self) -> Self:
        """Courses that stand in the catalogue; others were there once."""
        return self.filter(aliases__entries__isnull=False).distinct()

    def under(self, theme: Theme) -> Self:
        return self.filter(aliases__entries__theme=theme).distinct()

    def by_title(self) -> Self:
        return self.order_by("title", "delivery", "pk")


class Course(models.Model):
    """One course in one delivery: the webinar and the e-learning of one title are two courses."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=200)
    delivery = models.CharField(max_length=12, choices=Delivery)
    key = models.CharField(max_length=200, help_text="The title without what spellings differ in")

    objects = CourseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "delivery"],
                name="course_once_in_each_delivery",
                violation_error_message="There is a course of that title and delivery already.",
            ),
            models.CheckConstraint(name="course_has_a_key", condition=~models.Q(key="")),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def other_spellings(self) -> list[str]:
        """Spellings in the catalogue that are not the title. `aliases` may be prefetched."""
        return [alias.spelling for alias in self.aliases.all() if alias.spelling != self.title]

    @property
    def themes(self) -> list[Theme]:
        """The themes that list it, in the order of the brochure. `aliases` and their entries may be prefetched."""
        found = {entry.theme for alias in self.aliases.all() for entry in alias.entries.all()}
        return sorted(found, key=lambda theme: theme.position)


class CourseAlias(models.Model):
    """A spelling under which a course was listed; the title itself is one of them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="aliases")
    spelling = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "course aliases"
        constraints = [models.UniqueConstraint(fields=["course", "spelling"], name="course_alias_once_a_course")]

    def __str__(self) -> str:
        return self.spelling


class CatalogueEntry(models.Model):
    """That a theme lists a course under one spelling."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="entries")
    alias = models.ForeignKey(CourseAlias, on_delete=models.PROTECT, related_name="entries")

    class Meta:
        verbose_name_plural = "catalogue entries"
        constraints = [models.UniqueConstraint(fields=["theme", "alias"], name="catalogue_entry_once_a_theme")]

    def __str__(self) -> str:
        return f"{self.theme_id} {self.alias_id}"


class Toolkit(models.Model):
    """A collection of guidance that a theme names, for professionals or for parents and carers; `is_lead`: the theme's own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="toolkits")
    audience = models.CharField(max_length=13, choices=ToolkitAudience)
    title = models.CharField(max_length=200)
    key = models.CharField(max_length=200, help_text="The title without what spellings differ in")
    is_lead = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "audience", "key", "is_lead"], name="toolkit_once_a_theme_and_audience"
            ),
            models.UniqueConstraint(
                fields=["theme"], condition=models.Q(is_lead=True), name="toolkit_leads_its_theme_alone"
            ),
            models.CheckConstraint(
                name="toolkit_that_leads_is_for_professionals",
                condition=models.Q(is_lead=False) | models.Q(audience=ToolkitAudience.PROFESSIONALS),
            ),
            models.CheckConstraint(name="toolkit_has_a_key", condition=~models.Q(key="")),
        ]

    def __str__(self) -> str:
        return self.title
