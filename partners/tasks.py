"""Follow-up mail about bookings, one job for each person."""

from jobs.services import Lease, follow_up
from partners.notifications import mail


@follow_up(queue="mail")
def email_person_about_booking(*, lease: Lease, booking_id: str) -> None:
    mail.email_person_about_booking(booking_id=booking_id)


@follow_up(queue="mail")
def email_person_about_change(*, lease: Lease, booking_id: str) -> None:
    mail.email_person_about_change(booking_id=booking_id)


@follow_up(queue="mail")
def email_person_about_cancellation(*, lease: Lease, booking_id: str) -> None:
    mail.email_person_about_cancellation(booking_id=booking_id)
