"""Make what was submitted before this version findable."""

from typing import Any

from django.core.management.base import BaseCommand

from referrals import services


class Command(BaseCommand):
    help = "Write the keys of people and the words of referrals that have none yet; the service may run meanwhile."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(f"{services.remember_all():,} people")
