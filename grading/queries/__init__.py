"""Questions over several models of grading; the home page asks `waiting_for`."""

from datetime import datetime

from accounts.models import User
from common.waiting import Waiting
from grading.queries import calendar, dip_samples, feedback, invitations, live_gaps, rounds

__all__ = ["waiting_for"]

APPS = (live_gaps, feedback, invitations, rounds, calendar, dip_samples)


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """What waits for this person in rounds, as feedback and in dip samples, and the live gaps that reviews raised."""
    return [waiting for app in APPS for waiting in app.waiting_for(user, at=at)]
