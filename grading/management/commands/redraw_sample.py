"""Draw a dip sample again and print what comes out."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from common.errors import DomainError
from grading.models import DipSample
from grading.services import dip_samples


class Command(BaseCommand):
    """`manage.py redraw_sample ID --by sam@example.org`: what *Draw again and compare* does, with the ids."""

    help = "Draw a dip sample again from its recorded seed and rule, and print the ids; fails when they are not those stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sample", type=UUID, metavar="ID", help="the sample, as in the address of its page")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the supervisor in whose name it is checked")

    def handle(self, *args: Any, sample: UUID, by: str, **options: Any) -> None:
        supervisor = User.objects.select_related("agency").filter(email__iexact=by, is_active=True).first()
        if supervisor is None:
            raise CommandError(f"Nobody here signs in as {by}.")
        found = DipSample.objects.visible_to(supervisor).filter(pk=sample).first()
        if found is None:
            raise CommandError("There is no such dip sample.")
        try:
            drawn = dip_samples.redraw_sample(sample_id=found.pk, by=supervisor, at=timezone.now())
        except DomainError as error:
            raise CommandError(str(error)) from error
        for one in drawn:
            self.stdout.write(f"{one.position} {one.incident_id} {one.ticket} {one.stratum}".rstrip())
        self.stdout.write(f"The same {len(drawn)} incidents come out, in the same order: {found.period.label}.")
