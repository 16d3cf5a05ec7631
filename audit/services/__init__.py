"""Writing to the access log, chaining it, verifying the chain, and searching it."""

from audit.services.chain import CHAIN_LOCK, START, Head, Verification, chain_new_entries, head, verify_chain
from audit.services.heads import CannotReadHeads, add_head, read_heads
from audit.services.history import forget_history
from audit.services.recording import Actor, record, record_each
from audit.services.searching import begin_log_search, forget_log_searches
from audit.services.unusual import CannotNote, Finding, entries_to_watch, list_unusual, move_watch, note_unusual

__all__ = [
    "CHAIN_LOCK",
    "START",
    "Actor",
    "CannotNote",
    "CannotReadHeads",
    "Finding",
    "Head",
    "Verification",
    "add_head",
    "begin_log_search",
    "chain_new_entries",
    "entries_to_watch",
    "forget_history",
    "forget_log_searches",
    "head",
    "list_unusual",
    "move_watch",
    "note_unusual",
    "read_heads",
    "record",
    "record_each",
    "verify_chain",
]
