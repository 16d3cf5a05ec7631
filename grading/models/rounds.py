"""A grading round: a quarter's sample of PPNs, who grades which, and what was agreed."""

import uuid
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Func, JSONField, Q, Value
from django.db.models.fields.json import ContainedBy
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, User
from common.clock import Period, add_working_days, london_day
from grading.enums import ONE_TYPE, OverallGrade, PopulationPart, RoundState, RoundStrata
from referrals.enums import VOIDED, ConcernType, ReferrerKind, RiskLevel
from referrals.models import Referral, open_to

USUAL_SIZE = 10
LARGEST_SIZE = 100
DAYS_TO_GRADE = 10
DAYS_TO_ASSIGN = 10


# Parts of the filter that hold words of a list; districts and teams are ids.
KNOWN_WORDS = {
    PopulationPart.TYPES.value: list(ConcernType.values),
    PopulationPart.RISK.value: [str(level) for level in RiskLevel.values],
    PopulationPart.REFERRERS.value: list(ReferrerKind.values),
}


class WithoutKeys(Func):
    """A JSON object without some of its keys."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = JSONField()


class GradingRoundQuerySet(models.QuerySet["GradingRound"]):
    def visible_to(self, user: User) -> Self:
        """Rounds of the own force for those who run grading or see its results, and rounds in which one grades."""
        seen = (
            Q(pk__in=Assignment.objects.filter(grader=user).values("item__round"))
            if user.may(Permission.GRADE)
            else None
        )
        if user.agency_id and user.may(Permission.RUN_GRADING, Permission.SEE_GRADING_RESULTS):
            own = Q(force=user.agency_id)
            seen = own if seen is None else seen | own
        return self.none() if seen is None else self.filter(seen)

    def published(self) -> Self:
        return self.filter(state=RoundState.PUBLISHED)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class GradingRound(models.Model):
    """One quarter of one force. Rule, strata, size, seed and method are fixed when it is opened, the population's digest when drawn."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    force = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="Last day of the quarter")
    rule = models.TextField(help_text="Which PPNs could be drawn, in words: made from the filter when it was opened")
    filter = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="The same as values, by part; empty: every PPN of the quarter",
    )
    selected_at_opening = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many PPNs the filter gave when the round was opened"
    )
    strata = models.CharField(
        max_length=10,
        choices=RoundStrata,
        blank=True,
        default="",
        db_default="",
        help_text="Drawn from these in proportion; empty: from all alike",
    )
    size = models.PositiveSmallIntegerField(default=USUAL_SIZE)
    seed = models.CharField(max_length=64)
    algorithm = models.CharField(max_length=20)
    frame_size = models.PositiveIntegerField(null=True, blank=True, help_text="How many PPNs could be drawn")
    frame_digest = models.CharField(
        max_length=64,
        blank=True,
        help_text="SHA-256 of their ids; of their ids and strata where it is drawn from strata",
    )
    frame_strata = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="How many of them are in each stratum"
    )
    state = models.CharField(max_length=12, choices=RoundState, default=RoundState.PLANNED)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(null=True, blank=True)
    drawn_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(null=True, blank=True)
    assigned_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = GradingRoundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["force", "starts_on"],
                name="grading_round_one_per_quarter",
                violation_error_message="There is a round for that quarter already.",
            ),
            models.CheckConstraint(name="grading_round_begins_before_it_ends", condition=Q(starts_on__lt=F("ends_on"))),
            models.CheckConstraint(
                name="grading_round_draws_at_least_one",
                condition=Q(size__gte=1),
                violation_error_message="A round needs at least one PPN.",
            ),
            models.CheckConstraint(
                name="grading_round_drawn_says_who_when_and_of_what",
                condition=(
                    Q(state=RoundState.PLANNED, drawn_at=None, drawn_by=None, frame_size=None, frame_digest="")
                    | (
                        ~Q(state=RoundState.PLANNED)
                        & Q(drawn_at__isnull=False, drawn_by__isnull=False, frame_size__isnull=False)
                        & ~Q(frame_digest="")
                    )
                ),
            ),
            models.CheckConstraint(
                name="grading_round_filter_is_of_known_words",
                condition=ContainedBy(
                    WithoutKeys(F("filter"), Value(PopulationPart.DISTRICTS.value), Value(PopulationPart.TEAMS.value)),
                    Value(KNOWN_WORDS, output_field=JSONField()),
                ),
                violation_error_message="Choose which PPNs could be drawn from the lists.",
            ),
            models.CheckConstraint(
                name="grading_round_strata_are_known", condition=Q(strata__in=["", *RoundStrata.values])
            ),
            models.CheckConstraint(
                name="grading_round_drawn_from_strata_says_their_sizes",
                condition=(Q(state=RoundState.PLANNED) | Q(strata="")) & Q(frame_strata={})
                | (~Q(state=RoundState.PLANNED) & ~Q(strata="") & ~Q(frame_strata={})),
            ),
            models.CheckConstraint(
                name="grading_round_assigned_says_who_and_when",
                condition=Q(state__in=(RoundState.PLANNED, RoundState.DRAWN), assigned_at=None, assigned_by=None)
                | (
                    ~Q(state__in=(RoundState.PLANNED, RoundState.DRAWN))
                    & Q(assigned_at__isnull=False, assigned_by__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="grading_round_published_says_who_and_when",
                condition=Q(state=RoundState.PUBLISHED, published_at__isnull=False, published_by__isnull=False)
                | (~Q(state=RoundState.PUBLISHED) & Q(published_at=None, published_by=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("grading:round", args=[self.pk])

    @property
    def period(self) -> Period:
        """The quarter."""
        return Period(self.starts_on, self.ends_on)

    @property
    def drawn_from(self) -> str:
        """From all alike or from strata, in words."""
        if not self.strata:
            return "All alike"
        by = f"By {RoundStrata(self.strata).label.lower()}, in proportion, and at least one of each where the sample allows"
        return f"{by}. {ONE_TYPE}" if self.strata == RoundStrata.TYPE else by


COUNTED = Q(removal=None) & (Q(round__state=RoundState.PUBLISHED) | ~Q(referral__state__in=VOIDED))


class RoundItemQuerySet(models.QuerySet["RoundItem"]):
    def visible_to(self, user: User) -> Self:
        """Items of the own force's rounds for those who run grading, and those that one grades oneself."""
        seen = Q(pk__in=Assignment.objects.filter(grader=user).values("item")) if user.may(Permission.GRADE) else None
        if user.agency_id and user.may(Permission.RUN_GRADING):
            run = Q(round__force=user.agency_id)
            seen = run if seen is None else seen | run
        return self.none() if seen is None else self.filter(seen).open_to(user)

    def open_to(self, user: User) -> Self:
        """Without those whose referral a restriction or a conflict of interest closes to this person. Says nothing of roles."""
        return self.filter(open_to(user, of="referral"))

    def standing(self) -> Self:
        """Those that are in the sample still: neither replaced nor left out."""
        return self.filter(removal=None)

    def withdrawn(self) -> Self:
        """Those of the sample whose referral was withdrawn since."""
        return self.standing().filter(referral__state__in=VOIDED)

    def counted(self) -> Self:
        """Those that figures are worked out from. What is withdrawn once a round is published changes no figure of it."""
        return self.filter(COUNTED)

    def agreed(self) -> Self:
        return self.counted().filter(agreed_grade__isnull=False)

    def awaiting_agreement(self) -> Self:
        return self.counted().filter(agreed_grade=None)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class RoundItem(models.Model):
    """One PPN of the sample. The agreed grade stands beside the graders' own grades, which stay as they were given."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(GradingRound, on_delete=models.PROTECT, related_name="items")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="round_items")
    position = models.PositiveSmallIntegerField(help_text="1 was drawn first")
    ticket = models.CharField(max_length=64, help_text="SHA-256 of the seed and the referral's id")
    stratum = models.CharField(
        max_length=40,
        blank=True,
        default="",
        db_default="",
        help_text="From which it was drawn: a type, a kind of referrer, or the id of a district or team",
    )
    version = models.PositiveSmallIntegerField(
        db_default=1,
        help_text="Of the referral when it was drawn: all graders read this one, whatever is amended after",
    )
    agreed_grade = models.PositiveSmallIntegerField(choices=OverallGrade, null=True, blank=True)
    agreed_reason = models.TextField(blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = RoundItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "referral"], name="round_item_drawn_once"),
            models.UniqueConstraint(fields=["round", "position"], name="round_item_numbered_once"),
            models.CheckConstraint(name="round_item_version_is_one_that_was_sent", condition=Q(version__gte=1)),
            models.CheckConstraint(
                name="round_item_agreed_grade_says_who_and_when",
                condition=Q(agreed_grade=None, agreed_at=None, agreed_by=None, agreed_reason="")
                | Q(agreed_grade__isnull=False, agreed_at__isnull=False, agreed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="round_item_agreed_grade_is_1_to_4",
                condition=Q(agreed_grade=None) | Q(agreed_grade__gte=1, agreed_grade__lte=4),
                violation_error_message="A grade is 1, 2, 3 or 4.",
            ),
        ]

    def __str__(self) -> str:
        return f"PPN {self.position}"

    @property
    def grade_url(self) -> str:
        """Where it is graded."""
        return reverse("grading:grade_item", args=[self.round_id, self.pk])

    @property
    def replace_url(self) -> str:
        """Where it is replaced."""
        return reverse("grading:item_replace", args=[self.round_id, self.pk])

    @property
    def agree_url(self) -> str:
        """Where its grade is agreed."""
        return reverse("grading:agree_item", args=[self.round_id, self.pk])


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def of(self, user: User) -> Self:
        """This person's, without those of a PPN that is closed to them."""
        return self.filter(open_to(user, of="item__referral"), grader=user)

    def standing(self) -> Self:
        """Those of PPNs that are in the sample still; a PPN that was replaced is nobody's to grade."""
        return self.filter(item__removal=None)

    def waiting(self) -> Self:
        """Not graded yet, in a round that is being graded. What was withdrawn waits for who runs the round, not for a grader."""
        left = self.standing().filter(grade=None, item__round__state=RoundState.GRADING)
        return left.exclude(item__referral__state__in=VOIDED)

    def open_places(self) -> Self:
        """Those that nobody grades: whoever had them said that they know whom it is about."""
        return self.waiting().filter(grader=None)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Assignment(models.Model):
    """That a person grades one PPN of a round; without a grader it is an open place, for which the round waits."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(RoundItem, on_delete=models.PROTECT, related_name="assignments")
    grader = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="grading_assignments"
    )
    assigned_at = models.DateTimeField()

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "grader"], name="assignment_once_a_grader")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.grader_id}"

    @property
    def due_on(self) -> date:
        """The last day on which it is graded in time."""
        return grades_due_on(self.assigned_at)


def grades_due_on(assigned_at: datetime) -> date:
    """Ten working days after the day on which somebody was given it."""
    return add_working_days(london_day(assigned_at), DAYS_TO_GRADE)


def assign_by(ends_on: date) -> date:
    """By when the round of a quarter that ends on that day is opened, drawn and with its graders: ten working days after it."""
    return add_working_days(ends_on, DAYS_TO_ASSIGN)
