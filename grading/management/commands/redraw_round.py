"""Draw the sample of a round again, and say whether it comes out."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from common.errors import DomainError
from grading.models import GradingRound
from grading.queries.rounds import out_of_sample
from grading.services import rounds


class Command(BaseCommand):
    """`manage.py redraw_round ID --by sam@example.org`: what *Draw again and compare* does, with the ids."""

    help = (
        "Draw a round again from its recorded seed, and compare; ends with 1 when the stored sample does not come out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("round", type=UUID, help="the id of the round, as in its address")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="in whose name it is checked")

    def handle(self, *args: Any, round: UUID, by: str, **options: Any) -> None:
        person = User.objects.select_related("agency").filter(email__iexact=by, is_active=True).first()
        if person is None:
            raise CommandError(f"Nobody here signs in as {by}.")
        found = GradingRound.objects.visible_to(person).filter(pk=round).first()
        if found is None:
            raise CommandError(f"There is no round {round}.")
        try:
            sample = rounds.redraw_round(round_id=found.pk, by=person, at=timezone.now())
        except DomainError as error:
            raise CommandError(str(error)) from error
        removals, _ = out_of_sample(found)
        instead = {one.item.position: one for one in removals}
        for drawn in sample:
            said = ""
            if removal := instead.get(drawn.position):
                said = f" replaced by {removal.successor.position}" if removal.successor else " left out"
            stratum = f" {drawn.stratum}" if drawn.stratum else ""
            self.stdout.write(f"{drawn.position:3} {drawn.ticket} {drawn.id}{stratum}{said}")
        self.stdout.write(f"{found}: the same {len(sample)} of {found.frame_size} PPNs come out, in the same order.")
        self.stdout.write(f"Seed {found.seed}, frame {found.frame_digest}")
