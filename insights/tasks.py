"""What follows by mail."""

from datetime import date

from insights import notifications
from jobs.services import Lease, follow_up


@follow_up(queue="mail")
def email_log_head(*, lease: Lease, number: str, hash: str, on: str) -> None:
    notifications.email_log_head(number=int(number), hash=hash, on=date.fromisoformat(on))
