"""Whose request it is that changes a record: told to the database, for the history that its triggers write."""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.functional import LazyObject, empty

from common.kept_sql import say
from common.logs import current_request_id

WRITES = ("INSERT", "UPDATE", "DELETE")
# Written by many requests, and no record with a history.
NOT_KEPT = ('INSERT INTO "audit_', 'UPDATE "django_session"', 'INSERT INTO "django_session"')
TELL = "SELECT set_config('audit.actor', %s, true), set_config('audit.request', %s, true)"


class Told:
    """That this transaction was told who acts. It stands among what is to be done on commit, and so is forgotten exactly when the
    database forgets the setting: at the end of the transaction, or with the savepoint in which it was made."""

    def __init__(self, actor: str, request_id: str) -> None:
        self.said = (actor, request_id)

    def __call__(self) -> None:
        """Nothing is left to do."""


class WhoChangesMiddleware:
    """Says in each transaction that writes, before its first write, whose request it is. What runs outside a request has nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        def tell_first(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
            if isinstance(sql, str) and sql.startswith(WRITES) and not sql.startswith(NOT_KEPT):
                _tell(_actor_of(request))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(tell_first):
            return self.get_response(request)


def _tell(actor: str) -> None:
    if not connection.in_atomic_block or connection.needs_rollback:
        return
    said = (actor, current_request_id.get())
    told = next((hook[1] for hook in reversed(connection.run_on_commit) if isinstance(hook[1], Told)), None)
    if told is None or told.said != said:
        say(TELL, said)
        transaction.on_commit(Told(*said))


def _actor_of(request: HttpRequest) -> str:
    """Without asking who it is where nobody has asked yet: that would be a query within another."""
    user: Any = request.__dict__.get("user")
    if isinstance(user, LazyObject):
        user = user.__dict__.get("_wrapped", empty)
    return "" if user in (None, empty) or user.pk is None else str(user.pk)
