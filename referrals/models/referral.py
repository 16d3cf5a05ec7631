"""A referral: what lists, queues and rules need of it. Its words are in content.py."""

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, Value
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Permission
from accounts.models import Agency, Area, Team, User
from common.clock import is_open, next_opening
from common.lookups import LookedUp
from referrals.enums import (
    GONE,
    OPEN_AT_HUB,
    SENT,
    UNSENT,
    VOIDED,
    AccessReason,
    ConcernType,
    FormKind,
    LawfulBasis,
    ReferralState,
    ReferrerKind,
    RiskLevel,
)
from referrals.models.incident import Incident

if TYPE_CHECKING:
    from referrals.models.people import Person

DRAFTS_ARE_KEPT = timedelta(days=90)
REMINDED_BEFORE = timedelta(days=7)


class _IsOpenTo(Func):
    """What the database says about a guarded referral and a person (migrations/0006_guards)."""

    function = "referrals_is_open_to"
    output_field = BooleanField()


def open_to(user: User, *, of: str = "") -> Q:
    """That no restriction and no conflict of interest closes a referral to this person, whatever their role; the one place that says so.

    `of` is the way from the row that is asked about to its referral ("referral", "share__referral"). Of all but the few guarded
    ones a column of the row itself says it; the function of the database is asked of those alone.
    """
    way = f"{of}__" if of else ""
    asked = _IsOpenTo(F(of or "pk"), Value(user.pk, models.UUIDField()), Value(timezone.now(), models.DateTimeField()))
    return Q(**{f"{way}is_guarded": False}) | Q(asked)


def to_whom_it_is_open(referral_id: uuid.UUID) -> Q:
    """Of people: that no restriction and no conflict of interest closes this referral to them. Says nothing of their roles."""
    moment = Value(timezone.now(), models.DateTimeField())
    return Q(_IsOpenTo(Value(referral_id, models.UUIDField()), F("pk"), moment))


class ReferralQuerySet(models.QuerySet["Referral"]):
    def visible_to(self, user: User) -> Self:
        """What this person may see: their own, their team's, what the hub received (intelligence staff: of it the CPI forms), what
        was shared with their agency; none of it where a restriction or a conflict of interest closes it to them.

        One index lookup per reason; the access table is kept in the transaction of the submission or the share.
        """
        mine = Q(author=user, agency=user.agency_id)
        if user.may(Permission.SEE_TEAM_REFERRALS) and user.team_id:
            mine |= Q(team=user.team_id, state__in=(*SENT, *VOIDED))
        reasons = user_access_reasons(user)
        if reasons:
            granted = ReferralAccess.objects.filter(referral=OuterRef("pk"), agency=user.agency_id, reason__in=reasons)
            mine |= Q(LookedUp(granted))
        if user.may(Permission.ASSESS_CPI):
            received = ReferralAccess.objects.filter(
                referral=OuterRef("pk"), agency=user.agency_id, reason=AccessReason.HUB
            )
            mine |= Q(LookedUp(received), kind=FormKind.CPI)
        return self.filter(mine).exclude(state__in=GONE).open_to(user)

    def open_to(self, user: User) -> Self:
        """Without what a restriction or a conflict of interest closes to this person. Says nothing of what their role opens."""
        return self.filter(open_to(user))

    def written_by(self, user: User) -> Self:
        """What this person wrote for the agency that is theirs now; what they wrote for an earlier one stays there."""
        return self.filter(author=user, agency=user.agency_id).exclude(state__in=GONE).open_to(user)

    def drafts(self) -> Self:
        return self.filter(state=ReferralState.DRAFT)

    def left_alone_since(self, moment: datetime) -> Self:
        """Never submitted, and not written on since then."""
        return self.filter(state__in=UNSENT, submitted_at=None, changed_at__lte=moment)

    def sent(self) -> Self:
        """What was submitted and stands: what was withdrawn as void is in no list, count or sample."""
        return self.filter(state__in=SENT)

    def submitted(self) -> Self:
        """What was submitted, also what was withdrawn as void since."""
        return self.filter(state__in=(*SENT, *VOIDED))

    def received_by(self, agency_id: uuid.UUID | None) -> Self:
        """What this agency received as the hub."""
        received = ReferralAccess.objects.filter(referral=OuterRef("pk"), agency=agency_id, reason=AccessReason.HUB)
        return self.filter(Exists(received))

    def received_for(self, user: User) -> Self:
        """What this person's agency received as the hub, as far as it is open to them."""
        return self.received_by(user.agency_id).open_to(user)

    def awaiting_decision(self) -> Self:
        return self.filter(state=ReferralState.RECEIVED)

    def by_urgency(self) -> Self:
        """Highest risk first, then the one that is due first."""
        return self.order_by("-risk_level", "due_at", "pk")

    def overdue(self, *, at: datetime) -> Self:
        return self.awaiting_decision().filter(due_at__lt=at)

    def submitted_between(self, start: datetime, end: datetime) -> Self:
        return self.sent().filter(submitted_at__gte=start, submitted_at__lt=end)

    def ppns(self) -> Self:
        return self.filter(kind=FormKind.PPN)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


