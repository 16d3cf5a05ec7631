"""The reports of an evaluation: written, changed, removed, and read a second time, until they are graded."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from referrals.enums import (
    AssessmentMove,
    HandlingCode,
    InformationGrade,
    ReportPriority,
    SourceGrade,
    next_assessment_state,
)
from referrals.models import CpiAssessment, CpiReport, Referral
from referrals.services.intelligence import CannotAssess, assessment_to_move

MOST_REPORTS = 30


@transaction.atomic
def write_report(
    *,
    referral_id: uuid.UUID,
    key: uuid.UUID,
    text: str,
    source: SourceGrade | str,
    information: InformationGrade | str,
    handling: HandlingCode | str,
    priority: ReportPriority | str,
    conditions: str = "",
    note: str = "",
    by: User,
    at: datetime,
) -> CpiReport:
    """Add the report with this key, or change it. The same again changes nothing. Raises CannotAssess.

    Whoever changes it has written it, and what was read a second time has to be read again.
    """
    referral, assessment = _open(referral_id, AssessmentMove.WRITE, by=by)
    values = {
        "text": text.strip(),
        "code": _code(source, information, handling),
        "priority": ReportPriority(priority).value if priority in ReportPriority.values else "",
        "conditions": conditions.strip() if handling == HandlingCode.CONDITIONS else "",
        "note": note.strip(),
    }
    _check(values)
    report = CpiReport.objects.select_for_update(of=("self",)).filter(pk=key).first()
    if report is not None and report.assessment_id != assessment.pk:
        raise CannotAssess("Open the page again before you write another report.")
    if report is not None and all(getattr(report, name) == value for name, value in values.items()):
        return report
    is_new = report is None
    if report is None:
        last = assessment.reports.aggregate(last=Max("number"))["last"] or 0
        if assessment.reports.count() >= MOST_REPORTS:
            raise CannotAssess(f"{MOST_REPORTS} reports are the most of one form.")
        report = CpiReport(id=key, assessment=assessment, number=last + 1)
    for name, value in values.items():
        setattr(report, name, value)
    report.written_at, report.written_by = at, by
    report.second_read_at = report.second_read_by = None
    report.save()
    _record("cpi.report_written", referral, report, by=by, at=at, is_new=is_new, code=report.code)
    return report


@transaction.atomic
def remove_report(*, referral_id: uuid.UUID, report_id: uuid.UUID, by: User, at: datetime) -> None:
    """Take a report out of an evaluation that is not graded. One that is gone already stays so. Raises CannotAssess."""
    referral, assessment = _open(referral_id, AssessmentMove.WRITE, by=by)
    report = assessment.reports.select_for_update(of=("self",)).filter(pk=report_id).first()
    if report is None:
        return
    _record("cpi.report_removed", referral, report, by=by, at=at, code=report.code)
    report.delete()


@transaction.atomic
def read_report_second(*, referral_id: uuid.UUID, report_id: uuid.UUID, by: User, at: datetime) -> CpiReport:
    """Another person has read a report under conditions and stands by it. Raises CannotAssess."""
    referral, assessment = _open(referral_id, AssessmentMove.READ_SECOND, by=by)
    report = assessment.reports.select_for_update(of=("self",)).filter(pk=report_id).first()
    if report is None or report.handling != HandlingCode.CONDITIONS:
        raise CannotAssess("Only a report whose handling has conditions is read a second time.")
    if report.written_by_id == by.pk:
        raise CannotAssess("You wrote this report, so somebody else reads it a second time.")
    if report.second_read_at is not None:
        return report
    report.second_read_at, report.second_read_by = at, by
    report.save(update_fields=["second_read_at", "second_read_by"])
    _record("cpi.report_read_second", referral, report, by=by, at=at, code=report.code)
    return report


def _open(referral_id: uuid.UUID, move: AssessmentMove, *, by: User) -> tuple[Referral, CpiAssessment]:
    referral, assessment = assessment_to_move(referral_id, by=by)
    if next_assessment_state(move, assessment.state) is None:
        raise CannotAssess(
            f"Reports change only while it is evaluated. It is: {assessment.get_state_display().lower()}."
        )
    return referral, assessment


def _code(source: str, information: str, handling: str) -> str:
    if (
        source not in SourceGrade.values
        or information not in InformationGrade.values
        or handling not in HandlingCode.values
    ):
        raise CannotAssess("Choose source, information and handling from the lists.")
    return f"{SourceGrade(source).value}{InformationGrade(information).value}{HandlingCode(handling).value}"


def _check(values: dict[str, str]) -> None:
    if not values["text"] or not values["priority"]:
        raise CannotAssess("Write the report, and choose its priority.")
    if values["code"].endswith(HandlingCode.CONDITIONS.value) and not values["conditions"]:
        raise CannotAssess("Handling C needs the conditions.")
    if values["code"].startswith("3A") and not values["note"]:
        raise CannotAssess("Say in the note why a source that is not reliable knows it directly.")


def _record(what: str, referral: Referral, report: CpiReport, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(verb=Verb.CHANGED, what=what, at=at, actor=by, subject=referral, number=report.number, **details)
