"""Programs that may call the API."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.enums import Scope
from accounts.models import User
from accounts.services import create_api_client, end_api_client
from common.errors import DomainError


class Command(BaseCommand):
    """`manage.py api_client NAME --user EMAIL --scope incidents:write`, and later `manage.py api_client NAME --end`."""

    help = "Register a program that calls the API for one person and show its token this once, or end its token."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what the program is called in lists and logs")
        parser.add_argument("--user", help="e-mail of the person that it acts for")
        parser.add_argument(
            "--scope", action="append", default=[], choices=Scope.values, help="may be given repeatedly"
        )
        parser.add_argument("--end", action="store_true", help="make the token invalid from its next call on")

    def handle(self, *_args: Any, name: str, user: str | None, scope: list[str], end: bool, **_options: Any) -> None:
        try:
            if end:
                end_api_client(name=name, at=timezone.now())
                self.stdout.write("The token is not valid any more.")
                return
            if not user or not scope:
                raise CommandError("Say for whom (--user) and how far (--scope).")
            person = User.objects.filter(email__iexact=user, is_active=True).first()
            if person is None:
                raise CommandError("There is nobody with that e-mail.")
            _, token = create_api_client(name=name, user=person, scopes=scope)
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The token, which is shown this once:\n{token}")
