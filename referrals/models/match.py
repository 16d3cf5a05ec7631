"""What a decision-maker said of two descriptions: the same person, or not."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from referrals.enums import MatchAnswer
from referrals.models.people import Person


class PersonMatchQuerySet(models.QuerySet["PersonMatch"]):
    def standing(self) -> Self:
        """Those that nobody took back."""
        return self.filter(undone_at=None)

    def confirmed(self) -> Self:
        return self.standing().filter(answer=MatchAnswer.SAME)

    def of_any(self, people: "set[uuid.UUID] | frozenset[uuid.UUID]") -> Self:
        """That have one of these on either side."""
        return self.filter(Q(one__in=people) | Q(other__in=people))

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class PersonMatch(models.Model):
    """One answer about one pair, with the score and the reasons of that moment. Taking it back keeps the row.

    Who is one person follows from the confirmed pairs that stand (docs/adr/0013); no group is stored.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    one = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", help_text="The one with the lower id")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=9, choices=MatchAnswer)
    bits = models.FloatField(help_text="The score at that moment")
    reasons = models.JSONField(default=list, help_text="What was found to agree and to differ, in words")
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    undo_reason = models.CharField(max_length=500, blank=True)

    objects = PersonMatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "person matches"
        constraints = [
            models.CheckConstraint(name="person_match_names_a_pair_in_one_order", condition=Q(one__lt=F("other"))),
            models.UniqueConstraint(
                fields=["one", "other"],
                condition=Q(undone_at=None),
                name="person_match_one_answer_stands_for_a_pair",
                violation_error_message="Somebody answered for these two already.",
            ),
            models.CheckConstraint(
                name="person_match_undone_says_who_when_and_why",
                condition=(Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undo_reason=""))
                | Q(undone_at=None, undone_by=None, undo_reason=""),
                violation_error_message="Say why this is taken back.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_answer_display()
