"""A forgotten password."""

from datetime import datetime

from django.db import transaction

from accounts import tasks
from jobs.services import enqueue


@transaction.atomic
def send_way_to_new_password(*, address: str, at: datetime) -> None:
    """Have a mail sent to this address. Whether there is an account is asked when the mail is made, not here."""
    enqueue(tasks.email_about_forgotten_password, at=at, address=address)
