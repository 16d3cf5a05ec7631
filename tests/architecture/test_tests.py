"""How the tests are run."""

import json
import os

import pytest

from tests import prepared_database


@pytest.mark.xdist_group("services")
def test_tests_of_one_group_are_handed_to_one_process(request: pytest.FixtureRequest) -> None:
    """The group stands in the name by which tests are handed out; versions of pytest and of xdist that disagree leave it away."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pytest.skip("These tests are not spread over processes.")

    assert request.node.nodeid.endswith("@services")


@pytest.mark.parametrize(
    ("now", "is_used"),
    [
        ({"a/migrations/0001.py": "1", "uv.lock": "x", "a/migrations/0002.py": "2"}, True),
        ({"a/migrations/0001.py": "another", "uv.lock": "x"}, False),
        ({"a/migrations/0002.py": "2", "uv.lock": "x"}, False),
        ({"a/migrations/0001.py": "1", "uv.lock": "y"}, False),
        ({"a/migrations/0001.py": "1", "uv.lock": "x", "config/settings/base.py": "3"}, True),
    ],
    ids=["migration added", "migration changed", "migration gone", "packages changed", "settings changed"],
)
def test_a_prepared_database_is_taken_further_only_where_migrations_were_added(tmp_path, monkeypatch, now, is_used):
    monkeypatch.setattr(prepared_database, "KEPT", tmp_path)
    kept = tmp_path / "kept.sql"
    kept.touch()
    assert prepared_database._what_came_before(now) is None  # of what nobody knows what it was made from
    kept.with_suffix(".json").write_text(
        json.dumps({"a/migrations/0001.py": "1", "uv.lock": "x", "config/settings/base.py": "2"})
    )

    assert prepared_database._what_came_before(now) == (kept if is_used else None)
