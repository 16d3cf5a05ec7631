"""Rows for second looks: who decides at the hub, and of them who was given a referral, and who runs it."""

from typing import Any

from referrals import services
from referrals.models import Referral, SecondReading, ThresholdDecision
from tests.factories.referrals import SUBMITTED, ReferralFactory
from tests.people import NOW, Cast
from tests.permissions.referrals import HUB, only
from tests.permissions.rows import Row, Things


def _decided(cast: Cast, level: int = 1) -> Referral:
    referral = ReferralFactory(author=cast.olu, hub=cast.police, state="DECIDED")
    ThresholdDecision.objects.create(
        referral=referral,
        number=1,
        level=level,
        pathway="SIGNPOST",
        rationale="Fictitious reasons.",
        decided_at=SUBMITTED,
        decided_by=cast.sam,
    )
    return referral


def furnish(cast: Cast) -> dict[str, Any]:
    """One that has ended, with a decision to look at again, and one that waits for Mina."""
    day = SUBMITTED.date()
    _decided(cast)
    asked: dict[str, Any] = {"start": day, "end": day, "people": [cast.mina], "size": 1, "by": cast.sam, "at": NOW}
    ended = services.draw_second_look(**asked)
    done = services.record_second_decision(
        reading_id=ended.readings.get().pk,
        level=4,
        pathway="SECTION_17",
        reason="Harm is likely.",
        by=cast.mina,
        at=NOW,
    )
    open_one = services.draw_second_look(**asked)
    return {"second_looks_done": done, "second_looks_open": SecondReading.objects.get(look=open_one)}


def ended(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["second_looks_done"].look_id}


def open_one(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["second_looks_open"].look_id}


def done(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["second_looks_done"].look_id, "reading_pk": things["second_looks_done"].pk}


def to_do(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["second_looks_open"].look_id, "reading_pk": things["second_looks_open"].pk}


def second_decision(cast: Cast, things: Things) -> dict[str, Any]:
    return {"level": 2, "pathway": "EARLY_HELP", "reason": "Help at home is enough."}


def draw(cast: Cast, things: Things) -> dict[str, Any]:
    first = {"start_0": "1", "start_1": "9", "start_2": "2026"}
    last = {"end_0": "30", "end_1": "9", "end_2": "2026"}
    return first | last | {"size": "3", "people": [cast.mina.pk]}


RUNS = only(403, *HUB) | only(200, "sam")
RUNS_AND_GOES_ON = only(403, *HUB) | only(302, "sam")
READS = only(403, *HUB) | only(200, "mina")

ROWS = [
    Row("referrals:second_looks", 403, only(200, *HUB)),
    Row("referrals:second_look_draw", 403, only(200, "sam")),
    # Another is open, so that the draw is refused on its page.
    Row("referrals:second_look_draw", 403, only(422, "sam"), "POST", data=draw),
    Row("referrals:second_look", 404, RUNS, arguments=ended),
    Row("referrals:second_look", 404, RUNS, arguments=open_one),
    Row("referrals:second_look_close", 404, RUNS_AND_GOES_ON, "POST", open_one),
    Row("referrals:second_reading", 404, READS, arguments=to_do),
    Row("referrals:second_reading", 404, only(403, *HUB) | only(422, "mina"), "POST", to_do),
    Row("referrals:second_reading", 404, only(403, *HUB) | only(302, "mina"), "POST", to_do, second_decision),
    Row("referrals:second_reading_looked", 404, RUNS_AND_GOES_ON, "POST", done),
]
