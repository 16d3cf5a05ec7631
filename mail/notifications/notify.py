"""GOV.UK Notify as the sender: one template there, which holds ((subject)) and ((body)) and nothing else.

Notify takes no calendar entries: who gets its mail adds a session from the page of the booking.
"""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from django.conf import settings
from notifications_python_client import NotificationsAPIClient
from notifications_python_client.errors import HTTPError

from mail.enums import SenderKind
from mail.models import Message
from mail.notifications.composing import CalendarPart, Words
from mail.notifications.senders import AddressNotNow, AddressRefused


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
        """Notify does not tell a second copy from a second message, so a second try asks first whether it has one that did not fail."""
        reference = str(message.pk)
        if message.attempts > 1:
            known = self.client.get_all_notifications(reference=reference)["notifications"]
            for one in known:
                if not str(one["status"]).endswith("-failure"):
                    return str(one["id"])
        try:
            sent = self.client.send_email_notification(
                email_address=to,
                template_id=settings.NOTIFY_TEMPLATE_ID,
                personalisation={"subject": words.subject, "body": words.text},
                reference=reference,
            )
        except HTTPError as error:
            about_address = _about_the_address(error)
            if about_address is None:
                raise
            raise about_address from error
        return str(sent["id"])


def _about_the_address(error: HTTPError) -> AddressRefused | AddressNotNow | None:
    """What Notify has against this address; nothing where it is about us, and so about every message."""
    said = error.message if error.status_code == 400 else []
    reasons = [str(one.get("message", "")) for one in said if isinstance(one, dict)] if isinstance(said, list) else []
    if any(reason.startswith("email_address ") for reason in reasons):
        return AddressRefused("Notify: not a valid address")
    if any("to this recipient" in reason for reason in reasons):
        # A service on trial, or a key for a team: it takes the address once that is over.
        return AddressNotNow("Notify: not to this address yet")
    return None
