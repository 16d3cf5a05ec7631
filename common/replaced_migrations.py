"""Databases that stopped among migrations that others replace by now, and that are gone (docs/adr/0068)."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import Error
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

WORDS = "This database ran some of the migrations that others replace by now, but not {}."
HINT = (
    "Run `manage.py migrate` of the version that still has them and then of this one, or begin with an empty database."
)


def missing_migrations(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of migrations that the database has not run, though it ran others that the same one of ours replaces; empty if all is well.

    Django knows only "all" and "none" of what is replaced. Between them it falls back on what was replaced, and where the files of that
    are gone it leaves the whole out of its plan without a word.
    """
    ours = MigrationLoader(None).disk_migrations
    ran = set(MigrationRecorder(connection).applied_migrations())
    missing: set[tuple[str, str]] = set()
    for migration in ours.values():
        replaced = set(migration.replaces)
        if replaced & ran:
            missing |= replaced - ran - set(ours)
    return sorted(f"{app}.{name}" for app, name in missing)


def check_replaced_migrations(databases: Sequence[str] | None = None, **_more: Any) -> list[Error]:
    """Said by every `manage.py migrate`, before it does anything."""
    return [
        Error(WORDS.format(", ".join(missing)), hint=HINT, id="common.E001")
        for alias in databases or ()
        if (missing := missing_migrations(connections[alias]))
    ]
