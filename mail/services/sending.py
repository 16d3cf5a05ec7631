"""Sending a message: written down first, sent at least once, never again once it is known to be sent."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from jobs.services import Lease, lease_at_work
from mail.enums import MessageMove, MessageState, SenderKind
from mail.models import Message
from mail.notifications.composing import CalendarPart, Words, compose
from mail.notifications.kinds import Kind
from mail.notifications.senders import AddressNotNow, AddressRefused, OpenSender, sender_in_use
from mail.services.bounces import note_bounce


def send_message(
    kind: Kind,
    *,
    to: Collection[str],
    values: Mapping[str, object] | None = None,
    path: str = "",
    closing: str = "",
    calendar: Sequence[CalendarPart] = (),
) -> None:
    """Send one kind of message to each of these addresses, each reader by themselves. Call it in a job.

    Each is a row before it leaves. A job that is tried again sends what was not sent, under the same Message-ID. An address
    that cannot be reached is noted and holds up nobody; any other error is raised, for the job to be put back.
    """
    addresses = list(dict.fromkeys(to))
    if not addresses:
        return
    said = values or {}
    words = compose(kind, values=said, path=path, closing=closing)
    lease = lease_at_work()
    reference = str(said.get("reference", ""))
    messages = _written(kind, addresses, words, lease=lease, reference=reference, at=timezone.now())
    waiting = [pair for pair in zip(messages, addresses, strict=True) if pair[0].may(MessageMove.SEND)]
    # Who was not tried yet goes first, so that what stops at one address reaches the others at the next try.
    waiting.sort(key=lambda pair: pair[0].attempts)
    if waiting:
        try:
            with sender_in_use() as sender:
                _send_each(waiting, words, sender=sender, calendar=calendar, lease=lease)
        except OSError as error:
            # The relay was not there at all: it is said of each, so that somebody who looks sees why they wait.
            _note_failure([message for message, _ in waiting], error)
            raise


def try_each(sends: Iterable[Callable[[], None]]) -> None:
    """Messages in different words that one job sends: an address that is not reached now holds up none of the others.

    Raises AddressNotNow at the end, for the job to be put back.
    """
    not_now: AddressNotNow | None = None
    for send in sends:
        try:
            send()
        except AddressNotNow as error:
            not_now = error
    if not_now is not None:
        raise not_now


@transaction.atomic
def _written(
    kind: Kind,
    addresses: Iterable[str],
    words: Words,
    *,
    lease: Lease | None,
    reference: str,
    at: datetime,
) -> list[Message]:
    """The rows of these messages: those of an earlier try of the same job, or new ones."""
    found = []
    for address in addresses:
        facts = {
            "subject": words.subject[:200],
            "reference": reference,
            "queued_at": at,
        }
        recipient = address.lower()
        if lease is None:
            found.append(Message.objects.create(kind=kind.name, recipient=recipient, **facts))
            continue
        number = lease.count(f"{kind.name} {recipient}")
        message, _ = Message.objects.get_or_create(
            job_id=lease.job_id, kind=kind.name, recipient=recipient, number=number, defaults=facts
        )
        found.append(message)
    return found


def _send_each(
    waiting: Sequence[tuple[Message, str]],
    words: Words,
    *,
    sender: OpenSender,
    calendar: Sequence[CalendarPart],
    lease: Lease | None,
) -> None:
    not_now: AddressNotNow | None = None
    for done, (message, address) in enumerate(waiting):
        if lease is not None and done:
            lease.progress(stage="Sending", done=done, total=len(waiting))
        _note_attempt(message)
        try:
            called = sender.send(message, words, to=address, calendar=calendar)
        except AddressRefused as error:
            note_bounce(message_id=message.pk, error=str(error), at=timezone.now())
        except AddressNotNow as error:
            _note_failure([message], error)
            not_now = error
        except Exception as error:
            _note_failure([message], error)
            raise
        else:
            _note_sent(message, sender=sender.kind, called=called, at=timezone.now())
    if not_now is not None:
        raise not_now


def _note_attempt(message: Message) -> None:
    """Before it leaves: whoever tries again knows that it may have left."""
    message.attempts += 1
    Message.objects.filter(pk=message.pk).update(attempts=F("attempts") + 1)


def _note_sent(message: Message, *, sender: SenderKind, called: str, at: datetime) -> None:
    """Nothing where a bounce was quicker."""
    Message.objects.filter(pk=message.pk).that_may(MessageMove.SEND).update(
        state=MessageState.SENT, sent_at=at, sender=sender, sender_reference=called[:60], error="", failed_at=None
    )


def _note_failure(messages: Collection[Message], error: Exception) -> None:
    waiting = Message.objects.filter(pk__in=[message.pk for message in messages]).that_may(MessageMove.FAIL)
    waiting.update(state=MessageState.FAILED, failed_at=timezone.now(), error=type(error).__name__[:80])
