"""What a drill needs on an empty database: the fictitious force, and a token for a program that submits for a partner."""

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.enums import Scope
from accounts.services import create_api_client
from devtools.demo_data.people import make_setting


class Command(BaseCommand):
    help = "Fill an empty database for a drill; prints what its clients need, as JSON."

    def handle(self, *_args: Any, **_options: Any) -> None:
        people = make_setting(seed=1, today=timezone.localdate()).people
        _, token = create_api_client(
            name="Drill", user=people["partner"], scopes=[Scope.REFERRALS_READ, Scope.REFERRALS_WRITE]
        )
        self.stdout.write(json.dumps({"token": token}))
