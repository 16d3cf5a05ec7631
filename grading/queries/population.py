"""The PPNs that a round may draw: its filter as values and in words, who is in it at a moment, and in which stratum."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery

from accounts.models import Agency, Area, Team
from common.clock import Period, Quarter
from common.errors import DomainError
from common.statistics import sampling
from grading.enums import AMENDABLE_PARTS, PopulationPart, RoundStrata
from grading.models import GradingRound
from referrals.enums import SENT, VOIDED, ConcernType, ReferrerKind, RiskLevel
from referrals.models import Amendment, Referral, Restriction
from referrals.models.referral import ReferralQuerySet
from referrals.queries import districts_of

# In no team or district, or sent before the kind of referrer was kept.
NONE = "NONE"
AS_STOOD = "Types and risk levels count as they stood at the draw"
NOT_RECORDED = "Not recorded"
# Where a referral keeps what no amendment changes.
FIXED_COLUMNS = {
    PopulationPart.DISTRICTS: "district",
    PopulationPart.TEAMS: "team",
    PopulationPart.REFERRERS: "referrer_kind",
}
STRATA_COLUMNS: dict[str, str] = {
    RoundStrata.DISTRICT: "district",
    RoundStrata.TEAM: "team",
    RoundStrata.REFERRER: "referrer_kind",
}


class NoSuchChoice(DomainError):
    """A filter asks for something that is in no list of this force."""


Choices = dict[PopulationPart, dict[str, str]]


def choices_for(force: Agency) -> Choices:
    """What a round of this force may be narrowed to: by part, each value in words. Two queries."""
    teams = Team.objects.filter(agency=force).order_by("name", "pk")
    return {
        PopulationPart.TYPES: dict(ConcernType.choices),
        PopulationPart.RISK: {str(level.value): str(level.label) for level in reversed(RiskLevel)},
        PopulationPart.DISTRICTS: {str(pk): name for pk, name in districts_of(force.pk).values_list("pk", "name")},
        PopulationPart.TEAMS: {str(pk): name for pk, name in teams.values_list("pk", "name")},
        PopulationPart.REFERRERS: dict(ReferrerKind.choices),
    }


def checked_filter(given: Mapping[str, Iterable[str]], choices: Choices) -> dict[str, list[str]]:
    """The filter as it is kept: parts and values once each, in the order of the lists; what is empty narrows nothing.

    Raises NoSuchChoice for what is in no list, as another force's district is.
    """
    if unknown := sorted(set(given) - set(PopulationPart.values)):
        raise NoSuchChoice(f"PPNs cannot be chosen by {', '.join(unknown)}.")
    kept = {}
    for part, known in choices.items():
        wanted = set(given.get(part.value, ()))
        if wanted - known.keys():
            raise NoSuchChoice(f"Choose {part.value} from the lists of your own force.")
        if wanted:
            kept[part.value] = [value for value in known if value in wanted]
    return kept


def filter_in_words(force: Agency, period: Period, kept: Mapping[str, list[str]], choices: Choices) -> str:
    """The rule of a round as a sentence, from the values of its filter."""
    scope = f"PPNs of {force} submitted in {period.label}, up to the moment of the draw"
    if not kept:
        return f"All {scope}"
    parts = []
    for part in PopulationPart:
        if values := kept.get(part.value):
            parts.append(f"{part.label} " + " or ".join(f"“{choices[part][value]}”" for value in values))
    as_stood = f". {AS_STOOD}" if any(kept.get(part) for part in AMENDABLE_PARTS) else ""
    return f"{scope}: {', '.join(parts)}{as_stood}"


def planned_round(
    force: Agency,
    quarter: Quarter,
    *,
    filter: Mapping[str, Iterable[str]],
    strata: str = "",
    choices: Choices | None = None,
) -> GradingRound:
    """What would be opened, not saved: its rule as values and in words, and its strata. Raises NoSuchChoice.

    `choices`: those of the force, where they were asked for already.
    """
    choices = choices or choices_for(force)
    kept = checked_filter(filter, choices)
    return GradingRound(
        force=force,
        starts_on=quarter.start,
        ends_on=quarter.end,
        rule=filter_in_words(force, quarter, kept, choices),
        filter=kept,
        strata=strata,
    )


# --- who is in it


def frame(round: GradingRound, *, at: datetime) -> dict[str, str]:
    """Ids of the PPNs that could be drawn at that moment, each with its stratum ("" in a draw from all alike). One query.

    They are the force's, submitted in the quarter and not later than then, and what the filter gives. What was withdrawn
    by then is not among them; what was withdrawn since is. Types and risk levels are those that stood then, whatever was
    amended since: so a draw can be shown again.
    """
    types, risks = (set(round.filter.get(part, ())) for part in AMENDABLE_PARTS)
    members = [
        one
        for one in _members(round, at=at)
        if (not types or types.intersection(one.types)) and (not risks or str(one.risk_level) in risks)
    ]
    if round.strata == RoundStrata.TYPE:
        return _by_rarest_type(members)
    return {one.pk: (str(one.place) if one.place else NONE) if round.strata else "" for one in members}


def ppns_of(force_id: UUID, period: Period) -> ReferralQuerySet:
    """The force's PPNs that were submitted in the period, whatever became of them."""
    return Referral.objects.ppns().filter(
        agency=force_id, submitted_at__gte=period.starts_at, submitted_at__lt=period.ends_before
    )


