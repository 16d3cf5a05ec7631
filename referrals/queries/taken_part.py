"""Who had a hand in a referral: everybody whom a row of it names for what they did, whether or not they have it still."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Func, Model, QuerySet, UUIDField

from accounts.models import User
from referrals.models import (
    Amendment,
    Assignment,
    Attachment,
    Challenge,
    ChallengeMeeting,
    ChallengePosition,
    Clarification,
    Closing,
    Consultation,
    CpiAssessment,
    CpiReport,
    EncompassNotice,
    Feedback,
    Flag,
    MeetingItem,
    PersonMatch,
    Referral,
    ReferralLink,
    Review,
    RiskChange,
    SecondReading,
    Share,
    ShareAnswer,
    ShareSnapshot,
    ShareSupplement,
    StrategyAction,
    StrategyDiscussion,
    ThresholdDecision,
    Voiding,
)


@dataclass(frozen=True)
class Part:
    """The columns of a table that name who had a hand in a referral, and the way from it to the referral."""

    model: type[Model]
    people: tuple[str, ...]
    referral: str = "referral"


# A test walks every column that names somebody from a referral on: each stands here, or is declared there as no part.
PARTS = (
    Part(Referral, ("author", "assigned_to", "closed_by", "incident__officer"), "pk"),
    Part(Amendment, ("amended_by",)),
    Part(Assignment, ("person", "assigned_by", "ended_by")),
    Part(Attachment, ("added_by",)),
    Part(Challenge, ("opened_by", "ended_by")),
    Part(ChallengeMeeting, ("by",), "challenge__referral"),
    Part(ChallengePosition, ("by",), "challenge__referral"),
    Part(Clarification, ("asked_by", "replied_by")),
    Part(Closing, ("closed_by", "reopened_by")),
    Part(Consultation, ("advised_by", "linked_by")),
    Part(CpiAssessment, ("begun_by", "graded_by", "outcome_by", "closed_by")),
    Part(CpiReport, ("written_by", "second_read_by"), "assessment__referral"),
    Part(EncompassNotice, ("sent_by", "acknowledged_by", "excepted_by")),
    Part(Feedback, ("told_by",)),
    Part(Flag, ("raised_by", "cleared_by")),
    Part(MeetingItem, ("owner", "done_by")),
    Part(PersonMatch, ("answered_by", "undone_by"), "one__referral"),
    Part(PersonMatch, ("answered_by", "undone_by"), "other__referral"),
    Part(ReferralLink, ("made_by", "removed_by")),
    Part(ReferralLink, ("made_by", "removed_by"), "other"),
    Part(Review, ("author", "reviewed_by")),
    Part(RiskChange, ("changed_by",)),
    Part(SecondReading, ("reader", "looked_by")),
    Part(Share, ("shared_by", "answered_by", "settled_by", "handed_by", "ended_by")),
    Part(ShareAnswer, ("answered_by",), "share__referral"),
    Part(ShareSnapshot, ("made_by",), "share__referral"),
    Part(ShareSupplement, ("supplied_by",), "answer__share__referral"),
    Part(StrategyAction, ("done_by",), "discussion__referral"),
    Part(StrategyDiscussion, ("recorded_by",)),
    Part(ThresholdDecision, ("decided_by",)),
    Part(Voiding, ("voided_by",)),
)


class _Each(Func):
    """The people of several columns, a row for each."""

    template = "UNNEST(ARRAY[%(expressions)s])"
    set_returning = True


def those_who_took_part(referral: Referral) -> list[User]:
    """Each person once, by id; the author is one of them."""
    return list(User.objects.filter(pk__in=_rows([referral.pk], "took_part")).order_by("pk"))


def people_by_part(referral_ids: Collection[UUID]) -> dict[UUID, list[User]]:
    """For each of these referrals those who took part, by id, in two queries."""
    parts = parts_taken(referral_ids)
    people = User.objects.in_bulk(set().union(*parts.values()))
    return {referral: [people[pk] for pk in sorted(taken)] for referral, taken in parts.items()}


def parts_taken(referral_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """For each of these referrals the ids of those who took part, in one query."""
    found: dict[UUID, set[UUID]] = {pk: set() for pk in referral_ids}
    for referral_id, person_id in _rows(referral_ids, "taken_in", "took_part"):
        if person_id is not None:
            found[referral_id].add(person_id)
    return found


def _rows(referral_ids: Collection[UUID], *columns: str) -> "QuerySet[Any, Any]":
    """`took_part`, a person's id or None, and `taken_in`, the referral's, from all tables at once."""
    first, *others = (
        part.model._default_manager.filter(**{f"{part.referral}__in": referral_ids})
        .annotate(taken_in=F(part.referral), took_part=_Each(*part.people, output_field=UUIDField()))
        .values_list(*columns)
        for part in PARTS
    )
    return first.union(*others)
