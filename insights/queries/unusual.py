"""What is unusual about one person's access on one London day: each rule with the numbers from which it was found.

The method, rule by rule, stands in docs/guide-access-log.md. A referral is *opened* when somebody reads it; what is merely shown in a
list, a search or a history counts for no rule. A *task* on a referral is: having taken part in it (written, assigned, decided,
reviewed, shared, asked: referrals.queries.parts_taken), its being shared with the own agency, its being of the own team for who
leads it, and, for who decides at the hub, its being open there on that day.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from statistics import median
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDay, TruncHour

from accounts.enums import Permission
from accounts.models import RoleGrant, User
from audit.enums import UnusualRule, Verb
from audit.models import Entry
from audit.services import Finding
from common.clock import LONDON, is_bank_holiday, start_of_day
from referrals.enums import AccessReason, FormKind, PersonRole
from referrals.models import Person, Referral, ReferralAccess
from referrals.queries import parts_taken
from referrals.queries.likeness import plain

LOOKING = (Verb.READ, Verb.SEARCHED, Verb.EXPORTED, Verb.PRINTED, Verb.DOWNLOADED)
TAKING_OUT = (Verb.EXPORTED, Verb.DOWNLOADED, Verb.PRINTED)
OPENED = ("referral.read", "referral.versions_read", "referral.copy_downloaded", "referral.pack_downloaded")
OPENED_FILE = ("attachment.downloaded",)
# Shown beside others, not opened.
SHOWN = ("referral.found", "referral.hinted_at_another", "referral.seen_as_duplicate")
SHOWN_BEGINS = "referral.seen_in_"
BREAKS_GLASS = ("referral.opened_in_emergency", "training.supervision_glass_broken")
MOST_ENTRIES = 20_000

USUAL_DAYS = 28
# A usual needs so many days or hours with something opened, of the person or of people with the same role.
USUAL_NEEDS = 5
PEERS = 50
TIMES_USUAL = 3
FEWEST_IN_HOUR = 30
FEWEST_IN_DAY = 100
FEWEST_FILES = 10
FEWEST_WITHOUT_TASK = 5
FEWEST_SAME_SEARCHES = 3
SAME_SEARCH_DAYS = 7
OUT_OF_HOURS_IS_USUAL = 3
NAMES = ("text", "given_names", "family_name")


@dataclass(frozen=True)
class Look:
    """An entry, as far as rules ask."""

    at: Any
    verb: str
    what: str
    label: str
    object_id: str
    agency_id: str
    details: dict[str, Any]

    @property
    def is_opening(self) -> bool:
        return (
            self.verb in (Verb.READ, *TAKING_OUT)
            and self.object_id != ""
            and self.what not in SHOWN
            and not self.what.startswith(SHOWN_BEGINS)
        )

    @property
    def opens_referral(self) -> bool:
        return self.label == Referral._meta.label and self.what in (*OPENED, *OPENED_FILE)


class Access:
    """What one person looked at on one day, and what is known about it."""

    def __init__(self, user: User, day: date) -> None:
        self.user = user
        self.day = day
        self.starts_at = start_of_day(day)
        self.ends_at = start_of_day(day + timedelta(days=1))

    @cached_property
    def looks(self) -> list[Look]:
        found = self._entries(self.starts_at).filter(at__lt=self.ends_at).order_by("pk")
        values = found.values_list("at", "verb", "what", "object_label", "object_id", "actor_agency_id", "details")
        return [Look(*one) for one in values[:MOST_ENTRIES]]

    @cached_property
    def agency_id(self) -> str:
        return self.looks[0].agency_id if self.looks else ""

    @cached_property
    def roles(self) -> frozenset[str]:
        return self.user.roles_on(self.day)

    @cached_property
    def opened(self) -> dict[UUID, Referral]:
        """The referrals that were opened, by id."""
        ids = {look.object_id for look in self.looks if look.opens_referral}
        return {one.pk: one for one in Referral.objects.filter(pk__in=ids)}

    def without_part(self, ids: Iterable[UUID]) -> set[UUID]:
        """Those of these opened referrals in which this person took no part. Asked of as few as can be: it reads many tables."""
        unsure = {pk for pk in ids if self.opened[pk].author_id != self.user.pk}
        taken = parts_taken(unsure) if unsure else {}
        return {pk for pk in unsure if self.user.pk not in taken[pk]}

    @cached_property
    def without_task(self) -> set[UUID]:
        """Those of the opened referrals on which this person has no task."""
        others = [pk for pk, referral in self.opened.items() if not self._is_of_role(referral)]
        if not others:
            return set()
        shared = ReferralAccess.objects.filter(
            agency=self.user.agency_id, reason=AccessReason.SHARED, referral__in=others
        )
        return self.without_part(set(others) - set(shared.values_list("referral", flat=True)))

    def _is_of_role(self, referral: Referral) -> bool:
        user = self.user
        leads = (
            user.team_id is not None and referral.team_id == user.team_id and user.may(Permission.SEE_TEAM_REFERRALS)
        )
        if leads or (user.may(Permission.ASSESS_CPI) and referral.kind == FormKind.CPI):
            return True
        return user.may(Permission.DECIDE_REFERRAL) and self._was_open(referral)

    def _was_open(self, referral: Referral) -> bool:
        """Whether the hub had not closed it before that day."""
        return referral.closed_at is None or referral.closed_at >= self.starts_at

    def _entries(self, since: Any) -> QuerySet[Entry]:
        return Entry.objects.filter(actor_id=str(self.user.pk), verb__in=LOOKING, at__gte=since)

    def counts_before(
        self, actors: Sequence[str], trunc: Any, verbs: Sequence[str] = (Verb.READ, *TAKING_OUT)
    ) -> list[int]:
        """How many records each of these people opened in each hour or day of the four weeks before, in which they opened any."""
        before = Entry.objects.filter(
            ~Q(what__in=SHOWN),
            ~Q(what__startswith=SHOWN_BEGINS),
            ~Q(object_id=""),
            actor_id__in=actors,
            verb__in=verbs,
            at__gte=start_of_day(self.day - timedelta(days=USUAL_DAYS)),
            at__lt=self.starts_at,
        )
        by_time = before.annotate(span=trunc("at", tzinfo=LONDON)).order_by().values("actor_id", "span")
        return list(by_time.annotate(n=Count("object_id", distinct=True)).values_list("n", flat=True))

    @cached_property
    def peers(self) -> list[str]:
        """People who hold one of the same roles that day, fifty at most."""
        held = RoleGrant.objects.current(on=self.day).filter(role__in=self.roles).exclude(user=self.user)
        return [str(pk) for pk in held.order_by("user").values_list("user", flat=True).distinct()[:PEERS]]


def findings_of(user: User, day: date) -> list[Finding]:
    """Everything that a rule finds about this person's day."""
    access = Access(user, day)
    if not access.looks:
        return []
    return [one for rule in RULES for one in rule(access)]


