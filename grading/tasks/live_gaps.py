"""Telling the supervisors of a live gap."""

from grading import notifications
from jobs.services import Lease, follow_up


@follow_up(queue="mail")
def email_supervisors_about_live_gap(*, lease: Lease, gap_id: str) -> None:
    notifications.email_supervisors_about_live_gap(gap_id=gap_id)


@follow_up(queue="mail")
def email_supervisors_about_corrected_live_gap(*, lease: Lease, gap_id: str, number: int) -> None:
    notifications.email_supervisors_about_corrected_live_gap(gap_id=gap_id)
