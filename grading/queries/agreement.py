"""How far the graders of a round agree: overall and by criterion, between the force and its partners."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User
from common.statistics.agreement import FEWEST_ITEMS_TO_JUDGE, cohen_kappa, cohen_kappa_interval
from common.statistics.agreement_intervals import Agreement, agreement_of
from common.statistics.grades import GRADES
from common.statistics.resampling import Estimate, seed_of
from grading.enums import Criterion
from grading.models import Assignment, GradingRound
from grading.queries.panel import is_partner


@dataclass(frozen=True)
class Pairing:
    """The grades of the force and of the partner agencies for the same PPNs.

    `table`: how many pairs of one force grade (row) and one partner grade (column) there are of each two grades. `kappa` is
    Cohen's with quadratic weights, and only where every PPN has one grade of each; else None.
    """

    table: list[tuple[int, list[int]]]
    pairs: int
    kappa: Estimate


@dataclass(frozen=True)
class RoundAgreement:
    """`overall`, and of each criterion that was marked; `missing`: assignments without a grade; `graders` of the round.

    `seed` is that of the intervals by resampling.
    """

    overall: Agreement
    criteria: list[tuple[Criterion, Agreement]]
    pairing: Pairing
    graders: int
    missing: int
    seed: int


def agreement_in(
    round: GradingRound, *, fewest: int = 1, criteria: Iterable[Criterion] = tuple(Criterion)
) -> RoundAgreement:
    """What the graders gave alone, before they talked; no criterion that fewer PPNs than that were marked by. One query.

    Each criterion costs as much time as the overall grade; `criteria` are those that are asked for.
    """
    given = list(
        Assignment.objects.filter(item__in=round.items.counted())
        .select_related("grade", "grader__agency", "item")
        .order_by("item__position", "grader__name", "pk")
    )
    graded = [one for one in given if hasattr(one, "grade")]
    items = sorted({one.item.position for one in graded})
    seed = seed_of(f"{round.seed}:agreement")

    def rows(mark: str = "") -> list[list[int | None]]:
        return [
            [one.grade.criteria.get(mark) if mark else one.grade.overall for one in graded if one.item.position == item]
            for item in items
        ]

    by_criterion = [(criterion, agreement_of(rows(criterion), seed=seed)) for criterion in criteria]
    return RoundAgreement(
        overall=agreement_of(rows(), seed=seed),
        criteria=[(criterion, agreement) for criterion, agreement in by_criterion if agreement.items >= fewest],
        pairing=_pairing(round, graded, items),
        graders=len({one.grader_id for one in given} - {None}),
        missing=len(given) - len(graded),
        seed=seed,
    )


def _pairing(round: GradingRound, graded: list[Assignment], items: list[int]) -> Pairing:
    """Graders of another police force are on neither side."""
    sides = [
        (
            [one.grade.overall for one in of_item if _is_of(round, one.grader)],
            [one.grade.overall for one in of_item if one.grader is not None and is_partner(one.grader)],
        )
        for of_item in ([one for one in graded if one.item.position == item] for item in items)
    ]
    found = Counter((a, b) for force, partners in sides for a in force for b in partners)
    kappa = Estimate(None)
    if sides and all(len(force) == len(partners) == 1 for force, partners in sides):
        first, second = [force[0] for force, _ in sides], [partners[0] for _, partners in sides]
        # Its interval is for large samples, so it is there from enough PPNs on only.
        is_enough = len(sides) >= FEWEST_ITEMS_TO_JUDGE
        kappa = Estimate(cohen_kappa(first, second), cohen_kappa_interval(first, second) if is_enough else None)
    return Pairing(
        table=[(a, [found[a, b] for b in GRADES]) for a in GRADES],
        pairs=found.total(),
        kappa=kappa,
    )


def _is_of(round: GradingRound, grader: User | None) -> bool:
    return grader is not None and grader.agency_id == round.force_id
