"""The log of continuing professional development: what somebody did, learned and will change, and whether it helped."""

import uuid
from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Agency, User
from training.enums import CpdKind
from training.models.cpd_sources import CpdEvent, CpdImport

FEWEST_HOURS, MOST_HOURS = Decimal("0.25"), Decimal(24)
LONGEST_TOPIC = 120
LONGEST_TRAINER = 120
LONGEST_EVIDENCE = 500
LONGEST_WORDS = 4_000
# Facts are for who logged an entry, words are for the person whose entry it is.
FACTS = ("done_on", "kind", "topic", "hours", "trainer", "evidence")
WORDS = ("what_happened", "learned", "will_change")
LOOK_BACK = ("did_help", "looked_back_on")


class CpdContent(models.Model):
    """What an entry says, as it stands now or as it stood."""

    done_on = models.DateField()
    kind = models.CharField(max_length=12, choices=CpdKind)
    topic = models.CharField(max_length=LONGEST_TOPIC)
    hours = models.DecimalField(
        max_digits=4,
        decimal_places=2,
        validators=[MinValueValidator(FEWEST_HOURS), MaxValueValidator(MOST_HOURS)],
    )
    trainer = models.CharField(
        max_length=LONGEST_TRAINER, blank=True, default="", db_default="", help_text="Who gave it"
    )
    evidence = models.CharField(
        max_length=LONGEST_EVIDENCE, blank=True, default="", db_default="", help_text="In words, beside the files"
    )
    what_happened = models.TextField(blank=True, default="", db_default="")
    learned = models.TextField(help_text="What the person took from it")
    will_change = models.TextField(blank=True, help_text="What they will do differently")
    did_help = models.TextField(blank=True, default="", db_default="", help_text="What they say of it later")
    looked_back_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    def content(self) -> dict[str, Any]:
        """All of it, by field."""
        return {name: getattr(self, name) for name in (*FACTS, *WORDS, *LOOK_BACK)}


class CpdEntryQuerySet(models.QuerySet["CpdEntry"]):
    def counted(self) -> Self:
        """Without what was taken back."""
        return self.filter(taken_back_at=None)

    def of_year(self, year: int) -> Self:
        return self.filter(done_on__gte=date(year, 1, 1), done_on__lte=date(year, 12, 31))

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class CpdEntry(CpdContent):
    """One thing done on one day. Written by the person, or by a trainer for them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="cpd_entries")
    version = models.PositiveSmallIntegerField(default=1, db_default=1)
    logged_at = models.DateTimeField()
    logged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True, help_text="Made with the form, so that sending it twice logs it once")
    event = models.ForeignKey(
        CpdEvent, null=True, blank=True, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    taken_from = models.ForeignKey(
        CpdImport, null=True, blank=True, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    row_digest = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="Of the row it was taken from; the same row is known",
    )
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    taken_back_because = models.TextField(blank=True, default="", db_default="")

    objects = CpdEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "CPD entry"
        verbose_name_plural = "CPD entries"
        constraints = [
            models.CheckConstraint(
                name="cpd_entry_takes_a_quarter_of_an_hour_to_a_day",
                condition=Q(hours__gte=FEWEST_HOURS, hours__lte=MOST_HOURS),
                violation_error_message="Hours are from 0.25 to 24.",
            ),
            models.CheckConstraint(name="cpd_entry_says_what_and_what_for", condition=~Q(topic="") & ~Q(learned="")),
            models.CheckConstraint(
                name="cpd_entry_looked_back_says_when",
                condition=Q(did_help="", looked_back_on=None) | (~Q(did_help="") & Q(looked_back_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="cpd_entry_taken_back_says_who_when_and_why",
                condition=Q(taken_back_at=None, taken_back_by=None, taken_back_because="")
                | (Q(taken_back_at__isnull=False, taken_back_by__isnull=False) & ~Q(taken_back_because="")),
            ),
            models.UniqueConstraint(
                name="cpd_entry_once_an_event",
                fields=["event", "person"],
                condition=Q(taken_back_at=None, event__isnull=False),
            ),
            models.UniqueConstraint(
                name="cpd_entry_row_is_taken_once",
                fields=["person", "row_digest"],
                condition=Q(taken_back_at=None) & ~Q(row_digest=""),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-done_on", "-id"], name="cpd_entry_newest_first"),
            models.Index(fields=["event"], name="cpd_entry_of_event", condition=Q(event__isnull=False)),
            models.Index(fields=["taken_from"], name="cpd_entry_of_import", condition=Q(taken_from__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"CPD entry {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("training:cpd_entry", args=[self.pk])

    @property
    def is_taken_back(self) -> bool:
        return self.taken_back_at is not None

    @property
    def is_own(self) -> bool:
        """Whether the person logged it themselves."""
        return self.logged_by_id == self.person_id


class CpdEarlierVersion(CpdContent):
    """What an entry said before it was corrected. A database trigger keeps it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(CpdEntry, on_delete=models.PROTECT, related_name="earlier_versions")
    number = models.PositiveSmallIntegerField()
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "number"], name="cpd_version_numbered_once")]

    def __str__(self) -> str:
        return f"Version {self.number} of {self.entry_id}"
