"""How long each step takes, from receipt to the first answer: of one referral, and over many with median, 90th percentile and n."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from common.clock import Period
from common.statistics.proportions import SMALLEST_BASE_SHOWN
from referrals.enums import SENT, ConcernType
from referrals.enums.timeliness import DELAYS, LONGEST_DELAY, Step
from referrals.models import Assignment, Referral, Share, ShareAnswer, ThresholdDecision

NO_TEAM = "No team"
# Of what was submitted in the period and stands. A step counts once it has begun; `took` is null while it is not over.
# Notices to schools are no shares here. Somebody looked when it was first given to a person, or decided on without that.
FIGURES = """
WITH cohort AS MATERIALIZED (
    SELECT r.id, r.types, r.submitted_at, decided.at AS decided_at, LEAST(taken.at, decided.at) AS looked_at,
        shared.at AS shared_at, r.team_id
    FROM referrals_referral r
    LEFT JOIN LATERAL (SELECT min(assigned_at) AS at FROM referrals_assignment WHERE referral_id = r.id) taken ON true
    LEFT JOIN LATERAL (
        SELECT min(decided_at) AS at FROM referrals_thresholddecision WHERE referral_id = r.id) decided ON true
    LEFT JOIN LATERAL (
        SELECT min(shared_at) AS at FROM referrals_share WHERE referral_id = r.id AND NOT is_notice) shared ON true
    WHERE r.submitted_at >= %(start)s AND r.submitted_at < %(end)s AND r.state = ANY(%(sent)s)
), spans AS (
    SELECT 'LOOK' AS step, id, types, team_id, NULL::uuid AS agency_id, looked_at - submitted_at AS took FROM cohort
    UNION ALL
    SELECT 'DECISION', id, types, team_id, NULL, decided_at - looked_at FROM cohort WHERE looked_at IS NOT NULL
    UNION ALL
    SELECT 'SHARE', id, types, team_id, NULL, shared_at - decided_at FROM cohort WHERE shared_at IS NOT NULL
    UNION ALL
    SELECT 'ANSWER', c.id, c.types, c.team_id, s.agency_id, a.answered_at - s.shared_at
    FROM cohort c JOIN referrals_share s ON s.referral_id = c.id AND NOT s.is_notice
    LEFT JOIN referrals_shareanswer a ON a.share_id = s.id AND a.number = 1
    WHERE a.id IS NOT NULL OR s.state <> 'ENDED'
)
SELECT step, grouped.kind, grouped.name, count(took), count(*) - count(took),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY took), percentile_cont(0.9) WITHIN GROUP (ORDER BY took),
    count(*) FILTER (WHERE took < %(first)s), count(*) FILTER (WHERE took < %(second)s),
    count(*) FILTER (WHERE took < %(third)s), count(*) FILTER (WHERE took < %(fourth)s)
