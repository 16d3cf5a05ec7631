"""The frame of a dip sample: how many can be drawn, their fingerprint, and the stratum of each; all in the database."""

from dataclasses import dataclass

from django.db.models import CharField, Count, Expression, F, Value
from django.db.models.functions import Cast, Coalesce, Concat

from common.statistics import sampling
from grading.enums import Strata
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
