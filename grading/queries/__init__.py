"""Questions over several models of grading; the home page asks `waiting_for`."""

from datetime import datetime

from accounts.models import User
from common.waiting import Waiting
from grading.queries import dip_samples, feedback, live_gaps, rounds

__all__ = ["waiting_for"]


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """What waits for this person in rounds, as feedback and in dip samples, and the live gaps that reviews raised."""
    return [waiting for app in (live_gaps, feedback, rounds, dip_samples) for waiting in app.waiting_for(user, at=at)]
