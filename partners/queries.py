"""Questions over several models."""

from datetime import datetime

from accounts.models import User
from common.waiting import Waiting


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """What waits here for this person."""
    return []
