"""Draw the sample of a round again, and say whether it comes out."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from common.errors import DomainError
from grading.models import GradingRound
from grading.queries.redrawing import drawn_again


class Command(BaseCommand):
    """`manage.py redraw_round 2f0c…`: the id stands in the address of the round's page. Changes nothing."""

    help = (
        "Draw a round again from its recorded seed, and compare; ends with 1 when the stored sample does not come out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("round", type=UUID, help="the id of the round, as in its address")

    def handle(self, *args: Any, round: UUID, **options: Any) -> None:
        found = GradingRound.objects.filter(pk=round).select_related("force").first()
        if found is None:
            raise CommandError(f"There is no round {round}.")
        try:
            sample = drawn_again(found)
        except DomainError as error:
            raise CommandError(str(error)) from error
        for drawn in sample:
            self.stdout.write(f"{drawn.position:3} {drawn.ticket} {drawn.id}")
        self.stdout.write(f"{found}: the same {len(sample)} of {found.frame_size} PPNs come out, in the same order.")
        self.stdout.write(f"Seed {found.seed}, frame {found.frame_digest}")
