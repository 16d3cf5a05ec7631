"""Log lines: what a force's monitoring reads, and nothing of what people typed."""

import json
import logging
import sys
from smtplib import SMTPRecipientsRefused

from common.logs import JsonFormatter, trace_of

PRIVATE = ("olu@example.org", "pat@example.org", "no such fictitious person")
REFUSED_BY_DATABASE = ValueError("Key (email)=(olu@example.org) already exists.")
REFUSED_BY_RELAY = SMTPRecipientsRefused({"pat@example.org": (550, b"no such fictitious person")})


def logged(error: Exception, cause: Exception) -> dict[str, str]:
    try:
        try:
            raise cause
        except ValueError as caught:
            raise error from caught
    except type(error):
        record = logging.LogRecord("jobs", logging.ERROR, __file__, 1, "job failed", None, sys.exc_info())
    line: dict[str, str] = json.loads(JsonFormatter().format(record))
    return line


def test_a_trace_says_where_and_which_kinds_and_quotes_no_message() -> None:
    line = logged(REFUSED_BY_RELAY, REFUSED_BY_DATABASE)

    assert line["message"] == "job failed"
    assert "test_logs.py" in line["trace"]
    assert [last for last in line["trace"].splitlines() if not last.startswith(" ")] == [
        "builtins.ValueError",
        "smtplib.SMTPRecipientsRefused",
    ]
    for private in PRIVATE:
        assert private not in json.dumps(line)


def test_a_trace_ends_where_errors_explain_each_other_in_a_circle() -> None:
    first, second = ValueError("one"), TypeError("two")
    first.__cause__, second.__cause__ = second, first

    assert trace_of(first) == "builtins.TypeError\nbuiltins.ValueError\n"
