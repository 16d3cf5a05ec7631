"""manage.py restore FOLDER: a backup into an empty database and an empty file store, compared with what it says of itself."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from audit import services as audit
from audit.models import Link
from common.backups import CannotRestore, read_manifest, restore_backup


class Command(BaseCommand):
    help = "Load a backup into an empty database and an empty file store, and verify the access log. Stop the service first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="what manage.py backup wrote")

    def handle(self, *_args: Any, folder: Path, **_options: Any) -> None:
        if connection.introspection.table_names():
            raise CommandError("This database is not empty. Make a new one and name it in DATABASE_URL.")
        # Its connection would be asked for things that were not there when it was opened.
        connection.close()
        try:
            manifest = read_manifest(folder)
            restore_backup(folder, database=settings.DATABASES["default"], media=Path(settings.MEDIA_ROOT))
        except CannotRestore as error:
            raise CommandError(str(error)) from error
        kept = manifest["access_log"]
        chain = audit.verify_chain()
        if chain.first_break is not None:
            raise CommandError(f"Restored, but the access log is broken at link {chain.first_break}: {chain.reason}")
        if kept["links"] and not Link.objects.filter(number=kept["links"], hash=kept["head"]).exists():
            raise CommandError("Restored, but the access log is another than when the backup was made.")
        self.stdout.write(
            f"Restored what was kept at {manifest['made_at']}. The access log holds: {chain.links:,} links."
        )
