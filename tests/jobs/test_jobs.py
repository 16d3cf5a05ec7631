"""Follow-up work: nothing is lost, nothing is done twice."""

import os
import signal
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from common.errors import DomainError
from jobs import services
from jobs.models import Job
from jobs.services import Lease, LeaseLost, enqueue, follow_up
from tests.faults import broker_away
from tests.people import NOW

done: list[str] = []


@follow_up()
def remember(*, lease: Lease, word: str) -> None:
    """Remember a word."""
    done.append(word)


@follow_up()
def refuse(*, lease: Lease) -> None:
    """Refuse by a rule."""
    raise DomainError("That cannot be done.")


@follow_up()
def stumble(*, lease: Lease) -> None:
    """Fail for a technical reason."""
    raise RuntimeError("secret contents")


@follow_up()
def kill_worker(*, lease: Lease) -> None:
    """Take the worker along, as one that runs out of memory does."""
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(autouse=True)
def _nothing_done() -> None:
    done.clear()


@pytest.mark.django_db
def test_a_job_is_done_once_however_often_it_is_nudged() -> None:
    job = enqueue(remember, at=NOW, word="once")

    for _ in range(3):
        services.run(job_id=job.pk, at=timezone.now())

    assert done == ["once"]
    job.refresh_from_db()
    assert job.is_finished


@pytest.mark.django_db
def test_a_job_held_by_a_living_worker_is_left_alone() -> None:
    job = enqueue(remember, at=NOW, word="held")
    Job.objects.filter(pk=job.pk).update(lease_token=job.pk, lease_until=timezone.now() + timedelta(minutes=1))

    services.run(job_id=job.pk, at=timezone.now())

    assert done == []


@pytest.mark.django_db
def test_a_job_of_a_dead_worker_is_done_by_the_next() -> None:
    job = enqueue(remember, at=NOW, word="taken over")
    Job.objects.filter(pk=job.pk).update(lease_token=job.pk, lease_until=timezone.now() - timedelta(seconds=1))

    services.run(job_id=job.pk, at=timezone.now())

    assert done == ["taken over"]


@pytest.mark.django_db
def test_a_worker_that_was_thought_dead_cannot_finish_what_another_took_over() -> None:
    job = enqueue(remember, at=NOW, word="late")
    slow = Lease(job.pk, job.pk)
    Job.objects.filter(pk=job.pk).update(lease_token=slow.token, lease_until=timezone.now() - timedelta(seconds=1))
    services.run(job_id=job.pk, at=timezone.now())

    with pytest.raises(LeaseLost):
        slow.finish()
    with pytest.raises(LeaseLost):
        slow.progress(stage="late", done=1, total=2)


@pytest.mark.django_db
def test_a_rule_that_refuses_ends_the_job_with_its_message() -> None:
    job = enqueue(refuse, at=NOW)

    services.run(job_id=job.pk, at=timezone.now())

    job.refresh_from_db()
    assert (job.has_failed, job.error) == (True, "That cannot be done.")


@pytest.mark.django_db
def test_a_technical_failure_is_tried_again_later_and_says_only_its_kind_in_the_end() -> None:
    job = enqueue(stumble, at=NOW)

    for attempt in range(1, services.MOST_ATTEMPTS + 1):
        services.run(job_id=job.pk, at=timezone.now() + timedelta(days=attempt))
        job.refresh_from_db()
        assert job.attempts == attempt

    assert (job.is_finished, job.error) == (True, "RuntimeError")
    assert list(Job.objects.given_up()) == [job]


@pytest.mark.django_db
def test_a_job_that_kills_its_worker_each_time_is_given_up_and_not_tried_for_ever() -> None:
    job = enqueue(remember, at=NOW, word="never")
    killed = {"lease_token": job.pk, "lease_until": timezone.now() - timedelta(seconds=1)}
    Job.objects.filter(pk=job.pk).update(attempts=services.MOST_ATTEMPTS, **killed)

    services.run(job_id=job.pk, at=timezone.now())

    assert done == []
    job.refresh_from_db()
    assert (job.is_finished, job.error) == (True, services.WORKER_KILLED)
    assert list(Job.objects.given_up()) == [job]
    assert services.sweep(at=timezone.now() + timedelta(days=1)) == 0


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_is_really_killed_counts_each_attempt() -> None:
    job = enqueue(kill_worker, at=NOW)

    for attempt in range(1, services.MOST_ATTEMPTS + 2):
        connections.close_all()
        child = os.fork()
        if child == 0:  # pragma: no cover -- the worker, which does not come back
            services.run(job_id=job.pk, at=timezone.now() + attempt * 2 * services.LEASE)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        was_killed = os.WIFSIGNALED(status)
        job.refresh_from_db()
        assert was_killed == (attempt <= services.MOST_ATTEMPTS)

    assert (job.attempts, job.error) == (services.MOST_ATTEMPTS, services.WORKER_KILLED)


