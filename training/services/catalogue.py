"""Taking over the catalogue of courses that partners offer."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.csv_files import ReadableBytes
from common.errors import DomainError
from training.enums import Delivery, ToolkitAudience
from training.models import CatalogueEntry, Course, CourseAlias, Theme, Toolkit
from training.models.catalogue import course_key

LISTS = {"webinars": Delivery.WEBINAR, "elearning": Delivery.E_LEARNING, "videos": Delivery.VIDEO}
TOOLKITS = {"toolkits_professional": ToolkitAudience.PROFESSIONALS, "toolkits_parents": ToolkitAudience.PARENTS}
MOST_BYTES = 5_000_000
MOST_ERRORS_SHOWN = 20
LONGEST_TITLE, LONGEST_THEME = 200, 120
OUT_OF_THE_WAY = 10_000


class CannotImportCatalogue(DomainError):
    """The message names what is wrong, and under which theme."""


@dataclass(frozen=True)
class Line:
    """One title as it stands under one theme."""

    theme: str
    spelling: str
    delivery: Delivery


@dataclass(frozen=True)
class ToolkitLine:
    """One toolkit as a theme names it; `is_lead`: as its own."""

    theme: str
    title: str
    audience: ToolkitAudience
    is_lead: bool = False


@dataclass(frozen=True)
class CatalogueSummary:
    """What the file holds, and how many of its entries, or of its toolkits, were new or have left the catalogue."""

    themes: int
    entries: int
    courses: int
    added: int
    removed: int
    toolkits: int = 0
    toolkits_added: int = 0
    toolkits_removed: int = 0


@transaction.atomic
def import_catalogue(
    *, file: ReadableBytes, at: datetime, same_course: ReadableBytes | None = None, by: User | None = None
) -> CatalogueSummary:
    """Make the catalogue what the file says: all of it or, when anything is wrong, none. The same file again changes nothing.

    Titles that differ only in what `course_key` leaves out are one course of that delivery; `same_course` names titles
    that are one course though they read differently. What has left the file leaves the catalogue; its course stays, for
    somebody may have done it. Raises CannotImportCatalogue.
    """
    themes, lines, toolkit_lines = _read(file)
    keys = _read_same_course(same_course) if same_course is not None else {}
    known_themes = _save_themes(themes)
    aliases = _save_courses(lines, keys)
    wanted: dict[tuple[UUID, UUID], CatalogueEntry] = {}
    for line in lines:
        theme, alias = known_themes[line.theme], aliases[line.spelling, line.delivery]
        wanted.setdefault((theme.pk, alias.pk), CatalogueEntry(theme=theme, alias=alias))
    known = {(entry.theme_id, entry.alias_id): entry for entry in CatalogueEntry.objects.all()}
    removed = [entry.pk for pair, entry in known.items() if pair not in wanted]
    CatalogueEntry.objects.filter(pk__in=removed).delete()
    added = CatalogueEntry.objects.bulk_create(entry for pair, entry in wanted.items() if pair not in known)
    toolkits, toolkits_added, toolkits_removed = _save_toolkits(toolkit_lines, known_themes)
    if added or removed or toolkits_added or toolkits_removed:
        what = "training.catalogue_imported"
        audit.record(
            verb=Verb.CHANGED,
            what=what,
            at=at,
            actor=by,
            added=len(added),
            removed=len(removed),
            toolkits_added=toolkits_added,
            toolkits_removed=toolkits_removed,
        )
    courses = {alias.course_id for alias in aliases.values()}
    return CatalogueSummary(
        themes=len(themes),
        entries=len(wanted),
        courses=len(courses),
        added=len(added),
        removed=len(removed),
        toolkits=toolkits,
        toolkits_added=toolkits_added,
        toolkits_removed=toolkits_removed,
    )


def _save_themes(names: Sequence[str]) -> dict[str, Theme]:
    """The themes by name, in the file's order. A theme that has left the file goes behind the others."""
    # Locked, so that two imports at once follow each other.
    known = {theme.name: theme for theme in Theme.objects.select_for_update().order_by("pk")}
    gone = [theme for name, theme in sorted(known.items()) if name not in names]
    wanted = {name: position for position, name in enumerate([*names, *(theme.name for theme in gone)], start=1)}
    moved = [theme for name, theme in known.items() if theme.position != wanted[name]]
    # Out of the way first: two themes never hold one position, not even for a moment.
    for away in (OUT_OF_THE_WAY, 0):
        for theme in moved:
            theme.position = wanted[theme.name] + away
            theme.save(update_fields=["position"])
    new = [Theme(name=name, position=wanted[name]) for name in names if name not in known]
    return known | {theme.name: theme for theme in Theme.objects.bulk_create(new)}


def _save_courses(
    lines: Iterable[Line], keys: Mapping[tuple[str, Delivery], str]
) -> dict[tuple[str, Delivery], CourseAlias]:
    """The course of each spelling and delivery; what is new is made. The first spelling to arrive is the course's title."""
    courses = {(course.key, Delivery(course.delivery)): course for course in Course.objects.all()}
    aliases = {(alias.course_id, alias.spelling): alias for alias in CourseAlias.objects.all()}
    new_courses: list[Course] = []
    new_aliases: list[CourseAlias] = []
    found = {}
    for line in lines:
        own = course_key(line.spelling)
        key = keys.get((own, line.delivery), own)
        course = courses.get((key, line.delivery))
        if course is None:
            course = courses[key, line.delivery] = Course(title=line.spelling, key=key, delivery=line.delivery)
            new_courses.append(course)
        alias = aliases.get((course.pk, line.spelling))
        if alias is None:
            alias = aliases[course.pk, line.spelling] = CourseAlias(course=course, spelling=line.spelling)
            new_aliases.append(alias)
        found[line.spelling, line.delivery] = alias
    Course.objects.bulk_create(new_courses)
    CourseAlias.objects.bulk_create(new_aliases)
    return found


