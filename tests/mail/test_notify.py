"""GOV.UK Notify as the sender, against a server that checks what it is sent as Notify does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Entry
from jobs import services as jobs
from jobs.services import enqueue
from mail.models import Message
from mail.notifications.composing import CalendarPart
from mail.services import sending
from mail.services.bounces import note_notify_status
from mail.services.sending import send_message
from tests.mail.conftest import NEWS
from tests.mail.test_sending import ENTRY, VALUES, states, tell, try_job
from tests.people import NOW

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """As a worker that is killed: no handler of errors sees it."""


def test_a_message_goes_to_notify_with_our_id_as_its_reference_and_no_calendar_entry(notify, mailoutbox):
    send_message(
        NEWS, to=["pat@example.org"], path="/somewhere/", values=VALUES, calendar=[CalendarPart(ENTRY, "REQUEST")]
    )

    message = Message.objects.get()
    (taken,) = notify.sent
    assert (taken["email_address"], taken["reference"]) == ("pat@example.org", str(message.pk))
    assert taken["personalisation"] == {
        "subject": "News of PPN-2000-EXAMPLE",
        "body": "There is news of PPN-2000-EXAMPLE.\n\nIt counts 2.\n\n"
        "Sign in to read more: http://localhost:8000/somewhere/\n\nMASH Referral Quality",
    }
    assert (message.state, message.sender, message.sender_reference) == ("SENT", "NOTIFY", taken["id"])
    assert (mailoutbox, notify.asked) == ([], [])


@pytest.mark.parametrize("status", [500, 429, 503])
def test_what_notify_does_not_take_is_tried_again_through_the_job(notify, status):
    notify.next_answers = [status]
    job = enqueue(tell, at=NOW, readers="a@example.org b@example.org")

    try_job(job)
    job.refresh_from_db()
    assert (job.is_finished, notify.sent) == (False, [])
    assert states() == {"a@example.org": "FAILED", "b@example.org": "QUEUED"}
    try_job(job, times=2)

    assert [one["email_address"] for one in notify.sent] == ["b@example.org", "a@example.org"]
    assert set(states().values()) == {"SENT"}


@pytest.mark.parametrize(
    ("error", "reason", "state"),
    [
        ("ValidationError", "email_address is not a valid email address", "BOUNCED"),
        ("ValidationError", "email_address Not a valid email address", "BOUNCED"),
        ("BadRequestError", "Can't send to this recipient using a team-only API key", "FAILED"),
        ("BadRequestError", "Can't send to this recipient when service is in trial mode", "FAILED"),
    ],
)
def test_what_notify_has_against_one_address_holds_up_nobody(notify, error, reason, state):
    notify.refusals = {"a@example.org": {"error": error, "message": reason}}

    try_job(enqueue(tell, at=NOW, readers="a@example.org b@example.org"))

    assert [one["email_address"] for one in notify.sent] == ["b@example.org"]
    assert states() == {"a@example.org": state, "b@example.org": "SENT"}


def test_what_notify_has_against_us_is_no_matter_of_the_address(notify):
    notify.refusals = {"a@example.org": {"error": "BadRequestError", "message": "Emails cannot be longer than 2MB."}}
    job = enqueue(tell, at=NOW, readers="a@example.org b@example.org")

    try_job(job)
    assert states() == {"a@example.org": "FAILED", "b@example.org": "QUEUED"}
    try_job(job, times=2)

    assert states() == {"a@example.org": "FAILED", "b@example.org": "SENT"}, "who was not tried goes first"


def test_a_worker_killed_after_notify_took_it_does_not_send_it_twice(notify, monkeypatch):
    job = enqueue(tell, at=NOW, readers="pat@example.org")

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(sending, "_note_sent", die)
        with pytest.raises(Killed):
            jobs.run(job_id=job.pk, at=timezone.now())
    assert states() == {"pat@example.org": "QUEUED"}
    jobs.run(job_id=job.pk, at=timezone.now() + timedelta(days=1))

    message = Message.objects.get()
    assert notify.asked == [str(message.pk)]
    assert [one["reference"] for one in notify.sent] == [str(message.pk)]
    assert (message.state, message.sender_reference) == ("SENT", notify.sent[0]["id"])


def test_a_wrong_key_is_an_error_that_says_its_kind_alone(notify, settings):
    settings.NOTIFY_API_KEY = settings.NOTIFY_API_KEY[:-1] + "9"
    job = enqueue(tell, at=NOW, readers="pat@example.org")

    try_job(job)

    assert (notify.sent, Message.objects.get().error) == ([], "HTTPError")


def test_what_notify_answers_stands_in_no_log(settings):
    """Its client writes out the answers, and those may name an address."""
    said = settings.LOGGING["loggers"]["notifications_python_client"]

    assert said == {"handlers": ["nowhere"], "propagate": False}


def test_what_notify_did_not_send_for_a_technical_reason_is_sent_again_to_that_reader_alone(notify):
    job = enqueue(tell, at=NOW, readers="a@example.org b@example.org")
    try_job(job)
    failed = notify.sent[0]
    failed["status"] = "technical-failure"
    said = {"reference": failed["reference"], "status": "technical-failure", "called": failed["id"]}

    assert note_notify_status(**said, at=timezone.now())
    assert states() == {"a@example.org": "FAILED", "b@example.org": "SENT"}
    assert Message.objects.get(state="FAILED").error == "Notify: technical-failure"
    assert not Message.objects.unreached(at=timezone.now()).exists()
    try_job(job, times=2)

    assert [one["email_address"] for one in notify.sent] == ["a@example.org", "b@example.org", "a@example.org"]
    assert set(states().values()) == {"SENT"}
    assert not note_notify_status(**said, at=timezone.now()), "said twice of the copy before"
    job.refresh_from_db()
    assert job.is_finished
    assert Entry.objects.filter(what="mail.returned").count() == 1


def test_what_a_readers_server_did_not_take_is_not_sent_again_and_the_address_is_not_given_up(notify):
    job = enqueue(tell, at=NOW, readers="a@example.org")
    try_job(job)
    (sent,) = notify.sent

    note_notify_status(reference=sent["reference"], status="temporary-failure", called=sent["id"], at=timezone.now())
    try_job(job, times=2)

    assert (states(), len(notify.sent)) == ({"a@example.org": "FAILED"}, 1)
    assert not Message.objects.unreached(at=timezone.now()).exists()
