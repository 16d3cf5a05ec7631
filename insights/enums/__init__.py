"""The words of pages that look at everything."""

from insights.enums.fates import BLOCKS, DERIVED, FATES, LAST, REMOVED, STAYS, WORDS, Fate
from insights.enums.faults import KINDS, RULE

__all__ = ["BLOCKS", "DERIVED", "FATES", "KINDS", "LAST", "REMOVED", "RULE", "STAYS", "WORDS", "Fate"]
