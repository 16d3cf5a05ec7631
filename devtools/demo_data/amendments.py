"""A few notices that their writers amended after they were sent: what they left out at first."""

import json
from datetime import timedelta
from random import Random

from django.core.serializers.json import DjangoJSONEncoder

from common.clock import start_of_day
from devtools.demo_data.copying import Table
from devtools.demo_data.identity import named_id
from devtools.demo_data.people import Setting
from referrals.models import Amendment, Referral
from referrals.queries import everything_of

MOST = 12
# What was not in the first version, and why it was put in.
LEFT_OUT = (
    ("needs", "The worker asked what is needed; it was in my notebook and not in the notice."),
    ("protective_factors", "The aunt rang back and will keep the children until Monday."),
    ("request_to_partner", "The hub asked for a clear ask."),
    ("history", "Records came back after I had sent it."),
)


def make_amendments(setting: Setting, *, seed: int) -> int:
    """Give some of the newest open notices an earlier version; returns how many."""
    random = Random(f"{seed} amendments")
    open_ones = Referral.objects.ppns().awaiting_decision().select_related("ppn", "author")
    table = Table(Amendment)
    for referral in open_ones.order_by("-submitted_at", "pk")[: MOST * 2]:
        name, reason = random.choice(LEFT_OUT)
        if not getattr(referral.ppn, name) or len(table.rows) >= MOST:
            continue
        before = everything_of(referral)
        before["content"][name] = ""
        amended_at = min(
            (referral.submitted_at or referral.created_at) + timedelta(minutes=random.randrange(20, 300)),
            start_of_day(setting.today) - timedelta(minutes=1),
        )
        table.add(
            id=named_id("amendment", referral.pk),
            referral_id=referral.pk,
            number=2,
            before=json.dumps(before, cls=DjangoJSONEncoder),
            reason=reason,
            amended_at=amended_at,
            amended_by_id=referral.author_id,
        )
    count = len(table.rows)
    table.copy()
    return count
