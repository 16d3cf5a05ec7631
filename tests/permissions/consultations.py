"""Rows for the consultation log: the hub's, and nobody else's."""

import uuid
from typing import Any

from referrals import services
from tests.people import NOW, Cast
from tests.permissions.referrals import HUB, only
from tests.permissions.rows import Row, Things

ASKED = {
    "asker_role": "Designated safeguarding lead",
    "channel": "PHONE",
    "about": "A child comes to school hungry.",
    "advised": "REFER",
    "advice": "Refer today, and ask the child what helps.",
}


def furnish(cast: Cast) -> dict[str, Any]:
    """One consultation with the school that nothing is shared with."""
    recorded = services.record_consultation(
        key=uuid.uuid4(), asked_at=NOW, agency=cast.elsewhere, by=cast.mina, at=NOW, **ASKED
    )
    return {"consultations_one": recorded}


def one(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["consultations_one"].pk}


def asked(cast: Cast, things: Things) -> dict[str, Any]:
    when = {"asked_at_0": "20", "asked_at_1": "11", "asked_at_2": "2025", "asked_at_3": "9:30"}
    return ASKED | when | {"key": uuid.uuid4(), "agency": cast.elsewhere.pk}


def reference(cast: Cast, things: Things) -> dict[str, Any]:
    return {"reference": things["referrals_received"].reference}


KEEPERS = only(200, *HUB)

ROWS = [
    Row("referrals:consultations", 403, KEEPERS),
    Row("referrals:consultations_export", 403, KEEPERS),
    Row("referrals:consultation_counts", 403, KEEPERS),
    Row("referrals:consultation_new", 403, KEEPERS),
    Row("referrals:consultation_new", 403, only(302, *HUB), "POST", data=asked),
    Row("referrals:consultation", 404, KEEPERS, arguments=one),
    Row("referrals:consultation_link", 404, only(302, *HUB), "POST", one, reference),
]