def _found(access: Access, rule: UnusualRule, record: str = "", label: str = "", **counts: Any) -> Finding:
    return Finding(rule, str(access.user.pk), access.agency_id, access.day, label, record, counts)


def _is_out_of_hours(moment: Any) -> bool:
    local = moment.astimezone(LONDON)
    is_night = not settings.USUAL_HOURS_FROM <= local.hour < settings.USUAL_HOURS_TO
    return is_night or local.weekday() >= 5 or is_bank_holiday(local.date())


def _out_of_hours(access: Access) -> Iterator[Finding]:
    """Not for shifts, by role or team, nor for who was there at such hours on three other days of the four weeks before."""
    found = [look for look in access.looks if _is_out_of_hours(look.at)]
    if not found or _works_shifts(access):
        return
    since = start_of_day(access.day - timedelta(days=USUAL_DAYS))
    earlier = access._entries(since).filter(at__lt=access.starts_at).values_list("at", flat=True)
    days_before = {moment.astimezone(LONDON).date() for moment in earlier[:MOST_ENTRIES] if _is_out_of_hours(moment)}
    if len(days_before) < OUT_OF_HOURS_IS_USUAL:
        first, last = found[0].at, found[-1].at
        yield _found(
            access,
            UnusualRule.OUT_OF_HOURS,
            looks=len(found),
            first=f"{first.astimezone(LONDON):%H:%M}",
            last=f"{last.astimezone(LONDON):%H:%M}",
            days_before=len(days_before),
        )