@pytest.mark.django_db
def test_a_rule_that_refuses_is_no_job_given_up() -> None:
    job = enqueue(refuse, at=NOW)

    services.run(job_id=job.pk, at=timezone.now())

    assert not Job.objects.given_up().exists()


@pytest.mark.django_db
def test_a_job_that_was_given_up_begins_anew_when_somebody_sends_it_again() -> None:
    job = enqueue(remember, at=NOW, word="again")
    gone = {"given_up_at": NOW, "finished_at": NOW, "error": "RuntimeError"}
    Job.objects.filter(pk=job.pk).update(attempts=services.MOST_ATTEMPTS, **gone)

    services.try_again(job_id=job.pk, at=NOW)
    with pytest.raises(services.CannotTryAgain):
        services.try_again(job_id=job.pk, at=NOW)
    services.run(job_id=job.pk, at=timezone.now())

    assert done == ["again"]
    job.refresh_from_db()
    assert (job.has_failed, job.given_up_at) == (False, None)


@pytest.mark.django_db
def test_the_database_refuses_a_job_given_up_without_an_end_and_a_reason() -> None:
    job = enqueue(remember, at=NOW, word="no")

    with pytest.raises(IntegrityError, match="job_given_up"), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(given_up_at=NOW, finished_at=NOW)


@pytest.mark.django_db
def test_while_workers_are_away_a_job_is_nudged_again_ever_more_rarely() -> None:
    """The broker keeps each nudge until a worker comes: a day of sweeps must not fill it."""
    enqueue(remember, at=NOW, word="waits")
    start = timezone.now()

    sent = [services.sweep(at=start + timedelta(seconds=10 * turn)) for turn in range(1, 721)]

    assert sum(sent[:60]) in range(4, 8)
    assert sum(sent) < 20


@pytest.mark.django_db
def test_a_job_stands_or_falls_with_the_transaction_that_asked_for_it() -> None:
    @transaction.atomic
    def ask_and_fail() -> None:
        enqueue(remember, at=NOW, word="never")
        raise DomainError("The deed itself failed.")

    with pytest.raises(DomainError):
        ask_and_fail()

    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_while_the_broker_is_away_the_job_waits_and_the_sweeper_sends_it_when_it_is_back() -> None:
    later = timezone.now() + timedelta(minutes=1)

    with broker_away():
        job = enqueue(remember, at=NOW, word="waits")
        assert services.sweep(at=later) == 0

    assert Job.objects.unfinished().get() == job
    assert services.sweep(at=later) == 1


def test_what_the_clock_starts_is_worth_nothing_after_its_next_time() -> None:
    """While no worker runs, the broker would fill with sweeps that all do the same."""
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        period = entry["schedule"] if isinstance(entry["schedule"], float) else 24 * 3600
        assert 0 < entry["options"]["expire_seconds"] <= period, entry["task"]


def test_a_mail_relay_that_does_not_answer_is_given_up_within_the_lease() -> None:
    assert 0 < settings.EMAIL_TIMEOUT < services.LEASE.total_seconds() / 2


@pytest.mark.django_db
def test_a_cancelled_job_is_claimed_by_nobody_and_its_worker_can_neither_go_on_nor_finish() -> None:
    job = enqueue(remember, at=NOW, word="no longer wanted")
    Job.objects.filter(pk=job.pk).update(lease_token=job.pk, lease_until=timezone.now() + timedelta(minutes=1))
    lease = services.Lease(job.pk, job.pk)

    services.cancel(job_id=job.pk, at=NOW)

    for deed in (lambda: lease.progress(stage="On", done=1, total=2), lease.finish):
        with pytest.raises(services.LeaseLost):
            deed()
    services.run(job_id=job.pk, at=timezone.now())
    assert services.sweep(at=timezone.now() + timedelta(hours=1)) == 0
    job.refresh_from_db()
    assert (job.cancelled_at, job.finished_at, job.error, job.attempts) == (NOW, NOW, "", 0)
    with pytest.raises(services.CannotCancel):
        services.cancel(job_id=job.pk, at=NOW)


@pytest.mark.django_db
def test_the_database_refuses_a_cancelled_job_that_goes_on() -> None:
    job = enqueue(remember, at=NOW, word="goes on")

    with pytest.raises(IntegrityError, match="job_cancelled_is_finished"), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(cancelled_at=NOW)
