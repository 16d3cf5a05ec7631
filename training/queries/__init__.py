"""Questions over several models of training; the home page asks `waiting_for`."""

from datetime import datetime

from accounts.models import User
from common.waiting import Waiting
from training.queries import modules, records, registers, skills, supervision_and_surveys

__all__ = ["waiting_for"]

NOUNS = (records, registers, skills, modules, supervision_and_surveys)


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """What of training waits for somebody."""
    return [waiting for noun in NOUNS for waiting in noun.waiting_for(user, at=at)]
