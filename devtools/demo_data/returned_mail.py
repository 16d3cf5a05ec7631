"""Mail that came back: the confirmation to one delegate whose address is wrong, so that the pages that say so can be seen."""

from datetime import timedelta

from common.clock import start_of_day
from devtools.demo_data.identity import named_id
from devtools.demo_data.people import Setting
from mail.enums import MessageState, SenderKind
from mail.models import Message
from partners.enums import BookingState
from partners.models import Booking
from partners.notifications.mail import BOOKED


def make_returned_mail(setting: Setting) -> int:
    """One message that bounced, about the next session to come; returns how many."""
    at = start_of_day(setting.today - timedelta(days=2))
    to_come = Booking.objects.filter(state=BookingState.BOOKED, delegate__isnull=False, session__starts_at__gt=at)
    booking = to_come.select_related("delegate", "user").order_by("session__starts_at", "pk").first()
    if booking is None:
        return 0
    Message.objects.create(
        id=named_id("returned mail", booking.reference),
        kind=BOOKED.name,
        recipient=booking.email.lower(),
        subject=BOOKED.subject,
        reference=booking.reference,
        state=MessageState.BOUNCED,
        attempts=1,
        sender=SenderKind.SMTP,
        queued_at=at,
        sent_at=at,
        bounced_at=at + timedelta(minutes=5),
        error="Not delivered, 5.1.1",
    )
    return 1
