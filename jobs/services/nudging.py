"""Telling the broker that there are jobs. A nudge may be lost: the row is there, and the sweeper finds it.

Mail is nudged in groups: sending a nudge costs as much as a third of what booked the place that the mail tells of. What somebody
looks at while it is made, a report, is nudged alone and at once.
"""

import atexit
import logging
import threading
from collections.abc import Sequence

from celery import current_app
from kombu.exceptions import OperationalError

from jobs.models import Job

logger = logging.getLogger(__name__)

RUN_EACH = "jobs.run_each"
IN_GROUPS = frozenset({"mail"})
# So many at most go to one process of the workers, so that the others have something to do too.
GROUP = 20
# How long the web server gathers. Nobody waits for mail with an eye on the clock.
GATHERED_SECONDS = 0.2


def nudge(jobs: Sequence[Job]) -> bool:
    """Tell the broker of these jobs; whether it took all. In groups where their queue allows it."""
    told = [_send(group) for group in _groups(jobs)]
    return all(told)


def nudge_soon(jobs: Sequence[Job]) -> None:
    """The same; where nudges are gathered, mail together with that of others. Nobody who asks waits for the broker then."""
    if _gatherer is None:
        nudge(jobs)
        return
    later = [job for job in jobs if job.queue in IN_GROUPS]
    nudge([job for job in jobs if job.queue not in IN_GROUPS])
    _gatherer.add(later)


def gather_nudges() -> None:
    """From now on this process, and what it forks, gathers nudges: for a server that lives on. Called twice it does nothing more."""
    global _gatherer
    _gatherer = _gatherer or Gatherer()


class Gatherer:
    """A thread that sends what has come together. A process that ends sends the rest; one that is killed leaves it to the sweeper."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.lock = threading.Lock()
        self.has_some = threading.Event()
        self.ends = threading.Event()
        self.thread: threading.Thread | None = None

    def add(self, jobs: Sequence[Job]) -> None:
        if not jobs:
            return
        with self.lock:
            self.jobs += jobs
            # A process that was forked has none of its own yet.
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._work, name="nudges", daemon=True)
                self.thread.start()
                atexit.register(self.end)
        self.has_some.set()

    def send(self) -> None:
        """Send what is there now."""
        self.has_some.clear()
        with self.lock:
            jobs, self.jobs = self.jobs, []
        nudge(jobs)

    def end(self) -> None:
        """Send what is there and gather no more."""
        self.ends.set()
        self.send()
        self.has_some.set()

    def _work(self) -> None:
        while self.has_some.wait() and not self.ends.wait(GATHERED_SECONDS):
            try:
                self.send()
            except Exception:
                # The thread must live on; the sweeper finds what was not sent.
                logger.exception("nudges not sent")


_gatherer: Gatherer | None = None


def _groups(jobs: Sequence[Job]) -> list[list[Job]]:
    by_queue: dict[str, list[Job]] = {}
    for job in jobs:
        by_queue.setdefault(job.queue, []).append(job)
    groups = []
    for queue, of in by_queue.items():
        size = GROUP if queue in IN_GROUPS else 1
        groups += [of[begin : begin + size] for begin in range(0, len(of), size)]
    return groups


def _send(group: list[Job]) -> bool:
    first, ids = group[0], [str(job.pk) for job in group]
    task, told = (first.task, {"job_id": ids[0]}) if len(ids) == 1 else (RUN_EACH, {"job_ids": ids})
    try:
        current_app.send_task(task, kwargs=told, queue=first.queue, retry=False)
    except (OperationalError, OSError) as error:
        logger.warning(
            "broker away, jobs wait for the sweeper",
            extra={"fields": {"jobs": ids, "error": type(error).__name__}},
        )
        return False
    return True
