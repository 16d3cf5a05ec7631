"""The notice to one child's school, in the course of Operation Encompass."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from referrals.enums import NoticeChannel, NoticeException, NoticeState
from referrals.enums.encompass import TO_BE_DONE
from referrals.models.people import Person
from referrals.models.referral import Referral
from referrals.models.share import Share


class EncompassNoticeQuerySet(models.QuerySet["EncompassNotice"]):
    def to_be_done(self) -> Self:
        """What is still owed to a school."""
        return self.filter(state__in=TO_BE_DONE)

    def late(self, *, at: datetime) -> Self:
        return self.to_be_done().filter(due_at__lt=at)

    def unacknowledged(self) -> Self:
        """What a school was told and has not said that it has."""
        return self.filter(state=NoticeState.SENT)

    def unacknowledged_late(self, *, at: datetime) -> Self:
        return self.unacknowledged().filter(acknowledge_due_at__lt=at)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class EncompassNotice(models.Model):
    """One for each child; the law asks for it as soon as is practicable, and it is due before the next school day.

    One without a child stands for those whom nobody has named yet, or whose age is not known: the hub finds out.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="encompass_notices")
    child = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="encompass_notices")
    state = models.CharField(max_length=12, choices=NoticeState, default=NoticeState.DUE)
    due_at = models.DateTimeField()
    school = models.CharField(max_length=120, blank=True)
    key_adult = models.CharField(max_length=120, blank=True)
    channel = models.CharField(max_length=12, choices=NoticeChannel, blank=True)
    share = models.ForeignKey(Share, null=True, blank=True, on_delete=models.PROTECT, related_name="encompass_notices")
    tries = models.PositiveSmallIntegerField(default=0)
    failure = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    acknowledge_due_at = models.DateTimeField(null=True, blank=True, help_text="By when the school says that it has it")
    late_told_at = models.DateTimeField(
        null=True, blank=True, help_text="When supervisors were told that it is late as it stands"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    exception = models.CharField(max_length=12, choices=NoticeException, blank=True)
    exception_words = models.TextField(blank=True)
    excepted_at = models.DateTimeField(null=True, blank=True)
    excepted_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = EncompassNoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "child"], name="encompass_notice_one_for_each_child"),
            models.UniqueConstraint(
                fields=["referral"], condition=Q(child=None), name="encompass_notice_one_without_a_child"
            ),
            models.CheckConstraint(
                name="encompass_notice_shared_names_the_child", condition=Q(share=None) | Q(child__isnull=False)
            ),
            models.CheckConstraint(
                name="encompass_notice_sent_says_who_when_how_and_to_whom",
                condition=(
                    Q(sent_at__isnull=False, sent_by__isnull=False) & ~Q(channel="") & ~Q(school="") & ~Q(key_adult="")
                )
                | (Q(sent_at=None, sent_by=None) & ~Q(state__in=[NoticeState.SENT, NoticeState.ACKNOWLEDGED])),
            ),
            models.CheckConstraint(
                name="encompass_notice_acknowledged_says_who_and_when",
                condition=Q(
                    state=NoticeState.ACKNOWLEDGED, acknowledged_at__isnull=False, acknowledged_by__isnull=False
                )
                | (~Q(state=NoticeState.ACKNOWLEDGED) & Q(acknowledged_at=None, acknowledged_by=None)),
            ),
            models.CheckConstraint(
                name="encompass_notice_excepted_says_who_when_and_why",
                condition=(
                    Q(state=NoticeState.EXCEPTED, excepted_at__isnull=False, excepted_by__isnull=False)
                    & ~Q(exception="")
                    & ~Q(exception_words="")
                )
                | (
                    ~Q(state=NoticeState.EXCEPTED)
                    & Q(excepted_at=None, excepted_by=None, exception="", exception_words="")
                ),
            ),
            models.CheckConstraint(
                name="encompass_notice_failed_says_why", condition=~Q(state=NoticeState.FAILED) | ~Q(failure="")
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="encompass_notice_open", condition=Q(state__in=TO_BE_DONE)),
            models.Index(fields=["sent_at", "id"], name="encompass_notice_sent", condition=Q(state=NoticeState.SENT)),
        ]

    def __str__(self) -> str:
        return f"Notice to a school on {self.referral}"

    @property
    def about(self) -> str:
        """Whom it is about."""
        return self.child.full_name if self.child is not None else "A child who is not named yet"

    @property
    def needs_school(self) -> bool:
        """Whether somebody has to find the school first; the duty stays until it is done."""
        return self.state in TO_BE_DONE and not self.school
