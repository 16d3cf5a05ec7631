"""manage.py verify_audit: is the access log whole?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import services


class Command(BaseCommand):
    help = "Recomputes the chain of the access log and names the first broken link. Exits non-zero when there is one."

    def handle(self, *args: Any, **options: Any) -> None:
        while services.chain_new_entries():
            pass
        result = services.verify_chain()
        if result.first_break is not None:
            raise CommandError(f"The access log is broken at link {result.first_break}: {result.reason}")
        self.stdout.write(f"The access log holds: {result.links} links, head {result.head}.")
