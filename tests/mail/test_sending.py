"""A message is a row before it leaves, is sent at least once under one Message-ID, and never again once it is known to be sent."""

import os
import re
import signal
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from accounts.services import forget_what_is_over
from audit.models import Entry
from devtools.service import Service
from jobs import services as jobs
from jobs.models import Job
from jobs.services import Lease, enqueue, follow_up
from mail.models import Message
from mail.notifications.composing import CalendarPart
from mail.services import sending
from mail.services.bounces import forget_old_messages
from mail.services.sending import send_message
from referrals.tasks import email_person_about_assignment
from tests.mail.conftest import NEWS
from tests.mail.sink import free_port
from tests.people import NOW

ENTRY = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//tests//EN\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
VALUES = {"reference": "PPN-2000-EXAMPLE", "count": 2}


@follow_up(queue="mail")
def tell(*, lease: Lease, readers: str) -> None:
    """Send news to these readers."""
    send_message(NEWS, to=readers.split(), path="/somewhere/", values=VALUES)


@follow_up(queue="mail")
def tell_twice(*, lease: Lease, reader: str) -> None:
    """Two messages of one kind to one reader, in one job."""
    for reference in ("FIRST", "SECOND"):
        send_message(NEWS, to=[reader], path="/somewhere/", values=VALUES | {"reference": reference})


def try_job(job: Job, *, times: int = 1) -> None:
    """As workers do, each time after the lease and the pause of the time before."""
    for turn in range(1, times + 1):
        jobs.run(job_id=job.pk, at=timezone.now() + timedelta(days=turn))


def states() -> dict[str, str]:
    return dict(Message.objects.values_list("recipient", "state"))


@pytest.mark.django_db
def test_a_message_arrives_as_plain_text_then_html_then_calendar_entry(sink):
    parts = [CalendarPart(ENTRY, "REQUEST"), CalendarPart(ENTRY, "REQUEST", "date-2.ics")]

    send_message(NEWS, to=["Pat@example.org"], path="/somewhere/", values=VALUES, calendar=parts)

    ((readers, mail),) = sink.taken
    message = Message.objects.get()
    assert readers == ["Pat@example.org"]
    assert (mail["To"], mail["From"]) == ("Pat@example.org", settings.DEFAULT_FROM_EMAIL)
    assert (mail["Cc"], mail["Bcc"], mail["Auto-Submitted"]) == (None, None, "auto-generated")
    assert mail["Message-ID"] == f"<{message.pk}@localhost>"
    words, attached = mail.iter_parts()
    assert [part.get_content_type() for part in (mail, words, attached)] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/calendar",
    ]
    kinds = [(part.get_content_type(), part.get_param("method")) for part in words.iter_parts()]
    assert kinds == [("text/plain", None), ("text/html", None), ("text/calendar", "REQUEST")]
    assert attached.get_filename() == "date-2.ics"


@pytest.mark.django_db
def test_text_and_html_say_the_same_and_the_html_loads_nothing(sink):
    send_message(NEWS, to=["pat@example.org"], path="/somewhere/", values=VALUES)

    (mail,) = sink.mails
    text, html = (part.get_content() for part in mail.iter_parts())
    lines = ["There is news of PPN-2000-EXAMPLE.", "It counts 2.", "MASH Referral Quality"]
    for line in lines:
        assert line in text
        assert f">{line}</p>" in html
    assert "Sign in to read more: http://localhost:8000/somewhere/" in text
    assert 'Sign in to read more: <a href="http://localhost:8000/somewhere/"' in html
    assert html.count("http") == 2, "the link and its words, and nothing else"
    for loads in ("<img", "src=", "url(", "<link", "<script", "@import"):
        assert loads not in html


@pytest.mark.django_db
def test_what_stands_in_a_message_is_text_and_never_markup(sink):
    send_message(NEWS, to=["pat@example.org"], values=VALUES | {"reference": "<b>&\"'</b>{count}"})

    (mail,) = sink.mails
    text, html = (part.get_content() for part in mail.iter_parts())
    assert mail["Subject"] == "News of <b>&\"'</b>{count}"
    assert "There is news of <b>&\"'</b>{count}." in text
    assert "There is news of &lt;b&gt;&amp;&quot;&#x27;&lt;/b&gt;{count}." in html
    assert "<b>" not in html