def _works_shifts(access: Access) -> bool:
    team = access.user.team
    in_team = team is not None and team.name.casefold() in {name.casefold() for name in settings.SHIFT_TEAMS}
    return in_team or not access.roles.isdisjoint(settings.SHIFT_ROLES)


def _usual(counts: list[int]) -> float | None:
    """The middle one, where there are enough to speak of a usual."""
    return float(median(counts)) if len(counts) >= USUAL_NEEDS else None


def _beyond_usual(access: Access, count: int, fewest: int, trunc: Any, **narrowed: Any) -> dict[str, Any] | None:
    """The numbers where so many are more than a fixed least number, and more than three times the own and the role's usual."""
    if count < fewest:
        return None
    own = _usual(access.counts_before([str(access.user.pk)], trunc, **narrowed))
    role = _usual(access.counts_before(access.peers, trunc, **narrowed)) if access.peers else None
    limit = max(fewest, TIMES_USUAL * (own or 0), TIMES_USUAL * (role or 0))
    return {"count": count, "own_usual": own, "usual_of_role": role, "limit": limit} if count >= limit else None


def _many(access: Access) -> Iterator[Finding]:
    opened = [look for look in access.looks if look.is_opening]
    by_hour: dict[Any, set[str]] = defaultdict(set)
    for look in opened:
        by_hour[look.at.astimezone(LONDON).replace(minute=0, second=0, microsecond=0)].add(look.object_id)
    if by_hour:
        hour, records = max(by_hour.items(), key=lambda one: len(one[1]))
        if counts := _beyond_usual(access, len(records), FEWEST_IN_HOUR, TruncHour):
            yield _found(access, UnusualRule.MANY_IN_HOUR, hour=f"{hour:%H:%M}", **counts)
    if counts := _beyond_usual(access, len({look.object_id for look in opened}), FEWEST_IN_DAY, TruncDay):
        yield _found(access, UnusualRule.MANY_IN_DAY, **counts)
    files = [look for look in access.looks if look.verb in TAKING_OUT]
    if counts := _beyond_usual(access, len(files), FEWEST_FILES, TruncDay, verbs=TAKING_OUT):
        yield _found(access, UnusualRule.MANY_FILES, **counts)


def _named(access: Access) -> Iterator[Finding]:
    """Somebody in the referral has the family name of who opened it, or the whole name of one of the own team."""
    if not access.opened:
        return
    own = plain(access.user.name).split()
    team = User.objects.filter(team=access.user.team_id) if access.user.team_id else User.objects.none()
    known = {plain(name) for name in team.values_list("name", flat=True)} | {" ".join(own)}
    people = Person.objects.filter(referral__in=list(access.opened)).exclude(role=PersonRole.PROFESSIONAL)
    same: Counter[UUID] = Counter()
    knows: Counter[UUID] = Counter()
    for referral, given, family in people.values_list("referral", "given_names", "family_name"):
        name = plain(f"{given} {family}")
        if given and family and name in known and access.opened[referral].author_id != access.user.pk:
            knows[referral] += 1
        elif own and plain(family) == own[-1]:
            same[referral] += 1
    no_part = access.without_part(same) if same else set()
    same = Counter({referral: count for referral, count in same.items() if referral in no_part})
    for rule, counted in ((UnusualRule.KNOWN_PERSON, knows), (UnusualRule.SAME_NAME, same)):
        for referral, count in counted.items():
            yield _found(access, rule, str(referral), Referral._meta.label, people=count, **_near(access, referral))


