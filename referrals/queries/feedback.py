"""What a writer has to read of their referrals, what they are asked, and the thread of answers of one referral."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from referrals.enums import FormKind
from referrals.models import Clarification, Feedback, Referral, Share, ShareAnswer, ThresholdDecision

AWAITED_ORDER = ("answer_due_at", "pk")


def unread_of(user: User) -> QuerySet[Feedback]:
    """What this person was told and has not acknowledged."""
    return Feedback.objects.unread_by(user)


def with_unread(referrals: QuerySet[Referral], user: User) -> QuerySet[Referral]:
    """Those of them of which this person was told something that they have not acknowledged."""
    return referrals.filter(Exists(unread_of(user).filter(referral=OuterRef("pk"))))


def with_questions(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    """Those of them about which the hub waits for a reply."""
    return referrals.filter(Exists(Clarification.objects.filter(referral=OuterRef("pk"), replied_at=None)))


def in_silence(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    """Those of them that an agency has not answered, one working day after it was due."""
    silent = Share.objects.waiting().filter(referral=OuterRef("pk"), silence_told_at__isnull=False)
    return referrals.filter(Exists(silent))


# Ways to narrow one's list, by the name in the address, with the heading of what is left.
NARROWED = {
    "unread": "With news that you have not read",
    "asked": "With a question from the hub",
    "silent": "Not answered in time",
}


def narrowed(referrals: QuerySet[Referral], by: str, *, user: User) -> QuerySet[Referral]:
    """Those of a person's referrals that one of NARROWED leaves; all of them for any other word."""
    if by == "unread":
        return with_unread(referrals, user)
    if by == "asked":
        return with_questions(referrals)
    return in_silence(referrals) if by == "silent" else referrals


def awaited_by(agency_id: UUID | None, *, late_at: datetime | None = None) -> QuerySet[Share]:
    """The answers that a hub waits for; with `late_at` only those that were due by then."""
    shares = Share.objects.waiting() if late_at is None else Share.objects.late(at=late_at)
    received = Referral.objects.received_by(agency_id)
    return shares.filter(referral__in=received).select_related("referral", "agency")


def answers_of(referral: Referral, *, agency_id: UUID | None = None) -> list[ShareAnswer]:
    """Every answer on a referral with what was sent because of it, in the order of time; or those of one agency alone."""
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
    return list(referral.feedback.select_related("told_by", "answer__share__agency").order_by("told_at", "pk"))


def clarifications_of(referral: Referral) -> list[Clarification]:
    """Questions to the writer with their replies, the oldest first."""
    return list(referral.clarifications.select_related("asked_by", "replied_by").order_by("asked_at", "pk"))
