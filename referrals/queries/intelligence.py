"""Evaluations of CPI forms: the lists of intelligence staff, the graded reports, and words that lead to a source."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from referrals.enums import (
    THANKED,
    TOLD_OF_ROUTE,
    TOLD_WITHOUT_ROUTE,
    AssessmentsShown,
    AssessmentState,
    Route,
)
from referrals.models import CpiAssessment, CpiReport, Referral

LOOK_ORDER = ("look_due_at", "pk")
ASSESSMENTS_ORDER = ("outcome_due_at", "pk")
CLOSED_ORDER = ("-outcome_due_at", "-pk")
REPORTS_ORDER = ("-graded_at", "-pk")
# Words of a text that hint at who said it.
SPEAKERS = re.compile(
    r"\b(I|me|my|mine|we|us|our|ours|told (?:me|us)|(?:the|a|his|her|their) (?:teacher|nurse|doctor|GP|midwife|"
    r"health visitor|social worker|support worker|housing officer|caretaker|porter|neighbour|mother|father|parent)|"
    r"caller|informant|referrer|submitter)\b"
)
SHORTEST_NAME = 3
# In the names of many agencies, so that they identify none.
COMMON = frozenset(
    [
        "and",
        "for",
        "the",
        "service",
        "services",
        "children",
        "adults",
        "school",
        "primary",
        "secondary",
        "academy",
        "college",
        "hospital",
        "surgery",
        "trust",
        "health",
        "mental",
        "care",
        "board",
        "council",
        "police",
        "fire",
        "rescue",
        "probation",
        "housing",
        "department",
        "team",
        "integrated",
        "domestic",
        "abuse",
        "fictitious",
        "officer",
        "social",
        "worker",
        "families",
        "midwives",
        "visitors",
    ]
)


def assessments_shown(user: User, *, shown: AssessmentsShown | str) -> QuerySet[CpiAssessment]:
    """One of the lists of evaluations of this person's hub."""
    found = CpiAssessment.objects.visible_to(user).select_related("referral__cpi", "begun_by")
    match AssessmentsShown(shown):
        case AssessmentsShown.RECEIVED:
            return found.received()
        case AssessmentsShown.BEGUN:
            return found.begun()
        case AssessmentsShown.SECOND:
            return found.for_second_reader(user)
        case AssessmentsShown.DOUBTFUL:
            return found.doubtful()
        case AssessmentsShown.CLOSE:
            return found.to_close()
        case AssessmentsShown.CLOSED:
            return found.filter(state=AssessmentState.CLOSED)


def assessments_order(shown: AssessmentsShown | str) -> tuple[str, ...]:
    """What is due first stands first; of what is closed the newest does."""
    if shown == AssessmentsShown.RECEIVED:
        return LOOK_ORDER
    return CLOSED_ORDER if shown == AssessmentsShown.CLOSED else ASSESSMENTS_ORDER


def late_assessments(
    found: QuerySet[CpiAssessment], *, shown: AssessmentsShown, at: datetime
) -> QuerySet[CpiAssessment]:
    """Those of a list that are late: by the first look, or by the outcome; what has an outcome is not."""
    if shown in (AssessmentsShown.CLOSE, AssessmentsShown.CLOSED):
        return found.none()
    return (
        found.filter(look_due_at__lt=at) if shown == AssessmentsShown.RECEIVED else found.filter(outcome_due_at__lt=at)
    )


def assessment_of(referral: Referral) -> CpiAssessment | None:
    """The evaluation of a form with its reports in order, in two queries; None where it was not opened."""
    people = ("begun_by", "graded_by", "outcome_by", "closed_by")
    reports = CpiReport.objects.select_related("written_by", "second_read_by").order_by("number")
    found = CpiAssessment.objects.filter(referral=referral).select_related("referral", *people)
    return found.prefetch_related(Prefetch("reports", queryset=reports)).first()


def reports_for(user: User, *, filters: Mapping[str, Any] | None = None) -> QuerySet[CpiReport]:
    """The graded reports of this person's hub. Filters: source, information, handling (a part of the code each), priority."""
    wanted = dict(filters or {})
    found = CpiReport.objects.visible_to(user)
    parts = [str(wanted.get(name, ".")) for name in ("source", "information", "handling")]
    if parts != [".", ".", "."]:
        found = found.filter(code__regex=f"^{''.join(parts)}$")
    if "priority" in wanted:
        found = found.filter(priority=wanted["priority"])
    return found.select_related("assessment__referral")


def words_on_routes(assessment: CpiAssessment) -> str:
    """What may be told to who sent the form: thanks and the kind of route, nothing more."""
    told = [TOLD_OF_ROUTE[Route(code)] for code in assessment.routes] or [TOLD_WITHOUT_ROUTE]
    return " ".join([THANKED, *told])


def names_of_source(referral: Referral) -> list[str]:
    """Words by which who sent a form is known: name, agency, address and telephone; what many agencies are called is left out."""
    author, agency = referral.author, referral.agency
    told = [author.email, *re.findall(r"[\w'’-]+", f"{author.name} {agency.name}")]
    kept = [word for word in told if len(word) >= SHORTEST_NAME and word.removesuffix("'s").lower() not in COMMON]
    return list(dict.fromkeys(kept))


def traces_of_source(text: str, referral: Referral) -> list[str]:
    """Words of a report that may lead to its source, as they stand in it: names of the sender, and how somebody speaks who was there.

    A hint to look again and no more: what identifies somebody by inference no list of words finds.
    """
    names = "|".join(re.escape(name.removesuffix("'s")) for name in names_of_source(referral))
    by_name = re.findall(rf"\b(?:{names})\b", text, re.IGNORECASE) if names else []
    spoken = [match.group(0) for match in SPEAKERS.finditer(text)]
    return list(dict.fromkeys([*by_name, *spoken]))
