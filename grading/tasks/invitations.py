"""Telling the people of an agency that they are asked to grade, once more before the day, and that they are asked no longer."""

from grading import notifications
from jobs.services import Lease, follow_up


@follow_up(queue="mail")
def email_agency_about_invitation(*, lease: Lease, invitation_id: str) -> None:
    notifications.email_agency_about_invitation(invitation_id=invitation_id)


@follow_up(queue="mail")
def remind_agency_of_invitation(*, lease: Lease, invitation_id: str) -> None:
    notifications.remind_agency_of_invitation(invitation_id=invitation_id)


@follow_up(queue="mail")
def email_accepted_about_withdrawal(*, lease: Lease, invitation_id: str) -> None:
    notifications.email_accepted_about_withdrawal(invitation_id=invitation_id)
