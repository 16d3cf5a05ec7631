"""Questions over several models of training; the home page asks `waiting_for`."""

from datetime import datetime

from accounts.models import User
from common.waiting import Waiting
from training.queries import records
from training.queries.waiting import supervision_and_surveys_waiting_for

__all__ = ["waiting_for"]


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """Everything of training that waits for this person."""
    return [*records.waiting_for(user, at=at), *supervision_and_surveys_waiting_for(user, at=at)]
