"""Follow-up mail about training records, modules, sessions of programmes and supervision."""

from jobs.services import Lease, follow_up
from training import notifications


@follow_up(queue="mail")
def email_next_signer(*, lease: Lease, record_id: str) -> None:
    notifications.email_next_signer(record_id=record_id)


@follow_up(queue="mail")
def email_trainer_about_sending_back(*, lease: Lease, record_id: str) -> None:
    notifications.email_trainer_about_sending_back(record_id=record_id)


@follow_up(queue="mail")
def email_person_about_completion(*, lease: Lease, record_id: str) -> None:
    notifications.email_person_about_completion(record_id=record_id)


@follow_up(queue="mail")
def remind_member_of_session(*, lease: Lease, entry_id: str) -> None:
    notifications.remind_member_of_session(entry_id=entry_id)


@follow_up(queue="mail")
def email_member_about_place(*, lease: Lease, entry_id: str) -> None:
    notifications.email_member_about_place(entry_id=entry_id)


@follow_up(queue="mail")
def email_member_about_change(*, lease: Lease, entry_id: str) -> None:
    notifications.email_member_about_change(entry_id=entry_id)


@follow_up(queue="mail")
def email_member_about_cancellation(*, lease: Lease, entry_id: str) -> None:
    notifications.email_member_about_cancellation(entry_id=entry_id)


@follow_up(queue="mail")
def email_owner_about_review(*, lease: Lease, version_id: str) -> None:
    notifications.email_owner_about_review(version_id=version_id)


@follow_up(queue="mail")
def email_supervised_about_record(*, lease: Lease, session_id: str) -> None:
    notifications.email_supervised_about_record(session_id=session_id)


@follow_up(queue="mail")
def email_the_two_about_opening(*, lease: Lease, opening_id: str) -> None:
    notifications.email_the_two_about_opening(opening_id=opening_id)
