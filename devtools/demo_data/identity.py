"""Ids that a seed decides, and the quality that a referral's id decides."""

import uuid
from random import Random

NAMESPACE = uuid.UUID("9a0d7c52-61d4-4c1b-9b7e-3d5f0c2e8a11")
# Grades 1 to 4 come about as often as in published rounds: few very poor, most in the middle.
SHARES_OF_QUALITY = ((0.09, 1), (0.42, 2), (0.80, 3), (1.0, 4))


def named_id(*words: object) -> uuid.UUID:
    """The id of something that there is once, such as an agency or a person."""
    return uuid.uuid5(NAMESPACE, "/".join(map(str, words)))


def next_id(random: Random) -> uuid.UUID:
    """A fresh id from the seed's own sequence."""
    return uuid.UUID(int=random.getrandbits(128), version=4)


def quality_of(referral_id: uuid.UUID) -> int:
    """How well a seeded referral is written, 1 to 4: told by its id, so that graders seeded later can agree with it."""
    place = (referral_id.int & 0xFFFF) / 0x10000
    return next(quality for limit, quality in SHARES_OF_QUALITY if place < limit)
