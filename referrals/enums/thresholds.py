"""Which level of need goes with which pathway, and from which risk on a supervisor of the hub decides to do nothing."""

from referrals.enums.casework import Level, Pathway
from referrals.enums.forms import RiskLevel

# The area's chart of levels. Family help joins what was targeted early help and the assessment under section 17, so either
# goes with level 3 or 4. Pathways that are not here (adults' routes, panels, advice) go with every level.
LEVELS_OF: dict[Pathway, tuple[Level, ...]] = {
    Pathway.UNIVERSAL: (Level.UNIVERSAL, Level.EARLY_HELP),
    Pathway.EARLY_HELP: (Level.EARLY_HELP, Level.FAMILY_HELP),
    Pathway.FAMILY_HELP: (Level.FAMILY_HELP, Level.SOCIAL_CARE),
    Pathway.SECTION_17: (Level.FAMILY_HELP, Level.SOCIAL_CARE),
    Pathway.STRATEGY_DISCUSSION: (Level.SOCIAL_CARE,),
    Pathway.SECTION_47: (Level.SOCIAL_CARE,),
}
SUPERVISED_FROM = RiskLevel.MEDIUM


def goes_with(level: Level | int, pathway: Pathway | str) -> bool:
    """Whether the chart knows this pathway at this level."""
    return Level(level) in LEVELS_OF.get(Pathway(pathway), tuple(Level))


def contradiction(level: Level | int, pathway: Pathway | str) -> str:
    """What a person is told who chose a level and a pathway that do not go together; nothing where they do."""
    if goes_with(level, pathway):
        return ""
    chosen = Pathway(pathway)
    levels = " or ".join(str(one.value) for one in LEVELS_OF[chosen])
    return f"“{chosen.label}” goes with level {levels}. Change the level or the pathway."


def is_supervised(risk_level: int | None) -> bool:
    """Whether to do nothing, or to close without an agency, is a supervisor's to decide at this risk."""
    return risk_level is not None and risk_level >= SUPERVISED_FROM
