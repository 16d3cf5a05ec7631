"""How many of the queue each choice of its filters would show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper

from accounts.models import User
from common.paging import CappedCount
from referrals.enums import Holder
from referrals.queries.triage import QUEUE_ORDER, Between, Filter, bounds, narrowing, queue, text_of

# More of the queue than that is not looked through for each page; no hub should let as many wait.
MOST_COUNTED = 300
COLUMNS = ("risk_level", "kind", "district", "assigned_to", "submitted_at", "due_at")


@dataclass(frozen=True)
class QueueCounts:
    """How many each choice would show beside the filters of the other names, and how many the filters show together.

    Where more waits than is counted, each number is one that is surely reached, and says so ("37+").
    """

    of: Mapping[Filter, CappedCount]
    shown: CappedCount


def queue_counts(user: User, *, at: datetime, options: Iterable[Filter], filters: Mapping[str, Any]) -> QueueCounts:
    """One query over at most MOST_COUNTED of what waits, so that it costs no more when ever more waits.

    The rows are counted here, for a query with a count for each of sixty choices costs ten times as much to write as to
    answer; what asks more than a column is asked of the database.
    """
    wanted = list(options)
    every = list(dict.fromkeys([*wanted, *filters.items()]))
    others = {f"is_{number}": one for number, one in enumerate(every) if _asks_more(one)}
    equal, between = _by_column([one for one in every if not _asks_more(one)], user=user, at=at)
    asked = {
        alias: ExpressionWrapper(narrowing(*one, user=user, at=at), output_field=BooleanField())
        for alias, one in others.items()
    }
    # In the order of the index of the queue, so that the first rows of it are read and no others.
    waiting = queue(user, at=at).select_related(None).order_by(*QUEUE_ORDER).annotate(**asked)
    rows = list(waiting.values_list("types", *COLUMNS, *asked)[: MOST_COUNTED + 1])
    counts = dict.fromkeys(every, 0)
    shown = 0
    for types, *values in rows:
        columns = dict(zip(COLUMNS, values, strict=False))
        met = {("type", one) for one in types}
        for column, of_value in equal.items():
            met.update(of_value.get(text_of(columns[column]), ()))
        met.update(one for one, condition in between if condition.is_met(columns[condition.column]))
        met.update(one for one, is_met in zip(others.values(), values[len(COLUMNS) :], strict=True) if is_met)
        unmet = [one[0] for one in filters.items() if one not in met]
        shown += not unmet
        for one in met if len(unmet) < 2 else ():
            if one in counts and (not unmet or one[0] == unmet[0]):
                counts[one] += 1
    is_capped = len(rows) > MOST_COUNTED
    return QueueCounts(
        {one: CappedCount(min(counts[one], MOST_COUNTED), is_capped) for one in wanted},
        CappedCount(min(shown, MOST_COUNTED), is_capped),
    )


def _by_column(
    choices: Iterable[Filter], *, user: User, at: datetime
) -> tuple[dict[str, dict[str | None, list[Filter]]], list[tuple[Filter, Between]]]:
    """For each column the choices that each of its values meets, so that a row is looked up once; and those of a span of time."""
    equal: dict[str, dict[str | None, list[Filter]]] = {}
    between = []
    for one in choices:
        if one[0] == "type":
            continue
        asked = bounds(*one, user=user, at=at)
        if isinstance(asked, Between):
            between.append((one, asked))
        else:
            equal.setdefault(asked.column, {}).setdefault(text_of(asked.value), []).append(one)
    return equal, between


def _asks_more(one: Filter) -> bool:
    """Whether a choice asks for more than what stands in a column."""
    return one[0] == "back" or one == ("assignee", Holder.GONE)
