"""The words of pages that look at everything."""

from insights.enums.deeds import DEEDS
from insights.enums.faults import KINDS, RULE

__all__ = ["DEEDS", "KINDS", "RULE"]
