"""The log of the consultation line: advice asked of the hub and given, with or without a referral afterwards."""

import uuid
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, User
from referrals.enums import Advised, ConcernType, ConsultationChannel
from referrals.models.referral import Referral, open_to


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def visible_to(self, user: User) -> Self:
        """The log of the own hub, for those who keep it; nothing about a referral that is closed to this person."""
        if not user.may(Permission.KEEP_CONSULTATIONS):
            return self.none()
        return self.filter(Q(referral=None) | open_to(user, of="referral"), hub=user.agency_id)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Consultation(models.Model):
    """One question to the consultation line. It needs no name of the person that it is about."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hub = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    other_agency = models.CharField(max_length=120, blank=True, help_text="One that is not in the list")
    asker_role = models.CharField(max_length=120)
    channel = models.CharField(max_length=10, choices=ConsultationChannel)
    types = ArrayField(models.CharField(max_length=24, choices=ConcernType), default=list, blank=True)
    about = models.TextField()
    advised = models.CharField(max_length=16, choices=Advised)
    advice = models.TextField()
    advised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    referral = models.ForeignKey(
        Referral,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="consultations",
        help_text="The referral that followed",
    )
    linked_at = models.DateTimeField(null=True, blank=True)
    linked_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consultation_says_which_agency_asked",
                condition=(Q(agency=None) & ~Q(other_agency="")) | Q(agency__isnull=False, other_agency=""),
                violation_error_message="Choose the agency, or write which other one asked.",
            ),
            models.CheckConstraint(
                name="consultation_says_who_what_and_which_advice",
                condition=~Q(asker_role="") & ~Q(about="") & ~Q(advice=""),
            ),
            models.CheckConstraint(
                name="consultation_was_asked_before_it_was_recorded", condition=Q(asked_at__lte=F("recorded_at"))
            ),
            models.CheckConstraint(
                name="consultation_linked_says_who_and_when",
                condition=Q(referral=None, linked_at=None, linked_by=None)
                | Q(referral__isnull=False, linked_at__isnull=False, linked_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index("hub", F("asked_at").desc(), F("id").desc(), name="consultation_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.who_asked}, {self.asked_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("referrals:consultation", args=[self.pk])

    @property
    def who_asked(self) -> str:
        return self.agency.name if self.agency is not None else self.other_agency

    @property
    def types_in_words(self) -> list[str]:
        return [str(ConcernType(code).label) for code in self.types]
