"""What somebody typed and the database keeps runs nowhere: in no page, and in no table that a spreadsheet opens."""

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any
from zipfile import is_zipfile

import pytest

from tests.attacks.poison import TAG, formulas_in_csv, formulas_in_xlsx, poison, runs_as_html
from tests.attacks.walking import address_of, rows_with, send, signed_in
from tests.furnished import stored
from tests.permissions.test_matrix import furnish

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def poisoned(visited: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    def make() -> Any:
        cast, things = furnish()
        # Rows find some of their things by name: they are asked before the names are changed.
        asked = [
            (row, user, address_of(row, cast, things), row.data(cast, things))
            for row, user in rows_with("GET", cast=cast)
        ]
        return asked, poison(visited[0])

    with stored(make, django_db_blocker) as made:
        yield made


def test_nothing_that_was_typed_runs_in_a_page_or_in_a_file(poisoned: Any, visited: Any, tried: Counter[str]) -> None:
    asked, fields = poisoned
    run, failed = set(), set()
    tried["fields that hold an attack"] = fields

    for row, user, url, data in asked:
        response = send(signed_in(user), row, url, data)
        kind = response.headers.get("Content-Type", "")
        content = b"".join(response.streaming_content) if response.streaming else response.content
        tried["answers searched for an attack that runs"] += 1
        if response.status_code >= 500:
            failed.add(row.name)
        elif kind.startswith("text/html"):
            run |= {row.name} if runs_as_html(content.decode()) else set()
            tried["pages that showed one"] += TAG in content.decode()
        elif kind.startswith("text/csv"):
            run |= {f"{row.name}: {cell}" for cell in formulas_in_csv(content)}
        elif "spreadsheetml" in kind and is_zipfile(io.BytesIO(content)):  # some files are placeholders
            run |= {f"{row.name}: {cell}" for cell in formulas_in_xlsx(content)}

    assert fields > 120
    assert tried["pages that showed one"] > 100
    assert failed == set()
    assert run == set()
    assert visited[1] == []
