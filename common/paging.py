"""Lists page by page without OFFSET: page 900,000 costs what the first one does, and rows that arrive meanwhile shift nothing.

A page is asked for by a cursor: the order and the values of the row at its edge, encrypted, because names and dates of
people may be among them and addresses end up in logs and histories.
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any, Generic, TypeVar
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import EmptyResultSet, FieldDoesNotExist
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

PAGE_SIZE = 25
COUNT_LIMIT = 1000
# Longer than any cursor that this module makes for sensible orders; nothing longer is worth decrypting.
LONGEST_CURSOR = 4_000

Item = TypeVar("Item")


@dataclass(frozen=True)
class KeysetPage(Generic[Item]):
    """One page. The cursors lead to the pages on both sides; None where there is none."""

    items: list[Item]
    next_cursor: str | None = None
    previous_cursor: str | None = None

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True)
class CappedCount:
    """A number of rows that was not counted beyond a limit: "381" or "1,000+"."""

    count: int
    is_capped: bool = False

    def __str__(self) -> str:
        return f"{self.count:,}+" if self.is_capped else f"{self.count:,}"

    def __bool__(self) -> bool:
        return self.count > 0


@dataclass(frozen=True)
class StandIns:
    """Rows of another model in place of a list's own: they hold all that the list is ordered by, and under `key` whose place each takes."""

    rows: QuerySet[Any, Any]
    key: str

    def order(self, order: Sequence[str]) -> list[str]:
        """The order of the list, as these rows know it."""
        return [self.key.join(field.rsplit("pk", 1)) if _name(field) == "pk" else field for field in order]


Part = QuerySet[Any, Any] | StandIns


@dataclass(frozen=True)
class _Edge:
    """The row next to which a page lies, and whether the page lies before it."""

    values: list[Any]
    is_before: bool


def keyset_page(
    queryset: QuerySet[Any, Item],
    *,
    order: Sequence[str],
    cursor: str | None = None,
    size: int = PAGE_SIZE,
    parts: Sequence[Part] = (),
) -> KeysetPage[Item]:
    """The page of the queryset, in this order, that the cursor names; the first page without one.

    `order` is as for order_by, with a unique field last ("-pk"); fields may be of related rows or annotations, and
    may be null (PostgreSQL's places: last ascending, first descending; ascending, such a field finds its place in an
    index less well). A cursor that is forged, made for another list or order, or left behind by rows that have gone,
    leads to the first page. One query, rarely two.

    With `parts` the list is all of the queryset that is in one of these, which each give in this order as many as a page needs:
    PostgreSQL reads no index in order through an OR, and joins what is shown only to the rows of the page.
    """
    _check_order(queryset, order)
    edge = _read_cursor(cursor, queryset, order) if cursor else None
    if edge is None:
        return _first_page(queryset, order, size, parts)

    direction = _reversed(order) if edge.is_before else list(order)
    rows = _rows(queryset, direction, size, parts, edge.values)
    has_more = len(rows) > size
    items = rows[:size]
    if not items or (edge.is_before and not has_more):
        # Going back to the beginning gives a whole first page, not what happens to lie before the edge.
        return _first_page(queryset, order, size, parts)
    if edge.is_before:
        items.reverse()
    return KeysetPage(
        items=items,
        next_cursor=_cursor(items[-1], queryset, order) if edge.is_before or has_more else None,
        previous_cursor=_cursor(items[0], queryset, order, is_before=True),
    )


def capped_count(part: Part, *others: Part, limit: int = COUNT_LIMIT) -> CappedCount:
    """How many rows there are, in any of these, counting no further than the limit."""
    count = _in_any([part, *others], most=limit + 1).count()
    return CappedCount(count=min(count, limit), is_capped=count > limit)


def count_beside(page: KeysetPage[Any], part: Part, *others: Part, limit: int = COUNT_LIMIT) -> CappedCount:
    """How many rows the list of this page has, asked for only where the page does not hold all of them."""
    is_whole = page.next_cursor is None and page.previous_cursor is None
    return CappedCount(len(page)) if is_whole else capped_count(part, *others, limit=limit)


def capped_counts(querysets: Sequence[QuerySet[Any, Any]], *, limit: int = COUNT_LIMIT) -> list[CappedCount]:
    """How many rows there are in each, in one query, counting no further than the limit."""
    counted: list[str] = []
    values: list[Any] = []
    for queryset in querysets:
        try:
            sql, parameters = queryset.order_by().values("pk")[: limit + 1].query.sql_with_params()
        except EmptyResultSet:
            sql, parameters = "SELECT 1 WHERE false", ()
        # The ORM's own SQL; every value is a parameter.
        counted.append(f"(SELECT count(*) FROM ({sql}) AS capped)")  # noqa: S608
        values += parameters
    if not counted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counted)}", values)
        counts = cursor.fetchone()
    return [CappedCount(min(count, limit), is_capped=count > limit) for count in counts]


def _first_page(
    queryset: QuerySet[Any, Item], order: Sequence[str], size: int, parts: Sequence[Part]
) -> KeysetPage[Item]:
    rows = _rows(queryset, order, size, parts)
    items = rows[:size]
    return KeysetPage(items=items, next_cursor=_cursor(items[-1], queryset, order) if len(rows) > size else None)


