"""What is to be graded, what somebody gave, and all grades of a PPN side by side."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from accounts.enums import Permission
from accounts.models import User
from common.clock import working_days_between
from grading.enums import Criterion, OverallGrade
from grading.models import AgreedGrade, Assignment, Grade, GradingRound, RoundItem
from grading.models.rounds import RoundItemQuerySet
from referrals.enums import VOIDED
from referrals.models import MODULES, Amendment

# Grades so far apart are talked about.
FURTHEST_APART = 2


def assignments_in(round: GradingRound, user: User) -> list[Assignment]:
    """What this person grades in the round, in the order of the sample, each with its own grade if there is one.

    Nothing that was replaced, nor what was withdrawn before they graded it.
    """
    mine = Assignment.objects.of(user).standing().filter(item__round=round).select_related("item", "grade", "draft")
    mine = mine.exclude(grade=None, item__referral__state__in=VOIDED)
    return list(mine.order_by("item__position"))


def assignment_of(item: RoundItem, user: User) -> Assignment | None:
    """This person's assignment to the item; None for who was not assigned or may not grade any more."""
    if not user.may(Permission.GRADE):
        return None
    return item.assignments.filter(grader=user).select_related("grade", "draft").first()


def days_left_in_words(due_on: date, *, today: date) -> str:
    """For example "3 working days left", "due today" or "2 working days late"."""
    left = working_days_between(today, due_on)
    if today > due_on:
        return f"{_working_days(max(-left, 1))} late"
    return f"{_working_days(left)} left" if left else "due today"


def _working_days(count: int) -> str:
    return f"{count} working day{'' if count == 1 else 's'}"


def must_be_discussed(lowest: int, highest: int) -> bool:
    """Whether the graders of a PPN talk about it before a grade is agreed.

    They do when two of them are two grades or more apart, when one calls it good and another does not, and when anybody
    found it very poor.
    """
    return (
        highest - lowest >= FURTHEST_APART or lowest < OverallGrade.GOOD <= highest or lowest == OverallGrade.VERY_POOR
    )


def mark_in_words(grade: Grade, criterion: Criterion) -> str:
    """The mark, or why the criterion does not apply; a dash where it was not marked."""
    mark = grade.criteria.get(criterion)
    if mark is not None:
        return str(mark)
    return f"Does not apply: {why}" if (why := grade.not_applicable.get(criterion)) else "–"


def marks_of(grade: Grade) -> list[tuple[str, str]]:
    """Each criterion that was marked or said not to apply, with that in words."""
    return [(str(one.label), mark_in_words(grade, one)) for one in Criterion if one in grade.criteria]


@dataclass(frozen=True)
class ComparedCriterion:
    """One criterion with each grader's mark, in the order of the graders, None where there is none; and the same in words."""

    label: str
    marks: list[int | None]
    in_words: list[str]

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

    @property
    def graders(self) -> list[User]:
        return [grader for grade in self.grades if (grader := grade.assignment.grader) is not None]

    @property
    def must_be_discussed(self) -> bool:
        given = [grade.overall for grade in self.grades]
        return bool(given) and must_be_discussed(min(given), max(given))


def comparison_of(item: RoundItem) -> Comparison:
    """The graders' grades by name, and the criteria that any of them marked."""
    given = Grade.objects.filter(assignment__item=item).select_related("assignment__grader__agency")
    grades = list(given.order_by("assignment__grader__name", "pk"))
    marked = [criterion for criterion in Criterion if any(criterion in grade.criteria for grade in grades)]
    return Comparison(
        grades=grades,
        criteria=[
            ComparedCriterion(
                str(criterion.label),
                [grade.criteria.get(criterion) for grade in grades],
                [mark_in_words(grade, criterion) for grade in grades],
            )
            for criterion in marked
        ],
    )


def next_item_to_grade(user: User, round: GradingRound, *, after: RoundItem | None = None) -> RoundItem | None:
    """The next item of the round that this grader has not graded: the one after the given one first, then from the top."""
    waiting = RoundItem.objects.filter(
        pk__in=Assignment.objects.of(user).waiting().filter(item__round=round).values("item")
    ).order_by("position")
    later = waiting.filter(position__gt=after.position).first() if after is not None else None
    return later or waiting.first()


def items_to_read() -> RoundItemQuerySet:
    """Items with all that the redacted PPN needs."""
    modules = (f"referral__{model.__name__.lower()}" for model in MODULES.values())
    return RoundItem.objects.select_related(
        "round__force",
        "removal",
        "referral__ppn",
        "referral__team",
        *modules,
    ).prefetch_related(
        "referral__people__relations",
        "referral__round_items",
        Prefetch("referral__amendments", Amendment.objects.defer("before")),
    )


def agreed_grades_of(item: RoundItem) -> list[AgreedGrade]:
    """What was agreed for a PPN, the one that stands first, with who discussed it."""
    agreed = item.agreed_grades.select_related("agreed_by").prefetch_related("discussed_by")
    return list(agreed.order_by("-number"))
