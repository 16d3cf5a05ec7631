"""Taking incidents from the force's record system: by file, by API, as often as one likes, row by row or not at all."""

import hashlib
import io
import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from accounts.models import Agency, Team, User
from audit import services as audit
from audit.enums import Verb
from common.clock import LONDON, london_day
from common.csv_files import ReadableBytes, Row, RowError, read_rows
from common.errors import DomainError
from referrals.enums import ImportChannel, IncidentKind
from referrals.models import IncidentImport
from referrals.models.incident import force_importing
from referrals.queries import districts_of


@dataclass(frozen=True)
class Column:
    """A column of the file, or a field over the API, as the page and docs/imports.md explain it."""

    name: str
    meaning: str
    example: str
    is_optional: bool = False


EXPLAINED = (
    Column(
        "occurrence_number",
        "The number of the records system, by which an incident is known again: at most 20 letters A to Z, digits, "
        "spaces and . / _ -",
        "99000000123",
    ),
    Column(
        "reported_at",
        "When it was reported, as 2026-03-27 14:05 or 27/03/2026 14:05, by the clock in London unless an offset is given; "
        "not in the future",
        "27/03/2026 14:05",
    ),
    Column("kind", f"One of {', '.join(IncidentKind.values)}", "CHILD_CONCERN"),
    Column("district_code", "The code of one of the force's districts", "Y99002"),
    Column("child_linked", "Whether a child was involved or linked: yes or no", "yes"),
    Column("adult_needs", "Whether an adult had care and support needs: yes or no", "no"),
    Column("domestic_abuse", "Whether it was domestic abuse: yes or no", "no"),
    Column("team", "The name of a team of the force, or nothing", "Brackenport City Response", is_optional=True),
    Column(
        "officer_collar_number",
        "The collar number of the officer; one that has no account here is left open",
        "9014",
        is_optional=True,
    ),
    Column("summary", "What happened, in at most 5,000 characters", "Child of 6 found alone.", is_optional=True),
)
COLUMNS = tuple(column.name for column in EXPLAINED if not column.is_optional)
OPTIONAL_COLUMNS = tuple(column.name for column in EXPLAINED if column.is_optional)
LONGEST_NUMBER = 20
LONGEST_SUMMARY = 5_000
LONGEST_MESSAGE = 200
LONGEST_NAME = 120
# Nothing older comes out of a records system; an earlier year is a slip of the keyboard.
EARLIEST = datetime(2000, 1, 1, tzinfo=LONDON)
MOST_ROWS_OVER_API = 1_000
# More wrong rows than anybody corrects by hand: then it is the file, or the export that made it, that is wrong.
MOST_REFUSED = 100_000
TELL_EVERY = 10_000

_UK_MOMENT = re.compile(
    r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})(?:[ T]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?)?",
    re.ASCII,
)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"[0-9A-Z][0-9A-Z ./_-]*", re.ASCII)
_YES_AND_NO = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}
_KINDS = {name.casefold(): kind for kind in IncidentKind for name in (kind.value, str(kind.label))}

