"""What the writer of a graded PPN has to read, what they are told, and how many have read it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import User
from common.waiting import Waiting
from grading.enums import (
    ANSWERED_FEEDBACK,
    OVERALL_DESCRIPTORS,
    RUBRIC,
    Criterion,
    FeedbackState,
    OverallGrade,
)
from grading.models import Grade, GradeFeedback, GradingRound, RoundItem
from grading.models.feedback import GradeFeedbackQuerySet
from grading.queries.rubric import weakest_criterion
from referrals.queries.readers import grants_of_who_may

OWN, UNREAD, TEAM = "mine", "unread", "team"
NEWEST_FIRST = ("-told_at", "-pk")


@dataclass(frozen=True)
class LearningPoint:
    """One change that would have made a PPN better, and the criterion that it is about."""

    words: str
    theme: str


@dataclass(frozen=True)
class Told:
    """What the writer reads. Nobody who graded is named: strengths come without their authors, in no order of theirs."""

    grade: OverallGrade
    grade_in_words: str
    strengths: list[str]
    learning_point: str
    theme: Criterion | None
    good: str
    excellent: str


@dataclass(frozen=True)
class Counts:
    """How far the feedback of a round is."""

    items: int
    chosen: int
    told: int
    read: int
    disagreed: int

    @property
    def without_learning_point(self) -> int:
        return self.items - self.chosen

    @property
    def unread(self) -> int:
        return self.told - self.read


def to_read() -> GradeFeedbackQuerySet:
    """Feedback with all that its own page, a list and a mail need."""
    return GradeFeedback.objects.select_related("item__round", "item__referral", "recipient")


@dataclass(frozen=True)
class List:
    """One of the lists of feedback that a person may open."""

    title: str
    feedback: GradeFeedbackQuerySet


def lists_for(user: User) -> dict[str, List]:
    """By the word in the address: all of one's own, what is to be read, and what the team that one leads was told.

    The first of them opens by itself: the team's for who leads one and writes no PPN.
    """
    found = {
        OWN: List("All of mine", to_read().to(user)),
        UNREAD: List("To be read", to_read().unread_by(user)),
    }
    if not user.may(Permission.SEE_TEAM_REFERRALS) or user.team_id is None:
        return found
    team = {TEAM: List("My team’s, for information", to_read().about_team_of(user))}
    return found | team if user.may(Permission.WRITE_PPN) else team | found


def told_in(feedback: GradeFeedback) -> Told:
    """The words of one feedback, in one query."""
    item = feedback.item
    # A round is published when all its grades are agreed.
    grade = OverallGrade(cast(int, item.agreed_grade))
    theme = Criterion(feedback.theme) if feedback.theme else None
    rubric = next((one for one in RUBRIC if one.criterion == theme), None)
    given = Grade.objects.filter(assignment__item=item).exclude(strength="").values_list("strength", flat=True)
    return Told(
        grade=grade,
        grade_in_words=OVERALL_DESCRIPTORS[grade],
        strengths=sorted(set(given)),
        learning_point=feedback.learning_point,
        theme=theme,
        good=rubric.good if rubric else "",
        excellent=rubric.excellent if rubric else "",
    )


def learning_points_of(item: RoundItem) -> list[str]:
    """What the graders of a PPN would have its writer learn, each once and without their names."""
    given = Grade.objects.filter(assignment__item=item).exclude(learning_point="")
    return sorted(set(given.values_list("learning_point", flat=True)))


def feedback_on(item: RoundItem) -> GradeFeedback | None:
    return GradeFeedback.objects.filter(item=item).first()


def weakest_by_item(items: Iterable[RoundItem]) -> dict[UUID, Criterion]:
    """By item the criterion with the lowest marks, in one query; those where none is lower than the others are left out."""
    marks: dict[UUID, list[Mapping[str, int | None]]] = defaultdict(list)
    given = Grade.objects.filter(assignment__item__in=[item.pk for item in items])
    for item, criteria in given.values_list("assignment__item", "criteria"):
        marks[item].append(criteria)
    weakest = {item: weakest_criterion(found) for item, found in marks.items()}
    return {item: criterion for item, criterion in weakest.items() if criterion is not None}


def counts_of(round: GradingRound) -> Counts:
    """How many writers of a round have what to learn, were told, read it and disagree, in one query."""
    is_told = ~Q(feedback__state=FeedbackState.PREPARED) & Q(feedback__isnull=False)
    found: dict[str, Any] = round.items.agreed().aggregate(
        items=Count("pk"),
        chosen=Count("pk", filter=Q(feedback__isnull=False) & ~Q(feedback__learning_point="")),
        told=Count("pk", filter=is_told),
        read=Count("pk", filter=Q(feedback__state__in=ANSWERED_FEEDBACK)),
        disagreed=Count("pk", filter=Q(feedback__state=FeedbackState.DISAGREED)),
    )
    return Counts(**found)


def disagreed_in(round: GradingRound) -> list[GradeFeedback]:
    """The feedback of a round with which its writers disagree, in the order of the sample."""
    found = GradeFeedback.objects.filter(item__in=round.items.agreed(), state=FeedbackState.DISAGREED)
    return list(found.select_related("item").order_by("item__position"))


def leaders_of_team(feedback: GradeFeedback, *, on: date) -> list[str]:
    """Addresses of those who lead the writer's team that day, without the writer."""
    referral = feedback.item.referral
    if referral.team_id is None:
        return []
    grants = grants_of_who_may([Permission.SEE_TEAM_REFERRALS], on=on)
    leaders = grants.filter(user__team=referral.team_id, user__agency=referral.agency_id)
    return sorted(set(leaders.exclude(user=feedback.recipient_id).values_list("user__email", flat=True)))


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """Feedback that this person has not answered yet. Asked for those who write PPNs, or wrote them before they led a team."""
    if not user.may(Permission.WRITE_PPN, Permission.SEE_TEAM_REFERRALS):
        return []
    unread = [str(pk) for pk in GradeFeedback.objects.unread_by(user).values_list("pk", flat=True)]
    if not unread:
        return []
    one = len(unread) == 1
    url = reverse("grading:feedback", args=unread) if one else f"{reverse('grading:feedbacks')}?show={UNREAD}"
    return [Waiting("PPN with feedback to read" if one else "PPNs with feedback to read", len(unread), url)]
