"""Questions about the CPD log: which entries somebody sees, topics that are known, whole logs, and totals of many people."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from uuid import UUID

from django.db.models import Count, Prefetch, Q, Sum

from accounts.models import User
from training.enums import CpdKind, Delivery
from training.models import CpdEarlierVersion, CpdEntry, CpdEvent, CpdExpectation, CpdFile, CpdImport
from training.models.cpd import FEWEST_HOURS, LOOK_BACK, MOST_HOURS, WORDS, CpdEntryQuerySet
from training.queries.cpd_expected import YearAgainst, year_against
from training.queries.people import YearOfCpd, people_seen_by
from training.queries.records import modules_on_offer

# How many topics stand on the form, and among how many of the last entries they are looked for.
OWN_TOPICS, OWN_LOOKED_AT = 5, 30
EVENT_TOPICS, EVENTS_LOOKED_AT = 5, 20
MODULE_TOPICS = 10
IMPORTS_SHOWN = 10

KIND_OF_DELIVERY = {
    Delivery.FACE_TO_FACE: CpdKind.COURSE,
    Delivery.VIRTUAL: CpdKind.COURSE,
    Delivery.E_LEARNING: CpdKind.COURSE,
    Delivery.WEBINAR: CpdKind.COURSE,
    Delivery.MENTORING: CpdKind.SUPERVISION,
    Delivery.VIDEO: CpdKind.READING,
    Delivery.EXERCISE: CpdKind.EXERCISE,
}


def cpd_seen_by(user: User) -> CpdEntryQuerySet:
    """One's own entries, and those of the people whose training one sees in lists."""
    return CpdEntry.objects.filter(Q(person=user) | Q(person__in=people_seen_by(user).values("pk")))


def cpd_to_read(user: User) -> CpdEntryQuerySet:
    """The same, with all that the page of one shows."""
    versions = CpdEarlierVersion.objects.select_related("replaced_by").order_by("-number")
    return (
        cpd_seen_by(user)
        .select_related("person", "logged_by", "taken_back_by", "event", "taken_from")
        .prefetch_related(
            Prefetch("earlier_versions", versions),
            Prefetch("files", CpdFile.objects.select_related("added_by").order_by("added_at", "pk")),
        )
    )


@dataclass(frozen=True)
class KnownTopic:
    """A topic with what it usually is; `id` is of the entry, event or module that says so."""

    id: UUID
    topic: str
    kind: CpdKind
    hours: Decimal
    trainer: str = ""


def known_topics(person: User, *, on: date) -> list[KnownTopic]:
    """What is likely to be logged again: the person's last topics, then events of the agency, then modules; each topic once.

    Nothing that another person wrote in a log of their own. In three queries, over so many rows at most.
    """
    own = CpdEntry.objects.counted().filter(person=person).order_by("-done_on", "-pk")[:OWN_LOOKED_AT]
    events = CpdEvent.objects.filter(agency=person.agency_id).order_by("-done_on", "-pk")[:EVENTS_LOOKED_AT]
    modules = modules_on_offer(person, on=on)[:MODULE_TOPICS]
    sources: list[tuple[list[KnownTopic], int]] = [
        ([_known(one) for one in own], OWN_TOPICS),
        ([_known(one) for one in events], EVENT_TOPICS),
        (
            [
                KnownTopic(
                    one.pk,
                    one.module.title[:120],
                    KIND_OF_DELIVERY[Delivery(one.delivery)],
                    hours_of_minutes(one.minutes),
                )
                for one in modules
            ],
            MODULE_TOPICS,
        ),
    ]
    found: dict[str, KnownTopic] = {}
    for topics, most in sources:
        fresh: dict[str, KnownTopic] = {}
        for one in topics:
            fresh.setdefault(one.topic.casefold(), one)
        new = ((key, one) for key, one in fresh.items() if key not in found)
        found |= dict(islice(new, most))
    return list(found.values())


def hours_of_minutes(minutes: int) -> Decimal:
    """As hours that an entry may have."""
    hours = (Decimal(minutes) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return min(max(hours, FEWEST_HOURS), MOST_HOURS)


def _known(one: CpdEntry | CpdEvent) -> KnownTopic:
    return KnownTopic(one.pk, one.topic, CpdKind(one.kind), one.hours, one.trainer)


def log_of(person: User, *, year: int | None = None) -> CpdEntryQuerySet:
    """What counts of somebody's log, the oldest first; of one year, or all.

    Within a day by what an entry says, so that a log that was taken over from a spreadsheet has the order of the first one.
    """
    entries = CpdEntry.objects.counted().filter(person=person)
    entries = entries.order_by("done_on", "topic", "kind", "hours", *WORDS, *LOOK_BACK, "pk")
    return entries if year is None else entries.of_year(year)


def imports_of(person: User) -> list[CpdImport]:
    """The spreadsheets that were taken into somebody's log last, the newest first."""
    found = CpdImport.objects.filter(person=person).select_related("by", "undone_by")
    return list(found.order_by("-at", "-pk")[:IMPORTS_SHOWN])


@dataclass(frozen=True)
class PersonTotal:
    """Somebody's year."""

    person: User
    year: YearAgainst


def totals_of(
    people: Iterable[User], expectations: Sequence[CpdExpectation], *, year: int, on: date
) -> list[PersonTotal]:
    """What each of these people logged in that year, in one query whatever their number, in their order."""
    people = list(people)
    kinds: dict[UUID, dict[str, Decimal]] = defaultdict(dict)
    entries: dict[UUID, int] = defaultdict(int)
    lines = CpdEntry.objects.counted().of_year(year).filter(person__in=people).values("person", "kind")
    for line in lines.annotate(count=Count("pk"), total=Sum("hours")).order_by("person", "kind"):
        kinds[line["person"]][line["kind"]] = line["total"]
        entries[line["person"]] += line["count"]

    def total(person: User) -> PersonTotal:
        hours = sum(kinds[person.pk].values(), Decimal(0))
        logged = YearOfCpd(year, entries[person.pk], hours, kinds[person.pk])
        return PersonTotal(person, year_against(logged, expectations, on=on))

    return [total(person) for person in people]
