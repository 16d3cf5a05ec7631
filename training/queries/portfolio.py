"""What a portfolio of one person says."""

from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch

from accounts.models import User
from common.clock import london_day
from common.stored_files import ScanState
from training.enums import RecordState
from training.models import CpdFile
from training.queries.cpd import log_of
from training.queries.cpd_expected import against_expectation, expectations_of
from training.queries.earlier import earlier_of
from training.queries.people import cpd_by_year
from training.queries.records import listed, records_to_read

# A few hundred pages; whoever has more asks for a year.
MOST_ENTRIES = 500


def portfolio_of(person: User, *, year: int | None, by: User, at: datetime) -> dict[str, Any]:
    """One year, or everything: totals, complete modules, and entries newest first with the names of their checked files.

    At most MOST_ENTRIES entries; `left_out` says how many older ones there are beside them.
    """
    today = london_day(at)
    files = CpdFile.objects.filter(state=ScanState.CLEAN).order_by("added_at", "pk")
    log = log_of(person, year=year).select_related("logged_by").prefetch_related(Prefetch("files", files))
    entries = list(log.order_by("-done_on", "-logged_at", "-pk")[:MOST_ENTRIES])
    years = against_expectation(cpd_by_year(person), expectations_of(person.agency_id), on=today)
    records = records_to_read().filter(person=person, state=RecordState.COMPLETE).newest_first()
    modules = [one for one in listed(records, on=today) if year is None or _is_in(one.done_on, year)]
    return {
        "person": person,
        "year": year,
        "by": by,
        "at": at,
        "years": [one for one in years if year in (None, one.year)],
        "modules": modules,
        "earlier": [one for one in earlier_of(person) if year is None or _is_in(one.done_on, year)],
        "entries": entries,
        "left_out": max(log.count() - len(entries), 0) if len(entries) == MOST_ENTRIES else 0,
    }


def _is_in(done_on: date, year: int) -> bool:
    return done_on.year == year