def strata_of(frame: Mapping[str, str]) -> dict[str, list[str]]:
    """The ids of each stratum."""
    strata: dict[str, list[str]] = defaultdict(list)
    for pk, stratum in frame.items():
        strata[stratum].append(pk)
    return strata


def sizes_of(round: GradingRound, frame: Mapping[str, str]) -> dict[str, int]:
    """How many can be drawn from each stratum; nothing in a draw from all alike."""
    return dict(sorted(Counter(frame.values()).items())) if round.strata else {}


def digest_of(round: GradingRound, frame: Mapping[str, str]) -> str:
    """The fingerprint of a population: of its ids, in a draw from strata each with its stratum, "id:stratum"."""
    return sampling.frame_digest(f"{pk}:{stratum}" if round.strata else pk for pk, stratum in frame.items())


def stratum_names(round: GradingRound) -> dict[str, str]:
    """The strata of a drawn round in words; what has none is left out. One query at most."""
    if round.strata == RoundStrata.TYPE:
        return dict(ConcernType.choices)
    if round.strata == RoundStrata.REFERRER:
        return dict(ReferrerKind.choices)
    model = Area if round.strata == RoundStrata.DISTRICT else Team
    ids = [code for code in round.frame_strata if code != NONE]
    return {str(pk): name for pk, name in model.objects.filter(pk__in=ids).values_list("pk", "name")}


@dataclass(frozen=True)
class _Member:
    """A PPN as it stood at a moment. `place`: its district, team or kind of referrer, where those are the strata."""

    pk: str
    types: list[str]
    risk_level: int
    place: Any


def _members(round: GradingRound, *, at: datetime) -> list[_Member]:
    """What no amendment changes is asked for in the database; the rest is read as it stood then."""
    stood = Q(state__in=SENT) | Q(state__in=VOIDED, voiding__voided_at__gt=at)
    # What was restricted then nobody but the people named in it may read, so no panel grades it.
    restricted = Restriction.objects.stood_at(at).filter(referral=OuterRef("pk"))
    could = ppns_of(round.force_id, round.period).filter(stood).exclude(Exists(restricted))
    for part, column in FIXED_COLUMNS.items():
        if wanted := round.filter.get(part):
            could = could.filter(**{f"{column}__in": wanted})
    # Each amendment keeps what was before it, so the first one after the moment has what stood then.
    later = Amendment.objects.filter(referral=OuterRef("pk"), amended_at__gt=at).order_by("number")
    found = (
        could.filter(submitted_at__lte=at)
        .annotate(stood=Subquery(later.values("before__referral")[:1]))
        .values_list("pk", "types", "risk_level", STRATA_COLUMNS.get(round.strata, "pk"), "stood")
    )
    return [
        _Member(str(pk), stood.get("types", types), stood.get("risk_level", risk_level), place)
        if stood
        else _Member(str(pk), types, risk_level, place)
        for pk, types, risk_level, place, stood in found
    ]


def _by_rarest_type(members: Iterable[_Member]) -> dict[str, str]:
    """A PPN of several types stands in that of them which the fewest PPNs have; of equally rare ones, the first by its code."""
    listed = list(members)
    having = Counter(code for one in listed for code in set(one.types))
    return {one.pk: min(one.types, key=lambda code: (having[code], code), default=NONE) for one in listed}
