"""What follows by mail, and the disposal of what two people agreed on. Celery looks here for everything that it may run."""

from datetime import date

from insights import notifications
from insights.tasks.disposal import dispose_of_referral, remove_files_of_disposed
from jobs.services import Lease, follow_up

__all__ = ["dispose_of_referral", "email_log_head", "remove_files_of_disposed"]


@follow_up(queue="mail")
def email_log_head(*, lease: Lease, number: str, hash: str, on: str) -> None:
    notifications.email_log_head(number=int(number), hash=hash, on=date.fromisoformat(on))
