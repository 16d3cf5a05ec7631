"""Rows for the evaluation of CPI forms: intelligence staff work on it, the hub reads it, and nobody else knows of it."""

import uuid
from typing import Any

from referrals import services
from referrals.enums import FormKind
from referrals.models import CpiReport, Referral
from tests.factories.accounts import UserFactory
from tests.people import NOW, Cast
from tests.permissions.referrals import HUB, only
from tests.permissions.rows import Row, Things

INFORMATION = {
    "topics": ["DRUGS"],
    "information": "Cars call at the fictitious garages at night.",
    "lawful_basis": "PUBLIC_TASK",
}
REPORT = {
    "text": "Cars call at the fictitious garages at night.",
    "source": "2",
    "information": "B",
    "handling": "P",
    "priority": "LOW",
}
UNDER_CONDITIONS = REPORT | {"handling": "C", "conditions": "Not beyond the police."}
DOUBTFUL = REPORT | {"information": "E"}


def received(cast: Cast) -> Referral:
    """A CPI form of Pat's that nobody has looked at."""
    return services.submit_complete_referral(
        kind=FormKind.CPI, answers=INFORMATION, people=[], key=uuid.uuid4(), by=cast.pat, at=NOW
    )


def begun(cast: Cast) -> Referral:
    referral = received(cast)
    services.begin_assessment(referral_id=referral.pk, by=cast.ines, at=NOW)
    return referral


def write(referral: Referral, by: Any, **report: Any) -> CpiReport:
    """One report of it, plain unless said otherwise."""
    return services.write_report(referral_id=referral.pk, key=uuid.uuid4(), by=by, at=NOW, **REPORT | report)


def graded(cast: Cast, **report: Any) -> Referral:
    referral = begun(cast)
    write(referral, cast.ines, **report)
    services.grade_assessment(referral_id=referral.pk, by=cast.ines, at=NOW)
    return referral


def routed(cast: Cast, *routes: str) -> Referral:
    referral = graded(cast)
    services.route_assessment(referral_id=referral.pk, routes=routes or ("INTEL_LOG",), by=cast.ines, at=NOW)
    return referral


def furnish(cast: Cast) -> dict[str, Any]:
    """Forms at each point, one with a report of another officer under conditions, one of doubtful content."""
    other = UserFactory(agency=cast.police, name="Ivor Fictitious", roles=["INTELLIGENCE_OFFICER"])
    working = begun(cast)
    return {
        "intelligence_received": received(cast),
        "intelligence_begun": working,
        "intelligence_report": write(working, other, **UNDER_CONDITIONS),
        "intelligence_ready": graded(cast),
        "intelligence_doubtful": graded(cast, **DOUBTFUL),
        "intelligence_routed": routed(cast),
        "intelligence_gradable": _with_one(cast),
    }


def _with_one(cast: Cast) -> Referral:
    referral = begun(cast)
    write(referral, cast.ines)
    return referral


def of(name: str) -> Any:
    """The arguments of the address of one of them."""
    return lambda cast, things: {"pk": things[f"intelligence_{name}"].pk}


def report(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["intelligence_begun"].pk, "report_pk": things["intelligence_report"].pk}


def new_report(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["intelligence_begun"].pk, "report_pk": uuid.uuid4()}


def written(cast: Cast, things: Things) -> dict[str, Any]:
    return dict(REPORT)


def log(cast: Cast, things: Things) -> dict[str, Any]:
    return {"routes": ["INTEL_LOG"]}


def crime(cast: Cast, things: Things) -> dict[str, Any]:
    return {"routes": ["CRIME_DESK"]}


def reason(cast: Cast, things: Things) -> dict[str, Any]:
    return {"reason": "Known already."}


# Who sees the form: intelligence staff, the hub, and Pat who wrote it.
SEEN = only(403, *HUB, "pat")
STAFF = SEEN | only(200, "ines")
DONE = SEEN | only(302, "ines")

ROWS = [
    Row("referrals:assessments", 403, only(200, "ines", "sam"), why="supervisors have the doubtful ones to route"),
    Row("referrals:reports", 403, only(200, "ines")),
    Row("referrals:assessment", 404, only(200, "ines", *HUB) | only(403, "pat"), arguments=of("begun")),
    Row("referrals:assessment_begin", 404, DONE, "POST", of("received")),
    Row("referrals:assessment_grade", 404, DONE, "POST", of("gradable")),
    Row("referrals:assessment_route", 404, STAFF | only(200, "sam"), arguments=of("doubtful")),
    Row("referrals:assessment_route", 404, DONE | only(422, "sam"), "POST", of("ready"), log),
    Row("referrals:assessment_route", 404, SEEN | only(422, "ines") | only(302, "sam"), "POST", of("doubtful"), crime),
    Row("referrals:assessment_end", 404, STAFF, arguments=of("begun")),
    Row("referrals:assessment_end", 404, DONE, "POST", of("begun"), reason),
    Row("referrals:assessment_close", 404, DONE, "POST", of("routed")),
    Row("referrals:report_write", 404, STAFF, arguments=report),
    Row("referrals:report_write", 404, DONE, "POST", new_report, written),
    Row("referrals:report_remove", 404, DONE, "POST", report),
    Row("referrals:report_read", 404, DONE, "POST", report),
]
