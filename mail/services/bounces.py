"""What came back: a message that could not be delivered is marked, and that is recorded."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import Message as Part

from django.conf import settings
from django.db import transaction

from audit.enums import Verb
from audit.services import record
from common.errors import DomainError
from jobs.models import Job
from jobs.services import MOST_ATTEMPTS, try_again
from mail.enums import MessageMove, MessageState
from mail.models import Message

MESSAGE_ID = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@[^<>\s]+>", re.IGNORECASE)
# What GOV.UK Notify says of a message that it did not deliver. Only the first is about the address: "remove these addresses".
NOTIFY_NO_SUCH_ADDRESS = "permanent-failure"
# The reader's server would not have it (a full box, a filter): Notify asks to look at the message before it is sent again.
NOTIFY_NOT_TAKEN = "temporary-failure"
# It never left Notify: "try sending your messages again".
NOTIFY_NOT_SENT = "technical-failure"


class Unreadable(DomainError):
    pass


@dataclass(frozen=True)
class Bounce:
    """That a message could not be delivered: which, and the status that the servers gave (RFC 3463)."""

    message_id: uuid.UUID
    status: str


@transaction.atomic
def note_bounce(*, message_id: uuid.UUID, error: str, at: datetime) -> bool:
    """Mark a message as not delivered; say whether it was one that was not marked yet."""
    message = Message.objects.locked().filter(pk=message_id).that_may(MessageMove.BOUNCE).first()
    if message is None:
        return False
    message.state, message.bounced_at, message.error = MessageState.BOUNCED, at, error[:80]
    message.save(update_fields=["state", "bounced_at", "error"])
    record(verb=Verb.CHANGED, what="mail.bounced", actor=None, subject=message, at=at, kind=message.kind)
    return True


def note_returned_mail(content: bytes, *, at: datetime) -> bool:
    """Read one mail from the box that bounces come to, and mark what it says; say whether that was something new.

    Raises Unreadable: anybody can write to that box, and the parser of mail does not bear all that they write.
    """
    try:
        bounce = bounce_in(content)
    except Exception as error:
        raise Unreadable("This mail cannot be read.") from error
    return bounce is not None and note_bounce(message_id=bounce.message_id, error=bounce.status, at=at)


def note_notify_status(*, reference: str, status: str, at: datetime, called: str = "") -> bool:
    """Mark what GOV.UK Notify says of a message, by the reference that we gave it, and what Notify calls it."""
    try:
        message_id = uuid.UUID(reference)
    except ValueError:
        return False
    if status == NOTIFY_NO_SUCH_ADDRESS:
        return note_bounce(message_id=message_id, error=f"Notify: {status}", at=at)
    if status in (NOTIFY_NOT_TAKEN, NOTIFY_NOT_SENT):
        return _note_return(
            message_id, called=called, error=f"Notify: {status}", at=at, again=status == NOTIFY_NOT_SENT
        )
    return False


@transaction.atomic
def _note_return(message_id: uuid.UUID, *, called: str, error: str, at: datetime, again: bool) -> bool:
    """Mark a message as not sent, which says nothing of its address; with `again` its job is done once more.

    `called` must be what Notify calls the copy that was sent last: it may say twice what became of one before.
    """
    found = Message.objects.locked().filter(pk=message_id, sender_reference=called).that_may(MessageMove.RETURN)
    message = found.first()
    if message is None:
        return False
    message.state, message.failed_at, message.sent_at, message.error = MessageState.FAILED, at, None, error
    message.save(update_fields=["state", "failed_at", "sent_at", "error"])
    record(verb=Verb.CHANGED, what="mail.returned", actor=None, subject=message, at=at, kind=message.kind)
    if again and message.attempts < MOST_ATTEMPTS:
        _do_job_again(message, at=at, error=error)
    return True


def _do_job_again(message: Message, *, at: datetime, error: str) -> None:
    """Only a job that sends mail and is done: what it sent before stands as sent, so that others hear nothing twice."""
    done = Job.objects.filter(pk=message.job_id, queue="mail", finished_at__isnull=False, cancelled_at=None)
    if done.update(given_up_at=at, error=error):
        try_again(job_id=message.job_id, at=at)


def bounce_in(content: bytes) -> Bounce | None:
    """What a delivery status notification (RFC 3464) says; nothing for other mail, or one that is only delayed.

    The Message-ID holds a random number that only sender, servers and reader have seen: who does not know it marks nothing.
    """
    # The policy by default reads every header and raises at odd ones; compat32 leaves them as they are.
    mail = message_from_bytes(content, policy=policy.compat32)
    status = next((status for status in _failures(mail)), None)
    message_id = next(_ids_of_the_original(mail), None)
    return Bounce(message_id, status) if status is not None and message_id is not None else None


def _failures(mail: Part) -> Iterator[str]:
    """The status of each recipient that the notification gives up."""
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            if isinstance(block, Part) and str(block.get("Action", "")).strip().lower() == "failed":
                yield _status_in(str(block.get("Status", "")))


def _status_in(said: str) -> str:
    found = re.match(r"\s*([245]\.\d{1,3}\.\d{1,3})", said)
    return f"Not delivered, {found.group(1)}" if found else "Not delivered"


def _ids_of_the_original(mail: Part) -> Iterator[uuid.UUID]:
    """From the mail, or the headers of it, that came back with the notification: never from the notification's own."""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inner = part.get_payload()
            original = inner[0] if isinstance(inner, list) and inner else None
            headers = str(original.get("Message-ID", "")) if isinstance(original, Part) else ""
        elif kind in ("text/rfc822-headers", "message/rfc822-headers"):
            raw = part.get_payload(decode=True)
            returned = message_from_bytes(raw if isinstance(raw, bytes) else b"", policy=policy.compat32)
            headers = str(returned.get("Message-ID", ""))
        else:
            continue
        found = MESSAGE_ID.search(headers)
        if found:
            yield uuid.UUID(found.group(1))


@transaction.atomic
def forget_old_messages(*, at: datetime) -> int:
    """Delete what was written longer ago than MAIL_KEPT_DAYS, and record how many."""
    old = Message.objects.filter(queued_at__lt=at - timedelta(days=settings.MAIL_KEPT_DAYS))
    count, _ = old.delete()
    if count:
        record(verb=Verb.DELETED, what="mail.forgotten", actor=None, at=at, count=count)
    return count
