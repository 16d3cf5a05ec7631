"""manage.py verify_audit: is the access log whole?"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import services
from common.errors import DomainError


class Command(BaseCommand):
    help = (
        "Recomputes the chain of the access log and names the first broken link. Exits non-zero when there is one. "
        "With --head or --expect also where the chain was rewritten as a whole, or cut at its end."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head", type=Path, help="File with heads that were kept outside the database (LOG_HEAD_FILE)"
        )
        parser.add_argument(
            "--expect", default="", help="The hash of a head that was kept outside, for example from a mail"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            heads = services.read_heads(options["head"]) if options["head"] else []
        except DomainError as error:
            raise CommandError(str(error)) from error
        while services.chain_new_entries():
            pass
        result = services.verify_chain(kept_heads=heads, expected=options["expect"])
        if result.first_break is not None:
            raise CommandError(f"The access log is broken at link {result.first_break}: {result.reason}")
        outside = f" Heads kept outside: {len(heads)} agree." if heads else ""
        self.stdout.write(f"The access log holds: {result.links} links, head {result.head}.{outside}")
