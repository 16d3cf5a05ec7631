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
from referrals.queries.triage import QUEUE_ORDER, QueueRow, queue, queue_counts, queue_rows, working_time_in_words
from referrals.queries.waiting import waiting_for

__all__ = [
    "ANSWERS_STAY_NEW",
    "Completeness",
    "Hint",
    "IMPORTS_ORDER",
    "INCIDENTS_ORDER",
    "LONG_CONCERN",
    "LONG_LIFE",
    "Limit",
    "MINE_ORDER",
    "Point",
    "QUEUE_ORDER",
    "QueueRow",
    "REFUSALS_HEADING",
    "REFUSALS_ORDER",
    "SHARED_ORDER",
    "TIMELY",
    "assignments_of",
    "completeness_of",
    "decisions_of",
    "deciders_of",
    "districts_of",
    "drafts_of",
    "encompass_children",
    "encompass_due_at",
    "encompass_required",
    "explanation_missing",
    "hints_of",
    "imports_for",
    "incidents_for",
    "limits_of",
    "newly_answered",
    "queue",
    "queue_counts",
    "queue_rows",
    "refusals_of",
    "school_begins_after",
    "sent_by",
    "shared_with",
    "waiting_for",
    "working_time_in_words",
]
