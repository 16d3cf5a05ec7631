"""The imports by which the last nights' incidents came, with a few rows that were refused."""

import hashlib
from datetime import timedelta

from common.clock import start_of_day
from devtools.demo_data.identity import named_id
from devtools.demo_data.people import Setting
from referrals.models import Incident, IncidentImport, IncidentImportRow

NIGHTS = 5
# night: number of the row, column, what was wrong
REFUSED: dict[int, tuple[tuple[int, str, str], ...]] = {
    2: ((3, "district_code", "The force has no district with the code “Y99017”."),),
    4: (
        (2, "reported_at", "“31/11/2026 02:15” is not a real date; write 2026-03-27 14:05 or 27/03/2026 14:05."),
        (5, "kind", "The kind of incident is missing."),
        (5, "child_linked", "Write yes or no."),
    ),
}


def make_imports(setting: Setting) -> int:
    """One import for each of the last nights: the incidents reported the day before were in it. Returns how many."""
    for nights_ago in range(NIGHTS, 0, -1):
        day = setting.today - timedelta(days=nights_ago)
        refused = REFUSED.get(nights_ago, ())
        added = Incident.objects.filter(reported_on=day).count()
        count = len({number for number, _, _ in refused})
        name = f"incidents-{day}.csv"
        done = IncidentImport.objects.create(
            id=named_id("incident import", day),
            force=setting.hub,
            # Nightly by the command line; the analyst sent yesterday's herself.
            by=setting.people["analyst"] if nights_ago == 1 else None,
            at=start_of_day(day) + timedelta(days=1, hours=4),
            file_name=name,
            sha256=hashlib.sha256(name.encode()).hexdigest(),
            rows=added + count,
            added=added,
            refused=count,
        )
        IncidentImportRow.objects.bulk_create(
            IncidentImportRow(
                id=named_id("refusal", day, number, column),
                incident_import=done,
                number=number,
                column=column,
                message=message,
            )
            for number, column, message in refused
        )
    return NIGHTS
