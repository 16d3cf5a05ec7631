"""Questions over several models of training; the home page asks `waiting_for`."""

from datetime import datetime

from accounts.models import User
from common.waiting import Waiting
from training.queries import records, registers


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """What waits in training for this person."""
    return [*records.waiting_for(user, at=at), *registers.registers_waiting_for(user, at=at)]
