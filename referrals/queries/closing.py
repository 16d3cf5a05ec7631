"""What is still open on a referral when the hub wants to close it, and how it was closed and withdrawn."""

from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper, Q

from accounts.models import User
from referrals.enums import NoticeState
from referrals.models import Challenge, Closing, EncompassNotice, Referral, StrategyAction, Voiding, open_to
from referrals.queries.marks import has_no


@dataclass(frozen=True)
class Unfinished:
    """Something that is open: in words with its number; whether it has to end first, or may be left open with a reason."""

    words: str
    must_end: bool


def unfinished_of(referral: Referral) -> list[Unfinished]:
    """What is open on this referral, what has to end first before the rest."""
    challenges = Challenge.objects.filter(referral=referral)
    notices = EncompassNotice.objects.filter(referral=referral)
    unconfirmed = notices.filter(state=NoticeState.SENT)
    actions = StrategyAction.objects.open().filter(discussion__referral=referral)
    questions = referral.clarifications.filter(replied_at=None)
    counted = [
        (challenges.open().count(), "open challenge", "open challenges", True),
        (challenges.to_reconsider().count(), "upheld challenge to act on", "upheld challenges to act on", True),
        (notices.to_be_done().count(), "notice to a school to send", "notices to schools to send", True),
        (
            unconfirmed.count(),
            "notice that a school has not confirmed",
            "notices that schools have not confirmed",
            False,
        ),
        (actions.count(), "action of a strategy discussion", "actions of strategy discussions", False),
        (questions.count(), "question to the writer without a reply", "questions to the writer without a reply", False),
    ]
    return [
        Unfinished(f"{count} {one if count == 1 else more}", must_end)
        for count, one, more, must_end in counted
        if count
    ]


def closings_of(referral: Referral) -> list[Closing]:
    """Each closing with its reopening, the first one first."""
    if has_no("closings", referral):
        return []
    return list(referral.closings.select_related("closed_by", "reopened_by").order_by("closed_at", "pk"))


def voiding_of(referral: Referral, *, viewer: User) -> Voiding | None:
    """Why it was withdrawn, if it was; `shows_kept` where the one that stands in its place is open to who looks."""
    if not referral.is_voided:
        return None
    shows_kept = ExpressionWrapper(Q(kept__isnull=False) & open_to(viewer, of="kept"), output_field=BooleanField())
    found = Voiding.objects.filter(referral=referral).annotate(shows_kept=shows_kept)
    return found.select_related("voided_by", "kept").first()