@pytest.mark.django_db
def test_a_line_that_would_say_none_is_left_out(sink):
    send_message(NEWS, to=["pat@example.org"], values=VALUES | {"count": 0})

    assert "counts" not in sink.mails[0].as_string()


@pytest.mark.django_db
def test_what_is_kept_is_that_it_was_sent_and_not_what_it_said(sink):
    job = enqueue(tell, at=NOW, readers="Pat@Example.org")

    try_job(job)

    message = Message.objects.get()
    assert (message.kind, message.recipient, message.subject) == (
        "tests.news",
        "pat@example.org",
        "News of PPN-2000-EXAMPLE",
    )
    assert (message.reference, message.job_id, message.state) == ("PPN-2000-EXAMPLE", job.pk, "SENT")
    assert (message.sender, message.attempts, message.error) == ("SMTP", 1, "")
    assert message.queued_at <= message.sent_at
    assert "counts" not in str(Message.objects.values().get())


@pytest.mark.django_db
def test_each_reader_gets_their_own_and_sees_no_other(sink):
    send_message(NEWS, to=["a@example.org", "b@example.org", "a@example.org"], values=VALUES)

    assert [(readers, mail["To"]) for readers, mail in sink.taken] == [
        (["a@example.org"], "a@example.org"),
        (["b@example.org"], "b@example.org"),
    ]
    assert len({mail["Message-ID"] for mail in sink.mails}) == 2
    assert "b@example.org" not in sink.mails[0].as_string()


@pytest.mark.django_db
def test_two_messages_of_a_kind_in_one_job_are_two_and_stay_two(sink):
    job = enqueue(tell_twice, at=NOW, reader="pat@example.org")

    try_job(job)
    Job.objects.filter(pk=job.pk).update(finished_at=None)
    try_job(job)

    assert [mail["Subject"] for mail in sink.mails] == ["News of FIRST", "News of SECOND"]
    assert list(Message.objects.order_by("number").values_list("number", "state")) == [(1, "SENT"), (2, "SENT")]


@pytest.mark.django_db
def test_a_reader_whose_server_says_later_holds_up_nobody_and_is_tried_again_alone(sink):
    sink.refusals = {"b@example.org": ["450 4.2.1 Not now", "451 4.3.0 Not now"]}
    job = enqueue(tell, at=NOW, readers="a@example.org b@example.org c@example.org")

    try_job(job)

    assert sink.readers == ["a@example.org", "c@example.org"]
    assert states() == {"a@example.org": "SENT", "b@example.org": "FAILED", "c@example.org": "SENT"}
    waiting = Message.objects.get(recipient="b@example.org")
    assert (waiting.error, waiting.sent_at, waiting.attempts) == ("AddressNotNow", None, 1)
    try_job(job, times=3)
    assert sink.readers == ["a@example.org", "c@example.org", "b@example.org"]
    assert sink.mails[-1]["Message-ID"] == f"<{waiting.pk}@localhost>"
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error, waiting.failed_at, waiting.attempts) == ("SENT", "", None, 3)


@pytest.mark.django_db
def test_an_address_that_the_server_refuses_is_noted_at_once_and_not_tried_again(sink):
    sink.refusals = {"gone@example.org": ["550 5.1.1 No such person here: gone@example.org"]}
    job = enqueue(tell, at=NOW, readers="gone@example.org here@example.org")

    try_job(job)

    job.refresh_from_db()
    assert (job.is_finished, job.error) == (True, "")
    assert states() == {"gone@example.org": "BOUNCED", "here@example.org": "SENT"}
    assert Message.objects.get(state="BOUNCED").error == "Refused with 550"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "refusal",
    [
        "550 Too many recipients today",
        "550 5.1.7 Bad address of the sender",
        "550 5.1.8 Bad system of the sender",
        "550 5.4.5 Daily limit",
        "552 5.2.2 Mailbox full",
        "554 5.3.0 Something else",
    ],
)
def test_a_refusal_that_does_not_say_that_the_address_is_gone_is_tried_again(sink, refusal):
    sink.refusals = {"pat@example.org": [refusal]}
    job = enqueue(tell, at=NOW, readers="pat@example.org")

    try_job(job)
    assert states() == {"pat@example.org": "FAILED"}
    try_job(job, times=2)

    assert states() == {"pat@example.org": "SENT"}


