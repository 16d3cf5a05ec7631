"""Whether a reason is asked before somebody looks: policy of the force, by a setting."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from accounts.models import User
from referrals import permissions, queries
from referrals.enums import ReferralState
from referrals.enums.reasons import ReasonAskedFor
from referrals.models import Referral

BY_NAME = ("text", "given_names", "family_name", "date_of_birth", "address")


def asks_why_of_search(terms: Mapping[str, Any]) -> bool:
    """Whether the terms look for somebody, and a reason is asked for that."""
    return ReasonAskedFor.NAME_SEARCH in settings.REASON_ASKED_FOR and any(terms.get(name) for name in BY_NAME)


def asks_why_of_reading(user: User, referral: Referral) -> bool:
    """Whether this person opens what is not theirs to work on, and a reason is asked for that.

    Theirs is what they wrote or their team did, what was shared with their agency, what they evaluate, what is open at their hub,
    and everything in which they ever took part.
    """
    if ReasonAskedFor.OUTSIDE_TASK not in settings.REASON_ASKED_FOR:
        return False
    is_theirs = permissions.is_writer(user, referral) or permissions.sees_as_team(user, referral)
    if is_theirs or permissions.can_assess(user, referral) or not permissions.sees_casework(user, referral):
        return False
    if referral.state != ReferralState.CLOSED:
        return False
    return user.pk not in queries.parts_taken([referral.pk])[referral.pk]
