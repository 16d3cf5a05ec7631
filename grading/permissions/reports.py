"""Who may do what with reports. Which of them somebody may see is `Report.objects.visible_to`."""

from accounts.enums import Permission
from accounts.models import User
from grading.enums import REPORTABLE
from grading.models import DipSample, Report


def can_see_reports(user: User) -> bool:
    return user.may(Permission.SEE_REPORTS, Permission.RUN_DIP_SAMPLES)


def can_make_reports(user: User) -> bool:
    return user.may(Permission.RUN_DIP_SAMPLES)


def can_make_report(user: User, sample: DipSample) -> bool:
    """Who runs dip samples, of their own force's samples, once the last review is in."""
    return can_make_reports(user) and user.agency_id == sample.force_id and sample.state in REPORTABLE


def can_cancel_report(user: User, report: Report) -> bool:
    """Who asked for it, and who runs dip samples of the force; as long as it is being made."""
    is_supervisor = can_make_reports(user) and user.agency_id == report.dip_sample.force_id
    return is_supervisor or report.requested_by_id == user.pk