_CREATE = """
CREATE TEMPORARY TABLE incoming_incident (
    row_number integer NOT NULL,
    id uuid,
    number text,
    kind text,
    reported_at timestamptz,
    reported_on date,
    district_id uuid,
    team_id uuid,
    officer_id uuid,
    child_linked boolean,
    adult_needs boolean,
    domestic_abuse boolean,
    summary text,
    wrong_column text NOT NULL,
    message text NOT NULL
) ON COMMIT DROP
"""
_COPY = "COPY incoming_incident FROM STDIN"
_REFUSE_REPEATED = """
INSERT INTO incoming_incident (row_number, wrong_column, message)
SELECT row_number, 'occurrence_number', 'The number stands in row ' || first_row || ' already.'
FROM (
    SELECT row_number, first_value(row_number) OVER (PARTITION BY number ORDER BY row_number) AS first_row
    FROM incoming_incident
    WHERE message = ''
) AS numbered
WHERE row_number <> first_row
"""
_KEEP_REFUSALS = """
INSERT INTO referrals_incidentimportrow (id, incident_import_id, number, "column", message)
SELECT gen_random_uuid(), %s, row_number, wrong_column, min(message)
FROM incoming_incident
WHERE message <> ''
GROUP BY row_number, wrong_column
"""
# Ordered by number, so that two imports at the same moment wait for each other and never for good.
_TAKE = """
WITH taken AS (
    INSERT INTO referrals_incident AS known (
        id, force_id, number, kind, reported_at, reported_on, district_id, team_id, officer_id,
        child_linked, adult_needs, domestic_abuse, summary, imported_at
    )
    SELECT id, %(force)s, number, kind, reported_at, reported_on, district_id, team_id, officer_id,
           child_linked, adult_needs, domestic_abuse, summary, %(at)s
    FROM incoming_incident AS good
    WHERE message = '' AND NOT EXISTS (
        SELECT FROM incoming_incident AS bad WHERE bad.row_number = good.row_number AND bad.message <> ''
    )
    ORDER BY number
    ON CONFLICT (force_id, number) DO UPDATE SET
        kind = excluded.kind,
        reported_at = excluded.reported_at,
        reported_on = excluded.reported_on,
        district_id = excluded.district_id,
        team_id = CASE WHEN %(has_team)s THEN excluded.team_id ELSE known.team_id END,
        officer_id = CASE WHEN %(has_officer)s THEN excluded.officer_id ELSE known.officer_id END,
        child_linked = excluded.child_linked,
        adult_needs = excluded.adult_needs,
        domestic_abuse = excluded.domestic_abuse,
        summary = CASE WHEN %(has_summary)s THEN excluded.summary ELSE known.summary END,
        imported_at = greatest(known.imported_at, excluded.reported_at)
    WHERE (known.kind, known.reported_at, known.district_id,
           known.child_linked, known.adult_needs, known.domestic_abuse)
        IS DISTINCT FROM
          (excluded.kind, excluded.reported_at, excluded.district_id,
           excluded.child_linked, excluded.adult_needs, excluded.domestic_abuse)
        OR %(has_team)s AND known.team_id IS DISTINCT FROM excluded.team_id
        OR %(has_officer)s AND known.officer_id IS DISTINCT FROM excluded.officer_id
        OR %(has_summary)s AND known.summary <> excluded.summary
    RETURNING xmax = 0 AS is_new
)
SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM taken
"""
_COUNT = (
    "SELECT count(DISTINCT row_number), count(DISTINCT row_number) FILTER (WHERE message <> '') FROM incoming_incident"
)


class CannotImport(DomainError):
    pass


def import_incidents(
    *,
    file: ReadableBytes,
    file_name: str,
    force: Agency,
    by: User | None,
    at: datetime,
    max_bytes: int | None = None,
    on_row: Callable[[int], None] | None = None,
) -> IncidentImport:
    """Take the incidents of a CSV file: new ones are added, known ones brought up to date, wrong rows refused one by one.

    The same file again changes nothing. What the file has no column for (team, officer, summary) stays as it is known.
    Raises CannotImport or UnreadableCsv, with nothing changed, when the file as a whole is wrong: not UTF-8, not a CSV,
    a wrong heading, no rows, too many wrong ones, larger than max_bytes (default: the CSV_MAX_BYTES setting). `by` is
    None when the shell does it. `on_row` hears now and then how many rows were read.
    """
    hashed = _HashedBytes(file)
    rows = read_rows(hashed, columns=COLUMNS, optional=OPTIONAL_COLUMNS, max_bytes=max_bytes)
    return _import(
        rows,
        file_name=file_name,
        fingerprint=hashed.hexdigest,
        force=force,
        by=by,
        at=at,
        on_row=on_row,
        channel=ImportChannel.FILE,
    )


def import_incident_rows(
    *, rows: list[dict[str, str]], name: str, force: Agency, by: User, at: datetime
) -> IncidentImport:
    """Take incidents given one by one, each a value by column; row 1 is the first. Raises CannotImport.

    As with a file, what none of the rows has a value for stays as it is known.
    """
    if len(rows) > MOST_ROWS_OVER_API:
        raise CannotImport(f"Send at most {MOST_ROWS_OVER_API:,} incidents at once.")
    given = {column for row in rows for column in row}
    whole = [
        {column: row.get(column, "") for column in (*COLUMNS, *OPTIONAL_COLUMNS) if column in given} for row in rows
    ]
    digest = hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()
    return _import(
        (Row(number, row) for number, row in enumerate(whole, start=1)),
        file_name=name,
        fingerprint=lambda: digest,
        force=force,
        by=by,
        at=at,
        on_row=None,
        channel=ImportChannel.API,
    )


