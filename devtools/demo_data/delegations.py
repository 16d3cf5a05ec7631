"""Deputies: the head of the hub is away this week, a mentor was away last month."""

from datetime import timedelta

from accounts.models import User
from common.clock import start_of_day
from devtools.demo_data.identity import named_id
from devtools.demo_data.people import Setting
from training.enums import SignerRole
from training.models import SigningDelegation

THIS_WEEK, LAST_MONTH = (-2, 5), (-40, -33)


def make_delegations(setting: Setting) -> int:
    """One of today and one that is over; returns how many."""
    managers, mentors = setting.by_role["LINE_MANAGER"], setting.by_role["MENTOR"]
    manager = setting.people["manager"]
    others = [one for one in managers if one != manager and one.agency == setting.hub]
    at_home = [one for one in mentors if one.agency == setting.hub]
    made = []
    if manager in managers and others:
        made.append(_delegation(setting, SignerRole.LINE_MANAGER, manager, others[0], THIS_WEEK))
    if len(at_home) > 1:
        made.append(_delegation(setting, SignerRole.MENTOR, at_home[1], at_home[0], LAST_MONTH))
    SigningDelegation.objects.bulk_create(made)
    return len(made)


def _delegation(
    setting: Setting, role: SignerRole, absent: User, deputy: User, days: tuple[int, int]
) -> SigningDelegation:
    starts_on, ends_on = (setting.today + timedelta(days=number) for number in days)
    return SigningDelegation(
        id=named_id("delegation", role, absent.email),
        agency=setting.hub,
        role=role,
        absent=absent,
        deputy=deputy,
        starts_on=starts_on,
        ends_on=ends_on,
        made_at=start_of_day(starts_on) - timedelta(hours=8),
        made_by=absent,
    )
