"""What came back: a message that could not be delivered is marked, and that is recorded."""

import base64
import quopri
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
# As RFC 3464 and RFC 3462 have them, and RFC 6533 for addresses in any script.
STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")
ORIGINAL_PARTS = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global",
    "message/global-headers",
)
# What GOV.UK Notify says of a message that it did not deliver. Only the first is about the address: "remove these addresses".
NOTIFY_NO_SUCH_ADDRESS = "permanent-failure"
# The reader's server would not have it (a full box, a filter): Notify asks to look at the message before it is sent again.
NOTIFY_NOT_TAKEN = "temporary-failure"
# It never left Notify: "try sending your messages again".
NOTIFY_NOT_SENT = "technical-failure"


class Unreadable(DomainError):
    pass


@dataclass(frozen=True)
class Failure:
    """A recipient whom the servers gave up: the status that they gave (RFC 3463), and the addresses that they name."""

    status: str
    addresses: frozenset[str]


@dataclass(frozen=True)
class Bounce:
    """That a message could not be delivered: which, and to whom."""

    message_id: uuid.UUID
    failures: tuple[Failure, ...]

    def status_of(self, recipient: str) -> str | None:
        """What is said of this address. Who does not name any speaks of the only one that the message had."""
        address = _comparable(recipient)
        about = (one.status for one in self.failures if not one.addresses or address in one.addresses)
        return next(about, None)


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
    message = Message.objects.filter(pk=bounce.message_id).first() if bounce is not None else None
    if bounce is None or message is None:
        return False
    status = bounce.status_of(message.recipient)
    return status is not None and note_bounce(message_id=message.pk, error=status, at=at)


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
    if again and message.job_id is not None and message.attempts < MOST_ATTEMPTS:
        _do_job_again(message.job_id, at=at, error=error)
    return True


def _do_job_again(job_id: uuid.UUID, *, at: datetime, error: str) -> None:
    """Only a job that sends mail and is done: what it sent before stands as sent, so that others hear nothing twice."""
    done = Job.objects.filter(pk=job_id, queue="mail", finished_at__isnull=False, cancelled_at=None)
    if done.update(given_up_at=at, error=error):
        try_again(job_id=job_id, at=at)


def bounce_in(content: bytes) -> Bounce | None:
    """What a delivery status notification (RFC 3464) says; nothing for other mail, or one that is only delayed.

    The Message-ID holds a random number that only sender, servers and reader have seen: who does not know it marks nothing.
    """
    # The policy by default reads every header and raises at odd ones; compat32 leaves them as they are.
    mail = message_from_bytes(content, policy=policy.compat32)
    failures = tuple(_failures(mail))
    message_id = next(_ids_of_the_original(mail), None)
    return Bounce(message_id, failures) if failures and message_id is not None else None


def _failures(mail: Part) -> Iterator[Failure]:
    """Each recipient that the notification gives up."""
    for part in mail.walk():
        if part.get_content_type() not in STATUS_PARTS:
            continue
        for content in re.split(rb"\r?\n[ \t]*\r?\n", _content_of(part)):
            block = message_from_bytes(content.lstrip(), policy=policy.compat32)
            if _header(block, "Action").lower() == "failed":
                named = (_header(block, name) for name in ("Original-Recipient", "Final-Recipient"))
                # After the type of address: "rfc822; pat@example.org".
                addresses = frozenset(_comparable(one.rpartition(";")[2]) for one in named if one)
                yield Failure(_status_in(_header(block, "Status")), addresses)


def _status_in(said: str) -> str:
    found = re.match(r"\s*([245]\.\d{1,3}\.\d{1,3})", said)
    return f"Not delivered, {found.group(1)}" if found else "Not delivered"


def _ids_of_the_original(mail: Part) -> Iterator[uuid.UUID]:
    """From the mail, or the headers of it, that came back with the notification: never from the notification's own."""
    for part in mail.walk():
        if part.get_content_type() in ORIGINAL_PARTS:
            original = message_from_bytes(_content_of(part), policy=policy.compat32)
            found = MESSAGE_ID.search(_header(original, "Message-ID"))
            if found:
                yield uuid.UUID(found.group(1))


def _content_of(part: Part) -> bytes:
    """The lines of a part of type message/…, which the parser has taken for mails and left encoded where they were."""
    inner = part.get_payload()
    if not isinstance(inner, list):
        return _body_of(part)
    content = b"\n\n".join(_lines_of(one) for one in inner if isinstance(one, Part))
    encoding = _header(part, "Content-Transfer-Encoding").lower()
    if encoding == "base64":
        return base64.b64decode(content)
    return quopri.decodestring(content) if encoding == "quoted-printable" else content


def _lines_of(mail: Part) -> bytes:
    headers = "".join(f"{name}: {value}\n" for name, value in mail.raw_items()).encode("utf-8", "surrogateescape")
    body = _body_of(mail)
    return headers + b"\n" + body if headers and body else headers or body


def _body_of(mail: Part) -> bytes:
    body = mail.get_payload(decode=True)
    return body if isinstance(body, bytes) else b""


def _header(part: Part, name: str) -> str:
    """As it was written, in UTF-8 (RFC 6532)."""
    values = (str(value) for one, value in part.raw_items() if one.lower() == name.lower())
    return next(values, "").encode("utf-8", "surrogateescape").decode("utf-8", "replace").strip()


def _comparable(address: str) -> str:
    """In small letters, and the domain as servers write it."""
    local, at, domain = address.strip().strip("<>").lower().rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return f"{local}{at}{domain}"


@transaction.atomic
def forget_old_messages(*, at: datetime) -> int:
    """Delete what was written longer ago than MAIL_KEPT_DAYS, and record how many."""
    old = Message.objects.filter(queued_at__lt=at - timedelta(days=settings.MAIL_KEPT_DAYS))
    count, _ = old.delete()
    if count:
        record(verb=Verb.DELETED, what="mail.forgotten", actor=None, at=at, count=count)
    return count