@transaction.atomic
def _import(
    rows: Iterable[Row | RowError],
    *,
    file_name: str,
    fingerprint: Callable[[], str],
    force: Agency,
    by: User | None,
    at: datetime,
    on_row: Callable[[int], None] | None,
    channel: ImportChannel,
) -> IncidentImport:
    """All rows go to a temporary table, wrong ones with what is wrong; the database sorts them out. Memory stays flat."""
    if by is not None and force_importing(by) != force:
        raise CannotImport("You may not import incidents for this force.")
    if not force.is_police:
        raise CannotImport("Incidents come from a police force.")
    checker = _Checker(force, at=at)
    with connection.cursor() as cursor:
        cursor.execute(_CREATE)
        with cursor.copy(_COPY) as copy:
            for record in checker.records(rows, on_row):
                copy.write_row(record)
        cursor.execute("ANALYZE incoming_incident")
        cursor.execute(_REFUSE_REPEATED)
        cursor.execute(_COUNT)
        total, refused = cursor.fetchone()
        if not total:
            raise CannotImport("There are no rows with incidents in it.")
        cursor.execute(
            _TAKE,
            {
                "force": force.pk,
                "at": at,
                "has_team": "team" in checker.columns,
                "has_officer": "officer_collar_number" in checker.columns,
                "has_summary": "summary" in checker.columns,
            },
        )
        added, changed = cursor.fetchone()
        done = IncidentImport.objects.create(
            force=force,
            by=by,
            at=at,
            channel=channel,
            file_name=_plain(file_name)[:LONGEST_NAME] or "incidents.csv",
            sha256=fingerprint(),
            rows=total,
            added=added,
            changed=changed,
            unchanged=total - refused - added - changed,
            refused=refused,
        )
        cursor.execute(_KEEP_REFUSALS, [done.pk])
        cursor.execute("DROP TABLE incoming_incident")
    audit.record(
        verb=Verb.COLLECTED,
        what="incidents.imported",
        at=at,
        actor=by,
        subject=done,
        rows=total,
        added=added,
        changed=changed,
        unchanged=done.unchanged,
        refused=refused,
        over=channel.label,
    )
    return done


class _HashedBytes(io.RawIOBase):
    """Passes a file on and knows the SHA-256 of what was read."""

    def __init__(self, file: ReadableBytes) -> None:
        super().__init__()
        self._file = file
        self._hash = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        data = self._file.read(size)
        self._hash.update(data)
        return data

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


class _Wrong(Exception):
    """A value that cannot be taken; the message is for whoever sent it."""


@dataclass(frozen=True)
class _Problem:
    column: str
    message: str


