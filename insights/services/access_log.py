"""Searching the access log and taking entries out of it: both are in the log themselves."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.enums import Permission
from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from audit.models import LogSearch
from common.clock import london_day
from common.errors import DomainError
from common.templatetags.dates import day
from insights.documents import access_log_csv
from insights.queries.access_log import EXPORTED_AT_MOST, MOST_PEOPLE, LogLine, people_meant, records_meant
from referrals.services import digest_of

# Typed words; of these the log keeps a digest.
TYPED = ("who", "reference", "given_names", "family_name", "words")


class CannotSearchLog(DomainError):
    """`field` names the question at fault."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class CannotExportLog(DomainError):
    pass


@transaction.atomic
def begin_log_search(*, terms: Mapping[str, Any], asked: list[tuple[str, str]], by: User, at: datetime) -> LogSearch:
    """Find whom and what is meant, and keep that for the page of entries. Raises CannotSearchLog where nobody or nothing is."""
    if not by.may(Permission.SEE_ACCESS_LOG):
        raise CannotSearchLog("You may not search the access log.")
    kept: dict[str, Any] = {
        "verb": terms.get("verb", ""),
        "agency_id": str(terms.get("agency", "")),
        "digest": digest_of(terms["words"]) if terms.get("words") else "",
        "start": _iso(terms.get("start")),
        "end": _iso(terms.get("end")),
        "asked": asked,
    }
    if terms.get("who"):
        kept["actor_ids"] = people_meant(terms["who"])
        if not kept["actor_ids"]:
            raise CannotSearchLog("Nobody has that name, address or collar number", field="who")
        if len(kept["actor_ids"]) > MOST_PEOPLE:
            raise CannotSearchLog(f"More than {MOST_PEOPLE} people match: give more of the name", field="who")
    person = {name: terms[name] for name in ("given_names", "family_name", "date_of_birth") if terms.get(name)}
    if terms.get("reference") or person:
        kept["object_ids"] = records_meant(reference=terms.get("reference", ""), person=person)
        if terms.get("reference") and not kept["object_ids"]:
            raise CannotSearchLog("No referral that was sent has that reference", field="reference")
    digests = {name: digest_of(terms[name]) for name in TYPED if terms.get(name)}
    return audit.begin_log_search(terms=kept, fields=list(terms), digests=digests, by=by, at=at)


def _iso(value: date | None) -> str:
    return value.isoformat() if value else ""


@transaction.atomic
def export_log(*, lines: list[LogLine], search: LogSearch, reason: str, by: User, at: datetime) -> bytes:
    """The entries that a search found as a CSV file, with why it was made; recorded with the number of lines and the file's digest."""
    if not by.may(Permission.SEE_ACCESS_LOG):
        raise CannotExportLog("You may not take entries out of the access log.")
    if len(lines) > EXPORTED_AT_MOST:
        raise CannotExportLog(f"More than {EXPORTED_AT_MOST:,} entries were found. Search in fewer days.")
    about = "; ".join(f"{label}: {words}" for label, words in search.terms["asked"])
    content = access_log_csv(lines, about=about, reason=reason, by=by, on=day(london_day(at)))
    audit.record(
        verb=Verb.EXPORTED,
        what="access_log.exported",
        at=at,
        actor=by,
        subject=search,
        reason=reason,
        rows=len(lines),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    return content
