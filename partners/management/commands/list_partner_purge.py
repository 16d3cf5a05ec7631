"""Says what would be removed of sessions for partners now, and after how long; changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from partners.services.retention import to_purge


class Command(BaseCommand):
    help = "List what the next purge of sessions for partners removes, by kind, without removing it."

    def handle(self, *args: Any, **options: Any) -> None:
        found = to_purge(at=timezone.now())
        for rule, count in found:
            after = f"after {rule.days} days" if rule.days else "kept for ever"
            self.stdout.write(f"{rule.kind}: {count} ({after}, {rule.setting}). {rule.goes}; stays: {rule.stays}.")
        self.stdout.write(f"{sum(count for _, count in found)} in all. Nothing was removed.")
