"""What graders would miss."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from referrals.enums import FormKind, Informed, PersonRole, SubjectSeen
from referrals.models import Person, Referral

LONG_CONCERN = 200
LONG_LIFE = 100
TIMELY = timedelta(hours=24)


@dataclass(frozen=True)
class Point:
    """One of the points that graders look for, whether it is there, and the section that holds it.

    `is_explained` means that it is not known and a reason is given: that counts as answered, and is told apart.
    """

    name: str
    section: str
    is_there: bool
    is_explained: bool = False

    @property
    def is_answered(self) -> bool:
        return self.is_there or self.is_explained


@dataclass(frozen=True)
class Completeness:
    """How many of the points are answered, and which are not. It informs; it never blocks."""

    points: list[Point]

    @property
    def answered(self) -> int:
        return sum(point.is_answered for point in self.points)

    @property
    def missing(self) -> list[Point]:
        return [point for point in self.points if not point.is_answered]

    @property
    def explained(self) -> list[Point]:
        return [point for point in self.points if point.is_explained and not point.is_there]


def completeness_of(referral: Referral, *, at: datetime) -> Completeness:
    """What graders would miss: the ten-point minimum of a PPN, or the fewer points of a CPI form.

    `at` is the moment of submission, or now for a draft. Reads the content and the people of the referral.
    """
    if referral.kind == FormKind.CPI:
        return Completeness(_points_of_cpi(referral))
    return Completeness([*_points_of_account(referral, at=at), *_points_of_identity(list(referral.people.all()))])


def _points_of_account(referral: Referral, *, at: datetime) -> list[Point]:
    ppn = referral.ppn
    reported = ppn.reported_at
    not_spoken_to = ppn.subject_seen in (SubjectSeen.NOT_SEEN, SubjectSeen.NOT_SPOKEN_TO)
    return [
        Point("what daily life is like for the person", "daily-life", len(ppn.lived_experience.strip()) >= LONG_LIFE),
        Point("sent within 24 hours of the report", "incident", reported is not None and at - reported <= TIMELY),
        Point("the concern in detail", "concern", len(ppn.concern.strip()) >= LONG_CONCERN),
        Point(
            "the person's own words, or what they showed",
            "daily-life",
            bool(ppn.voice.strip()),
            is_explained=not_spoken_to and bool(ppn.not_seen_reason.strip()),
        ),
        Point("what the person needs", "needs-and-harm", bool(ppn.needs.strip())),
        Point("the harm, and how likely or grave it is", "needs-and-harm", bool(ppn.harm.strip() and ppn.harm_level)),
    ]


def _points_of_identity(people: list[Person]) -> list[Point]:
    subjects = [person for person in people if person.role == PersonRole.SUBJECT]
    parents = [person for person in people if person.role == PersonRole.PARENT_CARER]

    def point(name: str, field: str, asked: list[Person]) -> Point:
        without = [person for person in asked if not getattr(person, field).strip()]
        is_there = bool(subjects) and not without
        is_explained = bool(without) and all(person.not_known_reason.strip() for person in without)
        return Point(name, "people", is_there, is_explained=is_explained)

    return [
        point("self-defined ethnicity", "ethnicity", subjects),
        point("place of birth, of a child and of the parents", "place_of_birth", [*subjects, *parents]),
        point("religion or belief", "religion", subjects),
        point("first or preferred language", "first_language", subjects),
    ]


def _points_of_cpi(referral: Referral) -> list[Point]:
    cpi = referral.cpi
    return [
        Point("when it happened and when you learned of it", "topic", bool(cpi.event_on and cpi.learned_on)),
        Point("how you know", "topic", bool(cpi.how_known)),
        Point("who, what, when, where, how and why", "information", len(cpi.information.strip()) >= LONG_LIFE),
        Point("who else knows it", "information", bool(cpi.who_else_knows.strip())),
        Point("whether the person is known to services", "handling", bool(cpi.known_to_services)),
        Point("whether the police may contact you", "handling", cpi.may_be_contacted is not None),
    ]


def explanation_missing(referral: Referral) -> bool:
    """Whether a PPN says that nobody was told, or that somebody objects, without the reason."""
    if referral.kind != FormKind.PPN:
        return False
    needs_reason = referral.ppn.informed not in ("", Informed.TOLD_AGREES)
    return needs_reason and not referral.ppn.informed_reason.strip()