def _rows(
    queryset: QuerySet[Any, Item],
    order: Sequence[str],
    size: int,
    parts: Sequence[Part],
    after: Sequence[Any] | None = None,
) -> list[Item]:
    """The rows of a page, and one more where there is one; those after these values of the order."""
    if parts:
        return list(queryset.filter(pk__in=_in_any(parts, order, after, most=size + 1)).order_by(*order)[: size + 1])
    condition = Q() if after is None else _after(queryset, order, after)
    return list(queryset.filter(condition).order_by(*order)[: size + 1])


def _in_any(
    parts: Sequence[Part], order: Sequence[str] = (), after: Sequence[Any] | None = None, *, most: int
) -> QuerySet[Any, Any]:
    """The ids of the rows that are in one of these; of each no more than so many, the first in this order after these values."""
    ids = []
    for part in parts:
        one = part if isinstance(part, StandIns) else StandIns(part, "pk")
        own = one.order(order)
        rows = one.rows if after is None else one.rows.filter(_after(one.rows, own, after))
        ids.append(rows.order_by(*own).values(one.key)[:most])
    return ids[0].union(*ids[1:]) if len(ids) > 1 else ids[0]


def _after(queryset: QuerySet[Any, Any], order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows strictly after those values: later in the first field, or equal there and later in the second, and so on."""
    condition = Q()
    equal_so_far = Q()
    for field, value in zip(order, values, strict=True):
        if (later := _later(queryset, field, value)) is not None:
            condition |= equal_so_far & later
        equal_so_far &= Q(**{_name(field): value}) if value is not None else Q(**{f"{_name(field)}__isnull": True})
    # Says nothing new, but in a form for which the database can start reading its index at the right place.
    return _not_before(queryset, order[0], values[0]) & condition


def _later(queryset: QuerySet[Any, Any], field: str, value: Any) -> Q | None:
    """Later in this one field, nulls being last ascending and first descending; None when nothing can be."""
    name = _name(field)
    if field.startswith("-"):
        return Q(**{f"{name}__isnull": False}) if value is None else Q(**{f"{name}__lt": value})
    if value is None:
        return None
    return Q(**{f"{name}__gt": value}) | _is_null(queryset, name)


def _not_before(queryset: QuerySet[Any, Any], field: str, value: Any) -> Q:
    name = _name(field)
    if field.startswith("-"):
        return Q() if value is None else Q(**{f"{name}__lte": value})
    if value is None:
        return Q(**{f"{name}__isnull": True})
    return Q(**{f"{name}__gte": value}) | _is_null(queryset, name)


def _is_null(queryset: QuerySet[Any, Any], name: str) -> Q:
    return Q(**{f"{name}__isnull": True}) if _may_be_null(queryset, name) else Q()


def _may_be_null(queryset: QuerySet[Any, Any], name: str) -> bool:
    if name in queryset.query.annotations:
        return True
    model = queryset.model
    for step in name.split("__"):
        field = model._meta.pk if step == "pk" else model._meta.get_field(step)
        if field.null:
            return True
        model = field.related_model or model
    return False


def _check_order(queryset: QuerySet[Any, Any], order: Sequence[str]) -> None:
    if not order:
        raise ValueError("Paging needs an order.")
    last = _name(order[-1])
    try:
        is_unique = last == "pk" or queryset.model._meta.get_field(last).unique
    except FieldDoesNotExist:
        is_unique = False
    if not is_unique:
        raise ValueError(f"The last field of the order must be unique, and {last} is not: add the primary key.")


def _name(field: str) -> str:
    return field.removeprefix("-")


def _reversed(order: Sequence[str]) -> list[str]:
    return [_name(field) if field.startswith("-") else f"-{field}" for field in order]


def _value(item: Any, name: str) -> Any:
    """The item's value of that name; None beyond a relation that is not there."""
    if isinstance(item, Mapping):
        return item[name]
    for step in name.split("__"):
        item = None if item is None else getattr(item, step)
    return item


def _cursor(item: Any, queryset: QuerySet[Any, Any], order: Sequence[str], *, is_before: bool = False) -> str:
    values = [_packed(_value(item, _name(field))) for field in order]
    content = json.dumps([queryset.model._meta.label, list(order), is_before, values], separators=(",", ":"))
    return _cipher().encrypt(content.encode()).decode().rstrip("=")


def _read_cursor(cursor: str, queryset: QuerySet[Any, Any], order: Sequence[str]) -> _Edge | None:
    """None for anything that this module did not make for this list in this order."""
    if len(cursor) > LONGEST_CURSOR or not cursor.isascii():
        return None
    try:
        content = json.loads(_cipher().decrypt(cursor + "=" * (-len(cursor) % 4)))
    except InvalidToken:
        return None
    label, made_for, is_before, values = content
    if (label, made_for) != (queryset.model._meta.label, list(order)):
        return None
    return _Edge(values=[_unpacked(value) for value in values], is_before=is_before)


_UNPACK = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "uuid": UUID,
    "decimal": Decimal,
}


def _packed(value: Any) -> Any:
    """As JSON has it; what JSON does not have, to the last microsecond and digit, with the name of its type."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return {"datetime": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case time():
            return {"time": value.isoformat()}
        case UUID():
            return {"uuid": str(value)}
        case Decimal():
            return {"decimal": str(value)}
    raise TypeError(f"A list cannot be paged by a {type(value).__name__}.")


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, text),) = value.items()
    return _UNPACK[kind](text)


def _cipher() -> MultiFernet:
    return _cipher_for((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=8)
def _cipher_for(secrets: tuple[str, ...]) -> MultiFernet:
    """Keys that only cursors use, from the service's secret and the ones before it."""
    keys = (salted_hmac("common.paging", "cursor", secret=secret, algorithm="sha256").digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
