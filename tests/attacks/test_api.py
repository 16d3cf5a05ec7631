"""The API, asked what its schema promises and what it does not: never a fault, and no answer that the schema does not know."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from tests.api.programs import Program
from tests.attacks.walking import address_of, let_in
from tests.people import Cast
from tests.permissions.rows import Row
from tests.permissions.test_matrix import ROWS

pytestmark = pytest.mark.django_db
EXAMPLES = 12
SCHEMA = yaml.safe_load((Path(django_settings.BASE_DIR) / "docs" / "openapi.yaml").read_text())
OPERATIONS = {
    (operation.method.upper(), operation.path): operation
    for operation in (found.ok() for found in schemathesis.openapi.from_dict(SCHEMA).get_all_operations())
}
API_ROWS = [
    row for row in ROWS if row.name.startswith("api:") and row.method in ("GET", "POST", "PUT", "PATCH", "DELETE")
]


def operation_of(row: Row, cast: Cast, things: dict[str, Any]) -> Any:
    """What the schema says of a row: the operation of its method whose path is that of its address."""
    url = address_of(row, cast, things)
    for (method, path), operation in OPERATIONS.items():
        if method == row.method and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", path), url):
            return url, operation
    raise AssertionError(f"the schema does not know {row.method} {url}")


def asking(
    row: Row,
    url: str,
    known: set[int],
    program: Program,
    tried: Counter[str],
    wrong: set[str],
    mode: GenerationMode,
) -> Callable[..., None]:
    """What is done with each case that the schema gives; what it should not have answered goes into `wrong`."""

    def ask(case: Any) -> None:
        cache.clear()
        body = case.body if isinstance(case.body, (dict, list, str, int, float, bool, type(None))) else None
        reason = str((case.headers or {}).get("X-Reason", ""))
        headers = {"Idempotency-Key": f"fuzz-{tried.total():06}"}
        with transaction.atomic():
            response = program.client.generic(
                row.method,
                url,
                json.dumps(body) if row.method != "GET" else "",
                content_type="application/json",
                headers=headers | ({"X-Reason": reason} if reason.isascii() and reason.isprintable() else {}),
                query_params={name: str(value) for name, value in (case.query or {}).items()},
            )
            transaction.set_rollback(True)
        tried[f"requests made from the schema ({mode.value})"] += 1
        if response.status_code >= 500 or response.status_code not in known:
            wrong.add(f"{row.method} {row.name}: {response.status_code} for {str(body)[:200]}")

    return ask


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_whatever_is_sent_is_answered_as_the_schema_says(world: Any, tried: Counter[str], mode: GenerationMode) -> None:
    cast, things = world
    wrong: set[str] = set()

    for row in API_ROWS:
        user = let_in(row, cast)
        if user is None:
            continue
        url, operation = operation_of(row, cast, things)
        known = {int(code) for code in operation.definition.raw["responses"]}
        ask = asking(row, url, known, Program(user), tried, wrong, mode)
        settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(given(case=operation.as_strategy(generation_mode=mode))(ask))()

    assert tried.total() > 300
    assert wrong == set()