class _Checker:
    """Turns rows of text into records of the temporary table: one for a right row, one for each fault of a wrong one."""

    def __init__(self, force: Agency, *, at: datetime) -> None:
        self.at = at
        # The columns that the rows have, known from the first right row on.
        self.columns: Collection[str] = ()
        self.refused = 0
        self.districts = {code.casefold(): pk for code, pk in districts_of(force).values_list("code", "pk")}
        teams = Team.objects.filter(agency=force).values_list("name", "pk")
        self.teams = {name.casefold(): pk for name, pk in teams}
        officers = User.objects.filter(agency=force).exclude(collar_number="").values_list("collar_number", "pk")
        self.officers = {number.casefold(): pk for number, pk in officers}

    def records(
        self, rows: Iterable[Row | RowError], on_row: Callable[[int], None] | None
    ) -> Iterator[tuple[Any, ...]]:
        for count, row in enumerate(rows, start=1):
            if isinstance(row, RowError):
                self._count_refusal()
                yield _refusal(row.number, row.column, row.message)
            else:
                self.columns = self.columns or row.values.keys()
                yield from self._checked(row)
            if on_row is not None and count % TELL_EVERY == 0:
                on_row(count)

    def _checked(self, row: Row) -> Iterator[tuple[Any, ...]]:
        problems: list[_Problem] = []

        def value(column: str, check: Callable[[str], Any]) -> Any:
            try:
                return check(_clean(row.values.get(column, "")))
            except _Wrong as wrong:
                problems.append(_Problem(column, str(wrong)))
                return None

        number = value("occurrence_number", _number)
        reported_at = value("reported_at", self._reported_at)
        kind = value("kind", _kind)
        district = value("district_code", self._district)
        flags = [value(column, _yes_or_no) for column in ("child_linked", "adult_needs", "domestic_abuse")]
        team = value("team", self._team)
        officer = value("officer_collar_number", self._officer)
        summary = value("summary", _summary)
        if problems:
            self._count_refusal()
            yield from (_refusal(row.number, problem.column, problem.message) for problem in problems)
            return
        day = london_day(reported_at)
        yield (row.number, uuid4(), number, kind, reported_at, day, district, team, officer, *flags, summary, "", "")

    def _count_refusal(self) -> None:
        self.refused += 1
        if self.refused > MOST_REFUSED:
            raise CannotImport(f"More than {MOST_REFUSED:,} rows are wrong, so nothing was taken. Check the export.")

    def _reported_at(self, text: str) -> datetime:
        moment = parse_moment(text)
        if moment > self.at:
            raise _Wrong(f"“{_short(text)}” is in the future.")
        return moment

    def _district(self, text: str) -> UUID:
        if not text:
            raise _Wrong("The district is missing.")
        if (found := self.districts.get(text.casefold())) is None:
            raise _Wrong(f"The force has no district with the code “{_short(text)}”.")
        return found

    def _team(self, text: str) -> UUID | None:
        if not text:
            return None
        if (found := self.teams.get(text.casefold())) is None:
            raise _Wrong(f"The force has no team “{_short(text)}”.")
        return found

    def _officer(self, text: str) -> UUID | None:
        """Not every officer of the force has an account here: an unknown number leaves the officer open."""
        return self.officers.get(text.casefold())


def parse_moment(text: str) -> datetime:
    """A moment from ISO 8601 or from the UK way of writing (27/3/2026 14:05), by the London clock unless it says otherwise."""
    if not text:
        raise _Wrong("The date is missing.")
    try:
        if found := _UK_MOMENT.fullmatch(text):
            parts = {name: int(value) for name, value in found.groupdict(default="0").items()}
            moment = datetime(**parts, tzinfo=LONDON)  # type: ignore[arg-type]
        elif re.match(_ISO_DAY, text):
            moment = datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=LONDON)
        else:
            raise ValueError
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _Wrong(f"“{_short(text)}” is not a real date; write 2026-03-27 14:05 or 27/03/2026 14:05.") from None
    if moment < EARLIEST:
        raise _Wrong(f"“{_short(text)}” is before the year {EARLIEST.year}.")
    return moment


def _number(text: str) -> str:
    text = text.upper()
    if not text:
        raise _Wrong("The occurrence number is missing.")
    if len(text) > LONGEST_NUMBER:
        raise _Wrong(f"An occurrence number has at most {LONGEST_NUMBER} characters.")
    if not _NUMBER.fullmatch(text):
        raise _Wrong("An occurrence number is made of letters A to Z, digits, spaces and . / _ - only.")
    return text


def _kind(text: str) -> str:
    if not text:
        raise _Wrong("The kind of incident is missing.")
    if (found := _KINDS.get(text.casefold())) is None:
        raise _Wrong(f"“{_short(text)}” is no kind of incident; write {', '.join(IncidentKind.values)}.")
    return found.value


def _yes_or_no(text: str) -> bool:
    if (found := _YES_AND_NO.get(text.casefold())) is None:
        raise _Wrong("Write yes or no.")
    return found


def _summary(text: str) -> str:
    if len(text) > LONGEST_SUMMARY:
        raise _Wrong(f"A summary has at most {LONGEST_SUMMARY:,} characters.")
    return text


def _clean(text: str) -> str:
    """Without spaces around it; characters that nobody can see or the database cannot hold are refused."""
    text = text.strip()
    if not text.isprintable() and any(
        unicodedata.category(character) in ("Cc", "Cs") and character not in "\r\n\t" for character in text
    ):
        raise _Wrong("There are control characters in it.")
    return text


def _plain(text: str) -> str:
    return "".join(character for character in text if character.isprintable())


def _short(text: str) -> str:
    text = _plain(text)
    return text if len(text) <= 30 else f"{text[:30]}…"


def _refusal(number: int, column: str, message: str) -> tuple[Any, ...]:
    return (number, *[None] * 12, column, message[:LONGEST_MESSAGE])
