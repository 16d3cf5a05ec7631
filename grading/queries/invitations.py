"""Which agencies were asked for graders of a round, what their people answered, and who has still to answer."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, User
from common.clock import london_day
from common.waiting import Waiting
from grading.enums import InvitationState, ReplyState
from grading.models import GradingRound, Invitation, InvitationReply
from referrals.queries.readers import grants_of_who_may


@dataclass(frozen=True)
class Answers:
    """An invitation with what the people of the agency who may grade say to it; who may grade no longer is left out."""

    invitation: Invitation
    accepted: list[InvitationReply]
    declined: list[InvitationReply]
    silent: list[User]

    @property
    def asked(self) -> int:
        return len(self.accepted) + len(self.declined) + len(self.silent)

    @property
    def is_short(self) -> bool:
        """Whether fewer accepted than were asked for, and somebody could still."""
        return len(self.accepted) < self.invitation.places and bool(self.silent)

    @property
    def is_open(self) -> bool:
        return self.invitation.state == InvitationState.OPEN


def who_may_grade_for(agency_id: UUID, *, on: date) -> QuerySet[User]:
    """The people of an agency who may grade on that day: an invitation of the agency asks them."""
    held = grants_of_who_may([Permission.GRADE], on=on).filter(user__agency=agency_id)
    return User.objects.filter(pk__in=held.values("user"))


def addresses_of_silent(invitation: Invitation, *, on: date) -> list[str]:
    """Of those who are asked and have not answered."""
    silent = who_may_grade_for(invitation.agency_id, on=on).exclude(pk__in=invitation.replies.values("person"))
    return sorted(silent.values_list("email", flat=True))


def addresses_of_accepted(invitation: Invitation) -> list[str]:
    """Of those who said that they take part."""
    accepted = invitation.replies.filter(state=ReplyState.ACCEPTED, person__is_active=True)
    return sorted(accepted.values_list("person__email", flat=True))


def places_taken(invitation: Invitation, *, on: date, besides: User | None = None) -> int:
    """How many people who may grade on that day have accepted, without this one."""
    accepted = invitation.replies.filter(
        state=ReplyState.ACCEPTED, person__in=who_may_grade_for(invitation.agency_id, on=on)
    )
    return accepted.exclude(person=besides).count()


def answers_to(round: GradingRound, people: Iterable[User]) -> list[Answers]:
    """All invitations of a round, the open ones first, by agency. `people` may grade, of any agency. Two queries."""
    able = {person.pk: person for person in people}
    replies = InvitationReply.objects.select_related("person").order_by("person__name", "pk")
    invitations = round.invitations.select_related("agency", "invited_by", "withdrawn_by")
    listed = []
    for invitation in invitations.prefetch_related(Prefetch("replies", replies)).order_by(
        "state", "agency__name", "-invited_at", "pk"
    ):
        asked = {pk: one for pk, one in able.items() if one.agency_id == invitation.agency_id}
        given = [one for one in invitation.replies.all() if one.person_id in asked]
        answered = {one.person_id for one in given}
        listed.append(
            Answers(
                invitation,
                accepted=[one for one in given if one.state == ReplyState.ACCEPTED],
                declined=[one for one in given if one.state == ReplyState.DECLINED],
                silent=[one for pk, one in asked.items() if pk not in answered],
            )
        )
    return listed


def standing_replies(answers: Iterable[Answers]) -> dict[UUID, InvitationReply]:
    """By person what they answered to invitations that are not withdrawn."""
    return {reply.person_id: reply for one in answers if one.is_open for reply in (*one.accepted, *one.declined)}


def no_partner_accepted(answers: Collection[Answers]) -> bool:
    """Whether agencies were invited and nobody of a partner agency has accepted."""
    still = [one for one in answers if one.is_open]
    return bool(still) and not any(one.accepted and not one.invitation.agency.is_police for one in still)


def agencies_to_invite(people: Iterable[User], answers: Iterable[Answers]) -> list[tuple[Agency, int]]:
    """The agencies that are not invited, each with how many of its people may grade; `people` are all who may."""
    invited = {one.invitation.agency_id for one in answers if one.is_open}
    counts: dict[Agency, int] = {}
    for person in people:
        if person.agency is not None and person.agency_id not in invited:
            counts[person.agency] = counts.get(person.agency, 0) + 1
    return list(counts.items())


def asked_of(user: User, *, on: date) -> QuerySet[Any]:
    """Invitations that this person can answer now, each with how many have accepted (`accepted`) and what they said (`mine`)."""
    if user.agency_id is None:
        return Invitation.objects.none()
    able = who_may_grade_for(user.agency_id, on=on)
    accepted = Q(replies__state=ReplyState.ACCEPTED, replies__person__in=able.values("pk"))
    mine = InvitationReply.objects.filter(person=user)
    invitations = Invitation.objects.to_agency_of(user).taking_answers().select_related("round__force", "agency")
    return invitations.annotate(accepted=Count("replies", filter=accepted)).prefetch_related(
        Prefetch("replies", mine, to_attr="mine")
    )


def to_answer(user: User, *, on: date) -> QuerySet[Any]:
    """Those of them that this person has not answered, while there are places left."""
    return asked_of(user, on=on).exclude(replies__person=user).filter(accepted__lt=F("places"))


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """Invitations that this person has not answered; late when the day for it is over."""
    if not user.may(Permission.GRADE):
        return []
    on = london_day(at)
    unanswered = list(to_answer(user, on=on).prefetch_related(None).values_list("pk", "reply_by"))
    if not unanswered:
        return []
    one = len(unanswered) == 1
    url = (
        reverse("grading:invitation", args=[unanswered[0][0]]) if one else f"{reverse('grading:invitations')}#to-answer"
    )
    title = f"invitation{'s' * (not one)} to grade for you to answer"
    return [Waiting(title, len(unanswered), url, is_late=any(day < on for _, day in unanswered))]
