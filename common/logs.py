"""Logs as JSON lines that a force's monitoring can read. No names, no bodies, no query strings."""

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

current_request_id: ContextVar[str] = ContextVar("current_request_id", default="")


class JsonFormatter(logging.Formatter):
    """One line: time, level, logger, message, request id, and the fields given as `extra={"fields": {...}}`."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if request_id := current_request_id.get():
            line["request_id"] = request_id
        if record.exc_info and record.exc_info[1]:
            line["trace"] = trace_of(record.exc_info[1])
        return json.dumps(line, default=str)


def trace_of(error: BaseException) -> str:
    """Where it happened and the kind of each error, the cause first.

    Never their messages: a database quotes the row that it refused, a mail server the addresses.
    """
    chain: list[BaseException] = []
    last: BaseException | None = error
    while last is not None and last not in chain:
        chain.append(last)
        last = last.__cause__ or (None if last.__suppress_context__ else last.__context__)
    parts = []
    for one in reversed(chain):
        kind = type(one)
        parts += [*traceback.format_tb(one.__traceback__), f"{kind.__module__}.{kind.__qualname__}\n"]
    return "".join(parts)
