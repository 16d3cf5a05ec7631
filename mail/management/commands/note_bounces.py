"""Reads mail that came back, and marks the messages that could not be delivered."""

import mailbox
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from mail.services.bounces import Unreadable, note_returned_mail


class Command(BaseCommand):
    help = "Read delivery status notifications (RFC 3464) from a mailbox file (mbox), from one mail, or from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="An mbox file, a file of one mail, or - for standard input")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        try:
            content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read.") from error
        read = noted = unreadable = 0
        for mail in _mails_in(content):
            try:
                noted += note_returned_mail(mail, at=timezone.now())
                read += 1
            except Unreadable:
                unreadable += 1
        others = f" {unreadable} could not be read." if unreadable else ""
        self.stdout.write(f"{read} mails read, {noted} messages marked as not delivered.{others}")


def _mails_in(content: bytes) -> Iterator[bytes]:
    if not content.startswith(b"From "):
        if content.strip():
            yield content
        return
    with tempfile.NamedTemporaryFile() as copy:
        copy.write(content)
        copy.flush()
        with closing(mailbox.mbox(copy.name, create=False)) as box:
            for key in box.keys():  # noqa: SIM118 -- a mailbox gives its mails, and not its keys
                yield box.get_bytes(key)
