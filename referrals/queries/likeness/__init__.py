"""How alike two descriptions of a person are, and the keys under which those worth comparing find each other.

Pure functions: no database, no clock. docs/matching.md explains the method and shows how well it does.
"""

from referrals.queries.likeness.addresses import plain_address
from referrals.queries.likeness.description import Description, describe, described
from referrals.queries.likeness.keys import (
    KEYS_VERSION,
    Traits,
    asked_of,
    keys_of,
    sounds_of,
    sounds_of_birth,
    sounds_of_family,
    sounds_of_given,
    traits_of,
)
from referrals.queries.likeness.names import are_nicknames, plain, sound
from referrals.queries.likeness.score import LIKELY, OFFERED, WIDER, Evidence, Likeness, compare, may_be_alike

__all__ = [
    "Description",
    "Evidence",
    "KEYS_VERSION",
    "LIKELY",
    "Likeness",
    "OFFERED",
    "Traits",
    "WIDER",
    "are_nicknames",
    "asked_of",
    "compare",
    "describe",
    "described",
    "keys_of",
    "may_be_alike",
    "plain",
    "plain_address",
    "sound",
    "sounds_of",
    "sounds_of_birth",
    "sounds_of_family",
    "sounds_of_given",
    "traits_of",
]