@pytest.mark.django_db
@pytest.mark.parametrize("refusal", ["550 5.1.1 No such person", "550 5.1.10 No mail here", "550 5.2.1 Disabled"])
def test_a_refusal_that_says_that_the_address_is_gone_is_for_ever(sink, refusal):
    sink.refusals = {"gone@example.org": [refusal]}

    send_message(NEWS, to=["gone@example.org"], values=VALUES)

    assert states() == {"gone@example.org": "BOUNCED"}


@pytest.mark.django_db
@pytest.mark.parametrize("at", ["refusals", "data_refusals"])
@pytest.mark.parametrize("answer", ["421 4.7.0 Closing", "", "554 5.6.0 Not this one"])
def test_a_server_that_refuses_one_mail_or_closes_the_connection_holds_up_nobody(sink, at, answer):
    setattr(sink, at, {"b@example.org": [answer]})
    job = enqueue(tell, at=NOW, readers="a@example.org b@example.org c@example.org")

    try_job(job)

    assert sink.readers == ["a@example.org", "c@example.org"]
    assert states() == {"a@example.org": "SENT", "b@example.org": "FAILED", "c@example.org": "SENT"}
    assert Message.objects.get(recipient="b@example.org").error == "AddressNotNow"
    try_job(job, times=2)
    assert sink.readers == ["a@example.org", "c@example.org", "b@example.org"]
    assert set(states().values()) == {"SENT"}


@pytest.mark.django_db
def test_a_refusal_by_policy_is_about_us_and_is_tried_again(sink):
    sink.refusals = {"pat@example.org": ["550 5.7.1 Relaying denied"]}
    job = enqueue(tell, at=NOW, readers="pat@example.org")

    try_job(job)
    assert states() == {"pat@example.org": "FAILED"}
    try_job(job, times=2)

    assert states() == {"pat@example.org": "SENT"}


