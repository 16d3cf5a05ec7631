"""The role that the service connects as can add to the access log, and nothing else: the right is not there, whatever triggers say."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit import services as audit
from audit.enums import Verb
from audit.management.commands.grant_database_role import append_only_tables
from audit.models import Entry, Link
from tests.people import NOW, Cast

ROLE = f"mash_test_{uuid.uuid4().hex[:8]}"


@contextmanager
def as_superuser() -> Iterator[psycopg.Connection[Any]]:
    """Who may make roles. The servers of the tests trust whoever reaches their socket; another server may not."""
    settings = connection.get_connection_params() | {"user": "postgres", "autocommit": True}
    kept = {name: settings[name] for name in ("dbname", "host", "port", "user", "autocommit") if settings.get(name)}
    try:
        with psycopg.connect(**kept) as opened:
            yield opened
    except psycopg.OperationalError:
        pytest.skip("this server lets nobody make a role")


@pytest.fixture
def role(transactional_db: None) -> Iterator[str]:
    with as_superuser() as boss:
        boss.execute(f"CREATE ROLE {ROLE} LOGIN")
        boss.execute(f"GRANT {ROLE} TO {connection.settings_dict['USER']}")
    call_command("grant_database_role", ROLE)
    yield ROLE
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(f"DROP OWNED BY {ROLE}")
    with as_superuser() as boss:
        boss.execute(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")


@contextmanager
def connected_as(name: str) -> Iterator[None]:
    """What the service does now, it does as this role."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


def test_it_adds_to_the_log_and_chains_it(role: str, cast: Cast) -> None:
    with connected_as(role):
        audit.record(verb=Verb.READ, what="agency.read", at=NOW, actor=cast.mina, subject=cast.council)
        assert audit.chain_new_entries() >= 1
        assert audit.verify_chain().first_break is None

    assert Link.objects.exists()


@pytest.mark.parametrize("table", append_only_tables())
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}", "ALTER TABLE {} DISABLE TRIGGER USER", "DROP TABLE {}"],
)
def test_it_has_no_right_to_do_anything_else(role: str, cast: Cast, table: str, statement: str) -> None:
    audit.record(verb=Verb.READ, what="agency.read", at=NOW, actor=cast.mina)
    column = "number" if table == "audit_link" else "id"

    with (
        connected_as(role),
        pytest.raises(Exception, match="permission denied|must be owner"),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table, column, column))

    assert Entry.objects.exists()


def test_it_says_whether_the_role_that_is_connected_could_change_the_log(role: str) -> None:
    with pytest.raises(CommandError, match="UPDATE on audit_entry"):
        call_command("grant_database_role", "--check")
    with connected_as(role):
        call_command("grant_database_role", "--check")


def test_nothing_is_withheld_from_who_owns_the_tables(transactional_db: None) -> None:
    with pytest.raises(CommandError, match="owner of the tables"):
        call_command("grant_database_role", connection.settings_dict["USER"])
    with pytest.raises(CommandError, match="There is no role"):
        call_command("grant_database_role", "nobody_of_that_name")
