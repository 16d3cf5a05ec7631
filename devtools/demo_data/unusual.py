"""Two cases of unusual access for information governance to look at: about nobody real, like everything here."""

from datetime import timedelta

from accounts.models import User
from audit.enums import UnusualRule
from audit.models import Unusual
from common.clock import start_of_day
from devtools.demo_data.identity import named_id
from devtools.demo_data.people import Setting


def make_unusual(setting: Setting) -> int:
    """A late evening and a busy hour of the decision-maker of the demonstration; returns how many."""
    person = User.objects.get(email="decision@example.org")
    day = setting.today - timedelta(days=1)
    found: list[tuple[UnusualRule, dict[str, object]]] = [
        (UnusualRule.OUT_OF_HOURS, {"looks": 4, "first": "21:40", "last": "22:05", "days_before": 0}),
        (UnusualRule.MANY_IN_HOUR, {"hour": "14:00", "count": 34, "own_usual": 5, "usual_of_role": 4.5, "limit": 30}),
    ]
    for rule, counts in found:
        Unusual.objects.create(
            id=named_id("unusual", rule),
            rule=rule,
            actor_id=str(person.pk),
            actor_agency_id=str(person.agency_id),
            day=day,
            counts=counts,
            found_at=start_of_day(setting.today),
        )
    return len(found)
