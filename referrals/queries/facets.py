"""How many of the queue each choice of its filters would show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper

from accounts.models import User
from common.paging import COUNT_LIMIT, CappedCount
from referrals.enums import Holder
from referrals.queries.triage import COLUMN_OF, QUEUE_ORDER, Filter, narrowing, queue

TYPES = "types"


@dataclass(frozen=True)
class QueueCounts:
    """How many each choice would show beside the filters of the other names, and how many the filters show together.

    Where more waits than is counted, each number is one that is surely reached, and says so ("37+").
    """

    of: Mapping[Filter, CappedCount]
    shown: CappedCount


def queue_counts(user: User, *, at: datetime, options: Iterable[Filter], filters: Mapping[str, Any]) -> QueueCounts:
    """One query over at most COUNT_LIMIT of what waits, so that it costs no more when ever more waits.

    The rows are counted here: a query with a count for each of sixty choices costs ten times as much to write as to answer.
    """
    wanted = list(options)
    conditions = {f"is_{number}": one for number, one in enumerate({*wanted, *filters.items()}) if _is_special(one)}
    asked = {
        alias: ExpressionWrapper(narrowing(*one, user=user, at=at), output_field=BooleanField())
        for alias, one in conditions.items()
    }
    # In the order of the index of the queue, so that the first rows of it are read and no others.
    waiting = queue(user, at=at).select_related(None).order_by(*QUEUE_ORDER).annotate(**asked)
    rows = list(waiting.values_list(TYPES, *COLUMN_OF.values(), *asked)[: COUNT_LIMIT + 1])
    counts: dict[Filter, int] = {}
    shown = 0
    for types, *values in rows:
        met = {("type", one) for one in types}
        met.update((name, str(value)) for name, value in zip(COLUMN_OF, values, strict=False))
        met.update(one for one, is_met in zip(conditions.values(), values[len(COLUMN_OF) :], strict=True) if is_met)
        unmet = [name for name, value in filters.items() if _key(name, value) not in met]
        shown += not unmet
        for one in met if len(unmet) < 2 else ():
            if not unmet or one[0] == unmet[0]:
                counts[one] = counts.get(one, 0) + 1
    is_capped = len(rows) > COUNT_LIMIT
    return QueueCounts(
        {one: CappedCount(min(counts.get(_key(*one), 0), COUNT_LIMIT), is_capped) for one in wanted},
        CappedCount(min(shown, COUNT_LIMIT), is_capped),
    )


def _key(name: str, value: Any) -> Filter:
    """As a choice is counted: what stands in a column by its text."""
    return (name, value) if _is_special((name, value)) else (name, str(value))


def _is_special(one: Filter) -> bool:
    """Whether a choice asks for more than what stands in a column."""
    name, value = one
    return name not in COLUMN_OF and name != "type" or value in (Holder.ME, Holder.NOBODY, Holder.GONE)
