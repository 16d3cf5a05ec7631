"""Taking incidents from the force's record system: by file, by API, as often as one likes, row by row or not at all."""

import hashlib
import io
import json
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import connection, transaction

from accounts.models import Agency, User
from audit import services as audit
from audit.enums import Verb
from common.csv_files import ReadableBytes, Row, RowError, read_rows
from common.row_reports import plain
from referrals.enums import ImportChannel
from referrals.models import IncidentImport
from referrals.models.incident import force_importing
from referrals.services.incident_rows import COLUMNS, OPTIONAL_COLUMNS, CannotImport, RowChecker

LONGEST_NAME = 120
MOST_ROWS_OVER_API = 1_000
TELL_EVERY = 10_000

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
# Ordered by number, so that two imports at the same moment wait for each other and never for good. What was submitted with
# the number of an incident of the file before that was known is linked to it, whether the incident is new, changed or not.
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
    RETURNING id, number, xmax = 0 AS is_new
), known AS (
    SELECT id, number FROM taken
    UNION
    SELECT incident.id, incident.number FROM referrals_incident AS incident
    JOIN incoming_incident AS good ON good.number = incident.number AND good.message = ''
    WHERE incident.force_id = %(force)s
), linked AS (
    UPDATE referrals_referral AS form SET incident_id = known.id FROM known
    WHERE form.occurrence_number = known.number AND form.occurrence_number <> ''
      AND form.agency_id = %(force)s AND form.incident_id IS NULL AND form.submitted_at IS NOT NULL
    RETURNING 1
)
SELECT (SELECT count(*) FROM taken WHERE is_new), (SELECT count(*) FROM taken WHERE NOT is_new),
       (SELECT count(*) FROM linked)
"""
_COUNT = (
    "SELECT count(DISTINCT row_number), count(DISTINCT row_number) FILTER (WHERE message <> '') FROM incoming_incident"
)


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
    checker = RowChecker(force, at=at)
    with connection.cursor() as cursor:
        cursor.execute(_CREATE)
        with cursor.copy(_COPY) as copy:
            for count, row in enumerate(rows, start=1):
                for record in checker.records(row):
                    copy.write_row(record)
                if on_row is not None and count % TELL_EVERY == 0:
                    on_row(count)
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
        added, changed, linked = cursor.fetchone()
        done = IncidentImport.objects.create(
            force=force,
            by=by,
            at=at,
            channel=channel,
            file_name=plain(file_name)[:LONGEST_NAME] or "incidents.csv",
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
        linked=linked,
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
