"""The draw of a dip sample: from all incidents alike, or from strata in proportion; all in the database."""

from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, Expression, F, Value, Window
from django.db.models.functions import Cast, Coalesce, Concat, RowNumber

from common.statistics import sampling
from grading.enums import Strata
from referrals.models import Incident
from referrals.models.incident import IncidentQuerySet

NO_TEAM = "NONE"


@dataclass(frozen=True)
class FrameFacts:
    """How many can be drawn, and the fingerprint of their ids; in a stratified draw each with its stratum: "id:stratum"."""

    size: int
    digest: str


def facts_of(frame: IncidentQuerySet, *, strata: str = "") -> FrameFacts:
    """Counted and fingerprinted in the database, without fetching the ids."""
    if not strata:
        found = frame.aggregate(size=Count("pk"), digest=sampling.FrameDigest("pk"))
    else:
        line = Concat(Cast("pk", CharField()), Value(":"), stratum_expression(strata), output_field=CharField())
        found = frame.annotate(line=line).aggregate(size=Count("pk"), digest=sampling.FrameDigest("line"))
    return FrameFacts(found["size"], found["digest"])


def stratum_expression(strata: str) -> Expression:
    """The stratum of an incident as text: the kind's code, the district's id, or the team's ("NONE" without one)."""
    expressions: dict[str, Expression] = {
        Strata.KIND: Cast(F("kind"), CharField()),
        Strata.DISTRICT: Cast(F("district_id"), CharField()),
        Strata.TEAM: Coalesce(Cast(F("team_id"), CharField()), Value(NO_TEAM), output_field=CharField()),
    }
    return expressions[strata]


def drawn_incidents(frame: IncidentQuerySet, *, seed: str, size: int, strata: str = "") -> list[Incident]:
    """The drawn incidents in the order of their tickets, each with `ticket` and `stratum` ("" in a simple draw).

    What `sampling.draw`, or `sampling.draw_stratified`, gives; the database works the tickets out.
    """
    wanted = ("pk", "kind", "district_id", "team_id")
    ticket = sampling.ticket_expression(seed)
    if not strata:
        # The whole frame is ordered by its ids alone; only what was drawn is read.
        chosen = frame.order_by(sampling.by_ticket(seed), "pk").values("pk")[:size]
        drawn = Incident.objects.filter(pk__in=chosen).annotate(ticket=ticket, stratum=Value("", CharField()))
        return list(drawn.order_by("ticket", "pk").only(*wanted))
    ticketed = frame.annotate(ticket=ticket)
    places = sampling.allocate(_sizes(frame, strata), size)
    in_strata = ticketed.annotate(stratum=stratum_expression(strata))
    rank: Any = Window(RowNumber(), partition_by=F("stratum"), order_by=[F("ticket").asc(), F("pk").asc()])
    smallest = in_strata.annotate(rank=rank).filter(rank__lte=max(places.values(), default=0))
    found = smallest.order_by("ticket", "pk").only(*wanted)
    return [incident for incident in found if incident.rank <= places[incident.stratum]]


def _sizes(frame: IncidentQuerySet, strata: str) -> dict[str, int]:
    counted = frame.annotate(stratum=stratum_expression(strata)).values("stratum").annotate(count=Count("pk"))
    return dict(counted.order_by("stratum").values_list("stratum", "count"))
