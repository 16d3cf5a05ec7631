"""By what a message leaves: the mail relay, or GOV.UK Notify. One interface, chosen by MAIL_SENDER."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from smtplib import SMTPRecipientsRefused
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.module_loading import import_string

from mail.enums import SenderKind
from mail.models import Message
from mail.notifications.composing import CalendarPart, Words


class AddressRefused(Exception):
    """The address cannot be reached, now or later. Says the kind of refusal, never what the server wrote."""


class AddressNotNow(Exception):
    """The server does not take mail for this address now; for others it may."""


class OpenSender(Protocol):
    """Ready to send several messages after one another."""

    kind: SenderKind

    def send(self, message: Message, words: Words, *, to: str, calendar: Sequence[CalendarPart]) -> str:
        """Hand it over, and return what the sender calls it, or nothing.

        Raises AddressRefused and AddressNotNow for this address alone; what else it raises concerns every message.
        """


def message_id_of(message: Message) -> str:
    """The same at every try, so that the receiving server can tell a second copy from a second message."""
    return f"<{message.pk}@{urlsplit(settings.SITE_URL).hostname}>"


def sender_in_use() -> AbstractContextManager[OpenSender]:
    """The sender that the settings name, to be opened. One that is not in use is not even imported."""
    choose: Callable[[], AbstractContextManager[OpenSender]] = import_string(
        settings.MAIL_SENDERS[settings.MAIL_SENDER]
    )
    return choose()


class SmtpSender:
    """Django's own way of mail: the relay that EMAIL_URL names."""

    kind = SenderKind.SMTP

    def __enter__(self) -> Self:
        self.connection = get_connection()
        self.connection.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.connection.close()

    def send(self, message: Message, words: Words, *, to: str, calendar: Sequence[CalendarPart]) -> str:
        """Plain text, HTML, calendar entry: in this order, for readers take the last part that they know."""
        mail = EmailMultiAlternatives(
            subject=words.subject,
            body=words.text,
            to=[to],
            headers={"Message-ID": message_id_of(message), "Auto-Submitted": "auto-generated"},
            connection=self.connection,
        )
        mail.attach_alternative(words.html, "text/html")
        for first in calendar[:1]:
            mail.attach_alternative(first.content, first.media_type)
        for part in calendar[1:]:
            mail.attach(part.file_name, part.content, part.media_type)
        try:
            mail.send()
        except SMTPRecipientsRefused as error:
            raise _refusal(error) from error
        return ""


def _refusal(error: SMTPRecipientsRefused) -> AddressRefused | AddressNotNow:
    """For ever, unless the code says later, or the reason is a policy (5.7), which is about us and not about the address."""
    code, said = next(iter(error.recipients.values()))
    detail = said.decode("ascii", "replace") if isinstance(said, bytes) else str(said)
    if 500 <= code < 600 and not detail.startswith("5.7."):
        return AddressRefused(f"Refused with {code}")
    return AddressNotNow(f"Not taken now, {code}")
