"""Who needs what, and how they stand towards it: the one place that answers both, from profiles, records and evidence."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from accounts.models import RoleGrant, User
from training.enums import OPEN_STATES, EvidenceAnswer, NeedKind, RecordState, SkillLevel, Standing
from training.models import (
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


@dataclass(frozen=True)
class Need:
    """One thing that somebody needs (or has without needing it), how they stand, and the record or evidence that says so.

    `by` is a day to look at: when it lapses or lapsed, or until when it has to be there. `level` is the lowest that is
    enough of a skill. Of modules to choose from, `choice` holds each with its standing, and `count` says how many.
    """

    kind: NeedKind
    title: str
    standing: Standing
    profiles: tuple[RoleProfile, ...] = ()
    module: Module | None = None
    skill: Skill | None = None
    record: TrainingRecord | None = None
    evidence: SkillEvidence | None = None
    by: date | None = None
    level: SkillLevel | None = None
    choice: "tuple[Need, ...]" = ()
    count: int = 0

    @property
    def is_met(self) -> bool:
        """In date, if perhaps not for long."""
        return self.standing in (Standing.MET, Standing.DUE)

    @property
    def is_open(self) -> bool:
        """Somebody has to do something about it."""
        return self.standing not in (Standing.MET, Standing.NOT_REQUIRED)


@dataclass(frozen=True)
class Holding:
    """That somebody is in a profile: by an assignment, or by their account role. What is missing is due until `complete_by`."""

    profile: RoleProfile
    assignment: ProfileAssignment | None = None

    @property
    def complete_by(self) -> date | None:
        return self.assignment.complete_by if self.assignment else None


@dataclass(frozen=True)
class Requirements:
    """What a force asks: modules in use by title, profiles by name with what each asks for. Retired modules are nowhere in it."""

    modules: list[Module]
    profiles: list[RoleProfile]
    required: dict[UUID, list[Module]]
    optional: dict[UUID, list[Module]]
    skills: dict[UUID, list[ProfileSkill]]


@dataclass(frozen=True)
class Proofs:
    """What people have: records and entries of evidence, by person and what they are about."""

    records: dict[tuple[UUID, UUID], list[TrainingRecord]] = field(default_factory=lambda: defaultdict(list))
    evidence: dict[tuple[UUID, UUID], list[SkillEvidence]] = field(default_factory=lambda: defaultdict(list))


def requirements_of(force_id: UUID | None, *, on: date) -> Requirements:
    """What the force asks on that day, in four queries."""
    modules = list(Module.objects.filter(force=force_id).in_use(on=on).by_title())
    by_id = {module.pk: module for module in modules}
    required: dict[UUID, list[Module]] = defaultdict(list)
    optional: dict[UUID, list[Module]] = defaultdict(list)
    links = ProfileModule.objects.filter(module__in=by_id).order_by("module__title", "module")
    for profile, module, is_optional in links.values_list("profile", "module", "is_optional"):
        (optional if is_optional else required)[profile].append(by_id[module])
    skills: dict[UUID, list[ProfileSkill]] = defaultdict(list)
    for link in ProfileSkill.objects.filter(profile__force=force_id).select_related("skill").order_by("skill__name"):
        skills[link.profile_id].append(link)
    profiles = list(RoleProfile.objects.filter(force=force_id).by_name())
    return Requirements(modules, profiles, required, optional, skills)


def holdings_of(people: Collection[User], requirements: Requirements, *, on: date) -> dict[UUID, list[Holding]]:
    """By person the profiles that they are in on that day, in two queries."""
    by_role = {profile.account_role: profile for profile in requirements.profiles if profile.account_role}
    by_id = {profile.pk: profile for profile in requirements.profiles}
    found: dict[UUID, list[Holding]] = defaultdict(list)
    grants = RoleGrant.objects.current(on=on).filter(user__in=people, role__in=by_role)
    for person, role in grants.values_list("user", "role"):
        found[person].append(Holding(by_role[role]))
    assignments = ProfileAssignment.objects.current(on=on).filter(person__in=people, profile__in=by_id)
    for assignment in assignments.order_by("starts_on", "pk"):
        found[assignment.person_id].append(Holding(by_id[assignment.profile_id], assignment))
    return found


def proofs_of(people: Collection[User]) -> Proofs:
    """What these people have, in two queries."""
    proofs = Proofs()
    for record in TrainingRecord.objects.filter(person__in=people).select_related("module_version"):
        proofs.records[record.person_id, record.module_version.module_id].append(record)
    for entry in SkillEvidence.objects.filter(person__in=people).newest_first():
        proofs.evidence[entry.person_id, entry.skill_id].append(entry)
    return proofs


def needs_of(people: Iterable[User], *, force_id: UUID | None, on: date) -> dict[UUID, list[Need]]:
    """By person everything that their profiles ask for on that day, each once, in eight queries whatever their number."""
    people = list(people)
    requirements = requirements_of(force_id, on=on)
    holdings, proofs = holdings_of(people, requirements, on=on), proofs_of(people)
    return {person.pk: needs_under(person, holdings[person.pk], requirements, proofs, on=on) for person in people}


def needs_under(
    person: User, holdings: Iterable[Holding], requirements: Requirements, proofs: Proofs, *, on: date
) -> list[Need]:
    """What somebody in these profiles needs, each once, with every profile that asks for it: modules, then choices, then skills.

    Of a skill that several ask for, the highest level counts. Asks the database nothing.
    """
    holdings = list(holdings)
    modules: dict[UUID, list[Holding]] = defaultdict(list)
    skills: dict[UUID, list[tuple[Holding, ProfileSkill]]] = defaultdict(list)
    for holding in holdings:
        for module in requirements.required[holding.profile.pk]:
            modules[module.pk].append(holding)
        for link in requirements.skills[holding.profile.pk]:
            skills[link.skill_id].append((holding, link))
    return [
        *(
            module_need(person, module, modules[module.pk], proofs, on=on)
            for module in requirements.modules
            if modules[module.pk]
        ),
        *_choices(person, holdings, requirements, proofs, on=on),
        *sorted((_skill_need(person, asked, proofs, on=on) for asked in skills.values()), key=lambda need: need.title),
    ]


def module_need(person: User, module: Module, asked_by: Collection[Holding], proofs: Proofs, *, on: date) -> Need:
    """How somebody stands towards a module that these profiles ask for; where none does, it is not required."""
    records = proofs.records.get((person.pk, module.pk), [])
    standing, record = standing_of(records, is_required=bool(asked_by), on=on)
    lapses_on = record.lapses_on if record and standing in (Standing.DUE, Standing.LAPSED) else None
    standing, by = _with_time_left(standing, lapses_on, asked_by, on=on)
    return Need(NeedKind.MODULE, module.title, standing, _profiles(asked_by), module=module, record=record, by=by)


def standing_of(
    records: Iterable[TrainingRecord], *, is_required: bool, on: date
) -> tuple[Standing, TrainingRecord | None]:
    """How somebody with these records of one module stands on that day.

    A record in date counts before one that is being signed; one that is being signed before one that is due or has lapsed.
    """
    records = list(records)
    complete = [record for record in records if record.state == RecordState.COMPLETE]
    under_way = next((record for record in records if record.state in OPEN_STATES), None)
    is_back = under_way is not None and under_way.state == RecordState.SENT_BACK
    found = _weighed(complete, under_way, Standing.SENT_BACK if is_back else Standing.WAITING, on=on)
    return found or (Standing.MISSING if is_required else Standing.NOT_REQUIRED, None)


def _skill_need(person: User, asked: list[tuple[Holding, ProfileSkill]], proofs: Proofs, *, on: date) -> Need:
    """How somebody stands towards a skill: by what was confirmed at the level that is asked, else by the newest entry."""
    skill = asked[0][1].skill
    level = max((link.level for _, link in asked if link.level), default=None)
    entries = proofs.evidence.get((person.pk, skill.pk), [])
    enough = [one for one in entries if level is None or one.level >= level]
    confirmed = [one for one in enough if one.answer == EvidenceAnswer.CONFIRMED]
    unanswered = next((one for one in enough if not one.answer), None)
    newest = entries[0] if entries else None
    found = _weighed(confirmed, unanswered, Standing.WAITING, on=on)
    standing: Standing = found[0] if found else Standing.MISSING
    evidence = found[1] if found else newest
    holdings = [holding for holding, _ in asked]
    lapses_on = evidence.lapses_on if evidence and standing in (Standing.DUE, Standing.LAPSED) else None
    standing, by = _with_time_left(standing, lapses_on, holdings, on=on)
    return Need(
        NeedKind.SKILL,
        skill.name,
        standing,
        _profiles(holdings),
        skill=skill,
        evidence=evidence,
        by=by,
        level=SkillLevel(level) if level else None,
    )


def _choices(
    person: User, holdings: Iterable[Holding], requirements: Requirements, proofs: Proofs, *, on: date
) -> list[Need]:
    """For each profile that offers modules to choose from: as far as the last of the best that are enough.

    Where modules were retired, no more are asked for than there are.
    """
    found: dict[UUID, Need] = {}
    for holding in holdings:
        profile = holding.profile
        offered = [module_need(person, one, (), proofs, on=on) for one in requirements.optional[profile.pk]]
        count = min(profile.optional_needed, len(offered))
        if count == 0 or profile.pk in found:
            continue
        last = sorted(offered, key=lambda need: BEST_FIRST.index(need.standing))[count - 1]
        standing: Standing = Standing.MISSING if last.standing is Standing.NOT_REQUIRED else last.standing
        asked_by = [one for one in holdings if one.profile.pk == profile.pk]
        standing, by = _with_time_left(standing, last.by, asked_by, on=on)
        found[profile.pk] = Need(
            NeedKind.CHOICE,
            f"{count} of {len(offered)} modules to choose from",
            standing,
            (profile,),
            by=by,
            choice=tuple(offered),
            count=count,
        )
    return list(found.values())


class _Lapsing(Protocol):
    @property
    def lapses_on(self) -> date | None: ...


Proof = TypeVar("Proof", bound=_Lapsing)


def _weighed(
    done: Collection[Proof], under_way: Proof | None, meanwhile: Standing, *, on: date
) -> tuple[Standing, Proof] | None:
    """What is in date for long, else what is under way, else what is in date for a while or has lapsed; None without any."""
    best = max(done, key=lambda proof: proof.lapses_on or date.max, default=None)
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


def _profiles(asked_by: Iterable[Holding]) -> tuple[RoleProfile, ...]:
    """Each once, by name."""
    found = {holding.profile.pk: holding.profile for holding in asked_by}
    return tuple(sorted(found.values(), key=lambda profile: profile.name))
