"""What came back is read as servers write it (RFC 3464), marked once, recorded, and shown to who can do something."""

import base64
import io
import json
import mailbox
import quopri
import re
from datetime import timedelta
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from audit.models import Entry
from mail.enums import MESSAGE_MOVES, MessageMove, MessageState
from mail.models import Message
from mail.queries import unreached_addresses
from mail.services.bounces import bounce_in, note_bounce, note_returned_mail
from tests.people import NOW

TOKEN = "t" * 40


def sent(recipient: str = "gone@example.org", **facts) -> Message:
    told = {"state": "SENT", "sender": "SMTP", "sent_at": NOW, "queued_at": NOW}
    return Message.objects.create(kind="tests.news", recipient=recipient, subject="News", **told | facts)


def notification(
    message: Message, *, action: str = "failed", status: str = "5.1.1", returned: str = "message/rfc822"
) -> bytes:
    """What a server writes when it gives up: words, the status of each recipient, and what it could not deliver."""
    head = f"From: mash@localhost\nTo: {message.recipient}\nSubject: News\nMessage-ID: <{message.pk}@localhost>\n"
    words = "I could not deliver your message. What follows is for programs.\n"
    status_part = (
        "Reporting-MTA: dns; mx.example.org\n\n"
        f"Original-Recipient: rfc822; {message.recipient}\nFinal-Recipient: rfc822; {message.recipient}\n"
        f"Action: {action}\nStatus: {status}\nDiagnostic-Code: smtp; 550 {status} No such user: {message.recipient}\n"
    )
    returned_part = head + ("\nThere is news.\n" if returned == "message/rfc822" else "")
    parts = [("text/plain", words), ("message/delivery-status", status_part), (returned, returned_part)]
    body = "".join(f"--frontier\nContent-Type: {kind}\n\n{content}\n" for kind, content in parts)
    return (
        "From: MAILER-DAEMON@mx.example.org\nTo: mash@localhost\nSubject: Undelivered Mail Returned to Sender\n"
        "Message-ID: <00000000-0000-4000-8000-000000000000@mx.example.org>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="frontier"\n\n'
        f"{body}--frontier--\n"
    ).encode()


@pytest.mark.django_db
@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_notification_marks_the_message_that_it_is_about_once(tmp_path, returned):
    message, other = sent(), sent("here@example.org")
    file = tmp_path / "one.eml"
    file.write_bytes(notification(message, returned=returned))

    for said in ("1 messages marked", "0 messages marked"):
        out = io.StringIO()
        call_command("note_bounces", str(file), stdout=out)
        assert said in out.getvalue()

    message.refresh_from_db()
    other.refresh_from_db()
    assert (message.state, message.error, other.state) == ("BOUNCED", "Not delivered, 5.1.1", "SENT")
    (entry,) = Entry.objects.filter(what="mail.bounced")
    assert (entry.verb, entry.object_label, entry.object_id) == ("CHANGED", "mail.Message", str(message.pk))
    assert "gone@example.org" not in str(entry.details)


@pytest.mark.django_db
def test_a_box_is_read_mail_by_mail_and_what_is_no_bounce_is_left_alone(tmp_path, monkeypatch):
    gone, delayed = sent("gone@example.org"), sent("slow@example.org")
    away = EmailMessage()
    away["Subject"], away["In-Reply-To"] = "I am on leave", f"<{delayed.pk}@localhost>"
    away.set_content("Back on Monday.")
    box = mailbox.mbox(str(tmp_path / "box"))
    for mail in (away.as_bytes(), notification(delayed, action="delayed", status="4.4.1"), notification(gone)):
        box.add(mail)
    box.close()
    out = io.StringIO()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO((tmp_path / "box").read_bytes())))

    call_command("note_bounces", "-", stdout=out)

    assert out.getvalue() == "3 mails read, 1 messages marked as not delivered.\n"
    assert dict(Message.objects.values_list("recipient", "state")) == {
        "gone@example.org": "BOUNCED",
        "slow@example.org": "SENT",
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00 nothing that anybody wrote",
        b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n\n--x--\n",
        b"Content-Type: message/delivery-status\n\nAction: failed\n\nStatus: 5.1.1\n",
    ],
)
def test_what_cannot_be_read_marks_nothing(content):
    sent()

    assert bounce_in(content) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("original", "final", "is_noted"),
    [
        ("other@example.org", "other@example.org", False),
        ("", "other@example.org", False),
        ("Gone@Example.org", "forwarded@example.net", True),
        ("", "<gone@example.org>", True),
        ("", "", True),
    ],
)
def test_who_is_named_must_be_who_the_message_went_to(original, final, is_noted):
    message = sent()
    lines = [
        f"{name}-Recipient: rfc822; {address}\n"
        for name, address in (("Original", original), ("Final", final))
        if address
    ]
    written = re.sub(r"Original-Recipient: .*\nFinal-Recipient: .*\n", "".join(lines), notification(message).decode())

    assert note_returned_mail(written.encode(), at=NOW) == is_noted
    message.refresh_from_db()
    assert message.state == ("BOUNCED" if is_noted else "SENT")


