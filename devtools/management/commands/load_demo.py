"""Fill an empty service with fictitious records."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from common.errors import DomainError
from common.replaced_migrations import HINT, WORDS, missing_migrations
from devtools.demo_data.loading import load
from referrals.models import Referral


class Command(BaseCommand):
    help = "Load fictitious people, incidents and referrals; the same seed and day give the same rows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--referrals", type=int, default=1500, help="how many referrals (default 1,500)")
        parser.add_argument("--subjects", type=int, default=1, help="at least so many subjects in each (1 to 3)")
        parser.add_argument("--seed", type=int, default=2026)
        parser.add_argument("--today", type=date.fromisoformat, help="the day at which the records end (default today)")
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there are referrals already")
        parser.add_argument("--migrate", action="store_true", help="bring the tables up to date first")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["referrals"] < 1:
            raise CommandError("Ask for at least one referral.")
        if not 1 <= options["subjects"] <= 3:
            raise CommandError("A referral has one to three subjects here.")
        if options["migrate"]:
            if missing := missing_migrations(connection):
                raise CommandError(f"{WORDS.format(', '.join(missing))} {HINT}")
            call_command("migrate", verbosity=0, skip_checks=True)
        if options["if_empty"] and Referral.objects.exists():
            self.stdout.write("  There is data already; it is kept.")
            return
        today = options["today"] or timezone.localdate()
        try:
            loaded = load(
                referrals=options["referrals"],
                seed=options["seed"],
                today=today,
                say=self.say,
                subjects=options["subjects"],
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.say(f"{loaded.referrals:,} referrals and {loaded.incidents:,} incidents in {loaded.seconds:.0f} s")

    def say(self, line: str) -> None:
        self.stdout.write(f"  {line}")
        self.stdout.flush()
