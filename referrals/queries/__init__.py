"""Questions over referrals, shares and people: what waits, the queue, and what graders would miss."""

from referrals.queries.assignment import assignments_of, deciders_of
from referrals.queries.completeness import (
    LONG_CONCERN,
    LONG_LIFE,
    TIMELY,
    Completeness,
    Point,
    completeness_of,
    explanation_missing,
)
from referrals.queries.encompass import encompass_children, encompass_due_at, encompass_required, school_begins_after
from referrals.queries.hints import Hint, hints_of
from referrals.queries.incidents import (
    IMPORTS_ORDER,
    INCIDENTS_ORDER,
    REFUSALS_HEADING,
    REFUSALS_ORDER,
    districts_of,
    imports_for,
    incidents_for,
    refusals_of,
)
from referrals.queries.limits import Limit, decisions_of, limits_of
from referrals.queries.lists import (
    ANSWERS_STAY_NEW,
    MINE_ORDER,
    SHARED_ORDER,
    drafts_of,
    newly_answered,
    sent_by,
    shared_with,
)
from referrals.queries.people import (
    FIRST,
    NEEDED,
    Group,
    Household,
    fields_for,
    groups_for,
    households_of,
    identity_gaps,
    relations_of,
)
from referrals.queries.triage import QUEUE_ORDER, QueueRow, queue, queue_counts, queue_rows, working_time_in_words
from referrals.queries.waiting import waiting_for

__all__ = [
    "ANSWERS_STAY_NEW",
    "Completeness",
    "FIRST",
    "Group",
    "Hint",
    "Household",
    "IMPORTS_ORDER",
    "INCIDENTS_ORDER",
    "LONG_CONCERN",
    "LONG_LIFE",
    "Limit",
    "MINE_ORDER",
    "NEEDED",
    "Point",
    "QUEUE_ORDER",
    "QueueRow",
    "REFUSALS_HEADING",
    "REFUSALS_ORDER",
    "SHARED_ORDER",
    "TIMELY",
    "assignments_of",
    "completeness_of",
    "deciders_of",
    "decisions_of",
    "districts_of",
    "drafts_of",
    "encompass_children",
    "encompass_due_at",
    "encompass_required",
    "explanation_missing",
    "fields_for",
    "groups_for",
    "hints_of",
    "households_of",
    "identity_gaps",
    "imports_for",
    "incidents_for",
    "limits_of",
    "newly_answered",
    "queue",
    "queue_counts",
    "queue_rows",
    "refusals_of",
    "relations_of",
    "school_begins_after",
    "sent_by",
    "shared_with",
    "waiting_for",
    "working_time_in_words",
]
