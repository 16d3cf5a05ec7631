"""Which incidents of a frame are drawn, worked out in the database in each way in which a dip sample was ever drawn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connections, transaction
from django.db.models import BooleanField, Count, Expression, F, Func, IntegerField, Q, Window
from django.db.models.functions import Cast, RowNumber

from common.statistics import picking, sampling
from grading.queries.strata import stratum_expression
from referrals.models import Incident
from referrals.models.incident import IncidentQuerySet

# What a sample keeps of an incident; a row is its id, ticket and stratum with these.
KEPT = ("kind", "district_id", "team_id")
# From so many on a question for each place costs less than a number for each id.
PASSED_OVER_FROM = 100_000
Row = tuple[UUID, str, str, str, UUID, UUID | None]


class IsAnyOf(Func):
    """Whether the first is in the array that comes second."""

    template, arg_joiner, output_field = "(%(expressions)s))", " = ANY(", BooleanField()


@dataclass(frozen=True)
class DrawnIncident:
    """One that was drawn, with what a sample keeps of it. `position`: 1 is first; `stratum`: "" in a draw from all alike."""

    position: int
    incident_id: UUID
    ticket: str
    stratum: str
    kind: str
    district_id: UUID
    team_id: UUID | None


def drawn_incidents(
    frame: IncidentQuerySet, *, frame_size: int, algorithm: str, seed: str, size: int, strata: str = ""
) -> list[DrawnIncident]:
    """The drawn incidents of a frame of so many, in their order; raises KeyError for an algorithm not in WAYS_OF_DRAWING.

    They are those of `draw`, or of `draw_stratified`, in `common.statistics.picking` or `sampling`, whichever the algorithm is.
    """
    alike, stratified = WAYS_OF_DRAWING[algorithm]
    rows = stratified(frame, seed, size, strata) if strata else alike(frame, frame_size, seed, size)
    return [DrawnIncident(position, *row) for position, row in enumerate(rows, start=1)]


def _alike_by_number(frame: IncidentQuerySet, frame_size: int, seed: str, size: int) -> list[Row]:
    picks = sorted(picking.picks(seed, size, frame_size), key=lambda one: one.number)
    if frame_size >= PASSED_OVER_FROM:
        found = Incident.objects.filter(pk__in=_ids_at(frame, [one.number for one in picks]))
    else:
        found = _numbered(frame, [one.number for one in picks])
    rows = found.order_by("pk").values_list("pk", *KEPT)
    pairs = sorted(zip(picks, rows, strict=False), key=lambda pair: pair[0].rank)
    return [(pk, pick.ticket, "", *kept) for pick, (pk, *kept) in pairs]


def _numbered(frame: IncidentQuerySet, numbers: Sequence[int]) -> IncidentQuerySet:
    """The incidents at those places of the frame in the order of ids, counted from 1; one query."""
    # The ids alone are numbered, so that an index gives them in order; what was drawn is read by id, in that order too. As an
    # array, for PostgreSQL expects a quarter of the frame from such a condition, and would read the whole table to join it.
    numbered = frame.annotate(line=_line()).filter(line__in=numbers)
    return Incident.objects.filter(IsAnyOf("pk", ArraySubquery(numbered.values("pk"))))


def _ids_at(frame: IncidentQuerySet, numbers: Sequence[int]) -> list[UUID]:
    """The same as ids: a cursor passes over what lies between, which gets no number. One question more for each place."""
    sql, parameters = frame.order_by("pk").values("pk").query.get_compiler(using=frame.db).as_sql()
    found = []
    with transaction.atomic(using=frame.db), connections[frame.db].cursor() as cursor:
        cursor.execute(f"DECLARE frame_in_order NO SCROLL CURSOR FOR {sql}", parameters)
        for before, number in pairwise([0, *numbers]):
            cursor.execute("FETCH RELATIVE %s FROM frame_in_order", [number - before])
            found += [pk for (pk,) in cursor.fetchall()]
        cursor.execute("CLOSE frame_in_order")
    return found


def _alike_by_ticket(frame: IncidentQuerySet, _frame_size: int, seed: str, size: int) -> list[Row]:
    # Ordered by the digest's bytes, which nobody writes out for every row.
    smallest = frame.order_by(sampling.by_ticket(seed), "pk").values("pk")[:size]
    found = Incident.objects.filter(pk__in=smallest).annotate(ticket=sampling.ticket_expression(seed))
    rows = found.order_by("ticket", "pk").values_list("pk", "ticket", *KEPT)
    return [(pk, ticket, "", *kept) for pk, ticket, *kept in rows]


def _stratified_by_number(frame: IncidentQuerySet, seed: str, size: int, strata: str) -> list[Row]:
    sizes = _sizes(frame, strata)
    places = sampling.allocate(sizes, size)
    picks = {
        name: {one.number: one for one in picking.picks(seed, places[name], sizes[name], stratum=name)}
        for name in sizes
    }
    numbered = frame.annotate(stratum=stratum_expression(strata)).annotate(line=_line(partition_by=F("stratum")))
    chosen = numbered.filter(_any_of(Q(stratum=name, line__in=of) for name, of in picks.items()))
    rows = chosen.values_list("line", "stratum", "pk", *KEPT)
    return sorted(
        ((pk, picks[stratum][line].ticket, stratum, *kept) for line, stratum, pk, *kept in rows), key=lambda row: row[1]
    )


def _stratified_by_ticket(frame: IncidentQuerySet, seed: str, size: int, strata: str) -> list[Row]:
    places = sampling.allocate(_sizes(frame, strata), size)
    rank: Any = Window(RowNumber(), partition_by=F("stratum"), order_by=[F("ticket").asc(), F("pk").asc()])
    ticketed = frame.annotate(ticket=sampling.ticket_expression(seed), stratum=stratum_expression(strata))
    chosen = ticketed.annotate(rank=rank).filter(
        _any_of(Q(stratum=name, rank__lte=most) for name, most in places.items())
    )
    return list(chosen.order_by("ticket", "pk").values_list("pk", "ticket", "stratum", *KEPT))


def _line(**window: Any) -> Expression:
    """The number of an id where the ids, of all or of each partition, stand in order."""
    # As an integer, so that PostgreSQL looks a row's number up among those wanted, instead of comparing it with each.
    return Cast(Window(RowNumber(), order_by="pk", **window), IntegerField())


def _any_of(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, Q())


def _sizes(frame: IncidentQuerySet, strata: str) -> dict[str, int]:
    counted = frame.annotate(stratum=stratum_expression(strata)).values("stratum").annotate(count=Count("pk"))
    return dict(counted.order_by("stratum").values_list("stratum", "count"))


# From all alike and from strata. The first is that of today; what was drawn by the other can still be drawn again.
WAYS_OF_DRAWING = {
    picking.ALGORITHM: (_alike_by_number, _stratified_by_number),
    sampling.ALGORITHM: (_alike_by_ticket, _stratified_by_ticket),
}
