"""The words of the access log."""

from audit.enums.deeds import DEEDS, KEPT_FROM_WRITERS, TOLD_TO_WRITERS
from audit.enums.unusual import UNUSUAL_MOVES, UnusualMove, UnusualRule, UnusualState, unusual_moves_from
from audit.enums.verbs import Verb

__all__ = [
    "DEEDS",
    "KEPT_FROM_WRITERS",
    "TOLD_TO_WRITERS",
    "UNUSUAL_MOVES",
    "UnusualMove",
    "UnusualRule",
    "UnusualState",
    "Verb",
    "unusual_moves_from",
]
