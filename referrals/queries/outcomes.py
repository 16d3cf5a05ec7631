"""How often agencies accept, reject and ask for further work, why, and how promptly: by agency, by type and by team."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, Value, When

from common.clock import Period
from common.statistics.proportions import SMALLEST_BASE_SHOWN, Proportion
from referrals.enums import ConcernType, Missing, RejectionReason, ShareState
from referrals.models import Share, ShareAnswer

NO_TEAM = "No team"


@dataclass(frozen=True)
class Counted:
    """A reason with how often it was given; None where it was given so seldom that it could point at a person."""

    label: str
    count: int | None


@dataclass(frozen=True)
class OutcomeRow:
    """One agency, type or team. Where too few answered, the figures are not shown: they could point at a person."""

    name: str
    answered: int
    accepted: Proportion
    rejected: Proportion
    reworked: Proportion
    in_time: Proportion
    waiting: int
    reasons: list[Counted] = field(default_factory=list)
    missing: list[Counted] = field(default_factory=list)
    is_hidden: bool = False


@dataclass(frozen=True)
class Outcomes:
    """The answers of a period. A share counts in the period of its first answer, by its last one.

    What is not answered yet is counted beside, in the period in which it was shared. Notices to schools are no part of it.
    """

    total: OutcomeRow
    by_agency: list[OutcomeRow]
    by_type: list[OutcomeRow]
    by_team: list[OutcomeRow]

    @property
    def reasons(self) -> list[Counted]:
        return self.total.reasons

    @property
    def missing(self) -> list[Counted]:
        return self.total.missing

    @property
    def tables(self) -> list[tuple[str, str, list[OutcomeRow]]]:
        """Each table with its title and the heading of its first column."""
        return [
            ("By agency", "Agency", self.by_agency),
            ("By type of concern", "Type", self.by_type),
            ("By team of who wrote it", "Team", self.by_team),
        ]


@dataclass
class _Tally:
    """What is counted of one group."""

    answered: int = 0
    accepted: int = 0
    rejected: int = 0
    reworked: int = 0
    in_time: int = 0
    waiting: int = 0
    reasons: "Counter[str]" = field(default_factory=Counter)
    missing: "Counter[str]" = field(default_factory=Counter)


@dataclass
class _Tallies:
    """The groups of every table, by key; teams of one name in two agencies are two."""

    total: _Tally = field(default_factory=_Tally)
    by_agency: dict[str, _Tally] = field(default_factory=dict)
    by_type: dict[str, _Tally] = field(default_factory=dict)
    by_team: dict[tuple[str, str], _Tally] = field(default_factory=dict)

    def of(self, row: dict[str, Any]) -> Iterator[_Tally]:
        """Every tally in which a share of this row counts."""
        yield self.total
        yield self.by_agency.setdefault(row["agency__name"], _Tally())
        for concern in row["referral__types"] or []:
            yield self.by_type.setdefault(concern, _Tally())
        team = row["referral__team__name"]
        yield self.by_team.setdefault((team, row["referral__team__agency__name"]) if team else (NO_TEAM, ""), _Tally())


GROUPS = ("agency__name", "referral__types", "referral__team__name", "referral__team__agency__name")


def outcomes_of(period: Period) -> Outcomes:
    """The figures of a period."""
    tallies = _Tallies()
    shares = _answered_first_in(period)
    _count_answers(tallies, shares)
    _count_missing(tallies, shares)
    _count_waiting(tallies, period)
    total = _row("All", tallies.total)
    labels = dict(ConcernType.choices)
    types = [(str(labels.get(code, code)), tally) for code, tally in tallies.by_type.items()]
    return Outcomes(
        total=total if total.answered >= SMALLEST_BASE_SHOWN else _hidden(total),
        by_agency=_rows(tallies.by_agency.items()),
        by_type=_rows(types),
        by_team=_rows(_named(tallies.by_team)),
    )


def _answered_first_in(period: Period) -> Any:
    """The shares with what is counted of each. The stubs do not follow annotations."""
    first = ShareAnswer.objects.filter(number=1, answered_at__gte=period.starts_at, answered_at__lt=period.ends_before)
    answers = ShareAnswer.objects.filter(share=OuterRef("pk"))
    last = answers.order_by("-number")
    return Share.objects.filter(pk__in=first.values("share"), is_notice=False).annotate(
        last_state=Subquery(last.values("state")[:1]),
        last_reason=Case(
            When(last_state=ShareState.REJECTED, then=Subquery(last.values("rejection_reason")[:1])),
            default=Value(""),
            output_field=CharField(),
        ),
        was_reworked=Exists(answers.filter(state=ShareState.FURTHER_WORK)),
        was_in_time=Exists(answers.filter(number=1, answered_at__lte=F("due_at"))),
    )


def _count_answers(tallies: _Tallies, shares: Any) -> None:
    keys = (*GROUPS, "last_state", "last_reason", "was_reworked", "was_in_time")
    for row in shares.values(*keys).annotate(n=Count("pk")).order_by():
        for tally in tallies.of(row):
            tally.answered += row["n"]
            tally.accepted += row["n"] * (row["last_state"] == ShareState.ACCEPTED)
            tally.rejected += row["n"] * (row["last_state"] == ShareState.REJECTED)
            tally.reworked += row["n"] * row["was_reworked"]
            tally.in_time += row["n"] * row["was_in_time"]
            if row["last_reason"]:
                tally.reasons[row["last_reason"]] += row["n"]


def _count_missing(tallies: _Tallies, shares: Any) -> None:
    asked = ShareAnswer.objects.filter(share__in=shares.values("pk"), state=ShareState.FURTHER_WORK)
    of_share = {key: F(f"share__{key}") for key in GROUPS}
    # An annotation may not hold a double underscore.
    named = {f"group_{place}": path for place, path in enumerate(of_share.values())}
    each = asked.annotate(one=Func(F("missing"), function="UNNEST"), **named)
    for row in each.values("one", *named).annotate(n=Count("pk")).order_by():
        group = {key: row[f"group_{place}"] for place, key in enumerate(GROUPS)}
        for tally in tallies.of(group):
            tally.missing[row["one"]] += row["n"]


def _count_waiting(tallies: _Tallies, period: Period) -> None:
    waiting: QuerySet[Share] = Share.objects.awaited().filter(
        Q(shared_at__gte=period.starts_at, shared_at__lt=period.ends_before), answers=None
    )
    for row in waiting.values(*GROUPS).annotate(n=Count("pk")).order_by():
        for tally in tallies.of(row):
            tally.waiting += row["n"]


def _named(teams: dict[tuple[str, str], _Tally]) -> list[tuple[str, _Tally]]:
    """Each team by its name, with its agency where another agency has one of that name."""
    often = Counter(name for name, _ in teams)
    return [(f"{name}, {agency}" if often[name] > 1 else name, tally) for (name, agency), tally in teams.items()]


def _row(name: str, tally: _Tally) -> OutcomeRow:
    n = tally.answered
    return OutcomeRow(
        name,
        n,
        accepted=Proportion(tally.accepted, n),
        rejected=Proportion(tally.rejected, n),
        reworked=Proportion(tally.reworked, n),
        in_time=Proportion(tally.in_time, n),
        waiting=tally.waiting,
        reasons=_counted(RejectionReason.choices, tally.reasons),
        missing=_counted(Missing.choices, tally.missing),
    )


def _hidden(row: OutcomeRow) -> OutcomeRow:
    nothing = Proportion(0, 0)
    return OutcomeRow(row.name, 0, nothing, nothing, nothing, nothing, 0, is_hidden=True)


def _rows(found: Iterable[tuple[str, _Tally]]) -> list[OutcomeRow]:
    """By name; small ones hidden, and when that is one alone the next smallest too, so that no sum gives it away.

    One that has only shares that wait hides nothing: nobody's answer stands behind a nought.
    """
    rows = [_row(name, tally) for name, tally in found]
    by_size = sorted((row for row in rows if row.answered), key=lambda row: (row.answered, row.name))
    hidden = [row for row in by_size if row.answered < SMALLEST_BASE_SHOWN]
    if len(hidden) == 1 and len(by_size) > 1:
        hidden = by_size[:2]
    shown = [_hidden(row) if row in hidden else row for row in rows]
    return sorted(_without_single_gaps(shown), key=lambda row: row.name)


def _without_single_gaps(rows: list[OutcomeRow]) -> list[OutcomeRow]:
    """Where one row alone keeps a reason's figure to itself, the next smallest does so too: the total would give it away."""
    for kind in ("reasons", "missing"):
        for label in {one.label for row in rows for one in getattr(row, kind)}:
            given = [(row, one) for row in rows for one in getattr(row, kind) if one.label == label]
            shown = sorted((one.count, row.name) for row, one in given if one.count is not None)
            is_alone = sum(one.count is None for _, one in given) == 1 and not any(row.is_hidden for row in rows)
            if is_alone and shown:
                smallest = next(row for row in rows if row.name == shown[0][1])
                held: list[Counted] = getattr(smallest, kind)
                held[:] = [Counted(one.label, None) if one.label == label else one for one in held]
    return rows


def _counted(choices: Iterable[tuple[str, Any]], counts: "Counter[str]") -> list[Counted]:
    """Most frequent first; what did not occur is left out, and what occurred too seldom has no figure."""
    found = sorted(((counts[code], str(label)) for code, label in choices), key=lambda pair: (-pair[0], pair[1]))
    return [Counted(label, n if n >= SMALLEST_BASE_SHOWN else None) for n, label in found if n]
