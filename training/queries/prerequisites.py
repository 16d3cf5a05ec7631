"""What is to be completed before what, and who has not completed it.

Completed on a day means: signed for by both, here or on paper that was accepted, and in date then; or present for the whole of a
session whose register is closed and that, by its version, has not lapsed by then.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from accounts.models import User
from common.clock import london_day
from common.errors import DomainError
from common.templatetags.dates import day
from training.enums import Standing
from training.models import EarlierAcceptance, Module, ModulePrerequisite, RegisterEntry, TrainingSession
from training.queries.completions import ATTENDED_ON, attended_by, signed_for
from training.queries.needs import Need

NAMES_SHOWN = 5


@dataclass(frozen=True)
class Gap:
    """That `first` is not completed before `module`: by whom, and in which words that is told."""

    module: Module
    first: Module
    people: tuple[UUID, ...]
    words: str


def stamp_of(gaps: Iterable[Gap]) -> str:
    """What tells one list of gaps from another: who said yes to one has not said yes to the other."""
    said = sorted(f"{gap.module.pk} {gap.first.pk} {sorted(map(str, gap.people))}" for gap in gaps)
    return hashlib.sha256("\n".join(said).encode()).hexdigest() if said else ""


class NotInOrder(DomainError):
    """Something that comes first is missing. Whoever goes on all the same says so with the `stamp` of what they were shown."""

    def __init__(self, gaps: Collection[Gap]) -> None:
        self.gaps, self.stamp = list(gaps), stamp_of(gaps)
        super().__init__("Complete first: " + "; ".join(gap.words for gap in gaps) + ".")


def firsts_of(modules: Collection[UUID], *, on: date) -> dict[UUID, list[Module]]:
    """By module those to be completed first, by title, in one query; nobody needs what is retired by then."""
    found: dict[UUID, list[Module]] = defaultdict(list)
    for module, firsts in _all_firsts_of(modules).items():
        if asked := [first for first in firsts if not first.is_retired(on=on)]:
            found[module] = asked
    return found


def _all_firsts_of(modules: Collection[UUID]) -> dict[UUID, list[Module]]:
    """The same whatever the day, with what is retired."""
    found: dict[UUID, list[Module]] = defaultdict(list)
    links = ModulePrerequisite.objects.filter(module__in=modules).select_related("first")
    for link in links.order_by("first__title", "first"):
        found[link.module_id].append(link.first)
    return found


def times_of_completion(
    people: Collection[UUID], modules: Collection[UUID]
) -> dict[tuple[UUID, UUID], list[tuple[date, date | None]]]:
    """By person and module each time that they completed it: the day, and the first on which it no longer counts. Two queries."""
    times: dict[tuple[UUID, UUID], list[tuple[date, date | None]]] = defaultdict(list)
    signed = signed_for(people).filter(record__module_version__module__in=modules)
    about = ("record__person", "record__module_version__module", "done_on", "record__lapses_on")
    paper = EarlierAcceptance.objects.holding().filter(person__in=people, module__in=modules)
    on_paper = paper.values_list("person", "module", "sign_off__done_on", "lapses_on")
    for person, module, done_on, lapses_on in signed.values_list(*about).union(on_paper, all=True):
        times[person, module].append((done_on, lapses_on))
    attended = attended_by(people).filter(session__module_version__module__in=modules)
    for entry in attended.annotate(attended_on=ATTENDED_ON).select_related("session__module_version"):
        version, on = entry.session.module_version, entry.attended_on
        times[entry.person_id, version.module_id].append((on, version.lapses_on(on)))
    return times


def completed_on(people: Collection[UUID], modules: Collection[UUID], *, on: date) -> set[tuple[UUID, UUID]]:
    """Who had completed which of these modules on that day, by the ids of both, in two queries."""
    return {about for about, times in times_of_completion(people, modules).items() if _is_within(times, on)}


def gaps_of_person(person: User, module: Module, *, on: date) -> list[Gap]:
    """What this person had not completed before doing a module on that day: in one query where nothing comes first."""
    firsts = firsts_of([module.pk], on=on)[module.pk]
    if not firsts:
        return []
    done = completed_on([person.pk], [first.pk for first in firsts], on=on)
    return [Gap(module, first, (person.pk,), first.title) for first in firsts if (person.pk, first.pk) not in done]


def gaps_of_outcomes(rows: Mapping[int, tuple[User, Module, date]]) -> dict[int, list[Gap]]:
    """The same of many rows, each a person, a module and a day: by row number, in three queries however many days there are."""
    firsts = _all_firsts_of({module.pk for _, module, _ in rows.values()})
    if not firsts:
        return {}
    people = {person.pk for person, module, _ in rows.values() if module.pk in firsts}
    times = times_of_completion(people, {first.pk for found in firsts.values() for first in found})
    found: dict[int, list[Gap]] = {}
    for number, (person, module, on) in rows.items():
        gaps = [
            Gap(module, first, (person.pk,), first.title)
            for first in firsts.get(module.pk, ())
            if not first.is_retired(on=on) and not _is_within(times.get((person.pk, first.pk), ()), on)
        ]
        if gaps:
            found[number] = gaps
    return found


def gaps_of_session(people: Mapping[UUID, str], session: TrainingSession, module: Module) -> list[Gap]:
    """What those who are expected, named by id, will not have completed by then; who is expected at an earlier session will have.

    `session` may be one that is only to be planned.
    """
    on = london_day(session.starts_at)
    firsts = firsts_of([module.pk], on=on)[module.pk]
    if not firsts or not people:
        return []
    asked = [first.pk for first in firsts]
    done = completed_on(list(people), asked, on=on)
    earlier = RegisterEntry.objects.unset().filter(
        person__in=list(people),
        session__module_version__module__in=asked,
        session__starts_at__lt=session.starts_at,
        session__in=TrainingSession.objects.planned(),
    )
    done |= set(earlier.values_list("person", "session__module_version__module"))
    gaps = []
    for first in firsts:
        lacking = sorted((name, pk) for pk, name in people.items() if (pk, first.pk) not in done)
        if lacking:
            names = _named([name for name, _ in lacking])
            gaps.append(Gap(module, first, tuple(pk for _, pk in lacking), f"{first.title} ({names})"))
    return gaps


def gaps_of_cohort(people: Mapping[UUID, str], sessions: Iterable[TrainingSession]) -> dict[TrainingSession, list[Gap]]:
    """The same at each of a cohort's sessions, for who joins it and so will be at all of them."""
    sessions = sorted(sessions, key=lambda session: session.starts_at)
    found: dict[TrainingSession, list[Gap]] = {}
    if not sessions or not people:
        return found
    links = ModulePrerequisite.objects.filter(module__in={session.module_version.module_id for session in sessions})
    asking = set(links.values_list("module", flat=True))
    given: set[UUID] = set()
    for session in sessions:
        module = session.module_version.module
        if module.pk in asking - given:
            gaps = [gap for gap in gaps_of_session(people, session, module) if gap.first.pk not in given]
            if gaps:
                found[session] = gaps
        given.add(module.pk)
    return found


