"""Reviews of how long referrals are kept, holds and certificates: who gets which answer."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from referrals.enums import RetentionCriterion
from referrals.models import DisposalCertificate, LegalHold, Referral, RetentionReview
from tests.factories.accounts import UserFactory
from tests.factories.referrals import ReferralFactory
from tests.people import Cast
from tests.permissions.rows import Row, Things

LONG_AGO = timezone.now() - timedelta(days=12 * 366)
REASON = "Nothing in it is of use to anybody any more."


def ended(cast: Cast, *, at: datetime = LONG_AGO, **given: Any) -> Referral:
    """A referral of the hub that was closed twelve years ago, about no more than somebody missing."""
    referral: Referral = ReferralFactory(
        author=cast.olu,
        types=["MISSING"],
        state="CLOSED",
        submitted_at=at - timedelta(days=3),
        created_at=at - timedelta(days=4),
        changed_at=at,
        closed_at=at,
        closed_by=cast.mina,
        **given,
    )
    return referral


def reviewed(referral: Referral, cast: Cast, *, state: str, **given: Any) -> RetentionReview:
    last = (referral.closed_at or LONG_AGO).date()
    return RetentionReview.objects.create(
        referral=referral,
        agency=cast.police,
        state=state,
        group=4,
        group_by_rule=4,
        has_child_under_ten=False,
        last_contact_on=last,
        due_on=date(last.year + 6, last.month, min(last.day, 28)) + timedelta(days=4),
        made_at=timezone.now(),
        **given,
    )


def furnish(cast: Cast) -> dict[str, Any]:
    colleague = UserFactory(name="Ivo Fictitious", agency=cast.police, roles=["INFORMATION_GOVERNANCE"])
    proposed = {"reason": REASON, "decided_at": timezone.now(), "decided_by": colleague}
    due = reviewed(ended(cast), cast, state="DUE")
    hold = LegalHold.objects.create(
        referral=ended(cast),
        agency=cast.police,
        reason="COMPLAINT",
        words="Complaint 1 of 2026.",
        starts_on=date(2026, 1, 5),
        placed_at=timezone.now(),
        placed_by=colleague,
    )
    certificate = DisposalCertificate.objects.create(
        number="CD-2026-FICTITIOUS",
        referral_id=uuid.uuid4(),
        agency=cast.police,
        kind="PPN",
        group=4,
        rule="Review group 4.",
        sent_on=date(2014, 5, 1),
        last_contact_on=date(2014, 6, 1),
        due_on=date(2020, 6, 1),
        proposed_at=timezone.now(),
        proposed_by=colleague,
        approved_at=timezone.now(),
        approved_by=cast.iggy,
        disposed_at=timezone.now(),
        rows={"referrals.Person": 3},
        kept={},
        files=1,
    )
    return {
        "retention_due": due,
        "retention_proposed": reviewed(ended(cast), cast, state="PROPOSED", **proposed),
        "legal_hold": hold,
        "certificate": certificate,
        "unheld": ended(cast),
    }


def due(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["retention_due"].pk}


def proposed(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["retention_proposed"].pk}


def hold(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["legal_hold"].pk}


def certificate(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["certificate"].pk}


def retained(cast: Cast, things: Things) -> dict[str, Any]:
    answers = {criterion.value: "NO" for criterion in RetentionCriterion}
    return {**answers, "decision": "retain", "reason": REASON}


def grouped(cast: Cast, things: Things) -> dict[str, Any]:
    return {"group": "3", "group_reason": "An offence was recorded."}


def why(cast: Cast, things: Things) -> dict[str, Any]:
    return {"reason": REASON}


def held(cast: Cast, things: Things) -> dict[str, Any]:
    day = {"starts_on_0": "5", "starts_on_1": "1", "starts_on_2": "2026"}
    return {"reference": things["unheld"].reference, "reason": "CIVIL", "words": "Case 3.", **day}


# Who works for the hub that holds the record, and may not review it; for everybody else it does not exist.
INSIDERS = dict.fromkeys(
    ["olu", "lin", "mina", "sam", "ines", "rae", "tess", "moss", "gail", "leda", "ana", "ada"], 403
)


def insiders(iggy: int) -> dict[str, int]:
    return INSIDERS | {"iggy": iggy}


ROWS: list[Row] = [
    Row("retention", 403, {"iggy": 200}),
    Row("retention_review", 404, insiders(200), arguments=due),
    Row("retention_review", 404, insiders(302), arguments=due, method="POST", data=retained),
    Row("retention_review", 404, insiders(422), arguments=due, method="POST", why="nothing answered"),
    Row("retention_group", 404, insiders(302), arguments=due, method="POST", data=grouped),
    Row("retention_group", 404, insiders(422), arguments=due, method="POST", why="no reason given"),
    Row("retention_approve", 404, insiders(302), arguments=proposed, method="POST"),
    Row("retention_send_back", 404, insiders(302), arguments=proposed, method="POST", data=why),
    Row("retention_send_back", 404, insiders(422), arguments=proposed, method="POST", why="no reason given"),
    Row("legal_holds", 403, {"iggy": 200}),
    Row("legal_holds", 403, {"iggy": 302}, method="POST", data=held),
    Row("legal_holds", 403, {"iggy": 422}, method="POST", why="nothing filled in"),
    Row("legal_hold_lift", 404, insiders(200), arguments=hold),
    Row("legal_hold_lift", 404, insiders(302), arguments=hold, method="POST", data=why),
    Row("legal_hold_lift", 404, insiders(422), arguments=hold, method="POST", why="no reason given"),
    Row("disposal_certificates", 403, {"iggy": 200}),
    Row("disposal_certificate", 404, insiders(200), arguments=certificate),
    Row("disposal_certificate_file", 404, insiders(200), arguments=certificate),
]