def user_access_reasons(user: User) -> list[AccessReason]:
    """Which rows of the access table count for this person's roles."""
    reasons = []
    if user.may(Permission.SEE_HUB_REFERRALS):
        reasons.append(AccessReason.HUB)
    if user.may(Permission.SEE_SHARED_REFERRALS):
        reasons.append(AccessReason.SHARED)
    return reasons


class Referral(models.Model):
    """A PPN or a CPI form, from draft to closure."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=3, choices=FormKind)
    state = models.CharField(max_length=12, choices=ReferralState, default=ReferralState.DRAFT)
    reference = models.CharField(max_length=20, blank=True)
    version = models.PositiveIntegerField(
        default=1, help_text="Counts saves, so that two devices never overwrite silently"
    )

    saves = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="Of a draft: in which version each answer was changed last, and by which open page",
    )
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="referrals", db_index=False)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", help_text="The author's when it was begun"
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    district = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    incident = models.ForeignKey(Incident, null=True, blank=True, on_delete=models.PROTECT, related_name="referrals")
    occurrence_number = models.CharField(max_length=20, blank=True)

    types = ArrayField(models.CharField(max_length=24, choices=ConcernType), default=list, blank=True)
    risk_level = models.PositiveSmallIntegerField(choices=RiskLevel, null=True, blank=True)
    lawful_basis = models.CharField(max_length=24, choices=LawfulBasis, blank=True)

    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submission_key = models.UUIDField(
        null=True, blank=True, help_text="Sent with the submission; one submission per key"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    declaration = models.TextField(
        blank=True, default="", db_default="", help_text="What the writer said on submitting, in the words of the day"
    )
    why_another = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="Why it was sent although the page said that a PPN on this may exist",
    )
    referrer_kind = models.CharField(
        max_length=12,
        choices=ReferrerKind,
        blank=True,
        default="",
        db_default="",
        help_text="Of a PPN: in which role it was sent, kept as it was then; empty for what was sent before this was kept",
    )
    reminded_at = models.DateTimeField(
        null=True, blank=True, help_text="When the writer was told that the draft will be deleted"
    )
    due_at = models.DateTimeField(null=True, blank=True, help_text="When a threshold decision is due")
    assigned_to = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    is_guarded = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="Restricted, or closed to somebody with a conflict of interest: kept by triggers, which correct every other value",
    )

    objects = ReferralQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="referral_sent_has_reference_time_and_deadline",
                condition=Q(state__in=UNSENT, submitted_at=None, due_at=None, reference="")
                | (Q(state__in=(*SENT, *VOIDED), submitted_at__isnull=False, due_at__isnull=False) & ~Q(reference=""))
                | Q(state__in=GONE, submitted_at__isnull=False, due_at=None, reference=""),
            ),
            models.CheckConstraint(
                name="referral_sent_has_risk_and_lawful_basis",
                condition=Q(state__in=(*UNSENT, *GONE)) | (Q(risk_level__isnull=False) & ~Q(lawful_basis="")),
            ),
            models.CheckConstraint(
                name="referral_disposed_of_says_nothing",
                condition=~Q(state__in=GONE)
                | Q(
                    occurrence_number="",
                    incident=None,
                    lawful_basis="",
                    declaration="",
                    why_another="",
                    submission_key=None,
                )
                & Q(saves={}, assigned_to=None),
            ),
            models.CheckConstraint(
                name="referral_closed_says_who_and_when",
                condition=Q(state=ReferralState.CLOSED, closed_at__isnull=False, closed_by__isnull=False)
                | (~Q(state=ReferralState.CLOSED) & Q(closed_at=None, closed_by=None)),
            ),
            models.CheckConstraint(
                name="referral_referrer_kind_is_known", condition=Q(referrer_kind__in=["", *ReferrerKind.values])
            ),
            models.CheckConstraint(
                name="referral_due_after_it_was_submitted", condition=Q(due_at=None) | Q(due_at__gt=F("submitted_at"))
            ),
            models.UniqueConstraint(
                fields=["reference"], name="referral_reference_is_given_once", condition=~Q(reference="")
            ),
            models.UniqueConstraint(
                fields=["submission_key"],
                name="referral_one_submission_per_key",
                condition=Q(submission_key__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                F("risk_level").desc(), "due_at", "id", name="referral_queue", condition=Q(state=ReferralState.RECEIVED)
            ),
            models.Index(
                "assigned_to",
                F("risk_level").desc(),
                "due_at",
                "id",
                name="referral_queue_by_person",
                condition=Q(state=ReferralState.RECEIVED),
            ),
            models.Index("due_at", "id", name="referral_queue_by_deadline", condition=Q(state=ReferralState.RECEIVED)),
            models.Index(
                F("risk_level").desc(),
                "due_at",
                "id",
                name="referral_to_finish",
                condition=Q(state__in=[ReferralState.DECIDED, ReferralState.ANSWERED]),
            ),
            models.Index("state", "id", name="referral_open_at_hub", condition=Q(state__in=OPEN_AT_HUB)),
            # What somebody wrote, in the order of their list. A migration adds statistics: a writer tells the agency.
            models.Index("author", "agency", F("submitted_at").desc(), "id", name="referral_by_writer"),
            models.Index("author", "id", name="referral_drafts", condition=Q(state=ReferralState.DRAFT)),
            models.Index(
                F("closed_at").desc(),
                F("id").desc(),
                name="referral_completed",
                condition=Q(state=ReferralState.CLOSED),
            ),
            models.Index(
                fields=["occurrence_number"],
                name="referral_by_occurrence",
                condition=~Q(occurrence_number=""),
            ),
            models.Index(F("submitted_at").desc(), F("id").desc(), name="referral_newest_first"),
        ]

    def __str__(self) -> str:
        return self.reference or f"Draft {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("referrals:detail", args=[self.pk])

    def everybody(self) -> list["Person"]:
        """Its people in the order in which they were written; reads what was prefetched."""
        return sorted(self.people.all(), key=lambda person: person.position)

    @property
    def is_draft(self) -> bool:
        return self.state == ReferralState.DRAFT

    @property
    def is_voided(self) -> bool:
        return self.state in VOIDED

    @property
    def came_out_of_hours(self) -> bool:
        """Whether the hub was closed when it was submitted."""
        return self.submitted_at is not None and not is_open(self.submitted_at)

    @property
    def hub_opens_at(self) -> datetime | None:
        """When the hub opens next after the submission."""
        return next_opening(self.submitted_at) if self.submitted_at else None

    @property
    def is_kept_until(self) -> datetime:
        """When a draft that nobody writes on is deleted."""
        return self.changed_at + DRAFTS_ARE_KEPT

    @property
    def types_in_words(self) -> list[str]:
        return [str(ConcernType(code).label) for code in self.types]


class ReferralAccess(models.Model):
    """One agency may see one referral. Written and removed in the transaction of the submission or the share."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="access")
    reason = models.CharField(max_length=8, choices=AccessReason)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "agency", "reason"], name="referral_access_once_a_reason")
        ]
        indexes = [
            models.Index("agency", "reason", F("since").desc(), F("referral").desc(), name="access_newest_first")
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.reason} {self.referral_id}"
