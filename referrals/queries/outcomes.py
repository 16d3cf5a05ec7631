"""How often agencies accept, reject and ask for further work, and why: by agency, by type and by team."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, Func, OuterRef, Q, QuerySet, Subquery

from common.clock import Period
from common.statistics.proportions import SMALLEST_BASE_SHOWN, Proportion
from referrals.enums import ConcernType, Missing, RejectionReason, ShareState
from referrals.models import Share, ShareAnswer


@dataclass(frozen=True)
class OutcomeRow:
    """One agency, type or team. Where too few answered, the figures are not shown: they could point at a person."""

    name: str
    answered: int
    accepted: Proportion
    rejected: Proportion
    reworked: Proportion
    is_hidden: bool = False


@dataclass(frozen=True)
class Counted:
    """A reason with how often it was given; None where it was given so seldom that it could point at a person."""

    label: str
    count: int | None


@dataclass(frozen=True)
class Outcomes:
    """The answers of a period. A share counts in the period of its first answer, by its last one."""

    total: OutcomeRow
    by_agency: list[OutcomeRow]
    by_type: list[OutcomeRow]
    by_team: list[OutcomeRow]
    reasons: list[Counted]
    missing: list[Counted]

    @property
    def tables(self) -> list[tuple[str, str, list[OutcomeRow]]]:
        """Each table with its title and the heading of its first column."""
        return [
            ("By agency", "Agency", self.by_agency),
            ("By type of concern", "Type", self.by_type),
            ("By team of who wrote it", "Team", self.by_team),
        ]


def outcomes_of(period: Period) -> Outcomes:
    """The figures of a period."""
    # The stubs do not follow annotations through a function.
    shares: Any = _answered_first_in(period)
    total = _row("All", shares.aggregate(**COUNTS))
    types = shares.annotate(one=Func(F("referral__types"), function="UNNEST")).values("one").annotate(**COUNTS)
    labels = dict(ConcernType.choices)
    return Outcomes(
        total=total if total.answered >= SMALLEST_BASE_SHOWN else _hidden(total),
        by_agency=_rows((row["agency__name"], row) for row in shares.values("agency__name").annotate(**COUNTS)),
        by_type=_rows((labels.get(row["one"], row["one"]), row) for row in types),
        by_team=_rows(
            (row["referral__team__name"] or "No team", row)
            for row in shares.values("referral__team__name").annotate(**COUNTS)
        ),
        reasons=_reasons(shares),
        missing=_missing(shares),
    )


COUNTS: dict[str, Any] = {
    "n": Count("pk"),
    "accepted": Count("pk", filter=Q(last_state=ShareState.ACCEPTED)),
    "rejected": Count("pk", filter=Q(last_state=ShareState.REJECTED)),
    "reworked": Count("pk", filter=Q(was_reworked=True)),
}


def _answered_first_in(period: Period) -> QuerySet[Share]:
    first = ShareAnswer.objects.filter(
        number=1, answered_at__gte=period.starts_at, answered_at__lt=period.ends_before
    ).values("share")
    answers = ShareAnswer.objects.filter(share=OuterRef("pk"))
    return Share.objects.filter(pk__in=first).annotate(
        last_state=Subquery(answers.order_by("-number").values("state")[:1]),
        was_reworked=Exists(answers.filter(state=ShareState.FURTHER_WORK)),
    )


def _row(name: str, counts: dict[str, Any]) -> OutcomeRow:
    accepted, rejected, reworked = (
        Proportion(counts[key], counts["n"]) for key in ("accepted", "rejected", "reworked")
    )
    return OutcomeRow(name, counts["n"], accepted, rejected, reworked)


def _hidden(row: OutcomeRow) -> OutcomeRow:
    nothing = Proportion(0, 0)
    return OutcomeRow(row.name, 0, nothing, nothing, nothing, is_hidden=True)


def _rows(found: Iterable[tuple[str, dict[str, Any]]]) -> list[OutcomeRow]:
    """By name; small ones hidden, and when that is one alone the next smallest too, so that no sum gives it away."""
    rows = [_row(name, counts) for name, counts in found]
    by_size = sorted(rows, key=lambda row: (row.answered, row.name))
    hidden = [row for row in by_size if row.answered < SMALLEST_BASE_SHOWN]
    if len(hidden) == 1 and len(by_size) > 1:
        hidden = by_size[:2]
    return sorted((_hidden(row) if row in hidden else row for row in rows), key=lambda row: row.name)


def _reasons(shares: Any) -> list[Counted]:
    rejected = shares.filter(last_state=ShareState.REJECTED)
    last = ShareAnswer.objects.filter(share__in=rejected.values("pk"), state=ShareState.REJECTED)
    counts = dict(last.values_list("rejection_reason").annotate(Count("pk")).order_by())
    return _counted(RejectionReason.choices, counts)


def _missing(shares: QuerySet[Share]) -> list[Counted]:
    asked = ShareAnswer.objects.filter(share__in=shares.values("pk"), state=ShareState.FURTHER_WORK)
    each = asked.annotate(one=Func(F("missing"), function="UNNEST")).values("one").annotate(n=Count("pk"))
    return _counted(Missing.choices, {row["one"]: row["n"] for row in each.order_by()})


def _counted(choices: Iterable[tuple[str, Any]], counts: dict[str, int]) -> list[Counted]:
    """Most frequent first; what did not occur is left out, and what occurred too seldom has no figure."""
    found = sorted(((counts.get(code, 0), str(label)) for code, label in choices), key=lambda pair: (-pair[0], pair[1]))
    return [Counted(label, n if n >= SMALLEST_BASE_SHOWN else None) for n, label in found if n]
