"""PPNs out of incidents and CPI forms from partners: rows of every table that a referral has."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from accounts.models import Area, User
from common.clock import add_working_hours, end_of_working_days, london_day, start_of_day
from common.references import ALPHABET, new_reference
from devtools.demo_data.casework import Case, Casework, Outcome
from devtools.demo_data.circumstances import circumstances, relation_to_subject
from devtools.demo_data.community import write_cpi
from devtools.demo_data.concerns import write_modules
from devtools.demo_data.copying import Table
from devtools.demo_data.identity import named_id, next_id, quality_of
from devtools.demo_data.incidents import STORIES, WEIGHTS, Incident
from devtools.demo_data.people import Setting
from devtools.demo_data.prose import TIMES, write_ppn
from devtools.demo_data.recurring import Met, Recurring
from devtools.demo_data.reviews import Reviews
from devtools.demo_data.stories import Story
from devtools.demo_data.ticks import cpi_ticks, ethnicity_source, ppn_ticks
from devtools.demo_data.words import (
    BIRTHPLACES,
    BOYS,
    DISABILITIES,
    ETHNICITIES,
    FAMILY_NAMES,
    GIRLS,
    LANGUAGES,
    NOT_KNOWN,
    RELIGIONS,
    SCHOOLS,
    STREETS,
)
from referrals.enums import (
    DAYS_TO_OUTCOME,
    DECLARATION,
    HOURS_TO_DECIDE,
    ConcernType,
    FormKind,
    PersonRole,
    ReferralState,
    RiskLevel,
    Sex,
)
from referrals.models import MODULES, Cpi, Person, Ppn, Referral, Relationship

# Who may be in the room while somebody speaks; for the others it is a bystander.
CLOSE = (PersonRole.PARENT_CARER, PersonRole.PARTNER)
BYSTANDERS = ("a neighbour", "a colleague", "a friend", "a sister")
SHORT_REFERENCES_UP_TO = 100_000


@dataclass(frozen=True)
class Human:
    given: str
    family: str
    sex: Sex
    born: date
    ethnicity: str
    language: str
    religion: str
    birthplace: str
    disability: str

    @property
    def is_female(self) -> bool:
        return self.sex == Sex.FEMALE

    def age_on(self, day: date) -> int:
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


@dataclass(frozen=True)
class Family:
    """A subject with somebody else and, for children, brothers and sisters; they come back in later referrals."""

    subject: Human
    other: Human
    siblings: tuple[Human, ...]
    address: str
    school: str
    is_with_other: bool
    met: Met = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Seen:
    """When the hub got a referral, and who decided on it when, if anybody has."""

    submitted_at: datetime
    decided: tuple[User, datetime] | None


class _Scrambled(Random):
    """Ends of references in an order that looks random, each once, so that no list of those given need be kept."""

    number = 0

    def choices(  # type: ignore[override]
        self, population: Sequence[str], weights: object = None, *, cum_weights: object = None, k: int = 1
    ) -> list[str]:
        base = len(population)
        self.number += 1
        place = (self.number * 391_939_357 + 77_777) % base**k
        return [population[place // base**digit % base] for digit in range(k)]


class Referrals:
    """Makes referrals and keeps their rows until they are copied."""

    def __init__(
        self, random: Random, setting: Setting, *, count: int, view_permission: int, subjects: int = 1
    ) -> None:
        self.random, self.setting, self.subjects = random, setting, subjects
        self.now = start_of_day(setting.today)
        self.count, self.made = count, 0
        self.length = 5 if count <= SHORT_REFERENCES_UP_TO else 7
        self.referrals, self.ppns, self.cpis, self.persons = Table(Referral), Table(Ppn), Table(Cpi), Table(Person)
        self.relationships = Table(Relationship)
        self.modules = {concern: Table(model) for concern, model in MODULES.items()}
        self.casework = Casework(random, setting, now=self.now, view_permission=view_permission)
        self.reviews = Reviews(Random(f"{count} reviews"), setting, now=self.now)
        self.recurring = Recurring()
        self.practitioners = setting.by_role["PARTNER_PRACTITIONER"]
        self._families: dict[tuple[str, Area], deque[Family]] = {}
        self._bodies: dict[tuple[FormKind, int], _Scrambled] = {}

    @property
    def tables(self) -> tuple[Table, ...]:
        """In the order in which they may be copied."""
        # People before content: the words of a referral are gathered once, when its content comes.
        return (
            self.referrals,
            *self.modules.values(),
            self.persons,
            self.relationships,
            *self.recurring.tables,
            self.ppns,
            self.cpis,
            *self.casework.tables,
            self.reviews.table,
        )

    def add_ppn(self, incident: Incident) -> None:
        """A notice about an incident, written by the officer who went there, with all that followed."""
        random, story = self.random, incident.story
        assert story is not None  # noqa: S101 -- an incident with a form has a story
        referral_id = next_id(random)
        quality = quality_of(referral_id)
        family = self._family(story, incident.district, london_day(incident.reported_at))
        slots = self._slots(family, london_day(incident.reported_at))
        risk = random.choices((1, 2, 3), story.risk)[0]
        slots |= {"risk": RiskLevel(risk).label.lower(), "Risk": RiskLevel(risk).label}
        types = self._types(story, slots["age"])
        hours = random.choice((0.6, 1, 2, 3, 4, 6, 8) if quality > 1 else (4, 9, 14, 30, 54, 80))
        submitted_at = min(incident.reported_at + timedelta(hours=hours), self.now - timedelta(minutes=5))
        due_at = add_working_hours(submitted_at, HOURS_TO_DECIDE[RiskLevel(risk)])
        authority = self.setting.authority_of[incident.district]
        outcome = self.casework.follow(
            Case(referral_id, story, authority, quality, submitted_at, due_at, slots, self._is_among_last(), risk)
        )

        self.referrals.add(
            id=referral_id,
            kind="PPN",
            state=str(outcome.state),
            reference=self._reference(FormKind.PPN, submitted_at),
            version=random.randrange(5, 30),
            author_id=incident.officer.pk,
            agency_id=self.setting.hub.pk,
            team_id=incident.officer.team_id,
            district_id=incident.district.pk,
            incident_id=incident.id,
            occurrence_number=incident.number,
            types=types,
            risk_level=risk,
            lawful_basis=random.choice(("PUBLIC_TASK", "PUBLIC_TASK", "LEGAL_OBLIGATION", "VITAL_INTERESTS"))
            if quality > 1
            else random.choice(("PUBLIC_TASK", "CONSENT")),
            created_at=incident.reported_at + timedelta(minutes=15),
            changed_at=outcome.changed_at,
            submission_key=next_id(random),
            declaration=DECLARATION,
            referrer_kind="FRONTLINE",
            submitted_at=submitted_at,
            due_at=due_at,
            assigned_to_id=outcome.assigned_to.pk if outcome.assigned_to else None,
            closed_at=outcome.closed_at,
            closed_by_id=outcome.closed_by.pk if outcome.closed_by else None,
        )
        self.ppns.add(
            referral_id=referral_id,
            incident_at=incident.reported_at - timedelta(minutes=random.randrange(5, 120)),
            reported_at=incident.reported_at,
            place=family.address,
            **write_ppn(random, story, quality=quality, risk=risk, slots=slots),
            **ppn_ticks(referral_id, story, quality=quality, risk=risk),
        )
        modules = write_modules(
            referral_id, types, quality=quality, risk=risk, slots=slots, happened_at=incident.reported_at
        )
        for concern, answers in modules.items():
            self.modules[concern].add(referral_id=referral_id, **answers)
        self._people(referral_id, story, family, quality, _seen(submitted_at, outcome))
        if risk == RiskLevel.HIGH:
            self.reviews.follow(referral_id, incident.officer, quality=quality, submitted_at=submitted_at)

    def add_cpi(self, at: datetime) -> None:
        """A form from a partner, submitted at about that moment."""
        random = self.random
        referral_id = next_id(random)
        quality = quality_of(referral_id)
        author = random.choice(self.practitioners)
        district = random.choice(self.setting.districts)
        story = random.choices(STORIES, WEIGHTS)[0]
        submitted_at = min(at + timedelta(minutes=random.randrange(5, 90)), self.now - timedelta(minutes=5))
        family = self._new_family(story, district, london_day(submitted_at))
        slots = self._slots(family, london_day(submitted_at))
        slots["risk"] = "standard"
        due_at = end_of_working_days(submitted_at, DAYS_TO_OUTCOME)
        authority = self.setting.authority_of[district]
        outcome = self.casework.follow(
            Case(
                referral_id,
                None,
                authority,
                quality,
                submitted_at,
                due_at,
                slots,
                self._is_among_last(),
                int(RiskLevel.STANDARD),
            )
        )
        self.referrals.add(
            id=referral_id,
            kind="CPI",
            state=str(outcome.state),
            reference=self._reference(FormKind.CPI, submitted_at),
            version=random.randrange(3, 12),
            author_id=author.pk,
            agency_id=author.agency_id,
            team_id=author.team_id,
            district_id=district.pk,
            risk_level=int(RiskLevel.STANDARD),
            lawful_basis=random.choice(("PUBLIC_TASK", "LEGITIMATE_INTERESTS")),
            created_at=submitted_at - timedelta(minutes=40),
            changed_at=outcome.changed_at,
            submission_key=next_id(random),
            declaration=DECLARATION,
            submitted_at=submitted_at,
            due_at=due_at,
            assigned_to_id=outcome.assigned_to.pk if outcome.assigned_to else None,
            closed_at=outcome.closed_at,
            closed_by_id=outcome.closed_by.pk if outcome.closed_by else None,
        )
        learned_on = london_day(submitted_at)
        self.cpis.add(
            referral_id=referral_id,
            event_on=learned_on - timedelta(days=random.randrange(0, 9)),
            learned_on=learned_on,
            **write_cpi(random, quality=quality, slots=slots),
            **cpi_ticks(referral_id),
        )
        if random.random() < 0.4 or self.subjects > 1:
            seen = _seen(submitted_at, outcome)
            self._person(referral_id, 1, PersonRole.SUBJECT, family.subject, family, quality, seen)
            for position, (role, sibling) in enumerate(self._siblings(family), start=2):
                self._person(referral_id, position, role, sibling, family, quality, seen)

    def add_draft(self, author: User, kind: FormKind, *, at: datetime, words: dict[str, Any] | None = None) -> None:
        """What somebody began and has not sent."""
        random = self.random
        referral_id = next_id(random)
        is_ppn = kind == FormKind.PPN
        self.referrals.add(
            id=referral_id,
            kind=str(kind),
            state="DRAFT",
            version=random.randrange(1, 9),
            author_id=author.pk,
            agency_id=author.agency_id,
            team_id=author.team_id,
            district_id=author.team.district_id if author.team else None,
            types=["CHILD"] if is_ppn and words else [],
            risk_level=None if is_ppn else int(RiskLevel.STANDARD),
            created_at=at,
            changed_at=at + timedelta(minutes=25),
        )
        (self.ppns if is_ppn else self.cpis).add(referral_id=referral_id, **(words or {}))

    # --- people ------------------------------------------------------------------------------------------------------

    def _family(self, story: Story, district: Area, day: date) -> Family:
        known = self._families.setdefault((story.code, district), deque(maxlen=12))
        if known and self.random.random() < 0.3:
            family = self.random.choice(known)
            if family.subject.age_on(day) <= story.ages[1]:
                return family
        family = self._new_family(story, district, day)
        known.append(family)
        return family

    def _new_family(self, story: Story, district: Area, day: date) -> Family:
        random = self.random
        is_child = story.is_about_a_child
        name = random.choice(FAMILY_NAMES)
        age = random.randint(*story.ages)
        subject = self._human(name, age, random.random() < (0.7 if story.domestic_abuse else 0.5), day)
        other_name = name if is_child and random.random() < 0.7 else random.choice(FAMILY_NAMES)
        grown_up = max(24, age + 18) if is_child else 24
        other = self._human(other_name, random.randint(grown_up, grown_up + 24), is_child, day)
        count = max(random.choice((0, 1, 1, 2)) if is_child else 0, self.subjects - 1)
        # At least two years apart by age: brothers and sisters cannot be born weeks apart.
        ages = (age - 4, age - 2) if age > 4 else (age + 2, age + 4)
        siblings = tuple(self._human(name, ages[number], random.random() < 0.5, day) for number in range(count))
        address = f"{random.randrange(1, 190)} {random.choice(STREETS)}, {district.name}"
        return Family(subject, other, siblings, address, random.choice(SCHOOLS), story.other in CLOSE)

    def _human(self, family: str, age: int, is_female: bool, day: date) -> Human:
        random = self.random
        return Human(
            random.choice(GIRLS if is_female else BOYS),
            family,
            Sex.FEMALE if is_female else Sex.MALE,
            day - timedelta(days=int(age * 365.25) + random.randrange(3, 360)),
            random.choice(ETHNICITIES),
            random.choice(LANGUAGES),
            random.choice(RELIGIONS),
            random.choice(BIRTHPLACES),
            random.choice(DISABILITIES),
        )

    def _slots(self, family: Family, day: date) -> dict[str, Any]:
        random, subject = self.random, family.subject
        n, nth = random.choice(TIMES)
        he, him, his = ("she", "her", "her") if subject.is_female else ("he", "him", "his")
        return {
            "name": subject.given,
            "age": subject.age_on(day),
            "he": he,
            "him": him,
            "his": his,
            "himself": "herself" if subject.is_female else "himself",
            "He": he.capitalize(),
            "His": his.capitalize(),
            "other": family.other.given,
            "near": family.other.given if family.is_with_other else random.choice(BYSTANDERS),
            "street": family.address.partition(",")[0].lstrip("0123456789 "),
            "time": f"{random.randrange(18, 24)}:{random.randrange(60):02d}",
            "n": n,
            "nth": nth,
            "weeks": random.randrange(2, 12),
        }

    def _people(self, referral_id: UUID, story: Story, family: Family, quality: int, seen: Seen) -> None:
        subject = self._person(referral_id, 1, PersonRole.SUBJECT, family.subject, family, quality, seen)
        if quality == 1 and self.random.random() < 0.4 and self.subjects == 1:
            return
        others = [(story.other, family.other), *self._siblings(family)]
        for position, (role, human) in enumerate(others, start=2):
            person = self._person(referral_id, position, role, human, family, quality, seen)
            kind = relation_to_subject(role, is_child=story.is_about_a_child)
            self.relationships.add(id=named_id("relation", person), person_id=person, other_id=subject, kind=str(kind))

    def _siblings(self, family: Family) -> list[tuple[PersonRole, Human]]:
        """As subjects too, as far as the load asks for several."""
        return [
            (PersonRole.SUBJECT if number < self.subjects else PersonRole.SIBLING, sibling)
            for number, sibling in enumerate(family.siblings, start=1)
        ]

    def _person(
        self,
        referral_id: UUID,
        position: int,
        role: PersonRole,
        human: Human,
        family: Family,
        quality: int,
        seen: Seen,
    ) -> UUID:
        random = self.random
        asked = (0.0, 0.25, 0.6, 0.93, 1.0)[quality]
        answers = {
            "ethnicity": human.ethnicity,
            "place_of_birth": human.birthplace,
            "religion": human.religion,
            "first_language": human.language,
            "disability": human.disability,
        }
        given = {name: value for name, value in answers.items() if random.random() < asked}
        gives_reason = len(given) < len(answers) and quality >= 3
        age = human.age_on(self.setting.today)
        knows_birthday = quality > 1 or random.random() < 0.6
        person_id = next_id(random)
        if "ethnicity" in given:
            given["ethnicity_source"] = ethnicity_source(person_id, is_child=age < 18)
        written = self.recurring.written(
            person_id,
            human.given,
            human.family,
            human.born if knows_birthday else None,
            family.address if role != PersonRole.SOURCE_OF_HARM else "",
            again=human in family.met,
        )
        known = {
            "id": person_id,
            "referral_id": referral_id,
            "family_name": written.family,
            "given_names": written.given,
            "date_of_birth": written.born,
            "estimated_age": None if written.born else max(0, age),
            "sex": str(human.sex),
            "address": written.address,
        }
        self.recurring.remember(human, family.met, known, at=seen.submitted_at, decided=seen.decided)
        self.persons.add(
            **known,
            position=position,
            role=str(role),
            not_known_reason=random.choice(NOT_KNOWN) if gives_reason else "",
            relationship=_relationship(role, human),
            lives_in_household=role in (PersonRole.SUBJECT, PersonRole.SIBLING, PersonRole.PARENT_CARER),
            school=family.school if 4 <= age < 18 and role in (PersonRole.SUBJECT, PersonRole.SIBLING) else "",
            **given,
            **circumstances(person_id, role, age=age, quality=quality),
        )
        return person_id

    # --- small things ------------------------------------------------------------------------------------------------

    @staticmethod
    def _types(story: Story, age: int) -> list[str]:
        types = [str(kind) for kind in story.types]
        return types if age >= 18 or "CHILD" in types else [*types, str(ConcernType.CHILD)]

    def _is_among_last(self) -> bool:
        """The last ones stay in the queue more often, so that also a small load has a queue."""
        self.made += 1
        return self.count - self.made < 20

    def _reference(self, kind: FormKind, at: datetime) -> str:
        year = london_day(at).year
        bodies = self._bodies.setdefault((kind, year), _Scrambled())
        return new_reference(str(kind), year, length=self.length, random=bodies)


def _seen(submitted_at: datetime, outcome: Outcome) -> Seen:
    decider = outcome.assigned_to if outcome.state != ReferralState.RECEIVED else None
    return Seen(submitted_at, (decider, outcome.changed_at) if decider else None)


def _relationship(role: PersonRole, human: Human) -> str:
    words = {
        PersonRole.PARENT_CARER: ("Mother", "Father"),
        PersonRole.SIBLING: ("Sister", "Brother"),
        PersonRole.PARTNER: ("Partner", "Partner"),
        PersonRole.EX_PARTNER: ("Former partner", "Former partner"),
        PersonRole.SOURCE_OF_HARM: ("Known to the person", "Known to the person"),
        PersonRole.HOUSEHOLD: ("Relative", "Relative"),
    }
    return words.get(role, ("", ""))[0 if human.is_female else 1]


assert len(ALPHABET) == 28, "the scrambling multiplier shares no factor with 28"  # noqa: S101 -- a guard for whoever changes it
