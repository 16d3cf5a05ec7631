"""Follow-up mail about bookings, one job for each person."""

from jobs.services import Lease, follow_up
from partners.notifications import mail, waiting_mail


@follow_up(queue="mail")
def email_person_about_booking(*, lease: Lease, booking_id: str) -> None:
    mail.email_person_about_booking(booking_id=booking_id)


@follow_up(queue="mail")
def email_person_about_change(*, lease: Lease, booking_id: str) -> None:
    mail.email_person_about_change(booking_id=booking_id)


@follow_up(queue="mail")
def email_person_about_cancellation(*, lease: Lease, booking_id: str) -> None:
    mail.email_person_about_cancellation(booking_id=booking_id)


# --- the waiting list and reminders --------------------------------------------------------------------------------------------


@follow_up(queue="mail")
def email_person_about_waiting(*, lease: Lease, booking_id: str) -> None:
    waiting_mail.email_person_about_waiting(booking_id=booking_id)


@follow_up(queue="mail")
def email_about_offer(*, lease: Lease, booking_id: str) -> None:
    waiting_mail.email_about_offer(booking_id=booking_id)


@follow_up(queue="mail")
def email_person_about_lapse(*, lease: Lease, booking_id: str) -> None:
    waiting_mail.email_person_about_lapse(booking_id=booking_id)


@follow_up(queue="mail")
def remind_person(*, lease: Lease, reminder_id: str) -> None:
    waiting_mail.remind_person(reminder_id=reminder_id)
