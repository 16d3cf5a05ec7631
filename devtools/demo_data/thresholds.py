"""Versions of the threshold document: one for all, and a local authority that has its own."""

from datetime import timedelta

from common.clock import start_of_day
from devtools.demo_data.identity import named_id
from devtools.demo_data.people import Setting
from referrals.models import ThresholdDocument

# local authority (none: all others), title, days before today on which it began
DOCUMENTS = (
    (None, "Wessex Vale threshold chart, version 3 (fictitious)", 2_000),
    (None, "Wessex Vale threshold chart, version 4 (fictitious)", 240),
    ("Isle of Dunsea", "Dunsea threshold chart, version 1 (fictitious)", 120),
)


def make_thresholds(setting: Setting) -> int:
    """Put the versions down; returns how many."""
    authorities = {authority.name: authority for authority in setting.authority_of.values()}
    for name, title, days in DOCUMENTS:
        valid_from = setting.today - timedelta(days=days)
        ThresholdDocument.objects.create(
            id=named_id("threshold document", title),
            area=authorities[name] if name else None,
            title=title,
            valid_from=valid_from,
            kept_at="MASH shared drive, Procedures",
            added_at=start_of_day(valid_from),
            added_by=setting.people["supervisor"],
        )
    return len(DOCUMENTS)