def _save_toolkits(lines: Iterable[ToolkitLine], themes: Mapping[str, Theme]) -> tuple[int, int, int]:
    """How many toolkits there are now, are new, and have left. Spellings of one under a theme are one; the first stays."""
    wanted: dict[tuple[UUID, str, str, bool], Toolkit] = {}
    for line in lines:
        theme, key = themes[line.theme], course_key(line.title)
        toolkit = Toolkit(theme=theme, audience=line.audience, title=line.title, key=key, is_lead=line.is_lead)
        wanted.setdefault((theme.pk, line.audience, key, line.is_lead), toolkit)
    known = {(one.theme_id, one.audience, one.key, one.is_lead): one.pk for one in Toolkit.objects.all()}
    removed = [pk for name, pk in known.items() if name not in wanted]
    Toolkit.objects.filter(pk__in=removed).delete()
    added = Toolkit.objects.bulk_create(one for name, one in wanted.items() if name not in known)
    return len(wanted), len(added), len(removed)


def _read(file: ReadableBytes) -> tuple[list[str], list[Line], list[ToolkitLine]]:
    """Names of the themes, all lines, and all toolkits. Everything is read and checked before anything is changed."""
    themes: list[str] = []
    lines: list[Line] = []
    toolkits: list[ToolkitLine] = []
    errors: list[str] = []
    content = _json(file)
    if not isinstance(content, list) or not content:
        raise CannotImportCatalogue("The file must be a list of themes.")
    for number, block in enumerate(content, start=1):
        name = _text(block.get("theme")) if isinstance(block, dict) else ""
        if not name or len(name) > LONGEST_THEME:
            errors.append(f"Theme {number} needs a name of at most {LONGEST_THEME} characters.")
            continue
        if name in themes:
            errors.append(f"{name} stands in the file twice.")
        themes.append(name)
        for found in chain(_lines(name, block), _toolkits(name, block)):
            if isinstance(found, Line):
                lines.append(found)
            elif isinstance(found, ToolkitLine):
                toolkits.append(found)
            else:
                errors.append(found)
    if not errors and not lines:
        errors.append("The file holds no courses.")
    if errors:
        raise CannotImportCatalogue(_in_words(errors))
    return themes, lines, toolkits


def _lines(theme: str, block: dict[str, Any]) -> Iterator[Line | str]:
    """The lines of one theme, or what is wrong with them."""
    for name, delivery in LISTS.items():
        for title, fault in _titles(theme, block, name):
            yield fault or Line(theme, title, delivery)


def _toolkits(theme: str, block: dict[str, Any]) -> Iterator[ToolkitLine | str]:
    """The toolkits of one theme, or what is wrong with them."""
    for name, audience in TOOLKITS.items():
        for title, fault in _titles(theme, block, name):
            yield fault or ToolkitLine(theme, title, audience)
    if "lead_toolkit" in block:
        title, fault = _title(theme, block["lead_toolkit"], "lead_toolkit")
        yield fault or ToolkitLine(theme, title, ToolkitAudience.PROFESSIONALS, is_lead=True)


def _titles(theme: str, block: dict[str, Any], name: str) -> Iterator[tuple[str, str]]:
    """Each title of one list with what is wrong with it, or nothing."""
    titles = block.get(name, [])
    if not isinstance(titles, list):
        yield "", f"{theme}: “{name}” must be a list of titles."
        return
    for title in titles:
        yield _title(theme, title, name)


def _title(theme: str, value: Any, name: str) -> tuple[str, str]:
    title = _text(value)
    if not course_key(title) or len(title) > LONGEST_TITLE:
        return title, f"{theme}: “{name}” holds a title that is empty or longer than {LONGEST_TITLE} characters."
    return title, ""


def _read_same_course(file: ReadableBytes) -> dict[tuple[str, Delivery], str]:
    """By key of another title and delivery, the key of the course that it is."""
    content = _json(file)
    keys: dict[tuple[str, Delivery], str] = {}
    try:
        for block in content:
            main = course_key(_text(block["title"]))
            if not main:
                raise KeyError
            for other in block["others"]:
                keys[course_key(_text(other)), Delivery(block["delivery"])] = main
    except (KeyError, TypeError, ValueError):
        raise CannotImportCatalogue(
            "The list of same courses needs a title, a delivery and other titles in each entry."
        ) from None
    return keys


def _json(file: ReadableBytes) -> Any:
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise CannotImportCatalogue("The file is too large for a catalogue.")
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise CannotImportCatalogue("The file is not JSON in UTF-8.") from None


def _text(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) and "\x00" not in value else ""


def _in_words(errors: list[str]) -> str:
    more = len(errors) - MOST_ERRORS_SHOWN
    return "\n".join([*errors[:MOST_ERRORS_SHOWN], *([f"And {more} more."] if more > 0 else [])])
