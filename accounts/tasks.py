"""Follow-up mail about signing in."""

from accounts import notifications
from jobs.models import Job
from jobs.services import Lease, follow_up


@follow_up(queue="mail")
def email_about_forgotten_password(*, lease: Lease, address: str) -> None:
    """The address that somebody typed may be anybody's: once the mail is sent it stays in the list of mail alone."""
    notifications.email_about_forgotten_password(address=address)
    Job.objects.filter(pk=lease.job_id).update(arguments={})


@follow_up(queue="mail")
def email_invitation(*, lease: Lease, user_id: str) -> None:
    notifications.email_invitation(user_id=user_id)


@follow_up(queue="mail")
def email_link_for_second_step(*, lease: Lease, user_id: str) -> None:
    notifications.email_link_for_second_step(user_id=user_id)


@follow_up(queue="mail")
def email_about_change_of_sign_in(*, lease: Lease, user_id: str, change: str, when: str) -> None:
    notifications.email_about_change_of_sign_in(user_id=user_id, change=change, when=when)
