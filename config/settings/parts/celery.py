"""Celery over Redis. What must not be lost is a row in jobs.Job; the broker only carries the nudge to look at it."""

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
CELERY_BEAT_SCHEDULE = {
    "sweep-jobs": {"task": "jobs.sweep", "schedule": 10.0},
    "chain-access-log": {"task": "audit.chain", "schedule": 5.0},
    "note-heartbeat": {"task": "jobs.note_heartbeat", "schedule": 15.0},
    "request-due-reports": {"task": "grading.request_due_reports", "schedule": 300.0},
    "remove-orphaned-report-files": {"task": "grading.remove_orphaned_files", "schedule": crontab(hour=3, minute=20)},
}