@pytest.mark.django_db
@pytest.mark.parametrize("returned", ["message/global", "message/global-headers", "message/rfc822-headers"])
@pytest.mark.parametrize("encoding", ["8bit", "base64", "quoted-printable"])
def test_notifications_for_addresses_in_any_script_are_read(returned, encoding):
    message = sent("gone@b\u00fccher.example")
    encode = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}.get(encoding, bytes)
    head, *parts, end = notification(message, returned=returned).split(b"--frontier")
    for number, part in enumerate(parts[1:], start=1):
        headers, _, content = part.partition(b"\n\n")
        headers += f"\nContent-Transfer-Encoding: {encoding}".encode()
        parts[number] = headers + b"\n\n" + encode(content.rstrip(b"\n") + b"\n") + b"\n"
    content = b"--frontier".join([head, *parts, end])
    content = content.replace(b"message/delivery-status", b"message/global-delivery-status")

    assert note_returned_mail(content, at=NOW)
    message.refresh_from_db()
    assert (message.state, message.error) == ("BOUNCED", "Not delivered, 5.1.1")


@pytest.mark.parametrize("odd", ["<>", "<", "<a@", "\u00fc"])
def test_an_odd_message_id_of_what_came_back_is_none(odd):
    content = notification(Message(recipient="gone@example.org"))
    ours = re.search(rb"Message-ID: (<[^>]*@localhost>)", content).group(1)

    assert bounce_in(content.replace(ours, odd.encode())) is None


@pytest.mark.django_db
def test_what_cannot_be_read_in_a_box_holds_up_nothing_and_is_counted(tmp_path):
    gone = sent()
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(1200))
    odd_boundary = b'Content-Type: multipart/mixed; boundary="\xfc"\n\n--\xfc\n\nWords.\n--\xfc--\n'
    box = b"".join(
        b"From MAILER-DAEMON Sat Jan  1 00:00:00 2000\n" + mail + b"\n\n"
        for mail in (odd_boundary, deep, notification(gone))
    )
    (tmp_path / "box").write_bytes(box)
    out = io.StringIO()

    call_command("note_bounces", str(tmp_path / "box"), stdout=out)

    assert out.getvalue() == "2 mails read, 1 messages marked as not delivered. 1 could not be read.\n"
    gone.refresh_from_db()
    assert gone.state == "BOUNCED"


@pytest.mark.django_db
def test_a_number_that_nobody_was_sent_marks_nothing():
    message = sent()
    stranger = Message(recipient="gone@example.org")

    assert bounce_in(notification(stranger)).message_id == stranger.pk
    assert not note_bounce(message_id=stranger.pk, error="Not delivered", at=NOW)
    message.refresh_from_db()
    assert message.state == "SENT"


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("note_bounces", str(tmp_path / "nowhere"))


@pytest.mark.django_db
def test_a_message_moves_only_as_the_table_says():
    bounced = {state for (move, state) in MESSAGE_MOVES if move == MessageMove.BOUNCE}

    for state in MessageState:
        facts = {"FAILED": {"failed_at": NOW, "error": "x"}, "BOUNCED": {"bounced_at": NOW, "error": "x"}}
        told = {"state": state, "sent_at": None, "sender": ""} | facts.get(state, {})
        message = sent() if state == "SENT" else sent(**told)
        assert note_bounce(message_id=message.pk, error="y", at=NOW) == (state in bounced)


@pytest.mark.django_db
def test_an_address_counts_as_reached_again_when_a_later_message_stood_for_a_day():
    sent(state="BOUNCED", bounced_at=NOW, error="Not delivered")
    sent("fine@example.org")

    def unreached(**ago: int) -> dict:
        return unreached_addresses(["Gone@Example.org", "fine@example.org", ""], at=NOW + timedelta(**ago))

    assert unreached(days=9) == {"gone@example.org": NOW}
    later = sent(sent_at=NOW + timedelta(hours=1))
    assert unreached(hours=24) == {"gone@example.org": NOW}
    assert unreached(hours=26) == {}
    note_bounce(message_id=later.pk, error="Not delivered", at=NOW + timedelta(hours=30))
    assert unreached(hours=31) == {"gone@example.org": NOW + timedelta(hours=30)}


def say(client, message_id: object, status: str, *, token: str = TOKEN):
    body = json.dumps({"id": "n1", "reference": str(message_id), "to": "gone@example.org", "status": status})
    address = reverse("mail:notify_callback")
    return client.post(address, body, content_type="application/json", headers={"Authorization": f"Bearer {token}"})


@pytest.mark.django_db
def test_notify_says_what_it_could_not_deliver(client, settings):
    settings.NOTIFY_CALLBACK_TOKEN = TOKEN
    gone, here = sent(sender="NOTIFY"), sent("here@example.org", sender="NOTIFY")

    answers = [
        say(client, gone.pk, "permanent-failure"),
        say(client, gone.pk, "permanent-failure"),
        say(client, here.pk, "delivered"),
        say(client, "not a number of ours", "permanent-failure"),
    ]

    assert {answer.status_code for answer in answers} == {204}
    gone.refresh_from_db()
    here.refresh_from_db()
    assert (gone.state, gone.error, here.state) == ("BOUNCED", "Notify: permanent-failure", "SENT")
    assert Entry.objects.filter(what="mail.bounced").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("set_to", "given"), [(TOKEN, "wrong"), (TOKEN, ""), ("", ""), ("", TOKEN)])
def test_nobody_says_what_became_of_a_message_without_the_token(client, settings, set_to, given):
    settings.NOTIFY_CALLBACK_TOKEN = set_to
    message = sent()

    assert say(client, message.pk, "permanent-failure", token=given).status_code == 401
    message.refresh_from_db()
    assert message.state == "SENT"


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["", "[]", "{}", '"text"', "{", '{"reference": null}'])
def test_what_notify_does_not_write_is_refused(client, settings, body):
    settings.NOTIFY_CALLBACK_TOKEN = TOKEN
    answer = client.post(
        reverse("mail:notify_callback"),
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {TOKEN}"},
    )

    assert answer.status_code == 400
