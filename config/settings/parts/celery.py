"""Celery over Redis. What must not be lost is a row in jobs.Job; the broker only carries the nudge to look at it."""

from typing import Any

from celery.schedules import crontab

from config.settings.environment import env


def _broker(url: str) -> str:
    """Celery's name for a Redis address: it says redis+socket:// where Redis itself says unix://."""
    return url.replace("unix://", "redis+socket://", 1) if url.startswith("unix://") else url


CELERY_BROKER_URL = _broker(env("REDIS_URL") or "redis://localhost:6379/0")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# An officer's submission must not wait for a broker that is away: one quick try, the sweeper does the rest.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 5, "max_retries": 0}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "Europe/London"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"


def _due(task: str, schedule: float | crontab, *, worth_seconds: float) -> dict[str, Any]:
    """What the clock starts. Nobody runs it later than this: while workers are away the broker would fill with it."""
    return {"task": task, "schedule": schedule, "options": {"expire_seconds": worth_seconds}}


CELERY_BEAT_SCHEDULE = {
    "end-sessions-of-lost-roles": _due(
        "accounts.end_sessions_of_lost_roles", crontab(hour=0, minute=1), worth_seconds=6 * 3600
    ),
    "sweep-jobs": _due("jobs.sweep", 10.0, worth_seconds=10),
    "chain-access-log": _due("audit.chain", 5.0, worth_seconds=5),
    "forget-log-searches": _due("audit.forget_log_searches", crontab(minute=55), worth_seconds=3600),
    "watch-access-log": _due("insights.watch_access_log", 300.0, worth_seconds=300),
    "keep-log-head": _due("insights.keep_log_head", crontab(minute=5), worth_seconds=3600),
    "mail-log-head": _due("insights.mail_log_head", crontab(hour=6, minute=45), worth_seconds=6 * 3600),
    "note-heartbeat": _due("jobs.note_heartbeat", 15.0, worth_seconds=15),
    "note-late-challenges": _due("referrals.note_late_challenges", 300.0, worth_seconds=300),
    "chase-late-answers": _due("referrals.chase_late_answers", 600.0, worth_seconds=600),
    "chase-late-actions": _due("referrals.chase_late_actions", 600.0, worth_seconds=600),
    "note-late-notices": _due("referrals.note_late_notices", 60.0, worth_seconds=60),
    "note-late-decisions": _due("referrals.note_late_decisions", 60.0, worth_seconds=60),
    "note-late-reviews": _due("referrals.note_late_reviews", 60.0, worth_seconds=60),
    "check-left-attachments": _due("referrals.check_left_attachments", 600.0, worth_seconds=600),
    "request-due-reports": _due("grading.request_due_reports", 300.0, worth_seconds=300),
    "remind-of-sessions": _due("training.remind_of_sessions", 600.0, worth_seconds=600),
    "remind-of-lapses": _due("training.remind_of_lapses", crontab(hour=7, minute=10), worth_seconds=6 * 3600),
    "remove-orphaned-report-files": _due(
        "grading.remove_orphaned_files", crontab(hour=3, minute=20), worth_seconds=6 * 3600
    ),
    "remove-orphaned-attachments": _due(
        "referrals.remove_orphaned_attachments", crontab(hour=3, minute=30), worth_seconds=6 * 3600
    ),
    "check-left-evidence": _due("training.check_left_files", 600.0, worth_seconds=600),
    "remove-orphaned-evidence": _due(
        "training.remove_orphaned_files", crontab(hour=3, minute=35), worth_seconds=6 * 3600
    ),
    "settle-places": _due("partners.settle_places", 30.0, worth_seconds=30),
    "remind-who-is-booked": _due("partners.remind_of_sessions", 120.0, worth_seconds=120),
    "erase-needs": _due("partners.erase_needs", crontab(hour=3, minute=45), worth_seconds=6 * 3600),
    "open-missing-assessments": _due("referrals.open_missing_assessments", crontab(minute=25), worth_seconds=3600),
    "remind-of-old-drafts": _due("referrals.remind_of_old_drafts", crontab(hour=7, minute=30), worth_seconds=6 * 3600),
    "delete-old-drafts": _due("referrals.delete_old_drafts", crontab(hour=3, minute=50), worth_seconds=6 * 3600),
    "review-retention": _due("referrals.review_retention", crontab(hour=2, minute=15), worth_seconds=6 * 3600),
    "remove-doomed-files": _due("insights.remove_doomed_files", crontab(minute=35), worth_seconds=3600),
    "forget-searches": _due("referrals.forget_searches", crontab(minute=50), worth_seconds=3600),
    "forget-what-is-over": _due("accounts.forget_what_is_over", crontab(hour=3, minute=40), worth_seconds=6 * 3600),
    "ask-who-was-there": _due("partners.ask_by_mail", crontab(hour=9, minute=5), worth_seconds=6 * 3600),
    "follow-up-registers": _due("partners.follow_up_registers", crontab(hour=7, minute=50), worth_seconds=6 * 3600),
    "warn-of-absences": _due("partners.warn_of_absences", crontab(hour=9, minute=20), worth_seconds=6 * 3600),
    "purge-partners": _due("partners.purge", crontab(hour=4, minute=10), worth_seconds=6 * 3600),
    "remind-of-tailored": _due("partners.remind_of_tailored", crontab(hour=8, minute=5), worth_seconds=6 * 3600),
    "check-left-materials": _due("partners.check_left_materials", 600.0, worth_seconds=600),
    "remove-orphaned-materials": _due(
        "partners.remove_orphaned_materials", crontab(hour=3, minute=45), worth_seconds=6 * 3600
    ),
}
