"""Follow-up mail about referrals."""

from jobs.services import Lease, follow_up
from referrals import notifications
from referrals.enums import Side


@follow_up(queue="mail")
def email_hub_about_submission(*, lease: Lease, referral_id: str) -> None:
    notifications.email_hub_about_submission(referral_id=referral_id)


@follow_up(queue="mail")
def email_referrer_about_decision(*, lease: Lease, decision_id: str) -> None:
    notifications.email_referrer_about_decision(decision_id=decision_id)


@follow_up(queue="mail")
def email_agency_about_share(*, lease: Lease, share_id: str) -> None:
    notifications.email_agency_about_share(share_id=share_id)


@follow_up(queue="mail")
def email_referrer_about_answer(*, lease: Lease, share_id: str) -> None:
    notifications.email_referrer_about_answer(share_id=share_id)


@follow_up(queue="mail")
def email_person_about_assignment(*, lease: Lease, person_id: str, count: str) -> None:
    notifications.email_person_about_assignment(person_id=person_id, count=int(count))


@follow_up(queue="mail")
def email_side_about_challenge(*, lease: Lease, challenge_id: str, side: str, event: str) -> None:
    notifications.email_side_about_challenge(challenge_id=challenge_id, side=Side(side), event=event)
