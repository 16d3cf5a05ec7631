"""The same seed and population give the same draw on every version of PostgreSQL: what must come out was worked out with `sha256sum` and `bc`.

The check of these tests runs on the version that the tests have and on that of production.
"""

from typing import Any
from uuid import UUID

import pytest

from common.clock import quarter_of, two_month_period_of
from common.statistics import picking, sampling
from grading.services import dip_samples, rounds
from tests.factories.referrals import SUBMITTED, IncidentFactory, ReferralFactory
from tests.people import NOW, Cast

pytestmark = pytest.mark.each_postgres

DOMESTIC = (6, 8, 10, 11)
# By each way: the first two tickets, who is drawn from all, and who from the kinds of incident.
PINNED = {
    picking.ALGORITHM: (
        "a0f27d28bab555f32af1760012fb327d16e1138470252c7d1f5c4fd292879ee6",
        "0b2c8f42633ea567ca6d5fc8db1db68ba096ce5bf2e2af579e715fa2c5db3e15",
        [11, 6, 9, 3, 5, 8],
        [9, 1, 3, 8, 7, 11],
    ),
    sampling.ALGORITHM: (
        "2561d9b48223d4af4d3ffb49bbe82148fc7b28f4a1a35cf79627ed97283313de",
        "31ff1a839f2f0289eff61f7b1c144071818191ae684a9cd49314aa803962ac3d",
        [12, 2, 4, 3, 5, 9],
        [12, 2, 4, 3, 11, 8],
    ),
}
DIGEST = "49e94bbe45b42f59245d3aaeee99c25612fc6aa2a0604af77f0776e2b28c5cb8"
DIGEST_WITH_KINDS = "079a4e4c695674ac7e6da4a5dd31e5db548607775cae69675ad5137b5ec35c34"


def numbered(number: int) -> UUID:
    return UUID(f"00000000-0000-4000-8000-{number:012}")


def sample_of(cast: Cast, **fields: Any) -> tuple[str, list[int], list[str]]:
    """Twelve incidents drawn from: digest of the frame, which were drawn, their tickets. It can be drawn again."""
    for number in range(1, 13):
        kind = "DOMESTIC" if number in DOMESTIC else "CHILD_CONCERN"
        IncidentFactory(pk=numbered(number), force=cast.police, district=cast.district, kind=kind)
    period = two_month_period_of(SUBMITTED.date())
    sample = dip_samples.draw_sample(period=period, by=cast.sam, at=NOW, seed="seven", **fields)
    drawn = list(sample.incidents.in_order().values_list("incident_id", "ticket"))
    assert dip_samples.redraw_sample(sample_id=sample.pk, by=cast.sam, at=NOW)
    return sample.frame_digest, [int(str(pk)[-12:]) for pk, _ in drawn], [ticket for _, ticket in drawn]


@pytest.mark.parametrize("way", PINNED)
def test_incidents_are_drawn_from_all_alike(cast, monkeypatch, way):
    monkeypatch.setattr(dip_samples.picking, "ALGORITHM", way)
    first, second, expected, _ = PINNED[way]

    digest, drawn, tickets = sample_of(cast, size=6)

    assert (digest, drawn, tickets[:2]) == (DIGEST, expected, [first, second])


@pytest.mark.parametrize("way", PINNED)
def test_incidents_are_drawn_from_strata_in_proportion(cast, monkeypatch, way):
    monkeypatch.setattr(dip_samples.picking, "ALGORITHM", way)

    digest, drawn, _ = sample_of(cast, size=6, strata="KIND")

    assert (digest, drawn) == (DIGEST_WITH_KINDS, PINNED[way][3])


def test_ppns_are_drawn_by_their_tickets(cast):
    for number in range(1, 13):
        ReferralFactory(pk=numbered(number), author=cast.olu)
    opened = rounds.open_round(quarter=quarter_of(SUBMITTED.date()), by=cast.sam, at=NOW, seed="seven", size=6)

    drawn = rounds.draw_round(round_id=opened.pk, by=cast.sam, at=NOW)

    in_order = [item.referral_id for item in drawn.items.order_by("position")]
    assert (drawn.frame_digest, in_order) == (DIGEST, [numbered(one) for one in (12, 2, 4, 3, 5, 9)])
