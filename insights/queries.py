"""What the home page and the access log page ask of the apps below."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.apps import apps as installed
from django.db.models import Count, Sum
from django.urls import reverse

from accounts.enums import Permission as May
from accounts.models import Agency, User
from audit import queries as audit
from audit.models import Entry
from common.clock import london_day
from common.waiting import Waiting
from grading import queries as grading
from insights.models import FormFault, field_in_words, form_in_words, kind_in_words
from jobs.models import Job
from partners import queries as partners
from referrals import queries as referrals
from referrals.models import Referral
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
    return sorted(lines, key=lambda line: line.rank)


def _jobs_given_up() -> Waiting:
    """Follow-up work that the service could not do, for administrators."""
    count = Job.objects.given_up().count()
    title = "job that was given up" if count == 1 else "jobs that were given up"
    return Waiting(title, count, reverse("admin:jobs_job_changelist"), is_late=count > 0)


def main_action(user: User) -> MainAction | None:
    """The main action of the first of the person's permissions in ACTIONS."""
    return next((action for permission, action in ACTIONS if user.may(permission)), None)


@dataclass(frozen=True)
class LogLine:
    """An entry of the access log with the names behind its ids."""

    entry: Entry
    actor: str
    record: str
    recipient: str
    is_submitted: bool = False

    @property
    def day(self) -> date:
        return london_day(self.entry.at)


def with_names(entries: Iterable[Entry]) -> list[LogLine]:
    """Put names to ids in three queries, whatever the number of entries; an id without a person is shown as it is."""
    listed = list(entries)
    names = {
        str(pk): name
        for pk, name in User.objects.filter(pk__in={e.actor_id for e in listed if e.actor_id}).values_list("pk", "name")
    }
    agencies = {
        str(pk): name
        for pk, name in Agency.objects.filter(pk__in={e.recipient_id for e in listed if e.recipient_id}).values_list(
            "pk", "name"
        )
    }
    about = {e.object_id for e in listed if e.object_label == Referral._meta.label}
    references = {
        str(pk): reference for pk, reference in Referral.objects.filter(pk__in=about).values_list("pk", "reference")
    }
    return [
        LogLine(
            entry,
            names.get(entry.actor_id, entry.actor_id or "The service itself"),
            references.get(entry.object_id) or _kind_of_record(entry.object_label),
            agencies.get(entry.recipient_id, entry.recipient_id),
            is_submitted=bool(references.get(entry.object_id)),
        )
        for entry in listed
    ]


def people_who_looked(referral: Referral) -> list[tuple[str, str]]:
    """Id and name of everybody who read or changed it, by name."""
    ids = audit.actors_of(str(referral.pk))
    return [(str(pk), name) for pk, name in User.objects.filter(pk__in=ids).order_by("name").values_list("pk", "name")]


def _kind_of_record(label: str) -> str:
    """ "Referral" for "referrals.Referral"; a model that is no longer there is shown as it was written down."""
    if not label:
        return ""
    try:
        return str(installed.get_model(label)._meta.verbose_name).capitalize()
    except LookupError:
        return label


DAYS_OF_FAULTS = 30
MOST_FAULTS = 200


@dataclass(frozen=True)
class Stumble:
    """One question of one form with what was wrong, in words, and how often."""

    form: str
    field: str
    kind: str
    count: int
    days: int


def form_faults_since(day: date) -> list[Stumble]:
    """What was sent back with an error since that day, the most frequent first; one more than are shown, at most."""
    groups = FormFault.objects.filter(day__gte=day).values("form", "field", "kind")
    rows = groups.annotate(often=Sum("count"), days=Count("pk")).order_by("-often", "form", "field", "kind")
    return [
        Stumble(
            form_in_words(row["form"]),
            field_in_words(row["field"]),
            kind_in_words(row["kind"]),
            row["often"],
            row["days"],
        )
        for row in rows[: MOST_FAULTS + 1]
    ]


def faults_in_all_since(day: date) -> int:
    return FormFault.objects.filter(day__gte=day).aggregate(often=Sum("count"))["often"] or 0
