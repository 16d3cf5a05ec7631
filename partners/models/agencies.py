"""What the trainers keep of a partner agency beside accounts.Agency: contacts, the package it takes, its agreement, its staff."""

import uuid
from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.fields.ranges import DateRangeField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower

from accounts.enums import Permission
from accounts.models import Agency, User
from partners.enums import Package

LARGEST_STAFF = 500_000


class _WholeDays(Func):
    """The days from the first to the last, both included; without a last one, for good."""

    function = "DATERANGE"
    output_field = DateRangeField()


class AgencyContact(models.Model):
    """Somebody at an agency whom the trainers talk to. Removed for good when they leave; the record says that it was."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=80, help_text="Their job, for example Designated safeguarding lead")
    email = models.EmailField()
    phone = models.CharField(max_length=30, blank=True)
    is_main = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency"],
                condition=Q(is_main=True),
                name="agency_contact_only_one_is_main",
                violation_error_message="This agency has a main contact already.",
            ),
            models.UniqueConstraint(
                Lower("email"),
                "agency",
                name="agency_contact_known_once",
                violation_error_message="This agency has a contact with this e-mail address already.",
            ),
            models.CheckConstraint(
                name="agency_contact_says_who",
                condition=~Q(name="") & ~Q(role="") & ~Q(email=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AgencyPackageQuerySet(models.QuerySet["AgencyPackage"]):
    def current(self, *, on: date) -> Self:
        """Those that count on a day."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=on), valid_from__lte=on)


class AgencyPackage(models.Model):
    """Which package an agency takes, from one day until and with another; earlier ones stay."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="packages")
    package = models.CharField(max_length=10, choices=Package)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True, help_text="The last day; empty while it lasts")
    reason = models.CharField(max_length=300, blank=True)
    said_by = models.CharField(max_length=120, help_text="Who of the agency said so")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = AgencyPackageQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="agency_package_one_at_a_time",
                expressions=[
                    ("agency", RangeOperators.EQUAL),
                    (_WholeDays("valid_from", "valid_until", Value("[]")), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Another package is recorded for some of these days.",
            ),
            models.CheckConstraint(
                name="agency_package_begins_before_it_ends",
                condition=Q(valid_until=None) | Q(valid_from__lte=F("valid_until")),
                violation_error_message="A package cannot end before it begins.",
            ),
            models.CheckConstraint(
                name="agency_package_declined_says_why",
                condition=~Q(package=Package.DECLINED) | ~Q(reason=""),
                violation_error_message="Say why the agency declined.",
            ),
            models.CheckConstraint(name="agency_package_says_who_said_so", condition=~Q(said_by="")),
        ]

    def __str__(self) -> str:
        return self.get_package_display()

    def counts_on(self, day: date) -> bool:
        """As `AgencyPackageQuerySet.current`, of one that is at hand."""
        return self.valid_from <= day and (self.valid_until is None or self.valid_until >= day)


class SharingAgreement(models.Model):
    """An information-sharing agreement with an agency and the day by which it is to be looked at again. The newest counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="sharing_agreements")
    signed_on = models.DateField()
    review_on = models.DateField(help_text="The last day on which it is in date")
    where = models.CharField(max_length=200, blank=True, help_text="Where the signed copy is kept")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "signed_on"],
                name="sharing_agreement_signed_once_a_day",
                violation_error_message="An agreement of that day is recorded already.",
            ),
            models.CheckConstraint(
                name="sharing_agreement_is_reviewed_after_it_is_signed",
                condition=Q(signed_on__lt=F("review_on")),
                violation_error_message="An agreement is reviewed after it was signed.",
            ),
        ]

    def __str__(self) -> str:
        return f"Agreement {self.pk}"

    def is_out_of_date(self, *, on: date) -> bool:
        return is_out_of_date(self.review_on, on=on)


def is_out_of_date(review_on: date | None, *, on: date) -> bool:
    """Whether an agreement with that review date is out of date; what is not recorded is not."""
    return review_on is not None and review_on < on


class AgencyStaff(models.Model):
    """How many staff an agency had on a day, for the share of them that sessions reach. The newest counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="staff_counts")
    counted_on = models.DateField()
    staff = models.PositiveIntegerField()
    source = models.CharField(max_length=200, help_text="Where the number is from")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name_plural = "agency staff"
        constraints = [
            models.UniqueConstraint(fields=["agency", "counted_on"], name="agency_staff_counted_once_a_day"),
            models.CheckConstraint(
                name="agency_staff_is_a_sensible_number",
                condition=Q(staff__gte=1, staff__lte=LARGEST_STAFF) & ~Q(source=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff} staff"


def agencies_seen_by(user: User) -> models.QuerySet[Agency]:
    """Every partner for trainers of the hub's force; for a coordinator their own agency alone; for all others none."""
    partners = Agency.objects.active().filter(is_hub=False)
    if user.may(Permission.RUN_SESSIONS) and user.acts_for_hub():
        return partners
    coordinates = user.agency is not None and user.may(Permission.BOOK_FOR_AGENCY)
    return partners.filter(people=user) if coordinates else partners.none()