FROM spans
LEFT JOIN accounts_team team ON team.id = spans.team_id
LEFT JOIN accounts_agency home ON home.id = team.agency_id
LEFT JOIN accounts_agency agency ON agency.id = spans.agency_id
CROSS JOIN LATERAL (
    SELECT 'ALL' AS kind, '' AS name
    UNION ALL SELECT 'AGENCY', agency.name WHERE agency.id IS NOT NULL
    UNION ALL SELECT 'TYPE', one FROM unnest(types) AS one
    UNION ALL SELECT 'TEAM', COALESCE(team.name || ', ' || home.name, '')
) grouped
GROUP BY step, grouped.kind, grouped.name
"""


@dataclass(frozen=True)
class Figure:
    """One step of one group: how many took it, how many are still at it, how long it took. Hidden where too few took it."""

    step: Step
    n: int = 0
    waiting: int = 0
    median: timedelta | None = None
    ninetieth: timedelta | None = None
    delays: tuple[int, ...] = ()
    is_hidden: bool = False

    @property
    def median_in_words(self) -> str:
        return in_words(self.median)

    @property
    def ninetieth_in_words(self) -> str:
        return in_words(self.ninetieth)


@dataclass(frozen=True)
class Group:
    """An agency, a type or a team, with a figure for each step of the table."""

    name: str
    figures: list[Figure]


@dataclass(frozen=True)
class Timeliness:
    """The figures of what was submitted in a period."""

    total: list[Figure]
    by_agency: list[Group]
    by_type: list[Group]
    by_team: list[Group]

    @property
    def tables(self) -> list[tuple[str, str, list[str], list[Group]]]:
        """Title, heading of the first column, steps, and groups."""
        steps = [str(step.label) for step in Step]
        return [
            ("By agency that it was shared with", "Agency", [str(Step.ANSWER.label)], self.by_agency),
            ("By type of concern", "Type", steps, self.by_type),
            ("By team of who wrote it", "Team", steps, self.by_team),
        ]

    @property
    def headings(self) -> list[str]:
        """Of the delays, in their order."""
        return [*(words for words, _ in DELAYS), LONGEST_DELAY]


def timeliness_of(period: Period) -> Timeliness:
    """Of what was submitted in the period and stands: elapsed time, nights and weekends too. One query."""
    limits = dict(zip(("first", "second", "third", "fourth"), (limit for _, limit in DELAYS), strict=True))
    values: dict[str, Any] = {
        "start": period.starts_at,
        "end": period.ends_before,
        "sent": [str(state) for state in SENT],
        **limits,
    }
    found: dict[str, dict[str, dict[Step, Figure]]] = defaultdict(lambda: defaultdict(dict))
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, values)
        for step, kind, name, n, waiting, median, ninetieth, *below in cursor.fetchall():
            found[kind][name][Step(step)] = Figure(Step(step), n, waiting, median, ninetieth, _apart(n, below))
    labels = {code: str(label) for code, label in ConcernType.choices}
    types = {labels.get(code, code): figures for code, figures in found["TYPE"].items()}
    teams = {name or NO_TEAM: figures for name, figures in found["TEAM"].items()}
    (total,) = _groups({"All": found["ALL"][""]}, tuple(Step))
    return Timeliness(
        total=total.figures,
        by_agency=_groups(found["AGENCY"], (Step.ANSWER,)),
        by_type=_groups(types, tuple(Step)),
        by_team=_groups(teams, tuple(Step)),
    )


def _apart(n: int, below: Iterable[int]) -> tuple[int, ...]:
    """From counts of what took less than each limit to counts between the limits."""
    edges = [0, *below, n]
    return tuple(upper - lower for lower, upper in zip(edges, edges[1:], strict=False))


def _groups(found: dict[str, dict[Step, Figure]], steps: tuple[Step, ...]) -> list[Group]:
    """By name. A step that few took is hidden, and where that is one group alone, the next smallest too."""
    hidden: set[tuple[str, Step]] = set()
    for step in steps:
        by_size = sorted((figures[step].n, name) for name, figures in found.items() if step in figures)
        by_size = [pair for pair in by_size if pair[0]]
        small = [name for n, name in by_size if n < SMALLEST_BASE_SHOWN]
        if len(small) == 1:
            small = [name for _, name in by_size[:2]]
        hidden |= {(name, step) for name in small}
    return [
        Group(
            name,
            [
                Figure(step, is_hidden=True) if (name, step) in hidden else found[name].get(step, Figure(step))
                for step in steps
            ],
        )
        for name in sorted(found)
    ]


@dataclass(frozen=True)
class Taken:
    """One step of one referral: when it was over, and how long it took."""

    what: str
    at: datetime
    took: timedelta

    @property
    def took_in_words(self) -> str:
        return in_words(self.took)


def steps_of(
    referral: Referral,
    *,
    assignments: Iterable[Assignment],
    decisions: Iterable[ThresholdDecision],
    shares: Iterable[Share],
    answers: Iterable[ShareAnswer],
) -> list[Taken]:
    """The steps of one referral that are over, in their order, each answer under its agency; no query."""
    if referral.submitted_at is None:
        return []
    decided_at = min((decision.decided_at for decision in decisions), default=None)
    looks = [one.assigned_at for one in assignments] + ([decided_at] if decided_at else [])
    looked_at = min(looks, default=None)
    given = sorted((share for share in shares if not share.is_notice), key=lambda share: share.shared_at)
    steps = []
    if looked_at:
        steps.append(Taken(str(Step.LOOK.label), looked_at, looked_at - referral.submitted_at))
    if looked_at and decided_at:
        steps.append(Taken(str(Step.DECISION.label), decided_at, decided_at - looked_at))
    if decided_at and given:
        steps.append(Taken(str(Step.SHARE.label), given[0].shared_at, given[0].shared_at - decided_at))
    first = {answer.share_id: answer.answered_at for answer in answers if answer.number == 1}
    for share in given:
        if answered_at := first.get(share.pk):
            steps.append(Taken(f"{Step.ANSWER.label}: {share.agency}", answered_at, answered_at - share.shared_at))
    return steps


def in_words(took: timedelta | None) -> str:
    """ "25 minutes", "5 hours 10 minutes" or "3 days 4 hours"; nothing for nothing."""
    if took is None:
        return ""
    minutes = int(took.total_seconds() // 60)
    hours, days = minutes // 60, minutes // (24 * 60)
    if days >= 2:
        return _parts((days, "day"), (hours % 24, "hour"))
    return _parts((hours, "hour"), (minutes % 60, "minute")) or "Under a minute"


def _parts(*counted: tuple[int, str]) -> str:
    return " ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in counted if count)
