"""How many of the queue each choice of its filters would show."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain
from operator import itemgetter
from typing import Any

from accounts.models import User
from common.paging import CappedCount
from referrals.enums import BACK_IN_QUEUE, Holder
from referrals.queries.triage import (
    COLUMN_OF,
    QUEUE_ORDER,
    Between,
    Equals,
    Filter,
    bounds,
    queue,
    text_of,
    was_sent_back,
)

# More of the queue than that is not looked through for each page; no hub should let as many wait.
MOST_COUNTED = 200
GONE = ("assignee", Holder.GONE)


def _back(why: str) -> str:
    return f"back_{why}"


COLUMNS = ("types", "submitted_at", "due_at", *COLUMN_OF.values(), *map(_back, BACK_IN_QUEUE))
PLACES = {name: place for place, name in enumerate(COLUMNS)}
TYPES, HOLDER = PLACES["types"], PLACES["assigned_to"]
Row = tuple[Any, ...]
Question = Equals | Callable[[Row], bool]


@dataclass(frozen=True)
class QueueCounts:
    """How many each choice would show beside the filters of the other names, and how many the filters show together.

    Where more waits than is counted, each number is one that is surely reached, and says so ("37+").
    """

    of: Mapping[Filter, CappedCount]
    shown: CappedCount


def queue_counts(
    user: User, *, at: datetime, options: Iterable[Filter], filters: Mapping[str, Any], deciders: Collection[str]
) -> QueueCounts:
    """One query over at most MOST_COUNTED of what waits, so that it costs no more when ever more waits.

    `deciders` are the ids, as texts, of those who decide at the hub today: whoever else has something is gone. The rows
    are counted here, for a query with a count for each of sixty choices costs ten times as much to write as to answer; what
    asks more than a column is asked of the database.
    """
    wanted = list(options)
    backs = {_back(why): was_sent_back(why, at=at) for why in BACK_IN_QUEUE}
    # In the order of the index of the queue, so that the first rows of it are read and no others.
    waiting = queue(user, at=at).select_related(None).order_by(*QUEUE_ORDER).annotate(**backs)
    rows: list[Row] = list(waiting.values_list(*COLUMNS)[: MOST_COUNTED + 1])

    ask = partial(_question, user=user, at=at, deciders=deciders)
    asked = {name: ask((name, value)) for name, value in filters.items()}
    unmet = [{name for name, question in asked.items() if not _meets(row, question)} for row in rows]
    is_capped = len(rows) > MOST_COUNTED

    def told(count: int) -> CappedCount:
        return CappedCount(min(count, MOST_COUNTED), is_capped)

    of: dict[Filter, CappedCount] = {}
    for name in dict.fromkeys(name for name, _ in wanted):
        beside = [row for row, others in zip(rows, unmet, strict=True) if others <= {name}]
        tally = _tally(name, beside)
        for one in (one for one in wanted if one[0] == name):
            question = ask(one)
            if isinstance(question, Equals):
                of[one] = told(tally[text_of(question.value)])
            else:
                of[one] = told(sum(map(question, beside)))
    return QueueCounts(of, told(sum(not others for others in unmet)))


def _question(one: Filter, *, user: User, at: datetime, deciders: Collection[str]) -> Question:
    """What a choice asks of a row: that a column holds a value, or anything else."""
    name, value = one
    if name == "type":
        return Equals("types", value)
    if name == "back":
        return itemgetter(PLACES[_back(value)])
    if one == GONE:
        return lambda row: row[HOLDER] is not None and str(row[HOLDER]) not in deciders
    asked = bounds(name, value, user=user, at=at)
    if isinstance(asked, Between):
        place = PLACES[asked.column]
        return lambda row: asked.is_met(row[place])
    return asked


def _meets(row: Row, question: Question) -> bool:
    if not isinstance(question, Equals):
        return question(row)
    held = row[PLACES[question.column]]
    return question.value in held if question.column == "types" else text_of(held) == text_of(question.value)


def _tally(name: str, rows: list[Row]) -> Counter[str | None]:
    """How many rows hold each value of the column of a filter; of one that asks for anything else, nothing."""
    if name == "type":
        return Counter(chain.from_iterable(row[TYPES] for row in rows))
    if name not in COLUMN_OF:
        return Counter()
    held = Counter(map(itemgetter(PLACES[COLUMN_OF[name]]), rows))
    return Counter({text_of(value): count for value, count in held.items()})
