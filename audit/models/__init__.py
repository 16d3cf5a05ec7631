"""What the access log is made of, and what is kept beside it: searches of it, unusual access, and the history of records."""

from audit.models.change import Change, Operation
from audit.models.entry import CHAINED, Entry, Link, Unchained, canonical
from audit.models.search import SEARCHES_KEPT, LogSearch
from audit.models.unusual import Unusual, Watch

__all__ = [
    "CHAINED",
    "SEARCHES_KEPT",
    "Change",
    "Entry",
    "Link",
    "LogSearch",
    "Operation",
    "Unchained",
    "Unusual",
    "Watch",
    "canonical",
]
