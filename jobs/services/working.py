"""Queueing follow-up work, claiming it, and finishing it exactly once."""

import logging
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial, wraps
from typing import Any, TypeVar

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from common.errors import DomainError
from common.kept_sql import insert_all
from jobs.models import Heartbeat, Job
from jobs.services.nudging import RUN_EACH, nudge, nudge_soon

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 6
# A worker that is killed says nothing: the attempt counts all the same, or one job would kill workers for ever.
WORKER_KILLED = "Its worker was killed each time"
FIRST_NUDGE_AGAIN = timedelta(seconds=10)
LONGEST_BETWEEN_NUDGES = timedelta(minutes=10)
FOLLOW_UPS: dict[str, Callable[..., None]] = {}
Function = TypeVar("Function", bound=Callable[..., None])
Tell = Callable[[str, int, int], None]


class LeaseLost(DomainError):
    """Another worker has taken this job over, or it was cancelled; what this one did must not be kept."""


@dataclass
class Lease:
    """A worker's hold on one job. Tell it of progress; finish through it. `tell` hears of progress too."""

    job_id: uuid.UUID
    token: uuid.UUID
    tell: Tell | None = None
    counts: Counter[str] = field(default_factory=Counter, repr=False, compare=False)

    def count(self, name: str) -> int:
        """How often this was asked by that name in this try of the job, this time included: the same at the next try."""
        self.counts[name] += 1
        return self.counts[name]

    def progress(self, *, stage: str, done: int, total: int) -> None:
        """Show how far the work is, and keep the lease for another while. Raises LeaseLost."""
        held = Job.objects.unfinished().filter(pk=self.job_id, lease_token=self.token)
        if not held.update(stage=stage, steps_done=done, steps_total=total, lease_until=timezone.now() + LEASE):
            raise LeaseLost("This job was cancelled, or taken over by another worker.")
        if self.tell is not None:
            self.tell(stage, done, total)

    def finish(self, *, error: str = "") -> None:
        """Mark the job finished. Call it inside the transaction that saves the result: it raises LeaseLost to roll it back."""
        held = Job.objects.unfinished().filter(pk=self.job_id, lease_token=self.token)
        finished = held.update(finished_at=timezone.now(), lease_token=None, lease_until=None, error=error)
        if not finished:
            raise LeaseLost("This job was finished, cancelled or taken over by another worker.")


_at_work: ContextVar[Lease | None] = ContextVar("lease_at_work", default=None)


def lease_at_work() -> Lease | None:
    """The lease of the job that is being done here and now, for what is called from it; nothing outside of jobs."""
    return _at_work.get()


def follow_up(*, queue: str = "default") -> Callable[[Function], Function]:
    """Declare a function as follow-up work: it takes ids as keywords and `lease`, and is started by `enqueue`.

    The function may call `lease.finish()` itself, in the transaction that saves its result; otherwise the job is finished when
    it returns. An exception puts the job back, later each time, at most MOST_ATTEMPTS times.
    """

    def declare(function: Function) -> Function:
        name = f"{function.__module__}.{function.__name__}"

        @shared_task(name=name, ignore_result=True)
        @wraps(function)
        def task(*, job_id: str, **_unknown: object) -> None:
            run(job_id=uuid.UUID(job_id), at=timezone.now())

        FOLLOW_UPS[name] = function
        function.queue = queue  # type: ignore[attr-defined]
        function.task_name = name  # type: ignore[attr-defined]
        return function

    return declare


def enqueue(
    function: Callable[..., None], *, at: datetime, by: Any = None, due_at: datetime | None = None, **arguments: Any
) -> Job:
    """Write down that `function` must run with these ids once the caller's transaction commits.

    The nudge to the broker may fail: the sweeper finds the row within seconds of the broker's return.
    """
    (job,) = enqueue_each(function, [arguments], at=at, by=by, due_at=due_at)
    return job


def enqueue_each(
    function: Callable[..., None],
    each: Sequence[Mapping[str, Any]],
    *,
    at: datetime,
    by: Any = None,
    due_at: datetime | None = None,
) -> list[Job]:
    """The same for each of these sets of ids, written down in one statement."""
    jobs = [
        Job(
            task=function.task_name,  # type: ignore[attr-defined]
            queue=function.queue,  # type: ignore[attr-defined]
            arguments={name: str(value) for name, value in arguments.items()},
            requested_by_id=by.pk if by is not None else None,
            created_at=at,
            due_at=due_at or at,
        )
        for arguments in each
    ]
    insert_all(jobs)
    if due_at is None and jobs:
        transaction.on_commit(partial(nudge_soon, jobs))
    return jobs


