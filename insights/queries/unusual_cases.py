"""What the pages of unusual access ask: cases with the names behind their ids, their numbers as sentences, and what was done that day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from audit import queries as audit
from audit.models import Entry, Unusual
from common.clock import start_of_day
from insights.queries.names import agencies_named, people_named, references_of

NUMBERS = {
    "looks": "Looks out of hours: {looks}, from {first} to {last}",
    "days_before": "Days with looks out of hours in the four weeks before: {days_before}",
    "hour": "In the hour from {hour}",
    "count": "Counted: {count}",
    "own_usual": "Usual of this person: {own_usual}",
    "usual_of_role": "Usual of people with the same role: {usual_of_role}",
    "limit": "Listed from: {limit}",
    "people": "People in the referral with that name: {people}",
    "without_task": "Opened without a task: {without_task} of {opened}",
    "searches": "Searches for the same name: {searches}, in {days} days",
}


@dataclass(frozen=True)
class Case:
    """A case with the names behind its ids."""

    case: Unusual
    actor: str
    agency: str
    record: str
    noted_by: str

    @property
    def numbers(self) -> list[str]:
        """What was counted, and what it is measured against, as sentences."""
        counts = {name: _as_words(value) for name, value in self.case.counts.items() if value is not None}
        said = [words.format_map(counts) for name, words in NUMBERS.items() if name in counts]
        if self.case.counts.get("in_own_district"):
            said.append("In the district of this person's own team")
        return said


def _as_words(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def cases_with_names(cases: Sequence[Unusual]) -> list[Case]:
    """In three queries, whatever the number of cases."""
    names = people_named(one for case in cases for one in (case.actor_id, case.noted_by_id))
    agencies = agencies_named(case.actor_agency_id for case in cases)
    references = references_of((case.object_label, case.object_id) for case in cases)
    return [
        Case(
            case,
            names.get(case.actor_id, case.actor_id),
            agencies.get(case.actor_agency_id, ""),
            references.get(case.object_id, ""),
            names.get(case.noted_by_id, ""),
        )
        for case in cases
    ]


def entries_about(case: Unusual) -> QuerySet[Entry]:
    """What the person did on that day, with the record if the case is about one; the newest first."""
    return audit.entries(
        actor_id=case.actor_id,
        object_id=case.object_id if case.object_label else "",
        since=start_of_day(case.day),
        before=start_of_day(case.day + timedelta(days=1)),
    )
