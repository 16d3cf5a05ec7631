"""By what a message leaves: the mail relay, or GOV.UK Notify. One interface, chosen by MAIL_SENDER."""

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused, SMTPServerDisconnected
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.module_loading import import_string

from mail.enums import SenderKind
from mail.models import Message
from mail.notifications.composing import CalendarPart, Words

# What says of the address alone that there is no such one (RFC 3463); 5.1.7 and 5.1.8 are about the sender's.
NO_SUCH_ADDRESS = re.compile(r"5\.(?:1\.(?![78]\b)\d{1,3}|2\.1)\b")
# The server ends the connection, by a limit to mails or to errors in one.
CLOSING = 421


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
        # Anew where the message before ended the connection. A relay that is not there is no matter of this address.
        self.connection.open()
        try:
            mail.send()
        except SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            if code == CLOSING:
                self.connection.close()
            raise _refusal(code, said) from error
        except SMTPSenderRefused as error:
            if error.smtp_code != CLOSING:
                raise
            self.connection.close()
            raise AddressNotNow(f"Not taken now, {CLOSING}") from error
        except SMTPDataError as error:
            self.connection.close()
            raise AddressNotNow(f"Not taken now, {error.smtp_code}") from error
        except SMTPServerDisconnected as error:
            self.connection.close()
            raise AddressNotNow("The connection was closed") from error
        return ""


def _refusal(code: int, said: bytes | str) -> AddressRefused | AddressNotNow:
    """For ever only where the server says that there is no such address: any other reason may pass, or is about us."""
    detail = said.decode("ascii", "replace") if isinstance(said, bytes) else str(said)
    if 500 <= code < 600 and NO_SUCH_ADDRESS.match(detail):
        return AddressRefused(f"Refused with {code}")
    return AddressNotNow(f"Not taken now, {code}")