def gaps_behind_session(session: TrainingSession, people: Collection[UUID]) -> list[tuple[TrainingSession, Gap]]:
    """Sessions to come of modules that the module of this session comes before, and who of these people will not have completed it by then.

    By their day; in one query where nothing comes after the module.
    """
    first = session.module_version.module
    after = list(ModulePrerequisite.objects.filter(first=first).values_list("module", flat=True))
    if not after or not people:
        return []
    entries = RegisterEntry.objects.unset().filter(
        person__in=people,
        session__module_version__module__in=after,
        session__in=TrainingSession.objects.planned().exclude(pk=session.pk),
    )
    expected: dict[TrainingSession, dict[UUID, str]] = defaultdict(dict)
    read = ("person", "session__module_version__module")
    for entry in entries.select_related(*read).order_by("session__starts_at", "session", "pk"):
        expected[entry.session][entry.person_id] = entry.person.name
    found = []
    for later, names in expected.items():
        module, on = later.module_version.module, day(london_day(later.starts_at))
        for gap in gaps_of_session(names, later, module):
            if gap.first.pk == first.pk:
                lacking = _named(sorted(names[pk] for pk in gap.people))
                words = f"{first.title} before {module.title} on {on} ({lacking})"
                found.append((later, replace(gap, words=words)))
    return found


def gaps_of_plan(person: User, due: Mapping[Module, date], *, on: date) -> list[Gap]:
    """Where the order of a plan cannot work: a module is due before one that comes first, or that one is neither done nor planned.

    `due` says of each module of the plan when it is due. What was completed counts if it has not run out by that day, or by today where
    that day has passed.
    """
    firsts = _all_firsts_of([module.pk for module in due])
    asked = {first.pk for found in firsts.values() for first in found}
    times = times_of_completion([person.pk], asked) if asked else {}
    planned = {module.pk: due_on for module, due_on in due.items()}
    gaps = []
    for module, due_on in due.items():
        asked_on = max(due_on, on)
        for first in firsts.get(module.pk, ()):
            done = times.get((person.pk, first.pk), ())
            is_planned = first.pk in planned
            if first.is_retired(on=asked_on) or _is_within(done, asked_on):
                continue
            if is_planned and planned[first.pk] <= due_on:
                continue
            if is_planned:
                why = "which is due later"
            elif _is_within(done, on):
                why = "which will have run out by then and is not in the plan"
            else:
                why = "which is neither completed nor in the plan"
            gaps.append(Gap(module, first, (person.pk,), f"before {module.title}: {first.title}, {why}"))
    return gaps


def with_firsts(needs: list[Need], person: User, *, on: date) -> list[Need]:
    """The same needs; those modules that are still to be done say what is to be completed first. One query where nothing is."""
    open_modules = [one.module.pk for need in needs for one in (need, *need.choice) if one.module and _is_to_do(one)]
    firsts = firsts_of(open_modules, on=on) if open_modules else {}
    if not firsts:
        return needs
    done = completed_on([person.pk], {first.pk for found in firsts.values() for first in found}, on=on)

    def told(need: Need) -> Need:
        choice = tuple(told(one) for one in need.choice)
        asked = firsts.get(need.module.pk, []) if need.module and _is_to_do(need) else []
        lacking = tuple(first.title for first in asked if (person.pk, first.pk) not in done)
        return replace(need, choice=choice, complete_first=lacking)

    return [told(need) for need in needs]


def _named(names: list[str]) -> str:
    shown, more = names[:NAMES_SHOWN], len(names) - NAMES_SHOWN
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _is_to_do(need: Need) -> bool:
    """Neither there nor logged and waiting to be signed."""
    return not need.is_met and need.standing is not Standing.WAITING


def _is_within(times: Iterable[tuple[date, date | None]], on: date) -> bool:
    return any(done_on <= on and (lapses_on is None or on < lapses_on) for done_on, lapses_on in times)