def _near(access: Access, referral_id: UUID) -> dict[str, Any]:
    """Whether the referral is of the district of the own team: what is known of a neighbourhood. Alone it lists nothing."""
    district = access.user.team.district_id if access.user.team else None
    return {"in_own_district": district is not None and access.opened[referral_id].district_id == district}


def _without_task(access: Access) -> Iterator[Finding]:
    found = len(access.without_task) if access.opened else 0
    if found >= FEWEST_WITHOUT_TASK:
        yield _found(access, UnusualRule.NO_TASK, without_task=found, opened=len(access.opened))
    if not found or any(look.what == "consultation.recorded" for look in _deeds(access)):
        return
    shown = {look.object_id for look in access.looks if look.what == "referral.found"}
    by_name = any(
        look.what == "referral.searched"
        and set(look.details.get("fields", [])) & {"given_names", "family_name", "address", "text"}
        for look in access.looks
    )
    if by_name:
        for pk in access.without_task:
            if str(pk) in shown:
                yield _found(access, UnusualRule.LOOKED_UP, str(pk), Referral._meta.label, **_near(access, pk))


def _deeds(access: Access) -> list[Look]:
    """What was written down that day: a call that was logged is a reason to have looked somebody up."""
    written = Entry.objects.filter(actor_id=str(access.user.pk), at__gte=access.starts_at, at__lt=access.ends_at)
    values = written.filter(verb=Verb.COLLECTED).values_list(
        "at", "verb", "what", "object_label", "object_id", "actor_agency_id", "details"
    )
    return [Look(*one) for one in values[:MOST_ENTRIES]]


def _same_search(access: Access) -> Iterator[Finding]:
    """One name three times within a week, where nothing that was found with it is a task of this person."""
    today = _digests(look for look in access.looks if look.what == "referral.searched")
    if not today:
        return
    since = start_of_day(access.day - timedelta(days=SAME_SEARCH_DAYS - 1))
    week = access._entries(since).filter(at__lt=access.ends_at, what__in=("referral.searched", "referral.found"))
    searches: dict[str, set[str]] = defaultdict(set)
    results: dict[str, set[str]] = defaultdict(set)
    for what, record, details in week.values_list("what", "object_id", "details")[:MOST_ENTRIES]:
        if what == "referral.found":
            results[details.get("search", "")].add(record)
        else:
            for digest in _of_names(details):
                searches[digest].add(record)
    for digest in sorted(today):
        made = searches[digest]
        if len(made) < FEWEST_SAME_SEARCHES:
            continue
        shown = {UUID(one) for search in made for one in results[search]}
        taken = parts_taken(shown) if shown else {}
        if not any(access.user.pk in people for people in taken.values()):
            yield _found(access, UnusualRule.SAME_SEARCH, digest[:40], searches=len(made), days=SAME_SEARCH_DAYS)


def _digests(looks: Iterator[Look]) -> set[str]:
    return {digest for look in looks for digest in _of_names(look.details)}


def _of_names(details: dict[str, Any]) -> set[str]:
    digests = details.get("digests", {})
    return {digests[name] for name in NAMES if name in digests}


def _break_glass(access: Access) -> Iterator[Finding]:
    deeds = Entry.objects.filter(
        actor_id=str(access.user.pk), at__gte=access.starts_at, at__lt=access.ends_at, what__in=BREAKS_GLASS
    )
    for label, record in deeds.values_list("object_label", "object_id").distinct():
        yield _found(access, UnusualRule.BREAK_GLASS, record, label)


RULES = (_out_of_hours, _many, _named, _without_task, _same_search, _break_glass)
