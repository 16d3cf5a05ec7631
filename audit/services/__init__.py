"""Writing to the access log, chaining it, verifying the chain, and searching it."""

from audit.services.chain import CHAIN_LOCK, START, Verification, chain_new_entries, verify_chain
from audit.services.recording import Actor, record, record_each
from audit.services.searching import begin_log_search, forget_log_searches

__all__ = [
    "CHAIN_LOCK",
    "START",
    "Actor",
    "Verification",
    "begin_log_search",
    "chain_new_entries",
    "forget_log_searches",
    "record",
    "record_each",
    "verify_chain",
]
