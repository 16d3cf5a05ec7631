"""The migrations that stand for those of before (docs/adr/0068), and what no migration may leave behind."""

from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from common.replaced_migrations import missing_migrations

FIRST_AND_LAST = {
    "accounts": ("0001_initial", "0007_reviews_of_roles"),
    "audit": ("0001_initial", "0007_history_by_triggers"),
    "grading": ("0001_initial", "0034_tickets_of_either_way"),
    "jobs": ("0001_initial", "0004_cancelled_jobs_are_checked"),
    "partners": ("0001_initial", "0020_wider_rules_hold"),
    "referrals": ("0001_initial", "0043_restrictions"),
    "training": ("0001_initial", "0024_drafts_of_tests_may_go"),
}
NEW = {
    key: migration
    for key, migration in MigrationLoader(None).disk_migrations.items()
    if key[0] in FIRST_AND_LAST and migration.replaces
}
SINCE = {
    f"{app}.{name}"
    for (app, name), migration in MigrationLoader(None).disk_migrations.items()
    if app in FIRST_AND_LAST and not migration.replaces
}
OLD = [(app, name) for migration in NEW.values() for app, name in migration.replaces]
OLD_OF = {app: sorted(key for key in OLD if key[0] == app) for app in FIRST_AND_LAST}
Row = MigrationRecorder.Migration


def ran(*keys: tuple[str, str]) -> None:
    """Of our apps the database has run these and no other."""
    Row.objects.filter(app__in=FIRST_AND_LAST).delete()
    Row.objects.bulk_create(Row(app=app, name=name) for app, name in keys)


def to_run() -> list[str]:
    executor = MigrationExecutor(connection)
    return [str(migration) for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def test_each_migration_of_before_is_replaced_by_one_and_its_name_is_not_used_again() -> None:
    assert Counter(OLD).most_common(1)[0][1] == 1
    assert len(OLD) == 137
    assert {app for app, _ in OLD} == set(FIRST_AND_LAST)
    assert set(OLD) & set(NEW) == set()


@pytest.mark.parametrize("app", FIRST_AND_LAST)
def test_the_first_of_an_app_replaces_the_first_and_the_last_of_before(app: str) -> None:
    """So whoever has run some of an app's, and not all, has run a part of what one of ours replaces."""
    ends = [(app, name) for name in FIRST_AND_LAST[app]]

    assert [OLD_OF[app][0], OLD_OF[app][-1]] == ends
    assert set(ends) <= set(NEW[app, "0001_tables"].replaces)


def test_a_database_that_ran_all_of_before_runs_what_came_since(db) -> None:
    ran(*OLD)

    assert set(to_run()) == SINCE
    assert missing_migrations(connection) == []


def test_a_database_made_from_nothing_has_nothing_to_run(db) -> None:
    assert to_run() == []
    assert missing_migrations(connection) == []


def test_a_database_that_ran_nothing_of_ours_runs_all(db) -> None:
    ran()

    assert set(to_run()) == {f"{app}.{name}" for app, name in NEW} | SINCE
    assert missing_migrations(connection) == []


def test_a_start_that_was_interrupted_goes_on_where_it_stopped(db) -> None:
    done = [("accounts", "0001_tables"), ("referrals", "0001_tables")]
    ran(*(key for one in done for key in NEW[one].replaces))

    assert set(to_run()) == {f"{app}.{name}" for app, name in set(NEW) - set(done)} | SINCE
    assert missing_migrations(connection) == []


@pytest.mark.parametrize("app", FIRST_AND_LAST)
def test_a_database_that_stands_between_is_told_from_others_wherever_it_stopped(db, app: str) -> None:
    others = [key for key in OLD if key[0] != app]

    for stop in range(1, len(OLD_OF[app])):
        ran(*others, *OLD_OF[app][:stop])
        missing = {f"{app}.{name}" for app, name in OLD_OF[app][stop:]}
        assert missing_migrations(connection)
        assert set(missing_migrations(connection)) <= missing


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (("migrate", "--check"), SystemCheckError),
        (("migrate",), SystemCheckError),
        (("load_demo", "--migrate"), CommandError),
    ],
)
def test_a_database_that_stands_between_is_refused_with_what_to_do(db, command: tuple[str, ...], error: type) -> None:
    ran(*(key for key in OLD if key != ("jobs", FIRST_AND_LAST["jobs"][1])))

    with pytest.raises(
        error, match=r"but not jobs\.0004_cancelled_jobs_are_checked\..*\s.*begin with an empty database"
    ):
        call_command(*command, skip_checks=False)


def test_a_service_on_a_database_that_stands_between_is_not_ready(client, db) -> None:
    ran(*(key for key in OLD if key != ("jobs", FIRST_AND_LAST["jobs"][1])))

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert (answer.json()["checks"]["database"], answer.json()["checks"]["migrations"]) == (True, False)


def test_every_constraint_is_checked_for_the_rows_of_before(db) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conrelid::regclass, conname FROM pg_constraint WHERE NOT convalidated")
        assert cursor.fetchall() == []
