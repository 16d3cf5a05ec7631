"""Telling the writer of a graded PPN, and who leads their team, that there is feedback."""

from grading import notifications
from jobs.services import Lease, follow_up


@follow_up(queue="mail")
def email_writer_about_feedback(*, lease: Lease, feedback_id: str) -> None:
    notifications.email_writer_about_feedback(feedback_id=feedback_id)


@follow_up(queue="mail")
def email_team_about_feedback(*, lease: Lease, feedback_id: str) -> None:
    notifications.email_team_about_feedback(feedback_id=feedback_id)
