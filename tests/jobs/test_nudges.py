"""What the broker is told of jobs: mail in groups, what somebody looks at alone; and nothing is lost where it is told nothing."""

from collections.abc import Iterator
from queue import Empty

import pytest
from celery import current_app
from django.db import transaction
from django.utils import timezone
from kombu import Connection
from kombu.simple import SimpleQueue

from jobs import services
from jobs.models import Job
from jobs.services import Lease, enqueue, enqueue_each, follow_up, nudging
from tests.faults import broker_away
from tests.people import NOW

pytestmark = pytest.mark.django_db(transaction=True)
done: list[str] = []


@follow_up(queue="mail")
def write(*, lease: Lease, word: str) -> None:
    """Write a word to somebody."""
    done.append(word)


@follow_up(queue="reports")
def report(*, lease: Lease, word: str) -> None:
    """Report a word."""
    done.append(word)


@pytest.fixture(autouse=True)
def broker() -> Iterator[Connection]:
    """With empty queues, before and after."""
    done.clear()
    with current_app.connection_for_read() as connection:
        for name in ("mail", "reports"):
            with SimpleQueue(connection, name) as queue:
                queue.clear()
        yield connection
        for name in ("mail", "reports"):
            with SimpleQueue(connection, name) as queue:
                queue.clear()


@pytest.fixture
def gathering(monkeypatch: pytest.MonkeyPatch) -> Iterator[nudging.Gatherer]:
    """As in the web server."""
    one = nudging.Gatherer()
    monkeypatch.setattr(nudging, "_gatherer", one)
    yield one
    one.jobs.clear()
    one.end()


def told(broker: Connection, queue: str, *, wait: float = 0) -> list[tuple[str, dict[str, object]]]:
    """The messages that wait there: the task, and what it is told. For the first of them somebody may wait."""
    found = []
    with SimpleQueue(broker, queue) as messages:
        while True:
            try:
                message = messages.get(block=bool(wait) and not found, timeout=wait or None)
            except Empty:
                return found
            message.ack()
            found.append((message.headers["task"], message.payload[1]))


def test_mail_of_one_transaction_is_told_of_in_groups_and_each_is_done(broker):
    words = [{"word": str(number)} for number in range(2 * nudging.GROUP + 5)]
    with transaction.atomic():
        jobs = enqueue_each(write, words, at=NOW)

    messages = told(broker, "mail")
    assert [name for name, _ in messages] == [nudging.RUN_EACH] * 3
    assert [key for _, what in messages for key in what["job_ids"]] == [str(job.pk) for job in jobs]
    for name, what in messages:
        current_app.tasks[name](**what)
    assert done == [one["word"] for one in words]
    assert not Job.objects.unfinished().exists()


def test_a_job_alone_is_told_of_by_its_own_name(broker):
    job = enqueue(write, at=NOW, word="one")

    assert told(broker, "mail") == [(write.task_name, {"job_id": str(job.pk)})]


def test_what_somebody_looks_at_while_it_is_made_is_told_of_alone_and_at_once(broker, gathering):
    jobs = enqueue_each(report, [{"word": "a"}, {"word": "b"}], at=NOW)

    assert told(broker, "reports") == [(report.task_name, {"job_id": str(job.pk)}) for job in jobs]
    assert gathering.thread is None


def test_the_web_server_tells_of_the_mail_of_several_requests_together(broker, gathering):
    jobs = [enqueue(write, at=NOW, word=str(number)) for number in range(3)]

    assert told(broker, "mail", wait=20) == [(nudging.RUN_EACH, {"job_ids": [str(job.pk) for job in jobs]})]


def test_a_process_that_ends_tells_of_what_it_has_gathered(broker, gathering, monkeypatch):
    monkeypatch.setattr(nudging, "GATHERED_SECONDS", 3600)
    job = enqueue(write, at=NOW, word="last")

    gathering.end()

    assert told(broker, "mail") == [(write.task_name, {"job_id": str(job.pk)})]


def test_what_a_killed_process_had_gathered_is_found_by_the_sweeper(broker, gathering, monkeypatch):
    monkeypatch.setattr(nudging, "GATHERED_SECONDS", 3600)
    job = enqueue(write, at=NOW, word="never told")

    assert services.sweep(at=timezone.now()) == 1
    assert told(broker, "mail") == [(write.task_name, {"job_id": str(job.pk)})]


def test_one_that_fails_in_a_group_keeps_none_of_the_others_from_being_done(broker):
    jobs = enqueue_each(write, [{"word": "a"}, {"wrong": "b"}, {"word": "c"}], at=NOW)

    for name, what in told(broker, "mail"):
        current_app.tasks[name](**what)

    assert done == ["a", "c"]
    assert Job.objects.unfinished().get() == jobs[1]


def test_while_the_broker_is_away_what_was_gathered_waits_for_the_sweeper(broker, gathering, monkeypatch):
    monkeypatch.setattr(nudging, "GATHERED_SECONDS", 3600)
    with broker_away():
        job = enqueue(write, at=NOW, word="waits")
        gathering.send()

    assert told(broker, "mail") == []
    assert Job.objects.unfinished().get() == job
    assert services.sweep(at=timezone.now()) == 1
