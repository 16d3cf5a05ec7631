"""Saying what one thought of a session, once and without one's name (ADR 0057), and reading what came out."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from partners.models import Booking, Session, SessionFeedbackBox, SessionFeedbackReceipt
from partners.models.session_feedback import LONGEST_WORDS, MARKS
from partners.queries.session_feedback import has_answered, is_asked


class CannotGiveFeedback(DomainError):
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
    words = " ".join(practice.split())
    if any(mark not in MARKS for mark in (useful, sure_before, sure_after)):
        raise CannotGiveFeedback("Choose a mark from 1 to 5 for each question.")
    if len(words) > LONGEST_WORDS:
        raise CannotGiveFeedback(f"Use at most {LONGEST_WORDS} characters.")
    SessionFeedbackReceipt.objects.create(session=session, person=by)
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
