"""Questions about rounds: the population, who may judge what, progress, results, and what waits for somebody."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Q
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, RoleGrant, User
from accounts.roles import ROLES
from common.statistics.grades import GRADES, GradeSummary, summarise_grades
from common.statistics.proportions import SMALLEST_BASE_SHOWN, Proportion
from common.statistics.rounding import rounded_or_none
from common.waiting import Waiting
from grading.enums import Criterion, OverallGrade, RoundState
from grading.models import Assignment, Grade, GradingRound, RoundItem
from grading.models.rounds import GradingRoundQuerySet, RoundItemQuerySet
from referrals.models import Referral

FEWEST_GRADERS = 2


def frame(round: GradingRound, *, at: datetime) -> list[str]:
    """Ids of the PPNs that could be drawn at that moment: the force's, submitted in the quarter and not later than then."""
    sent = Referral.objects.ppns().submitted_between(round.period.starts_at, round.period.ends_before)
    ids = sent.filter(agency=round.force_id, submitted_at__lte=at).values_list("pk", flat=True)
    return [str(pk) for pk in ids]


def may_judge(grader: User, referral: Referral) -> bool:
    """Not the author, nobody of the author's team, nobody who decided on it. `decisions` may be prefetched."""
    teams = {referral.team_id, referral.author.team_id} - {None}
    deciders = {decision.decided_by_id for decision in referral.decisions.all()}
    return grader.pk != referral.author_id and grader.team_id not in teams and grader.pk not in deciders


def possible_graders(force: Agency, *, on: date) -> list[User]:
    """Active people of any agency who may grade on that day: the force's own first, by name."""
    roles = [code for code, role in ROLES.items() if Permission.GRADE in role.allows]
    held = RoleGrant.objects.current(on=on).filter(role__in=roles)
    people = User.objects.filter(pk__in=held.values("user"), is_active=True, agency__isnull=False)
    ordered = people.select_related("agency").order_by("name", "pk")
    return sorted(ordered, key=lambda person: person.agency_id != force.pk)


@dataclass(frozen=True)
class GraderProgress:
    """How far one grader is; says nothing of what was given."""

    grader: User
    assigned: int
    graded: int

    @property
    def is_done(self) -> bool:
        return self.assigned == self.graded


def progress_by_grader(round: GradingRound) -> list[GraderProgress]:
    """How many of their items each grader has graded, by name."""
    people = (
        User.objects.filter(grading_assignments__item__round=round)
        .select_related("agency")
        .annotate(
            assigned=Count("grading_assignments", filter=Q(grading_assignments__item__round=round)),
            graded=Count(
                "grading_assignments",
                filter=Q(grading_assignments__item__round=round, grading_assignments__grade__isnull=False),
            ),
        )
        .order_by("name", "pk")
    )
    return [GraderProgress(person, person.assigned, person.graded) for person in people]


def items_with_progress(round: GradingRound) -> list[RoundItem]:
    """The items of a round in the order they were drawn, each with `graders` and `grades_in` as counts."""
    items = round.items.select_related("referral").annotate(
        graders=Count("assignments", distinct=True), grades_in=Count("assignments__grade", distinct=True)
    )
    return list(items.order_by("position"))


def listed_rounds(user: User, *, state: str = "") -> GradingRoundQuerySet:
    """The rounds of the list, each with `items_count`, `assigned` and `graded` as counts; a state that is unknown filters nothing."""
    rounds = GradingRound.objects.visible_to(user)
    if state in RoundState.values:
        rounds = rounds.filter(state=state)
    return rounds.annotate(
        items_count=Count("items", distinct=True),
        assigned=Count("items__assignments", distinct=True),
        graded=Count("items__assignments__grade", distinct=True),
        mine=Count("items__assignments", filter=Q(items__assignments__grader=user), distinct=True),
        mine_graded=Count("items__assignments__grade", filter=Q(items__assignments__grader=user), distinct=True),
    )


def items_to_read() -> RoundItemQuerySet:
    """Items with all that the redacted PPN needs."""
    return RoundItem.objects.select_related(
        "round__force", "referral__ppn", "referral__author", "referral__team"
    ).prefetch_related("referral__people")


def assignments_in(round: GradingRound, user: User) -> list[Assignment]:
    """What this person grades in the round, in the order of the sample, each with its own grade if there is one."""
    mine = Assignment.objects.of(user).filter(item__round=round).select_related("item", "grade")
    return list(mine.order_by("item__position"))


def assignment_of(item: RoundItem, user: User) -> Assignment | None:
    """This person's assignment to the item; None for who was not assigned or may not grade any more."""
    if not user.may(Permission.GRADE):
        return None
    return item.assignments.filter(grader=user).select_related("grade").first()


