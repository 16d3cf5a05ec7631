"""Whether the panel's grades foretell what agencies answer: their answers by the agreed grade of the PPN."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Subquery

from accounts.models import User
from common.statistics.grades import GRADES
from common.statistics.proportions import SMALLEST_BASE_SHOWN, Proportion
from grading.enums import OverallGrade
from grading.models import GradingRound
from referrals.enums import ShareState
from referrals.models import Share, ShareAnswer


@dataclass(frozen=True)
class AnswersByGrade:
    """What became of the PPNs of one grade: how many answers there are, and the shares of each."""

    grade: str
    accepted: Proportion
    rejected: Proportion
    reworked: Proportion
    is_hidden: bool = False

    @property
    def n(self) -> int:
        """Answered shares: a PPN that was shared with three agencies counts three times."""
        return self.accepted.n


def answers_by_grade(user: User) -> list[AnswersByGrade]:
    """A row for each grade, over all published rounds of the force whose grades this person reads.

    The last answer counts; one that ever needed further work counts there too. Notices to schools are no part of it. A row
    with fewer than five answers is hidden, and where that is one alone, the next smallest too.
    """
    counts: dict[int, Counter[str]] = {grade: Counter() for grade in GRADES}
    for row in (
        _answered(_rounds_of(user)).values("grade", "last_state", "was_reworked").annotate(n=Count("pk")).order_by()
    ):
        found = counts[row["grade"]]
        found["n"] += row["n"]
        found[str(row["last_state"])] += row["n"]
        found["reworked"] += row["n"] * row["was_reworked"]
    sizes = sorted((found["n"], grade) for grade, found in counts.items() if found["n"])
    hidden = {grade for n, grade in sizes if n < SMALLEST_BASE_SHOWN}
    if len(hidden) == 1:
        hidden = {grade for _, grade in sizes[:2]}
    return [_row(grade, found, is_hidden=grade in hidden) for grade, found in counts.items()]


def _rounds_of(user: User) -> Any:
    published = GradingRound.objects.published()
    if user.agency is not None and user.agency.is_police:
        return published.filter(force=user.agency)
    return published.filter(force__is_hub=True)


def _answered(rounds: Any) -> Any:
    """The stubs do not follow annotations."""
    answers = ShareAnswer.objects.filter(share=OuterRef("pk"))
    drawn = Share.objects.filter(
        is_notice=False,
        referral__round_items__round__in=rounds,
        referral__round_items__removal=None,
        referral__round_items__agreed_grade__isnull=False,
    )
    return drawn.filter(Exists(answers)).annotate(
        grade=F("referral__round_items__agreed_grade"),
        last_state=Subquery(answers.order_by("-number").values("state")[:1]),
        was_reworked=Exists(answers.filter(state=ShareState.FURTHER_WORK)),
    )


def _row(grade: int, found: "Counter[str]", *, is_hidden: bool) -> AnswersByGrade:
    n = 0 if is_hidden else found["n"]

    def of(key: str) -> Proportion:
        return Proportion(0 if is_hidden else found[key], n)

    return AnswersByGrade(
        grade=f"{grade} {OverallGrade(grade).label}",
        accepted=of(str(ShareState.ACCEPTED)),
        rejected=of(str(ShareState.REJECTED)),
        reworked=of("reworked"),
        is_hidden=is_hidden,
    )
