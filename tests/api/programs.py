"""Programs that call the API in tests."""

import json
import uuid
from collections.abc import Iterable
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.services import create_api_client


class Program:
    """A program with a token, for one person."""

    def __init__(self, user: User, scopes: Iterable[str] = ("referrals:read", "referrals:write")) -> None:
        self.name = f"Program of {user.name} {uuid.uuid4()}"[:80]
        self.api_client, token = create_api_client(name=self.name, user=user, scopes=list(scopes))
        # Faults of ours come as the answer that a program gets, and not as an exception of the test.
        self.client = Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)

    def get(self, name: str, *args: Any, **query: Any) -> Any:
        return self.client.get(reverse(f"api:{name}", args=args), query)

    def post(self, name: str, *args: Any, data: Any, key: str | None = None) -> Any:
        """`data` is what goes out as JSON; bytes go as they are."""
        body = data if isinstance(data, bytes) else json.dumps(data)
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        return self.client.post(
            reverse(f"api:{name}", args=args), body, content_type="application/json", headers=headers
        )