@dataclass(frozen=True)
class ComparedCriterion:
    """One criterion with each grader's mark, in the order of the graders; None where there is none."""

    label: str
    marks: list[int | None]

    @property
    def differs(self) -> bool:
        return len({mark for mark in self.marks if mark is not None}) > 1


@dataclass(frozen=True)
class Comparison:
    """All grades of one item side by side. Only for who may see grades."""

    grades: list[Grade]
    criteria: list[ComparedCriterion]

    @property
    def differs(self) -> bool:
        return len({grade.overall for grade in self.grades}) > 1


def comparison_of(item: RoundItem) -> Comparison:
    """The graders' grades by name, and the criteria that any of them marked."""
    given = Grade.objects.filter(assignment__item=item).select_related("assignment__grader__agency")
    grades = list(given.order_by("assignment__grader__name", "pk"))
    marked = [criterion for criterion in Criterion if any(criterion in grade.criteria for grade in grades)]
    return Comparison(
        grades=grades,
        criteria=[
            ComparedCriterion(str(criterion.label), [grade.criteria.get(criterion) for grade in grades])
            for criterion in marked
        ],
    )


@dataclass(frozen=True)
class Results:
    """What the agreed grades of one round come to."""

    summary: GradeSummary
    items: int

    @property
    def n(self) -> int:
        return self.summary.n

    @property
    def mean(self) -> Decimal | None:
        """From the counts, rounded half up to two decimals; None when nothing was agreed."""
        return rounded_or_none(self.summary.mean, 2)

    @property
    def median(self) -> Decimal | None:
        """The middle grade, or half-way between the two in the middle; None when nothing was agreed."""
        return rounded_or_none(self.summary.median, 1)

    @property
    def good(self) -> Proportion:
        """Those graded 3 or 4, of all with an agreed grade; its interval is Wilson's."""
        return Proportion(self.summary.counts[2] + self.summary.counts[3], self.n)

    @property
    def interval_in_words(self) -> str:
        """The interval of the share graded 3 or 4."""
        return self.good.interval_in_words

    @property
    def lines(self) -> list[tuple[OverallGrade, int]]:
        """Each grade with its count."""
        return [(OverallGrade(grade), count) for grade, count in zip(GRADES, self.summary.counts, strict=True)]


def results_of(round: GradingRound) -> Results:
    """Counts, mean and share of the agreed grades; the graders' own grades never enter them."""
    grades = list(round.items.values_list("agreed_grade", flat=True))
    agreed = [grade for grade in grades if grade is not None]
    return Results(summary=summarise_grades(agreed), items=len(grades))


def is_suppressed_for(user: User, round: GradingRound) -> bool:
    """Whether so few PPNs were graded that only the panel and who runs the round see the figures."""
    in_full = rounds_shown_in_full(user)
    return in_full is not None and round.pk not in in_full and round.items.agreed().count() < SMALLEST_BASE_SHOWN


def rounds_shown_in_full(user: User) -> frozenset[uuid.UUID] | None:
    """Rounds of which this person sees figures however few PPNs were graded: those they graded in; None for all of them."""
    if user.may(Permission.RUN_GRADING):
        return None
    return frozenset(Assignment.objects.of(user).values_list("item__round", flat=True))


def next_item_to_grade(user: User, round: GradingRound, *, after: RoundItem | None = None) -> RoundItem | None:
    """The next item of the round that this grader has not graded: the one after the given one first, then from the top."""
    waiting = RoundItem.objects.filter(
        pk__in=Assignment.objects.of(user).waiting().filter(item__round=round).values("item")
    ).order_by("position")
    later = waiting.filter(position__gt=after.position).first() if after is not None else None
    return later or waiting.first()


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """Items that this person has still to grade, and rounds whose grades are all in and not yet agreed."""
    waiting = []
    if user.may(Permission.GRADE) and (count := Assignment.objects.of(user).waiting().count()):
        waiting.append(Waiting(f"PPN{'s' if count > 1 else ''} for you to grade", count, _to_grade_url(user)))
    if user.may(Permission.RUN_GRADING):
        rounds = GradingRound.objects.visible_to(user).filter(state=RoundState.MODERATING)
        if count := rounds.count():
            url = f"{reverse('grading:rounds')}?state={RoundState.MODERATING}"
            waiting.append(Waiting(f"grading round{'s' if count > 1 else ''} to moderate", count, url))
    return waiting


def _to_grade_url(user: User) -> str:
    rounds: list[uuid.UUID] = list(
        Assignment.objects.of(user).waiting().values_list("item__round", flat=True).distinct()[:2]
    )
    if len(rounds) == 1:
        return reverse("grading:round", args=[rounds[0]])
    return f"{reverse('grading:rounds')}?state={RoundState.GRADING}"
