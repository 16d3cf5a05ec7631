"""Copies on paper of what the demo's officer sent last: the worker makes them, as it does after every submission."""

from common.clock import start_of_day
from devtools.demo_data.people import Setting
from jobs.services import enqueue
from referrals.models import Referral
from referrals.queries import version_of
from referrals.tasks import make_writer_copy

MOST = 3


def make_copies(setting: Setting) -> int:
    """Ask for a copy of each version of the officer's newest referrals; returns of how many versions."""
    count = 0
    newest = Referral.objects.sent().written_by(setting.people["officer"]).order_by("-submitted_at", "pk")
    for referral in newest[:MOST]:
        for number in range(1, version_of(referral) + 1):
            enqueue(make_writer_copy, at=start_of_day(setting.today), referral_id=referral.pk, number=number)
            count += 1
    return count
