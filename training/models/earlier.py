"""Sign-offs that a force kept in a spreadsheet of initial training for each person: as they stand there, and what a trainer accepted of them.

They are no signatures of this service: who signed is a name as it was written. See docs/adr/0050.
"""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Agency, User
from common.row_values import known_as
from training.enums import EarlierState
from training.models.modules import Module

# A file is looked at row by row by a person before it is taken.
MOST_ROWS = 1_000
MOST_BYTES = 5_000_000
LONGEST_ITEM = 200
LONGEST_NAME = 120
# What a row says, in the order of the workbook.
SAID = ("item", "done_on", "evidence", "mentor", "mentor_on", "line_manager", "line_manager_on", "notes")


class EarlierImportQuerySet(models.QuerySet["EarlierImport"]):
    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class EarlierImport(models.Model):
    """One spreadsheet of initial training that was taken over: what was in it, under which headings, and whether it was undone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    headings = models.JSONField(help_text="The headings of the file, in its order")
    headings_sha256 = models.CharField(max_length=64, help_text="By which the columns are known again")
    places = models.JSONField(help_text="By field the place of its column")
    rows = models.PositiveIntegerField()
    taken = models.PositiveIntegerField()
    already_there = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    undone_because = models.TextField(blank=True, default="")

    objects = EarlierImportQuerySet.as_manager()

    class Meta:
        verbose_name = "import of earlier sign-offs"
        verbose_name_plural = "imports of earlier sign-offs"
        constraints = [
            models.CheckConstraint(
                name="earlier_sign_offs_counts_in_equal_counts_out",
                condition=Q(rows=F("taken") + F("already_there") + F("refused")),
            ),
            models.CheckConstraint(name="earlier_sign_offs_took_something", condition=Q(taken__gte=1)),
            models.CheckConstraint(
                name="earlier_sign_offs_never_ones_own",
                condition=~Q(by=F("person")),
                violation_error_message="Nobody takes over their own sign-offs.",
            ),
            models.CheckConstraint(
                name="earlier_sign_offs_undone_says_who_when_and_why",
                condition=Q(undone_at=None, undone_by=None, undone_because="")
                | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undone_because="")),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-at", "-id"], name="earlier_import_by_person"),
            models.Index(fields=["agency", "headings_sha256", "-at"], name="earlier_import_by_headings"),
        ]

    def __str__(self) -> str:
        return self.file_name


class EarlierSignOffQuerySet(models.QuerySet["EarlierSignOff"]):
    def standing(self) -> Self:
        """Those whose import was not undone."""
        return self.filter(undone_at=None)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class EarlierSignOff(models.Model):
    """What a spreadsheet says of one item of one person, as it says it. A trigger keeps it as it was taken over."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="earlier_sign_offs", db_index=False)
    taken_from = models.ForeignKey(EarlierImport, on_delete=models.PROTECT, related_name="sign_offs")
    row_number = models.PositiveIntegerField(help_text="As the spreadsheet shows it; its heading is row 1")
    item = models.CharField(max_length=LONGEST_ITEM)
    item_key = models.CharField(
        max_length=2 * LONGEST_ITEM, help_text="The item by which it is known again, in small letters"
    )
    done_on = models.DateField()
    evidence = models.TextField(blank=True)
    mentor = models.CharField(max_length=LONGEST_NAME, blank=True, help_text="As the spreadsheet writes the name")
    mentor_on = models.DateField(null=True, blank=True)
    line_manager = models.CharField(max_length=LONGEST_NAME, blank=True, help_text="As the spreadsheet writes the name")
    line_manager_on = models.DateField(null=True, blank=True)
    notes = models.TextField(blank=True)
    undone_at = models.DateTimeField(null=True, blank=True, help_text="When its import was undone")

    objects = EarlierSignOffQuerySet.as_manager()

    class Meta:
        verbose_name = "earlier sign-off"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "item_key", "done_on"],
                condition=Q(undone_at=None),
                name="earlier_sign_off_once_an_item_and_day",
                violation_error_message="This item of that day was taken over before.",
            ),
            models.CheckConstraint(name="earlier_sign_off_names_its_item", condition=~Q(item="") & ~Q(item_key="")),
            models.CheckConstraint(
                name="earlier_sign_off_has_name_and_day_together",
                condition=(Q(mentor="", mentor_on=None) | (~Q(mentor="") & Q(mentor_on__isnull=False)))
                & (Q(line_manager="", line_manager_on=None) | (~Q(line_manager="") & Q(line_manager_on__isnull=False))),
            ),
            models.CheckConstraint(
                name="earlier_sign_off_was_signed_by_somebody", condition=~Q(mentor="", line_manager="")
            ),
        ]
        indexes = [models.Index(fields=["person", "-done_on", "id"], name="earlier_sign_off_by_person")]

    def __str__(self) -> str:
        return self.item

    def get_absolute_url(self) -> str:
        return reverse("training:earlier_sign_off", args=[self.pk])

    @property
    def acceptance(self) -> "EarlierAcceptance | None":
        """The one that holds, of `acceptances` that may be prefetched."""
        return next((one for one in self.acceptances.all() if one.taken_back_at is None), None)

    def is_signed_by(self, user: User) -> bool:
        """Whether the spreadsheet names somebody of this name as mentor or line manager."""
        return known_as(user.name) in (known_as(self.mentor), known_as(self.line_manager))

    @property
    def state(self) -> EarlierState:
        if self.undone_at is not None:
            return EarlierState.UNDONE
        return EarlierState.TAKEN_OVER if self.acceptance is None else EarlierState.ACCEPTED


