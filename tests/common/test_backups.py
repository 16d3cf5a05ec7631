"""A backup is whole or not there, is refused where a byte of it differs, and goes into an empty place only."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from audit.services import chain_new_entries
from common.backups import DATABASE, FILES, MANIFEST, CannotRestore, read_manifest, restore_backup
from devtools.binaries import find_postgres
from tests.conftest import database_url
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def programs_of_postgres(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{find_postgres().path.parent}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def media(tmp_path: Path, settings) -> Path:
    folder = tmp_path / "media"
    (folder / "copies").mkdir(parents=True)
    (folder / "copies" / "one.pdf").write_bytes(b"%PDF- fictitious")
    settings.MEDIA_ROOT = str(folder)
    return folder


@pytest.fixture
def empty_database() -> Iterator[dict[str, str]]:
    name = f"restored_{os.getpid()}"
    with psycopg.connect(database_url(), autocommit=True) as other:
        other.execute(f"CREATE DATABASE {name}")
        yield settings.DATABASES["default"] | {"NAME": name}
        other.execute(f"DROP DATABASE {name} WITH (FORCE)")


def people_in(database: dict[str, str]) -> list[str]:
    address = database_url().rpartition("/")[0]
    with psycopg.connect(f"{address}/{database['NAME']}") as other:
        return [row[0] for row in other.execute("SELECT name FROM accounts_user").fetchall()]


def test_what_was_backed_up_is_restored_with_its_files(tmp_path, media, empty_database):
    UserFactory(name="Kept Fictitious")
    chain_new_entries()
    folder = tmp_path / "backup"
    call_command("backup", str(folder))
    again = tmp_path / "again"

    manifest = read_manifest(folder)
    restore_backup(folder, database=empty_database, media=again)

    assert people_in(empty_database) == ["Kept Fictitious"]
    assert (again / "copies" / "one.pdf").read_bytes() == b"%PDF- fictitious"
    assert len(manifest["access_log"]["head"]) == 64
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o077 == 0


def test_a_backup_goes_over_no_other_and_leaves_nothing_where_it_fails(tmp_path, media, monkeypatch):
    folder = tmp_path / "backups" / "one"
    folder.mkdir(parents=True)
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", str(folder))

    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="pg_dump is not on the PATH"):
        call_command("backup", str(tmp_path / "backups" / "two"))

    assert list((tmp_path / "backups").iterdir()) == [folder]


@pytest.mark.parametrize("name", [DATABASE, FILES])
def test_a_backup_of_which_a_byte_was_changed_is_refused(tmp_path, media, name):
    folder = tmp_path / "backup"
    call_command("backup", str(folder))
    with (folder / name).open("r+b") as file:
        file.seek(100)
        file.write(b"X")

    with pytest.raises(CannotRestore, match=f"{name} in .* is not what was written"):
        read_manifest(folder)


def test_a_folder_without_its_list_is_no_backup(tmp_path, media):
    folder = tmp_path / "backup"
    call_command("backup", str(folder))
    said = json.loads((folder / MANIFEST).read_text())
    del said["files"][DATABASE]
    (folder / MANIFEST).write_text(json.dumps(said))

    with pytest.raises(CannotRestore, match="no whole backup"):
        read_manifest(folder)
    with pytest.raises(CannotRestore, match="no whole backup"):
        read_manifest(tmp_path / "nothing")


def test_nothing_is_restored_over_data_that_is_there(tmp_path, media, empty_database):
    folder = tmp_path / "backup"
    call_command("backup", str(folder))

    with pytest.raises(CommandError, match="This database is not empty"):
        call_command("restore", str(folder))
    with pytest.raises(CannotRestore, match="is not empty"):
        restore_backup(folder, database=empty_database, media=media)

    assert connection.introspection.table_names()


def test_a_database_that_refuses_a_part_is_left_empty(tmp_path, media, empty_database):
    folder = tmp_path / "backup"
    call_command("backup", str(folder))
    address = database_url().rpartition("/")[0]
    with psycopg.connect(f"{address}/{empty_database['NAME']}", autocommit=True) as other:
        other.execute("CREATE TABLE accounts_user (id integer)")

    with pytest.raises(CannotRestore, match="pg_restore failed"):
        restore_backup(folder, database=empty_database, media=tmp_path / "again")

    with psycopg.connect(f"{address}/{empty_database['NAME']}") as other:
        tables = other.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert tables == [("accounts_user",)]
    assert not (tmp_path / "again").exists()
