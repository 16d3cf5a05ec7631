"""A dip sample: two months' incidents drawn by chance, and what the review of each found."""

import uuid
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.fields.ranges import DateRangeField
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, Area, Team, User
from common.clock import Period
from common.statistics.proportions import ReviewedIncident
from grading.enums import REPORTABLE, Needed, SampleState, Strata
from grading.models.findings import Findings, concern_types, counted_as, findings_constraints
from referrals.enums import IncidentKind
from referrals.models import Incident, Referral

# Six samples of this size make 204 a year; at least 200 must be examined.
USUAL_SIZE = 34
LARGEST_SIZE = 500


class _Days(Func):
    """The days from the first to the last, both included."""

    function = "DATERANGE"
    output_field = DateRangeField()


class DipSampleQuerySet(models.QuerySet["DipSample"]):
    def visible_to(self, user: User) -> Self:
        """Samples of the own force: all for those who draw or review, published ones for those who read reports."""
        if user.agency_id is None:
            return self.none()
        own = self.filter(force=user.agency_id)
        if user.may(Permission.RUN_DIP_SAMPLES, Permission.REVIEW_INCIDENTS):
            return own
        return own.published() if user.may(Permission.SEE_REPORTS) else self.none()

    def published(self) -> Self:
        return self.filter(state=SampleState.PUBLISHED)

    def open_for_review(self) -> Self:
        return self.filter(state__in=(SampleState.DRAWN, SampleState.IN_REVIEW))

    def reportable(self) -> Self:
        """Every incident has been reviewed."""
        return self.filter(state__in=REPORTABLE)

    def of_year(self, year: int) -> Self:
        """Samples of incidents reported in that calendar year."""
        return self.filter(period_start__year=year)

    def newest_first(self) -> Self:
        return self.order_by("-period_start", "-pk")

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class DipSample(models.Model):
    """One draw from two months' incidents of one force, with all that is needed to draw it again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    force = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    period_start = models.DateField()
    period_end = models.DateField(help_text="Last day of the two months")
    rule = models.JSONField(
        help_text="Which incidents could be drawn: in words, and as the values of the question asked"
    )
    size = models.PositiveSmallIntegerField(help_text="How many were to be drawn")
    seed = models.CharField(max_length=64)
    algorithm = models.CharField(max_length=20)
    strata = models.CharField(
        max_length=10,
        choices=Strata,
        blank=True,
        default="",
        db_default="",
        help_text="Drawn from these in proportion; empty: from all alike",
    )
    frame_size = models.PositiveIntegerField(help_text="How many could be drawn")
    frame_digest = models.CharField(
        max_length=64, help_text="SHA-256 of their ids; of their ids and strata where it was drawn from strata"
    )
    state = models.CharField(max_length=10, choices=SampleState, default=SampleState.DRAWN)
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True, help_text="When the last review came in")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = DipSampleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["force", "period_start"],
                name="dip_sample_one_per_period",
                violation_error_message="There is a dip sample of that period already.",
            ),
            ExclusionConstraint(
                name="dip_sample_periods_do_not_overlap",
                expressions=[
                    ("force", RangeOperators.EQUAL),
                    (_Days("period_start", "period_end", Value("[]")), RangeOperators.OVERLAPS),
                ],
                violation_error_message="There is a dip sample of some of those days already.",
            ),
            models.CheckConstraint(
                name="dip_sample_begins_before_it_ends", condition=Q(period_start__lt=F("period_end"))
            ),
            models.CheckConstraint(name="dip_sample_strata_are_known", condition=Q(strata__in=["", *Strata.values])),
            models.CheckConstraint(
                name="dip_sample_draws_at_least_one_of_its_frame", condition=Q(size__gte=1, frame_size__gte=1)
            ),
            models.CheckConstraint(
                name="dip_sample_all_reviewed_says_when",
                condition=Q(state__in=(SampleState.DRAWN, SampleState.IN_REVIEW), reviewed_at=None)
                | Q(state__in=(SampleState.REVIEWED, SampleState.PUBLISHED), reviewed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="dip_sample_published_says_who_and_when",
                condition=Q(state=SampleState.PUBLISHED, published_at__isnull=False, published_by__isnull=False)
                | (~Q(state=SampleState.PUBLISHED) & Q(published_at=None, published_by=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.period.label

    def get_absolute_url(self) -> str:
        return reverse("grading:dip_sample", args=[self.pk])

    @property
    def period(self) -> Period:
        """The two months."""
        return Period(self.period_start, self.period_end)


class SampledIncidentQuerySet(models.QuerySet["SampledIncident"]):
    def awaiting_review(self) -> Self:
        return self.filter(~Exists(IncidentReview.objects.counted().filter(sampled=OuterRef("pk"))))

    def in_order(self) -> Self:
        return self.order_by("position")

    def without_part_of(self, user: User) -> Self:
        """Incidents in whose chain neither this person nor their team stands: who attended, who wrote, reviewed or decided a form.

        Not all of `referrals.queries.PARTS`: what the hub does with a form later is no part of whether and how well it was sent.
        """
        attended = Q(incident__officer=user)
        wrote = Q(author=user) | Q(reviews__reviewed_by=user) | Q(decisions__decided_by=user)
        if user.team_id:
            attended |= Q(team=user.team_id) | Q(incident__team=user.team_id) | Q(incident__officer__team=user.team_id)
            wrote |= Q(team=user.team_id) | Q(author__team=user.team_id)
        forms = Referral.objects.filter(wrote, incident=OuterRef("incident"))
        return self.exclude(attended).filter(~Exists(forms))

    def free_for_review_by(self, user: User) -> Self:
        """Without a part of this person, who has not read a live gap that the other reviewer raised either."""
        return self.without_part_of(user).exclude(live_gaps__readings__reader=user)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class SampledIncident(models.Model):
    """One incident of a sample. Kind, district and team are kept as they were when it was drawn, so that figures never move."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sample = models.ForeignKey(DipSample, on_delete=models.PROTECT, related_name="incidents")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(help_text="1 was drawn first")
    ticket = models.CharField(max_length=64, help_text="The SHA-256 by which it was drawn")
    stratum = models.CharField(
        max_length=40,
        blank=True,
        default="",
        db_default="",
        help_text="From which it was drawn: a kind, or the id of a district or team",
    )
    kind = models.CharField(max_length=20, choices=IncidentKind)
    district = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = SampledIncidentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sample", "incident"], name="sampled_incident_drawn_once"),
            models.UniqueConstraint(fields=["sample", "position"], name="sampled_incident_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"Incident {self.position}"

    @property
    def review_url(self) -> str:
        """Where it is reviewed."""
        return reverse("grading:dip_sample_review", args=[self.sample_id, self.pk])


class IncidentReviewQuerySet(models.QuerySet["IncidentReview"]):
    def counted(self) -> Self:
        """The first review of each incident, from which compliance is worked out; a second one measures agreement."""
        return self.filter(reviewer_number=1)

    def in_order(self) -> Self:
        return self.order_by("reviewer_number")


class IncidentReview(Findings):
    """What one reviewer found: was a form needed, is it there, was it in time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sampled = models.ForeignKey(SampledIncident, on_delete=models.PROTECT, related_name="reviews")
    reviewer_number = models.PositiveSmallIntegerField(default=1, help_text="1, or 2 for a second, independent review")
    forms_found = models.ManyToManyField(Referral, blank=True, related_name="+")
    found_types = concern_types(help_text="Types that the forms found cover, here or in another system")
    done = models.BooleanField(null=True, blank=True, help_text="Every form that was needed is there; null if unclear")
    live_gap = models.BooleanField(default=False, help_text="Somebody may still be at risk")
    live_gap_action = models.TextField(blank=True, help_text="What was done about it the same day")
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField()

    objects = IncidentReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sampled", "reviewer_number"], name="incident_review_one_per_number"),
            models.UniqueConstraint(
                fields=["sampled", "reviewed_by"],
                name="incident_review_by_two_different_people",
                violation_error_message="The second review is for somebody else.",
            ),
            *findings_constraints("incident_review"),
            models.CheckConstraint(name="incident_review_first_or_second", condition=Q(reviewer_number__in=(1, 2))),
            models.CheckConstraint(
                name="incident_review_done_is_known_unless_unclear",
                condition=Q(required=Needed.UNCLEAR, done=None) | (~Q(required=Needed.UNCLEAR) & Q(done__isnull=False)),
            ),
            models.CheckConstraint(
                name="incident_review_reason_only_of_what_is_missing",
                condition=Q(reason_missing="") | Q(required=Needed.YES, done=False),
            ),
            models.CheckConstraint(
                name="incident_review_live_gap_says_what_was_done",
                condition=Q(live_gap=False, live_gap_action="") | (Q(live_gap=True) & ~Q(live_gap_action="")),
                violation_error_message="Say what was done today for whoever may be at risk.",
            ),
        ]

    def __str__(self) -> str:
        return f"Review {self.reviewer_number}"

    @property
    def counted_as(self) -> ReviewedIncident:
        """How it enters the figures."""
        return counted_as(self.required, self.required_types, self.found_types, self.in_time)