class EarlierAcceptanceQuerySet(models.QuerySet["EarlierAcceptance"]):
    def holding(self) -> Self:
        """Not taken back."""
        return self.filter(taken_back_at=None)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class EarlierAcceptance(models.Model):
    """That a trainer lets an earlier sign-off meet a module: who, when, why, until when, and whether that was taken back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sign_off = models.ForeignKey(EarlierSignOff, on_delete=models.PROTECT, related_name="acceptances", db_index=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="met_on_paper", db_index=False)
    lapses_on = models.DateField(null=True, blank=True, help_text="First day on which it no longer counts")
    accepted_at = models.DateTimeField()
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    why = models.TextField()
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    taken_back_because = models.TextField(blank=True, default="")

    objects = EarlierAcceptanceQuerySet.as_manager()

    class Meta:
        verbose_name = "acceptance of an earlier sign-off"
        verbose_name_plural = "acceptances of earlier sign-offs"
        constraints = [
            models.UniqueConstraint(
                fields=["sign_off"],
                condition=Q(taken_back_at=None),
                name="earlier_acceptance_one_at_a_time",
                violation_error_message="This sign-off is accepted for a module already.",
            ),
            models.CheckConstraint(
                name="earlier_acceptance_never_ones_own",
                condition=~Q(accepted_by=F("person")) & (Q(taken_back_by=None) | ~Q(taken_back_by=F("person"))),
                violation_error_message="Nobody accepts their own sign-offs.",
            ),
            models.CheckConstraint(name="earlier_acceptance_says_why", condition=~Q(why="")),
            models.CheckConstraint(
                name="earlier_acceptance_taken_back_says_who_when_and_why",
                condition=Q(taken_back_at=None, taken_back_by=None, taken_back_because="")
                | (Q(taken_back_at__isnull=False, taken_back_by__isnull=False) & ~Q(taken_back_because="")),
            ),
        ]
        indexes = [
            models.Index(fields=["sign_off", "accepted_at"], name="earlier_acceptance_by_sign_off"),
            models.Index(
                fields=["module", "person"], condition=Q(taken_back_at=None), name="earlier_acceptance_holding"
            ),
            models.Index(
                fields=["person", "lapses_on"], condition=Q(taken_back_at=None), name="earlier_acceptance_lapsing"
            ),
        ]

    def __str__(self) -> str:
        return f"Acceptance {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("training:earlier_accepted", args=[self.pk])
