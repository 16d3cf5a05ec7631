"""GOV.UK Notify as the sender: one template there, which holds ((subject)) and ((body)) and nothing else.

Notify takes no calendar entries: who gets its mail adds a session from the page of the booking.
"""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from django.conf import settings
from notifications_python_client import NotificationsAPIClient

from mail.enums import SenderKind
from mail.models import Message
from mail.notifications.composing import CalendarPart, Words


class NotifySender:
    kind = SenderKind.NOTIFY

    def __enter__(self) -> Self:
        self.client = NotificationsAPIClient(
            settings.NOTIFY_API_KEY, base_url=settings.NOTIFY_BASE_URL, timeout=settings.EMAIL_TIMEOUT
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.client.request_session.close()

    def send(self, message: Message, words: Words, *, to: str, calendar: Sequence[CalendarPart]) -> str:
        """Notify does not tell a second copy from a second message, so a second try asks first whether it has the first."""
        reference = str(message.pk)
        if message.attempts > 1:
            known = self.client.get_all_notifications(reference=reference)["notifications"]
            if known:
                return str(known[0]["id"])
        sent = self.client.send_email_notification(
            email_address=to,
            template_id=settings.NOTIFY_TEMPLATE_ID,
            personalisation={"subject": words.subject, "body": words.text},
            reference=reference,
        )
        return str(sent["id"])
