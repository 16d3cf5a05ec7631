"""Saying what one thought of a session, once and without one's name (ADR 0057), and reading what came out."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from partners.models import Booking, FeedbackLink, Session, SessionFeedbackBox, SessionFeedbackReceipt
from partners.models.session_feedback import LONGEST_WORDS, MARKS, hash_of_token
from partners.queries.session_feedback import has_answered, is_asked, is_open_after


class CannotGiveFeedback(DomainError):
    pass


class NoSuchLink(DomainError):
    pass


@transaction.atomic
def give_feedback(
    *, booking_id: UUID, useful: int, sure_before: int, sure_after: int, practice: str, by: User, at: datetime
) -> None:
    """Say once what one thought. Raises CannotGiveFeedback.

    The box of the session is written anew as a whole, so that no part of it shows who came last. The access log gets no entry: it has a
    time to the second, and the receipt says all that may be known.
    """
    booking = Booking.objects.select_related("session").get(pk=booking_id)
    session = Session.objects.locked().get(pk=booking.session_id)
    if booking.user_id != by.pk:
        raise CannotGiveFeedback("Only whose place it is says what they thought.")
    if has_answered(booking):
        raise CannotGiveFeedback("You have told us about this session already.")
    if not is_asked(booking, at=at):
        raise CannotGiveFeedback("This session does not take your feedback.")
    _check(practice, (useful, sure_before, sure_after))
    SessionFeedbackReceipt.objects.create(session=session, person=by)
    _put_in(session, useful, sure_before, sure_after, practice)


@transaction.atomic
def give_feedback_by_link(
    *, token: str, useful: int, sure_before: int, sure_after: int, practice: str, at: datetime
) -> None:
    """Say once what one thought by the address that came in a mail, which then works no more. Raises NoSuchLink, CannotGiveFeedback.

    As with an account the access log gets no entry, and nothing says when.
    """
    link = link_of(token)
    session = Session.objects.locked().get(pk=link.session_id)
    link = FeedbackLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if link.is_used or not is_open_after(session, at=at):
        raise CannotGiveFeedback("This link was used, or the form is closed.")
    _check(practice, (useful, sure_before, sure_after))
    link.is_used = True
    link.save(update_fields=["is_used"])
    _put_in(session, useful, sure_before, sure_after, practice)


def link_of(token: str) -> FeedbackLink:
    """With its session. Raises NoSuchLink."""
    found = FeedbackLink.objects.select_related("session").filter(token_hash=hash_of_token(token)).first()
    if found is None:
        raise NoSuchLink("There is no form at this address.")
    return found


def _check(practice: str, marks: Sequence[int]) -> None:
    if any(mark not in MARKS for mark in marks):
        raise CannotGiveFeedback("Choose a mark from 1 to 5 for each question.")
    if len(" ".join(practice.split())) > LONGEST_WORDS:
        raise CannotGiveFeedback(f"Use at most {LONGEST_WORDS} characters.")


def _put_in(session: Session, useful: int, sure_before: int, sure_after: int, practice: str) -> None:
    """Into the box of a session that the caller has locked."""
    words = " ".join(practice.split())
    box, _ = SessionFeedbackBox.objects.get_or_create(session=session)
    box.useful[useful - 1] += 1
    box.sure_before[sure_before - 1] += 1
    box.sure_after[sure_after - 1] += 1
    if words:
        by_letters: list[str] = sorted([*map(str, box.practice), words], key=str.casefold)
        box.practice = by_letters
    box.save()


@transaction.atomic
def read_feedback(*, session_id: UUID, by: User, at: datetime) -> None:
    """Write down that a trainer read what people thought."""
    session = Session.objects.get(pk=session_id)
    audit.record(verb=Verb.READ, what="partners.feedback_read", at=at, actor=by, subject=session)
