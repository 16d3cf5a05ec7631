"""A few notices whose risk level the hub set: what the writer chose stands in the version before."""

import json
from datetime import timedelta

from django.core.serializers.json import DjangoJSONEncoder

from common.clock import start_of_day
from devtools.demo_data.copying import Table
from devtools.demo_data.identity import named_id
from devtools.demo_data.people import Setting
from referrals.enums import RiskLevel, RiskSetIn
from referrals.models import Amendment, Referral, RiskChange
from referrals.queries import everything_of

# What the writer chose, what the hub set, why, and what the writer was told.
CHANGES = (
    (
        RiskLevel.MEDIUM,
        RiskLevel.HIGH,
        "Health has two earlier visits for injuries that were explained in other ways each time.",
        "Another agency knows of earlier injuries. You could not know that; thank you for sending it the same night.",
    ),
    (
        RiskLevel.STANDARD,
        RiskLevel.MEDIUM,
        "Third notice on this address within three months, each by itself standard.",
        "There are two other notices on this family, so we look at all three together.",
    ),
    (
        RiskLevel.HIGH,
        RiskLevel.MEDIUM,
        "The man was remanded this morning and the locks were changed by the housing team.",
        "He is in custody since this morning, which lowers what is likely to happen today.",
    ),
)


def make_risk_changes(setting: Setting) -> int:
    """Let the hub have set the level of some of the newest open notices; returns how many."""
    hub = setting.people["decision"]
    open_ones = Referral.objects.ppns().awaiting_decision().filter(amendments=None).select_related("ppn")
    changes, versions = Table(RiskChange), Table(Amendment)
    for chosen, now_set, reason, may_be_told in CHANGES:
        referral = open_ones.filter(risk_level=now_set).order_by("-submitted_at", "pk").first()
        if referral is None:
            continue
        before = everything_of(referral)
        before["referral"]["risk_level"] = int(chosen)
        submitted_at = referral.submitted_at or referral.created_at
        at = max(submitted_at, min(submitted_at + timedelta(hours=2), start_of_day(setting.today)))
        common = {"referral_id": referral.pk}
        changes.add(
            id=named_id("risk change", referral.pk),
            set_in=str(RiskSetIn.HUB),
            old_level=int(chosen),
            new_level=int(now_set),
            reason=reason,
            may_be_told=may_be_told,
            changed_at=at,
            changed_by_id=hub.pk,
            **common,
        )
        versions.add(
            id=named_id("risk version", referral.pk),
            number=2,
            before=json.dumps(before, cls=DjangoJSONEncoder),
            reason=may_be_told,
            amended_at=at,
            amended_by_id=hub.pk,
            **common,
        )
        open_ones = open_ones.exclude(pk=referral.pk)
    count = len(changes.rows)
    changes.copy()
    versions.copy()
    return count
