"""What training helps with a theme. Asked with the theme alone: training never learns what grade somebody got."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from training.enums import COURSES_FOR, LearningTheme
from training.models import Course, ModuleVersion
from training.models.catalogue import course_key
from training.queries.catalogue import listed_courses


@dataclass(frozen=True)
class Suggestion:
    """Modules of the force's own programme and courses of the catalogue, by title; there may be neither."""

    modules: list[ModuleVersion] = field(default_factory=list)
    courses: list[Course] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.modules and not self.courses


def suggest_modules(themes: Collection[str], *, force_id: UUID | None, on: date) -> dict[str, Suggestion]:
    """By code of a LearningTheme what there is for it today: what the force teaches on that day, and what the catalogue holds.

    In the same few queries for any number of themes; a code that is unknown has nothing.
    """
    known = [theme for theme in LearningTheme if theme in themes]
    keys = {theme: {course_key(title) for title in COURSES_FOR[theme]} for theme in known}
    wanted = set().union(*keys.values())
    courses = list(listed_courses().filter(key__in=wanted).by_title()) if wanted else []
    taught = ModuleVersion.objects.on_offer(on=on).helping_with(known).filter(module__force=force_id)
    modules = list(taught.select_related("module").order_by("module__title", "pk")) if known and force_id else []
    found = {
        theme.value: Suggestion(
            [version for version in modules if theme in version.teaches],
            [course for course in courses if course.key in keys[theme]],
        )
        for theme in known
    }
    return {theme: found.get(theme, Suggestion()) for theme in themes}
