"""The words of pages that look at everything."""

from insights.enums.faults import KINDS, RULE

__all__ = ["KINDS", "RULE"]
