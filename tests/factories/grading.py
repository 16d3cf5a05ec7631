"""Rounds as they stand in the database, in any state; journeys through services are for the tests of services."""

from datetime import UTC, date, datetime
from typing import Any

import factory

from common.statistics import sampling
from grading.enums import ANSWERED_FEEDBACK, FeedbackState, InvitationState, RemovalReason, ReplyState, RoundState
from grading.models import (
    Assignment,
    Grade,
    GradeFeedback,
    GradingRound,
    Invitation,
    InvitationReply,
    PublishedRound,
    Removal,
    RoundItem,
)
from referrals.queries import version_of
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.referrals import ReferralFactory

OPENED = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)


class GradingRoundFactory(factory.django.DjangoModelFactory):
    """`GradingRoundFactory(state="GRADING")`: with who and when of every step up to that state; the items come apart."""

    class Meta:
        model = GradingRound

    force = factory.SubFactory(AgencyFactory, kind="POLICE")
    name = "July to September 2026"
    starts_on = date(2026, 7, 1)
    ends_on = date(2026, 9, 30)
    rule = "All PPNs submitted in July to September 2026"
    seed = "a fixed seed"
    algorithm = sampling.ALGORITHM
    state = RoundState.PLANNED
    opened_at = OPENED
    opened_by = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..force"))

    @classmethod
    def _create(cls, model_class: type[GradingRound], *args: Any, **kwargs: Any) -> GradingRound:
        by, state = kwargs["opened_by"], kwargs["state"]
        steps = list(RoundState.values)
        if steps.index(state) >= 1:
            drawn = {"drawn_at": OPENED, "drawn_by": by, "frame_size": 30, "frame_digest": "0" * 64}
            if kwargs.get("strata"):
                drawn["frame_strata"] = {"NONE": 30}
            kwargs = drawn | kwargs
        if steps.index(state) >= 2:
            kwargs = {"assigned_at": OPENED, "assigned_by": by} | kwargs
        if steps.index(state) >= 4:
            kwargs = {"published_at": OPENED, "published_by": by} | kwargs
        created: GradingRound = super()._create(model_class, *args, **kwargs)
        return created


class RoundItemFactory(factory.django.DjangoModelFactory):
    """`agreed=3` records an agreed grade."""

    class Meta:
        model = RoundItem

    round = factory.SubFactory(GradingRoundFactory, state=RoundState.DRAWN)
    referral = factory.SubFactory(ReferralFactory)
    position = factory.Sequence(lambda n: n % 30_000 + 1)
    version = factory.LazyAttribute(lambda item: version_of(item.referral))
    ticket = factory.LazyAttribute(lambda item: sampling.ticket(item.round.seed, str(item.referral.pk)))

    @classmethod
    def _create(cls, model_class: type[RoundItem], *args: Any, **kwargs: Any) -> RoundItem:
        agreed = kwargs.pop("agreed", None)
        if agreed is not None:
            kwargs |= {"agreed_grade": agreed, "agreed_at": OPENED, "agreed_by": kwargs["round"].opened_by}
        created: RoundItem = super()._create(model_class, *args, **kwargs)
        return created


class AssignmentFactory(factory.django.DjangoModelFactory):
    """`graded=2` gives the grade as well."""

    class Meta:
        model = Assignment

    item = factory.SubFactory(RoundItemFactory)
    grader = factory.SubFactory(UserFactory, roles=["PANEL_MEMBER"])
    assigned_at = OPENED

    @classmethod
    def _create(cls, model_class: type[Assignment], *args: Any, **kwargs: Any) -> Assignment:
        graded = kwargs.pop("graded", None)
        assignment: Assignment = super()._create(model_class, *args, **kwargs)
        if graded is not None:
            GradeFactory(assignment=assignment, overall=graded)
        return assignment


class GradeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Grade

    assignment = factory.SubFactory(AssignmentFactory)
    overall = 3
    submitted_at = OPENED


class RemovalFactory(factory.django.DjangoModelFactory):
    """Left out as withdrawn; `successor=` with another reason: replaced."""

    class Meta:
        model = Removal

    item = factory.SubFactory(RoundItemFactory)
    reason = factory.LazyAttribute(lambda one: RemovalReason.OTHER if one.successor else RemovalReason.WITHDRAWN)
    successor = None
    words = "Fictitious words, and enough of them to say why."
    removed_at = OPENED
    removed_by = factory.LazyAttribute(lambda one: one.item.round.opened_by)


class InvitationFactory(factory.django.DjangoModelFactory):
    """`state="WITHDRAWN"` says who and when; the agency's people come apart."""

    class Meta:
        model = Invitation

    round = factory.SubFactory(GradingRoundFactory)
    agency = factory.SubFactory(AgencyFactory)
    places = 2
    reply_by = date(2026, 12, 4)
    invited_at = OPENED
    invited_by = factory.LazyAttribute(lambda one: one.round.opened_by)

    @classmethod
    def _create(cls, model_class: type[Invitation], *args: Any, **kwargs: Any) -> Invitation:
        if kwargs.get("state") == InvitationState.WITHDRAWN:
            kwargs = {"withdrawn_at": OPENED, "withdrawn_by": kwargs["round"].opened_by} | kwargs
        created: Invitation = super()._create(model_class, *args, **kwargs)
        return created


class InvitationReplyFactory(factory.django.DjangoModelFactory):
    """Accepted; `reason=` declines."""

    class Meta:
        model = InvitationReply

    invitation = factory.SubFactory(InvitationFactory)
    person = factory.SubFactory(
        UserFactory, agency=factory.SelfAttribute("..invitation.agency"), roles=["PANEL_MEMBER"]
    )
    reason = ""
    state = factory.LazyAttribute(lambda one: ReplyState.DECLINED if one.reason else ReplyState.ACCEPTED)
    replied_at = OPENED


class GradeFeedbackFactory(factory.django.DjangoModelFactory):
    """Told to who wrote the PPN, of a published round; `state="READ"` or `"DISAGREED"` answers it, `"PREPARED"` leaves it untold."""

    class Meta:
        model = GradeFeedback

    item = factory.SubFactory(
        RoundItemFactory, round=factory.SubFactory(GradingRoundFactory, state=RoundState.PUBLISHED), agreed=2
    )
    state = FeedbackState.TOLD
    learning_point = "Say what you ask of whom."
    theme = "ACTION"

    @classmethod
    def _create(cls, model_class: type[GradeFeedback], *args: Any, **kwargs: Any) -> GradeFeedback:
        item, state = kwargs["item"], kwargs["state"]
        writer = item.referral.author
        if kwargs["learning_point"]:
            kwargs = {"chosen_at": OPENED, "chosen_by": item.round.opened_by} | kwargs
        if state != FeedbackState.PREPARED:
            kwargs = {"recipient": writer, "told_at": OPENED} | kwargs
        if state in ANSWERED_FEEDBACK:
            kwargs = {"answered_by": writer, "answered_at": OPENED} | kwargs
        if state == FeedbackState.DISAGREED:
            kwargs = {"disagreement": "The ask is in the last line."} | kwargs
        created: GradeFeedback = super()._create(model_class, *args, **kwargs)
        return created


class PublishedRoundFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PublishedRound

    period = "2024-10"
    grade_1, grade_2, grade_3, grade_4 = 1, 3, 4, 1
    published_mean = "2.87"
    source = "published_ppn_grades.csv"
    imported_at = OPENED