@pytest.mark.django_db
def test_while_the_relay_is_away_rows_say_so_and_the_job_waits(sink, settings):
    settings.EMAIL_PORT = free_port()
    job = enqueue(tell, at=NOW, readers="a@example.org b@example.org")

    try_job(job)

    job.refresh_from_db()
    assert not job.is_finished
    assert set(Message.objects.values_list("state", "error")) == {("FAILED", "ConnectionRefusedError")}
    settings.EMAIL_PORT = sink.port
    try_job(job, times=2)
    assert sink.readers == ["a@example.org", "b@example.org"]


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_sending_and_saying_so_sends_again_under_the_same_message_id(sink, monkeypatch):
    job = enqueue(tell, at=NOW, readers="pat@example.org")
    connections.close_all()
    child = os.fork()
    if child == 0:  # pragma: no cover -- the worker, which does not come back
        monkeypatch.setattr(sending, "_note_sent", lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
        jobs.run(job_id=job.pk, at=timezone.now())
        os._exit(0)
    _, status = os.waitpid(child, 0)

    assert os.WIFSIGNALED(status)
    message = Message.objects.get()
    assert (message.state, message.attempts, len(sink.taken)) == ("QUEUED", 1, 1)
    try_job(job, times=2)

    first, second = sink.mails
    assert first["Message-ID"] == second["Message-ID"] == f"<{message.pk}@localhost>"
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("SENT", 2)
    Job.objects.filter(pk=job.pk).update(finished_at=None)
    try_job(job)
    assert len(sink.taken) == 2, "what is known to be sent is not sent again"


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_real_worker_that_dies_while_the_server_takes_a_mail_is_followed_by_one_that_sends_the_same(
    sink, service, cast
):
    """Ours dies as the server has the whole mail and before it hears so: the moment in which mail is sent twice."""
    service.environment = dict(service.environment) | {"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
    sink.when_taken = lambda: service.children.pop().kill()
    service.start_worker()
    service.wait_for_worker()
    job = enqueue(email_person_about_assignment, at=timezone.now(), person_id=cast.olu.pk, count=1)
    wait_until(lambda: not service.children, service)
    message = Message.objects.get()
    assert message.state == "QUEUED"

    sink.when_taken = None
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    service.start_worker()
    service.wait_for_worker()
    jobs.sweep(at=timezone.now() + timedelta(minutes=1))
    wait_until(lambda: Job.objects.filter(pk=job.pk, finished_at__isnull=False).exists(), service)

    assert [mail["Message-ID"] for mail in sink.mails] == [f"<{message.pk}@localhost>"] * 2
    assert sink.readers == [cast.olu.email] * 2
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("SENT", 2)


def wait_until(is_so: Callable[[], bool], service: Service) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        if time.monotonic() > deadline:
            pytest.fail(f"waited in vain\n{service.last_lines()}")
        time.sleep(0.05)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"state": "LOST"}, "message_state_is_known"),
        ({"state": "SENT", "sender": "SMTP"}, "message_sent_says_when_and_by_what"),
        ({"state": "SENT", "sent_at": NOW}, "message_sent_says_when_and_by_what"),
        ({"state": "FAILED", "failed_at": NOW}, "message_failed_says_when_and_why"),
        ({"state": "BOUNCED", "error": "x"}, "message_bounced_says_when_and_why"),
        ({"bounced_at": NOW}, "message_bounced_says_when_and_why"),
        ({"recipient": "Pat@example.org"}, "message_recipient_is_in_small_letters"),
    ],
)
def test_the_database_refuses_a_message_that_says_half(wrong, rule):
    facts = {"kind": "tests.news", "recipient": "pat@example.org", "subject": "News", "queued_at": NOW}

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Message.objects.create(**facts | wrong)


@pytest.mark.django_db
def test_the_database_refuses_the_same_message_of_a_job_twice():
    facts = {"kind": "tests.news", "recipient": "pat@example.org", "subject": "News", "queued_at": NOW}
    first = Message.objects.create(**facts, job_id="0d5c2d8e-5a0e-4f1c-9a35-0c7f5d0c9c11")

    with pytest.raises(IntegrityError, match="message_of_a_job_is_written_once"), transaction.atomic():
        Message.objects.create(**facts, job_id=first.job_id)
    Message.objects.create(**facts, job_id=first.job_id, number=2)


@pytest.mark.django_db
def test_that_a_message_was_sent_is_forgotten_after_the_days_that_the_settings_name(settings):
    settings.MAIL_KEPT_DAYS = 30
    facts = {"kind": "tests.news", "recipient": "pat@example.org", "subject": "News"}
    Message.objects.create(**facts, queued_at=NOW - timedelta(days=30, seconds=1))
    kept = Message.objects.create(**facts, queued_at=NOW - timedelta(days=30))

    forget_what_is_over(at=NOW)

    assert list(Message.objects.all()) == [kept]
    (entry,) = Entry.objects.filter(what="mail.forgotten")
    assert (entry.verb, entry.details) == ("DELETED", {"count": 1})
    assert forget_old_messages(at=NOW) == 0
    assert Entry.objects.filter(what="mail.forgotten").count() == 1


def test_only_the_app_of_mail_sends_mail():
    """Otherwise there is no row, no Message-ID that stays, no HTML, and GOV.UK Notify is passed by."""
    apps = ("accounts", "audit", "common", "grading", "insights", "jobs", "partners", "referrals", "training")
    found = [
        str(path.relative_to(settings.BASE_DIR))
        for app in apps
        for path in (settings.BASE_DIR / app).rglob("*.py")
        if re.search(r"django\.core\.mail|\bsmtplib\b", path.read_text(encoding="utf-8"))
    ]

    assert found == []
