"""Who needs what, and how they stand towards it: the one place that answers both, from profiles, records and evidence."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import attrgetter
from typing import Any, NamedTuple, Protocol, TypeVar
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse

from accounts.models import RoleGrant, User
from training.enums import EvidenceAnswer, MatrixState, NeedKind, RecordState, SkillLevel, Standing
from training.models import (
    EarlierAcceptance,
    Module,
    ProfileAssignment,
    ProfileModule,
    ProfileSkill,
    RoleProfile,
    Skill,
    SkillEvidence,
    TrainingRecord,
)

DUE_WITHIN = timedelta(days=90)

# From what is best to what is worst; of modules to choose from, the best count.
BEST_FIRST = (
    Standing.MET,
    Standing.DUE,
    Standing.WAITING,
    Standing.SENT_BACK,
    Standing.LAPSED,
    Standing.MISSING,
    Standing.NOT_REQUIRED,
)
RANK = {standing: place for place, standing in enumerate(BEST_FIRST)}
# The day on which what never lapses does.
NEVER = date.max
# What stands in the place of a record's state where it is no record but a sign-off of before that was accepted.
ON_PAPER = "ON_PAPER"
NOTHING = (None, None)
# What people see of a standing, but for what is due: see `Need.state`.
STATES = {
    Standing.MET: MatrixState.MET,
    Standing.WAITING: MatrixState.WAITING,
    Standing.SENT_BACK: MatrixState.SENT_BACK,
    Standing.LAPSED: MatrixState.LAPSED,
    Standing.MISSING: MatrixState.MISSING,
    Standing.NOT_REQUIRED: MatrixState.NOT_REQUIRED,
}


class RecordProof(NamedTuple):
    """What a training record says about one module; a page of many people needs no more of it."""

    id: str
    state: str
    lapses_on: date | None

    @property
    def pk(self) -> UUID:
        return UUID(self.id)

    def get_absolute_url(self) -> str:
        return reverse("training:record", args=[self.id])


class PaperProof(NamedTuple):
    """That a sign-off on paper of before was accepted for a module; `id` is of the acceptance."""

    id: str
    lapses_on: date | None

    @property
    def pk(self) -> UUID:
        return UUID(self.id)

    def get_absolute_url(self) -> str:
        return reverse("training:earlier_accepted", args=[self.id])


@dataclass(slots=True)
class EvidenceProof:
    """What an entry of evidence says about one skill."""

    pk: UUID
    level: int
    answer: str
    lapses_on: date | None

    def get_absolute_url(self) -> str:
        return reverse("training:evidence", args=[self.pk])

    def get_level_display(self) -> str:
        return str(SkillLevel(self.level).label)


# Of what one person has of one module the two that count: what holds longest, a record before paper where both hold as long,
# and the newest record that is being signed.
RecordsOf = tuple[RecordProof | PaperProof | None, RecordProof | None]


@dataclass(slots=True)
class Need:
    """One thing that somebody needs (or has without needing it), how they stand, and the record or evidence that says so.

    `by` is a day to look at: when it lapses or lapsed, or until when it has to be there. `level` is the lowest that is
    enough of a skill. Of modules to choose from, `choice` holds each with its standing, and `count` says how many.
    `paper` is a sign-off of before that was accepted, where that says it and no record.
    `held` is what was signed, accepted or confirmed and holds longest, in date or not; of modules to choose from, the last that is needed.
    `key` says what it is about: its kind, and the id of the module, of the skill, or of the profile that offers modules.
    `complete_first`: titles of what comes before it and is not completed, where `prerequisites.with_firsts` was asked.
    """

    kind: NeedKind
    title: str
    standing: Standing
    profiles: tuple[RoleProfile, ...] = ()
    module: Module | None = None
    skill: Skill | None = None
    record: RecordProof | None = None
    evidence: EvidenceProof | None = None
    paper: PaperProof | None = None
    by: date | None = None
    level: SkillLevel | None = None
    choice: "tuple[Need, ...]" = ()
    count: int = 0
    held: RecordProof | PaperProof | EvidenceProof | None = None
    key: str = ""
    complete_first: tuple[str, ...] = ()

    @property
    def is_met(self) -> bool:
        """In date, if perhaps not for long."""
        return self.standing in (Standing.MET, Standing.DUE)

    @property
    def is_open(self) -> bool:
        """Somebody has to do something about it."""
        return self.standing not in (Standing.MET, Standing.NOT_REQUIRED)

    @property
    def lapses_on(self) -> date | None:
        """The first day on which what is held no longer counts; None without anything, and where it never lapses."""
        return self.held.lapses_on if self.held is not None else None

    @property
    def state(self) -> MatrixState:
        """Its standing, and of what is due whether it is there and runs out, or is to be done."""
        if self.standing is Standing.DUE:
            return MatrixState.RUNS_OUT if self.held is not None else MatrixState.TO_DO
        if self.standing is Standing.MET and self.paper is not None:
            return MatrixState.ON_PAPER
        return STATES[self.standing]


@dataclass(frozen=True)
class Holding:
    """That somebody is in a profile: by an assignment from a day on, or by their account role. What is missing is due until `complete_by`."""

    profile: RoleProfile
    starts_on: date | None = None
    complete_by: date | None = None


@dataclass(frozen=True)
class Requirements:
    """What a force asks: modules in use by title, profiles by name with what each asks for. Retired modules are nowhere in it.

    `met_on_paper` holds the modules for which a sign-off of before was accepted of anybody: where there is none, nobody looks.
    """

    modules: list[Module]
    profiles: list[RoleProfile]
    required: dict[UUID, frozenset[UUID]]
    optional: dict[UUID, list[Module]]
    skills: dict[UUID, list[ProfileSkill]]
    met_on_paper: frozenset[UUID] = frozenset()

    def asks_for_something(self, profile: RoleProfile) -> bool:
        """Whether a profile asks for a module, a choice or a skill."""
        return any(profile.pk in asked and asked[profile.pk] for asked in (self.required, self.optional, self.skills))


@dataclass(frozen=True)
class Proofs:
    """What people have: records and paper by person and module, whose ids are texts here (thousands are told apart sooner), and evidence."""

    records: dict[str, dict[str, RecordsOf]] = field(default_factory=lambda: defaultdict(dict))
    evidence: dict[tuple[UUID, UUID], list[EvidenceProof]] = field(default_factory=lambda: defaultdict(list))


def requirements_of(force_id: UUID | None, *, on: date) -> Requirements:
    """What the force asks on that day, in four queries."""
    accepted = EarlierAcceptance.objects.holding().filter(module=OuterRef("pk"))
    in_use = Module.objects.filter(force=force_id).in_use(on=on).annotate(is_met_on_paper=Exists(accepted))
    found = list(in_use.by_title())
    modules: list[Module] = [*found]
    by_id = {module.pk: module for module in modules}
    required: dict[UUID, set[UUID]] = defaultdict(set)
    optional: dict[UUID, list[Module]] = defaultdict(list)
    links = ProfileModule.objects.filter(module__in=by_id).order_by("module__title", "module")
    for profile, module, is_optional in links.values_list("profile", "module", "is_optional"):
        if is_optional:
            optional[profile].append(by_id[module])
        else:
            required[profile].add(module)
    skills: dict[UUID, list[ProfileSkill]] = defaultdict(list)
    for link in ProfileSkill.objects.filter(profile__force=force_id).select_related("skill").order_by("skill__name"):
        skills[link.profile_id].append(link)
    profiles = list(RoleProfile.objects.filter(force=force_id).by_name())
    return Requirements(
        modules,
        profiles,
        {profile: frozenset(asked) for profile, asked in required.items()},
        optional,
        skills,
        frozenset(module.pk for module in found if module.is_met_on_paper),
    )


def holdings_of(people: Collection[User], requirements: Requirements, *, on: date) -> dict[UUID, list[Holding]]:
    """By person the profiles that they are in on that day, in two queries.

    Who is assigned to a profile that their account role names too is in it once, with the days of the assignment.
    """
    by_role = {profile.account_role: profile for profile in requirements.profiles if profile.account_role}
    by_id = {profile.pk: profile for profile in requirements.profiles}
    found: dict[UUID, list[Holding]] = defaultdict(list)
    assignments = ProfileAssignment.objects.current(on=on).filter(person__in=people, profile__in=by_id)
    days = list(assignments.order_by("starts_on", "pk").values_list("person", "profile", "starts_on", "complete_by"))
    assigned = {(person, profile) for person, profile, *_ in days}
    grants = RoleGrant.objects.current(on=on).filter(user__in=people, role__in=by_role)
    shared = {role: Holding(profile) for role, profile in by_role.items()}
    for person, role in grants.values_list("user", "role"):
        if (person, by_role[role].pk) not in assigned:
            found[person].append(shared[role])
    for person, profile, starts_on, complete_by in days:
        found[person].append(Holding(by_id[profile], starts_on, complete_by))
    return found


def proofs_of(people: Collection[User], requirements: Requirements) -> Proofs:
    """What these people have of what the force asks, in two queries: of records and paper no more than two a person and module."""
    proofs = Proofs()
    asked = {module for modules in requirements.required.values() for module in modules}
    asked.update(module.pk for modules in requirements.optional.values() for module in modules)
    columns = ("whose", "about", "record", "kind", "lapses_on", "since")
    records: QuerySet[Any, Any] = (
        TrainingRecord.objects.filter(person__in=people, module_version__module__in=asked)
        .annotate(whose=_text("person"), about=_text("module_version__module"), record=_text("pk"))
        .annotate(kind=F("state"), since=F("logged_at"))
        .values_list(*columns)
    )
    if on_paper := asked & requirements.met_on_paper:
        records = records.union(
            EarlierAcceptance.objects.holding()
            .filter(person__in=people, module__in=on_paper)
            .annotate(whose=_text("person"), about=_text("module"), record=_text("pk"))
            .annotate(kind=Value(ON_PAPER), since=F("accepted_at"))
            .values_list(*columns),
            all=True,
        )
    complete = str(RecordState.COMPLETE)
    for person, module, pk, kind, lapses_on, _ in records.order_by("-since", "-record"):
        of_person = proofs.records[person]
        best, under_way = of_person.get(module, NOTHING)
        if kind == ON_PAPER:
            proof: RecordProof | PaperProof = PaperProof(pk, lapses_on)
            best = proof if best is None or _holds(proof) > _holds(best) else best
        elif kind != complete:
            under_way = under_way or RecordProof(pk, kind, lapses_on)
        else:
            proof = RecordProof(pk, kind, lapses_on)
            beats = best is None or _holds(proof) > _holds(best)
            best = proof if beats or (isinstance(best, PaperProof) and _holds(proof) == _holds(best)) else best
        of_person[module] = (best, under_way)
    skills = {link.skill_id for links in requirements.skills.values() for link in links}
    entries = SkillEvidence.objects.filter(person__in=people, skill__in=skills).newest_first()
    for person, skill, pk, level, answer, lapses_on in entries.values_list(
        "person", "skill", "pk", "level", "answer", "lapses_on"
    ):
        proofs.evidence[person, skill].append(EvidenceProof(pk, level, answer, lapses_on))
    return proofs


def needs_of(people: Iterable[User], *, force_id: UUID | None, on: date) -> dict[UUID, list[Need]]:
    """By person everything that their profiles ask for on that day, each once, in eight queries whatever their number."""
    people = list(people)
    requirements = requirements_of(force_id, on=on)
    return needs_towards(requirements, people, on=on)


def needs_towards(requirements: Requirements, people: Collection[User], *, on: date) -> dict[UUID, list[Need]]:
    """The same where the requirements were read already, in four queries."""
    holdings, proofs = holdings_of(people, requirements, on=on), proofs_of(people, requirements)
    asked = AskedOf(requirements, on=on)
    return {person.pk: asked.of(holdings[person.pk]).needs_of(person.pk, proofs) for person in people}


def needs_under(
    person: User, holdings: Iterable[Holding], requirements: Requirements, proofs: Proofs, *, on: date
) -> list[Need]:
    """What somebody in these profiles needs, each once, with every profile that asks for it: modules, then choices, then skills.

    Of a skill that several ask for, the highest level counts. Asks the database nothing.
    """
    return AskedOf(requirements, on=on).of(list(holdings)).needs_of(person.pk, proofs)


class AskedOf:
    """What is asked of people in the same profiles, worked out once for all of them."""

    def __init__(self, requirements: Requirements, *, on: date) -> None:
        self.requirements, self.on = requirements, on
        self.known: dict[frozenset[tuple[UUID, date | None]], _Asked] = {}

    def of(self, holdings: Collection[Holding]) -> "_Asked":
        key = frozenset((holding.profile.pk, holding.complete_by) for holding in holdings)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = _Asked(holdings, self.requirements, on=self.on)
        return found


class _Asked:
    """What these profiles ask for together. What is missing of it is the same for everybody, so that it is made once."""

    def __init__(self, holdings: Collection[Holding], requirements: Requirements, *, on: date) -> None:
        self.on = on
        self.modules = list(self._modules(holdings, requirements))
        self.choices = list(self._choices(holdings, requirements))
        self.skills = sorted(self._skills(holdings, requirements), key=attrgetter("missing.title"))

    def needs_of(self, person: UUID, proofs: Proofs) -> list[Need]:
        """By title: modules, then modules to choose from, then skills."""
        records, on = proofs.records.get(str(person), {}), self.on
        needs = []
        for asked in self.modules:
            found = records.get(asked.about)
            needs.append(asked.missing if found is None else asked.met_by(found, on=on))
        needs += [choice.met_by(records, on=on) for choice in self.choices]
        needs += [skill.met_by(proofs.evidence.get((person, skill.skill.pk), ()), on=on) for skill in self.skills]
        return needs

    def _modules(self, holdings: Collection[Holding], requirements: Requirements) -> "Iterator[_AskedModule]":
        asked_by: dict[UUID, list[Holding]] = defaultdict(list)
        for holding in holdings:
            for pk in requirements.required.get(holding.profile.pk, ()):
                asked_by[pk].append(holding)
        for module in requirements.modules:
            if module.pk in asked_by:
                yield _AskedModule(module, asked_by[module.pk], on=self.on)

    def _choices(self, holdings: Collection[Holding], requirements: Requirements) -> "Iterator[_AskedChoice]":
        """For each profile that offers modules to choose from, once. Where modules were retired, no more are asked for than there are."""
        asked_by: dict[UUID, list[Holding]] = defaultdict(list)
        for holding in holdings:
            asked_by[holding.profile.pk].append(holding)
        for pk, of_profile in asked_by.items():
            offered = requirements.optional.get(pk, [])
            count = min(of_profile[0].profile.optional_needed, len(offered))
            if count:
                yield _AskedChoice(offered, count, of_profile, on=self.on)

    def _skills(self, holdings: Collection[Holding], requirements: Requirements) -> "Iterator[_AskedSkill]":
        asked: dict[UUID, list[tuple[Holding, ProfileSkill]]] = defaultdict(list)
        for holding in holdings:
            for link in requirements.skills.get(holding.profile.pk, ()):
                asked[link.skill_id].append((holding, link))
        for pairs in asked.values():
            yield _AskedSkill(pairs, on=self.on)


class _AskedModule:
    """One module that these profiles ask for; without any, one that somebody may have without needing it."""

    def __init__(self, module: Module, asked_by: Collection[Holding], *, on: date) -> None:
        self.module, self.title, self.profiles = module, module.title, _profiles(asked_by)
        self.about, self.key = str(module.pk), key_of(NeedKind.MODULE, module.pk)
        missing = Standing.MISSING if asked_by else Standing.NOT_REQUIRED
        standing, by = _with_time_left(missing, None, asked_by, on=on)
        self.missing = Need(NeedKind.MODULE, module.title, standing, self.profiles, module=module, by=by, key=self.key)

    def met_by(self, records: RecordsOf, *, on: date) -> Need:
        """A record in date counts before one that is being signed; that before one that is due or has lapsed."""
        best, under_way = records
        is_back = under_way is not None and under_way.state == RecordState.SENT_BACK
        found = _weighed(best, under_way, Standing.SENT_BACK if is_back else Standing.WAITING, on=on)
        if found is None:
            return self.missing
        standing, proof = found
        by = proof.lapses_on if standing in (Standing.DUE, Standing.LAPSED) else None
        return Need(
            NeedKind.MODULE,
            self.title,
            standing,
            self.profiles,
            module=self.module,
            record=proof if isinstance(proof, RecordProof) else None,
            paper=proof if isinstance(proof, PaperProof) else None,
            by=by,
            held=best,
            key=self.key,
        )


class _AskedSkill:
    """One skill that these profiles ask for, at the highest level that one of them does."""

    def __init__(self, asked: list[tuple[Holding, ProfileSkill]], *, on: date) -> None:
        self.skill = asked[0][1].skill
        level = max((link.level for _, link in asked if link.level), default=None)
        self.level = SkillLevel(level) if level else None
        self.holdings = [holding for holding, _ in asked]
        self.profiles = _profiles(self.holdings)
        standing, by = _with_time_left(Standing.MISSING, None, self.holdings, on=on)
        self.missing = self._need(standing, by=by)

    def met_by(self, entries: Collection[EvidenceProof], *, on: date) -> Need:
        """By what was confirmed at the level that is asked, else by the newest entry; `entries` newest first."""
        if not entries:
            return self.missing
        enough = [one for one in entries if self.level is None or one.level >= self.level]
        confirmed = [one for one in enough if one.answer == EvidenceAnswer.CONFIRMED]
        best = max(confirmed, key=lambda one: one.lapses_on or NEVER, default=None)
        unanswered = next((one for one in enough if not one.answer), None)
        found = _weighed(best, unanswered, Standing.WAITING, on=on)
        if found is None:
            return self._need(self.missing.standing, evidence=next(iter(entries)), by=self.missing.by)
        standing, evidence = found
        by = evidence.lapses_on if standing in (Standing.DUE, Standing.LAPSED) else None
        return self._need(standing, evidence=evidence, by=by, held=best)

    def _need(
        self,
        standing: Standing,
        *,
        evidence: EvidenceProof | None = None,
        by: date | None = None,
        held: EvidenceProof | None = None,
    ) -> Need:
        return Need(
            NeedKind.SKILL,
            self.skill.name,
            standing,
            self.profiles,
            skill=self.skill,
            evidence=evidence,
            by=by,
            level=self.level,
            held=held,
            key=key_of(NeedKind.SKILL, self.skill.pk),
        )


class _AskedChoice:
    """So many of the modules that one profile offers."""

    def __init__(self, offered: Collection[Module], count: int, asked_by: Collection[Holding], *, on: date) -> None:
        self.offered, self.count, self.asked_by = [_AskedModule(one, (), on=on) for one in offered], count, asked_by
        self.title = f"{count} of {len(offered)} modules to choose from"
        self.profiles = _profiles(asked_by)

    def met_by(self, records: dict[str, RecordsOf], *, on: date) -> Need:
        """As far as the last of the best that are enough. It lapses when the last that holds and is needed does."""
        offered = []
        for asked in self.offered:
            found = records.get(asked.about)
            offered.append(asked.missing if found is None else asked.met_by(found, on=on))
        last = sorted(offered, key=lambda need: RANK[need.standing])[self.count - 1]
        standing: Standing = Standing.MISSING if last.standing is Standing.NOT_REQUIRED else last.standing
        proofs_by_day = sorted(
            (one.held for one in offered if one.held), key=lambda one: one.lapses_on or NEVER, reverse=True
        )
        held = proofs_by_day[self.count - 1] if len(proofs_by_day) >= self.count else None
        lapses_on = held.lapses_on if held and standing in (Standing.DUE, Standing.LAPSED) else None
        standing, by = _with_time_left(standing, lapses_on, self.asked_by, on=on)
        return Need(
            NeedKind.CHOICE,
            self.title,
            standing,
            self.profiles,
            by=by,
            choice=tuple(offered),
            count=self.count,
            held=held,
            key=key_of(NeedKind.CHOICE, self.profiles[0].pk),
        )


class _Lapsing(Protocol):
    @property
    def lapses_on(self) -> date | None: ...


def _holds(proof: _Lapsing) -> date:
    return proof.lapses_on or NEVER


Proof = TypeVar("Proof", bound=_Lapsing)


def _weighed(
    best: Proof | None, under_way: Proof | None, meanwhile: Standing, *, on: date
) -> tuple[Standing, Proof] | None:
    """What is in date for long, else what is under way, else what is in date for a while or has lapsed; None without any."""
    if best is not None and (best.lapses_on is None or best.lapses_on > on + DUE_WITHIN):
        return Standing.MET, best
    if under_way is not None:
        return meanwhile, under_way
    if best is not None and best.lapses_on is not None:
        return (Standing.DUE if on < best.lapses_on else Standing.LAPSED), best
    return None


def _with_time_left(
    standing: Standing, by: date | None, asked_by: Collection[Holding], *, on: date
) -> tuple[Standing, date | None]:
    """What is missing is due as long as every profile that asks for it gives time; the first day of them counts."""
    days = [holding.complete_by for holding in asked_by]
    if standing is not Standing.MISSING or not days or None in days:
        return standing, by
    first = min(day for day in days if day is not None)
    return (Standing.DUE if on <= first else Standing.MISSING), first


def key_of(kind: NeedKind, about: UUID) -> str:
    """What a need is about, as addresses name it."""
    return f"{kind}-{about}"


def _text(name: str) -> Cast:
    return Cast(name, TextField())


def _profiles(asked_by: Iterable[Holding]) -> tuple[RoleProfile, ...]:
    """Each once, by name."""
    found = {holding.profile.pk: holding.profile for holding in asked_by}
    return tuple(sorted(found.values(), key=lambda profile: profile.name))
