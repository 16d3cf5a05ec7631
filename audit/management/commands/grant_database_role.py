"""manage.py grant_database_role: what the role that the service runs as may do in the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from psycopg import sql

# What is only ever added to. Chaining removes rows from audit_unchained, and nothing else of the log.
APPEND_ONLY = ("audit_entry", "audit_link", "audit_change")
TAKEN_AWAY = ("UPDATE", "DELETE", "TRUNCATE")


class Command(BaseCommand):
    help = (
        "Grants a role what the service needs, and nothing that changes the access log. Run it as the owner of the tables, "
        "after each migration. With --check: says whether the role that is connected could change the log, and fails if so."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", nargs="?", help="The role that web, worker and beat connect as; not the owner")
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check()
        elif options["role"]:
            self._grant(options["role"])
        else:
            raise CommandError("Name the role, or ask with --check.")

    @transaction.atomic
    def _grant(self, name: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper, pg_has_role(rolname, current_user, 'MEMBER') FROM pg_roles WHERE rolname = %s", [name]
            )
            row = cursor.fetchone()
            if row is None:
                raise CommandError(f"There is no role {name}. Make it first: CREATE ROLE {name} LOGIN PASSWORD '…'.")
            if row[0] or row[1]:
                raise CommandError(
                    f"{name} is a superuser, or the owner of the tables: nothing can be withheld from it."
                )
            role = sql.Identifier(name)
            for statement in (
                "GRANT USAGE ON SCHEMA public TO {role}",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
                "GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {role}",
                "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}",
            ):
                cursor.execute(sql.SQL(statement).format(role=role).as_string(cursor.connection))
            taken = sql.SQL(", ").join(map(sql.SQL, TAKEN_AWAY))
            for table in append_only_tables():
                statement = "REVOKE {taken} ON {table} FROM {role}"
                cursor.execute(
                    sql.SQL(statement)
                    .format(taken=taken, table=sql.Identifier(table), role=role)
                    .as_string(cursor.connection)
                )
        self.stdout.write(f"{name} may read and write what the service needs, and only add to the access log.")

    def _check(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT current_user, name, kind FROM unnest(%s::text[]) AS name, unnest(%s::text[]) AS kind
                WHERE has_table_privilege(name, kind)""",
                [list(append_only_tables()), list(TAKEN_AWAY)],
            )
            held = cursor.fetchall()
        if held:
            rights = ", ".join(f"{kind} on {table}" for _, table, kind in held)
            raise CommandError(
                f"{held[0][0]} holds {rights}. Let the service connect as a role of its own (docs/operations.md)."
            )
        self.stdout.write("The role that is connected can only add to the access log.")


def append_only_tables() -> tuple[str, ...]:
    """The log, its chain, and the history of records."""
    return APPEND_ONLY
