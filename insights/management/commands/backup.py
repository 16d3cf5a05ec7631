"""manage.py backup FOLDER: database and files in one folder, with what a restore is compared with."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from audit import services as audit
from common.backups import CannotBackUp, make_backup


class Command(BaseCommand):
    help = "Write a backup of the database and of the file store into a new folder. The service may go on meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that is not there yet")

    def handle(self, *_args: Any, folder: Path, **_options: Any) -> None:
        chain = audit.verify_chain()
        if chain.first_break is not None:
            self.stderr.write(f"The access log is broken at link {chain.first_break}: {chain.reason}")
        facts = {
            "made_at": timezone.now().isoformat(),
            "access_log": {"links": chain.links, "head": chain.head},
            "migrations": len(MigrationRecorder(connection).applied_migrations()),
        }
        try:
            manifest = make_backup(
                folder, database=settings.DATABASES["default"], media=Path(settings.MEDIA_ROOT), facts=facts
            )
        except CannotBackUp as error:
            raise CommandError(str(error)) from error
        size = sum(one["bytes"] for one in manifest["files"].values())
        self.stdout.write(f"{folder}: {size:,} bytes; access log of {chain.links:,} links, head {chain.head}.")
