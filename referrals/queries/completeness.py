"""What graders would miss."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from referrals.enums import ABOUT, EthnicitySource, FormKind, Informed, PersonRole, Relation, SubjectSeen
from referrals.models import Person, Referral
from referrals.queries.people import day_of, relations_of

LONG_CONCERN = 200
LONG_LIFE = 100
LONG_RATIONALE = 100
# Said by themselves they ask nobody for anything.
NO_ASK = ("for information", "for information only", "for your information", "fyi", "n/a", "none")
TIMELY = timedelta(hours=24)
# What an officer observed, or nobody asked, is not how the person defines it.
NOT_SELF_DEFINED = (EthnicitySource.OBSERVED, EthnicitySource.NOT_ASKED)


@dataclass(frozen=True)
class Point:
    """One of the points that graders look for, whether it is there, and the section that holds it.

    `is_explained` means that it is not known and a reason is given: that counts as answered, and is told apart. `fields` are
    the questions of the section that it is read from.
    """

    name: str
    section: str
    is_there: bool
    is_explained: bool = False
    fields: tuple[str, ...] = ()

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
    return Completeness([*_points_of_account(referral, at=at), *_points_of_identity(referral)])


def grading_points_of(referral: Referral, *, at: datetime) -> Completeness:
    """Everything that graders look for, for the writer to see before it is sent.

    Beside the minimum that completeness_of counts, a PPN is read for its household, history, reasons, fair sharing, actions
    and what it asks for.
    """
    points = completeness_of(referral, at=at).points
    return Completeness([*points, *_points_of_judgement(referral)] if referral.kind == FormKind.PPN else points)


def _points_of_account(referral: Referral, *, at: datetime) -> list[Point]:
    ppn = referral.ppn
    reported = ppn.reported_at
    not_spoken_to = ppn.subject_seen in (SubjectSeen.NOT_SEEN, SubjectSeen.NOT_SPOKEN_TO)
    return [
        Point(
            "what daily life is like for the person",
            "daily-life",
            len(ppn.lived_experience.strip()) >= LONG_LIFE,
            fields=("lived_experience",),
        ),
        Point(
            "sent within 24 hours of the report",
            "incident",
            reported is not None and at - reported <= TIMELY,
            fields=("reported_at",),
        ),
        Point("the concern in detail", "concern", len(ppn.concern.strip()) >= LONG_CONCERN, fields=("concern",)),
        Point(
            "the person's own words, or what they showed",
            "daily-life",
            bool(ppn.voice.strip()),
            is_explained=not_spoken_to and bool(ppn.not_seen_reason.strip()),
            fields=("voice",),
        ),
        Point("what the person needs", "needs-and-harm", bool(ppn.needs.strip()), fields=("needs",)),
        Point(
            "the harm, and how likely or grave it is",
            "needs-and-harm",
            bool(ppn.harm.strip() and ppn.harm_level),
            fields=("harm", "harm_level"),
        ),
    ]


def _points_of_judgement(referral: Referral) -> list[Point]:
    ppn = referral.ppn
    ask = ppn.request_to_partner.strip()
    return [
        Point(
            "whether everyone in and around the home is known",
            "concern",
            bool(ppn.household_known),
            fields=("household_known",),
        ),
        Point(
            "which records were checked, and any pattern",
            "risk",
            bool(ppn.history_checked and ppn.history.strip()),
            fields=("history_checked", "history"),
        ),
        Point(
            "the reasons for the risk level",
            "risk",
            len(ppn.risk_rationale.strip()) >= LONG_RATIONALE,
            fields=("risk_rationale",),
        ),
        Point(
            "whether the person, or the family, was told",
            "sharing-and-consent",
            bool(ppn.informed),
            fields=("informed",),
        ),
        Point(
            "why it is shared although the person objects or was not told",
            "sharing-and-consent",
            not explanation_missing(referral),
            fields=("informed_reason",),
        ),
        Point(
            "what was done at once, or why nothing was",
            "actions-and-ask",
            bool(ppn.actions_taken and ppn.immediate_actions.strip()),
            fields=("actions_taken", "immediate_actions"),
        ),
        Point(
            "a clear ask: who should do what",
            "actions-and-ask",
            bool(ask) and ask.strip(' .“”"').casefold() not in NO_ASK,
            fields=("request_to_partner",),
        ),
    ]


def _points_of_identity(referral: Referral) -> list[Point]:
    people = referral.everybody()
    subjects = [person for person in people if person.role == PersonRole.SUBJECT]
    is_about_somebody = any(person.role in ABOUT for person in people)
    parents = _parents_of(referral, people)

    def point(name: str, without: list[Person]) -> Point:
        is_explained = bool(without) and all(person.not_known_reason.strip() for person in without)
        return Point(name, "people", is_about_somebody and not without, is_explained=is_explained)

    def silent(field: str, asked: list[Person]) -> list[Person]:
        return [person for person in asked if not getattr(person, field).strip()]

    by_others = [person for person in subjects if person.ethnicity_source in NOT_SELF_DEFINED]
    # Of whom no parent is named, that parent's place of birth is not told either; only the child can say why.
    orphaned = [] if parents else [child for child in subjects if child.is_child_on(day_of(referral))]
    born = silent("place_of_birth", [*subjects, *(one for one in parents if one not in subjects)])
    return [
        point("self-defined ethnicity", list(dict.fromkeys([*silent("ethnicity", subjects), *by_others]))),
        point("place of birth, of a child and of the parents", list(dict.fromkeys([*born, *orphaned]))),
        point("religion or belief", silent("religion", subjects)),
        point("first or preferred language", silent("first_language", subjects)),
    ]


def _parents_of(referral: Referral, people: list[Person]) -> list[Person]:
    """Who is named as a parent: by the role, or by what they are to a child. Asks for relations only where a child is named."""
    if not any(person.is_child_on(day_of(referral)) for person in people):
        return [person for person in people if person.role == PersonRole.PARENT_CARER]
    related = set()
    for relation in relations_of(referral):
        if relation.kind == Relation.PARENT:
            related.add(relation.person_id)
        if relation.kind == Relation.CHILD:
            related.add(relation.other_id)
    return [person for person in people if person.role == PersonRole.PARENT_CARER or person.pk in related]


def _points_of_cpi(referral: Referral) -> list[Point]:
    cpi = referral.cpi
    return [
        Point(
            "when it happened and when you learned of it",
            "topic",
            bool(cpi.event_on and cpi.learned_on),
            fields=("event_on", "learned_on"),
        ),
        Point("how you know", "topic", bool(cpi.how_known), fields=("how_known",)),
        Point(
            "who, what, when, where, how and why",
            "information",
            len(cpi.information.strip()) >= LONG_LIFE,
            fields=("information",),
        ),
        Point("who else knows it", "information", bool(cpi.who_else_knows.strip()), fields=("who_else_knows",)),
        Point(
            "whether the person is known to services",
            "handling",
            bool(cpi.known_to_services),
            fields=("known_to_services",),
        ),
        Point(
            "whether the police may contact you",
            "handling",
            cpi.may_be_contacted is not None,
            fields=("may_be_contacted",),
        ),
    ]


def explanation_missing(referral: Referral) -> bool:
    """Whether a PPN says that nobody was told, or that somebody objects, without the reason."""
    if referral.kind != FormKind.PPN:
        return False
    needs_reason = referral.ppn.informed not in ("", Informed.TOLD_AGREES)
    return needs_reason and not referral.ppn.informed_reason.strip()
