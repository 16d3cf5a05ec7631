"""What a writer has to read of their referrals, what they are asked, and the thread of answers of one referral."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from referrals.enums import FormKind
from referrals.models import Challenge, Clarification, Feedback, Referral, Share, ShareAnswer, ThresholdDecision
from referrals.queries.marks import has_no

AWAITED_ORDER = ("answer_due_at", "pk")
ANSWERED_ORDER = ("answered_at", "pk")


def unread_of(user: User) -> QuerySet[Feedback]:
    """What this person was told and has not acknowledged."""
    return Feedback.objects.unread_by(user)


def _is_unread(user: User) -> Exists:
    return Exists(unread_of(user).filter(referral=OuterRef("pk")))


def _is_asked() -> Exists:
    return Exists(Clarification.objects.filter(referral=OuterRef("pk"), replied_at=None))


def _is_silent() -> Exists:
    return Exists(Share.objects.waiting().filter(referral=OuterRef("pk"), silence_told_at__isnull=False))


def _is_missing() -> Exists:
    return Exists(Share.objects.to_supply().filter(referral=OuterRef("pk")))


def with_unread(referrals: QuerySet[Referral], user: User) -> QuerySet[Referral]:
    """Those of them of which this person was told something that they have not acknowledged."""
    return referrals.filter(_is_unread(user))


def with_questions(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    """Those of them about which the hub waits for a reply."""
    return referrals.filter(_is_asked())


def in_silence(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    """Those of them that an agency has not answered, one working day after it was due."""
    return referrals.filter(_is_silent())


def with_missing(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    """Those of them of which an agency said what is missing, and waits for it."""
    return referrals.filter(_is_missing())


# Ways to narrow one's list, by the name in the address, with the heading of what is left.
NARROWED = {
    "unread": "With news that you have not read",
    "asked": "With a question from the hub",
    "silent": "Not answered in time",
    "missing": "An agency needs more from you",
}


def narrowed(referrals: QuerySet[Referral], by: str, *, user: User) -> QuerySet[Referral]:
    """Those of a person's referrals that one of NARROWED leaves; all of them for any other word."""
    if by == "unread":
        return with_unread(referrals, user)
    if by == "asked":
        return with_questions(referrals)
    if by == "missing":
        return with_missing(referrals)
    return in_silence(referrals) if by == "silent" else referrals


def awaited_by(user: User, *, late_at: datetime | None = None) -> QuerySet[Share]:
    """The answers that this person's hub waits for; with `late_at` only those that were due by then."""
    return _received(Share.objects.awaited() if late_at is None else Share.objects.late(at=late_at), user)


def rejected_at(user: User) -> QuerySet[Share]:
    """What agencies rejected and this person's hub has not looked at again; what is challenged is being looked at."""
    return _received(Share.objects.to_look_at_again().filter(~_is_challenged()), user)


def to_supply_at(user: User) -> QuerySet[Share]:
    """What agencies said is missing in what this person's hub received, and wait for."""
    return _received(Share.objects.to_supply(), user)


def _is_challenged() -> Exists:
    return Exists(Challenge.objects.open().filter(share=OuterRef("pk")))


def _received(shares: QuerySet[Share], user: User) -> QuerySet[Share]:
    return shares.filter(referral__in=Referral.objects.received_for(user)).select_related("referral", "agency")


def answers_of(referral: Referral, *, agency_id: UUID | None = None) -> list[ShareAnswer]:
    """Every answer on a referral with what was sent because of it, in the order of time; or those of one agency alone."""
    if has_no("shares", referral):
        return []
    answers = ShareAnswer.objects.filter(share__referral=referral)
    if agency_id is not None:
        answers = answers.filter(share__agency=agency_id)
    related = answers.select_related("share__agency", "answered_by", "supplement__supplied_by")
    return list(related.order_by("answered_at", "pk"))


def told_of(referral: Referral) -> ThresholdDecision | None:
    """What may be told of the current decision: when, why it came back, and the words. Level, pathway and reasons are not read."""
    current = referral.decisions.filter(is_current=True)
    return current.only("referral", "decided_at", "return_reason", "may_be_told").first()


def wants_to_hear(referral: Referral) -> bool:
    """Whether the writer is told what came of it: whoever wrote a CPI form may say that they do not want to hear."""
    return referral.kind != FormKind.CPI or referral.cpi.wants_feedback is not False


def may_be_asked(referral: Referral) -> bool:
    """Whether the hub may ask the writer: whoever wrote a CPI form may say that they are not to be contacted."""
    return referral.kind != FormKind.CPI or referral.cpi.may_be_contacted is not False


def feedback_of(referral: Referral) -> list[Feedback]:
    """What the writer was told, the oldest first."""
    if has_no("feedback", referral):
        return []
    return list(referral.feedback.select_related("told_by", "answer__share__agency").order_by("told_at", "pk"))


def clarifications_of(referral: Referral) -> list[Clarification]:
    """Questions to the writer with their replies, the oldest first."""
    if has_no("clarifications", referral):
        return []
    return list(referral.clarifications.select_related("asked_by", "replied_by").order_by("asked_at", "pk"))
