"""manage.py write_docs: the documents that are made from code."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from devtools.generated_docs import DOCUMENTS


class Command(BaseCommand):
    help = "Writes the pages under docs/ that are made from code."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, make in DOCUMENTS.items():
            (settings.BASE_DIR / "docs" / name).write_text(make(), encoding="utf-8")
            self.stdout.write(f"docs/{name}")