def run(*, job_id: uuid.UUID, at: datetime, tell: Tell | None = None) -> None:
    """Claim one job and do it. Does nothing when it is finished or another worker holds it.

    A job that was claimed MOST_ATTEMPTS times and never put back is given up: its worker was killed each time.

    `tell` is called with the stage, the steps done and all steps: for a command that shows how far the work is.
    """
    token = uuid.uuid4()
    claimed = Job.objects.claimable(at=at).filter(pk=job_id)
    with transaction.atomic():
        job = claimed.select_for_update(of=("self",), skip_locked=True).first()
        if job is None:
            return
        if job.attempts >= MOST_ATTEMPTS:
            _give_up(job, at=at, error=WORKER_KILLED)
            return
        job.lease_token, job.lease_until, job.attempts = token, at + LEASE, job.attempts + 1
        job.save(update_fields=["lease_token", "lease_until", "attempts"])
    lease = Lease(job_id, token, tell)
    outer = _at_work.set(lease)
    try:
        FOLLOW_UPS[job.task](lease=lease, **job.arguments)
        if Job.objects.unfinished().filter(pk=job_id, lease_token=token).exists():
            lease.finish()
    except LeaseLost:
        logger.warning("lease lost", extra={"fields": {"job": str(job_id)}})
    except Exception as error:
        logger.exception("job failed", extra={"fields": {"job": str(job_id), "attempts": job.attempts}})
        _put_back(job, lease, error)
    finally:
        _at_work.reset(outer)


@shared_task(name=RUN_EACH, ignore_result=True)
def run_each(*, job_ids: list[str], **_unknown: object) -> None:
    """Do these jobs one after the other, each as if it had been nudged alone. Those that a killed worker left are swept up."""
    for job_id in job_ids:
        run(job_id=uuid.UUID(job_id), at=timezone.now())


def _put_back(job: Job, lease: Lease, error: Exception) -> None:
    kind = type(error).__name__
    with suppress(LeaseLost):
        if isinstance(error, DomainError):
            lease.finish(error=str(error)[:200])
        elif job.attempts >= MOST_ATTEMPTS:
            with transaction.atomic():
                lease.finish(error=kind)
                _give_up(job, at=timezone.now(), error=kind)
        else:
            later = timezone.now() + timedelta(seconds=5 * 3**job.attempts)
            Job.objects.unfinished().filter(pk=job.pk, lease_token=lease.token).update(
                lease_token=None, lease_until=None, due_at=later
            )


def _give_up(job: Job, *, at: datetime, error: str) -> None:
    """The dead letter: finished, not done, and shown to the administrator until somebody sends it again."""
    Job.objects.filter(pk=job.pk).update(
        given_up_at=at, finished_at=at, error=error, lease_token=None, lease_until=None
    )
    logger.error("job given up", extra={"fields": {"job": str(job.pk), "task": job.task, "error": error}})


class CannotTryAgain(DomainError):
    pass


@transaction.atomic
def try_again(*, job_id: uuid.UUID, at: datetime) -> Job:
    """Let a job that was given up begin anew, all attempts before it. Raises CannotTryAgain."""
    job = Job.objects.select_for_update(of=("self",)).get(pk=job_id)
    if job.given_up_at is None:
        raise CannotTryAgain("Only a job that was given up is tried again.")
    job.given_up_at = job.finished_at = job.nudge_after = None
    job.error, job.attempts, job.nudges, job.due_at = "", 0, 0, at
    job.save(update_fields=["given_up_at", "finished_at", "nudge_after", "error", "attempts", "nudges", "due_at"])
    transaction.on_commit(lambda: nudge([job]))
    return job


class CannotCancel(DomainError):
    pass


@transaction.atomic
def cancel(*, job_id: uuid.UUID, at: datetime) -> Job:
    """See that a job is not done. A worker that is at it stops at its next step and can finish nothing.

    Call it first in a transaction that changes what the job is about: who finishes a job locks it first too.
    Raises CannotCancel.
    """
    job = Job.objects.select_for_update(of=("self",)).get(pk=job_id)
    if job.is_finished:
        raise CannotCancel("It is finished already.")
    job.cancelled_at = job.finished_at = at
    job.lease_token = job.lease_until = None
    job.save(update_fields=["cancelled_at", "finished_at", "lease_token", "lease_until"])
    return job


def sweep(*, at: datetime, grace: timedelta = timedelta(seconds=5)) -> int:
    """Nudge the broker about jobs that are due and held by nobody; return how many. Safe to run at any time, anywhere.

    Each is nudged again after twice the time, ten minutes at most: while workers are away the broker keeps the nudges
    that it has, and must not fill with more of the same.
    """
    waiting = Job.objects.to_nudge(at=at - grace).order_by("due_at", "pk")[:500]
    return sum(_nudge_again(job, at=at) for job in waiting)


def _nudge_again(job: Job, *, at: datetime) -> bool:
    if not nudge([job]):
        return False
    pause = min(FIRST_NUDGE_AGAIN * 2 ** min(job.nudges, 10), LONGEST_BETWEEN_NUDGES)
    again = Job.objects.unfinished().filter(pk=job.pk)
    again.update(nudges=min(job.nudges + 1, 1000), nudge_after=at + pause)
    return True


def note_heartbeat(*, at: datetime, name: str = "worker") -> None:
    """Say that a worker ran what the clock started."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at})
