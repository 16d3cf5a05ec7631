"""Who may do what with reports. Which of them somebody may see is `Report.objects.visible_to`."""

from uuid import UUID

from accounts.enums import Permission
from accounts.models import User
from grading.enums import REPORTABLE, ReportKind, RoundState
from grading.models import DipSample, GradingRound, Report, ReportYear
from grading.models.report import TO_RUN
from grading.permissions.rounds import can_run


def can_see_reports(user: User) -> bool:
    return user.may(Permission.SEE_REPORTS, *TO_RUN.values())


def can_make_reports(user: User) -> bool:
    return user.may(Permission.RUN_DIP_SAMPLES)


def can_make_report(user: User, sample: DipSample) -> bool:
    """Who runs dip samples, of their own force's samples, once the last review is in."""
    return can_make_reports(user) and user.agency_id == sample.force_id and sample.state in REPORTABLE


def can_make_round_report(user: User, round: GradingRound) -> bool:
    """Who runs the round, once it is published."""
    return can_run(user, round) and round.state == RoundState.PUBLISHED


def can_make_annual_report(user: User, force_id: UUID | None) -> bool:
    """Who has reports made, of their own police force."""
    return can_make_reports(user) and user.agency is not None and user.agency.is_police and user.agency_id == force_id


def can_cancel_report(user: User, report: Report) -> bool:
    """Who asked for it, and who runs what it is of; as long as it is being made."""
    runs_it = user.may(TO_RUN[ReportKind(report.kind)]) and user.agency_id == report.subject.force_id
    return runs_it or report.requested_by_id == user.pk


def can_have_made_again(user: User, report: Report) -> bool:
    """Who may have a report made of the same sample, round or year."""
    of = report.subject
    if isinstance(of, ReportYear):
        return can_make_annual_report(user, of.force_id)
    if isinstance(of, GradingRound):
        return can_make_round_report(user, of)
    return can_make_report(user, of)
