"""What the home page asks of the apps below."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts.enums import Permission as May
from accounts.models import User
from audit.models import Unusual
from common.paging import capped_count
from common.waiting import Waiting
from grading import queries as grading
from jobs.models import Job
from partners import queries as partners
from referrals import queries as referrals
from referrals.enums import RetentionState
from referrals.models import RetentionReview
from training import queries as training


@dataclass(frozen=True)
class MainAction:
    """The one thing that a person most likely came for."""

    title: str
    url_name: str


ACTIONS: list[tuple[May, MainAction]] = [
    (May.DECIDE_REFERRAL, MainAction("Work the queue", "referrals:queue")),
    (May.ASSESS_CPI, MainAction("Evaluate CPI forms", "referrals:assessments")),
    (May.WRITE_PPN, MainAction("Start a PPN", "referrals:start")),
    (May.WRITE_CPI, MainAction("Start a CPI form", "referrals:start")),
    (May.GRADE, MainAction("Grade PPNs", "grading:rounds")),
    (May.RUN_TRAINING, MainAction("Log a module", "training:record_new")),
    (May.SIGN_OFF_AS_MENTOR, MainAction("Sign off training", "training:sign_offs")),
    (May.SIGN_OFF_AS_LINE_MANAGER, MainAction("Sign off training", "training:sign_offs")),
    (May.REVIEW_INCIDENTS, MainAction("Review incidents", "grading:dip_samples")),
    (May.BOOK_SESSION, MainAction("Book a session", "partners:sessions")),
    (May.SEE_REPORTS, MainAction("Read reports", "grading:reports")),
    (May.SEE_ACCESS_LOG, MainAction("Search the access log", "access_log")),
    (May.MANAGE_PEOPLE, MainAction("Keep people, agencies and roles", "admin:index")),
]


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """Everything that waits for this person: where somebody may be at risk first, then what is late."""
    apps = (referrals, grading, training, partners)
    lines = [line for app in apps for line in app.waiting_for(user, at=at) if line.count]
    if user.may(May.MANAGE_PEOPLE):
        lines += [line for line in (_jobs_given_up(),) if line.count]
    if user.may(May.SEE_ACCESS_LOG):
        lines += [line for line in (_unusual_access(),) if line.count]
    if user.may(May.REVIEW_RETENTION):
        lines += [line for line in (_retention(user),) if line.count]
    return sorted(lines, key=lambda line: line.rank)


def _jobs_given_up() -> Waiting:
    """Follow-up work that the service could not do, for administrators."""
    count = Job.objects.given_up().count()
    title = "job that was given up" if count == 1 else "jobs that were given up"
    return Waiting(title, count, reverse("admin:jobs_job_changelist"), is_late=count > 0)


def _unusual_access() -> Waiting:
    """Cases that nobody has looked at, for information governance."""
    count = capped_count(Unusual.objects.new())
    title = "case of unusual access" if count.count == 1 else "cases of unusual access"
    return Waiting(title, count.count, reverse("unusual"), is_capped=count.is_capped)


def _retention(user: User) -> Waiting:
    """Reviews of retention that are due or wait for a second person, of which one's own proposals wait for others."""
    waiting = (
        RetentionReview.objects.visible_to(user).awaiting().exclude(state=RetentionState.PROPOSED, decided_by=user)
    )
    count = capped_count(waiting)
    title = "retention review" if count.count == 1 else "retention reviews"
    return Waiting(title, count.count, reverse("retention"), is_capped=count.is_capped)


def main_action(user: User) -> MainAction | None:
    """The main action of the first of the person's permissions in ACTIONS."""
    return next((action for permission, action in ACTIONS if user.may(permission)), None)
