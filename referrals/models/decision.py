"""The threshold decision: kept for ever; a new one supersedes, never overwrites."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Agency, User
from referrals.enums import (
    LEGAL_FRAME,
    NDM_HEADINGS,
    InformationConsidered,
    Level,
    Pathway,
    Position,
    RejectionReason,
)
from referrals.models.referral import Referral
from referrals.models.threshold_document import ThresholdDocument


def _words() -> "models.TextField[str, str]":
    return models.TextField(blank=True, default="", db_default="")


class ThresholdDecision(models.Model):
    """Level and pathway, how they were reached, by whom and when.

    The reasons stand under the six headings of the National Decision Model, or in `rationale`, or in both.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField(choices=Level)
    pathway = models.CharField(max_length=24, choices=Pathway)
    return_reason = models.CharField(max_length=26, choices=RejectionReason, blank=True, default="", db_default="")
    rationale = models.TextField(blank=True)
    ndm_ethics = _words()
    ndm_information = _words()
    ndm_threat_and_risk = _words()
    ndm_powers_and_policy = _words()
    ndm_options = _words()
    ndm_action_and_review = _words()
    information_considered = ArrayField(
        models.CharField(max_length=20, choices=InformationConsidered), default=list, db_default=[], blank=True
    )
    information_missing = _words()
    voice = _words()
    bias_check = _words()
    what_would_change_this = models.TextField(blank=True)
    review_on = models.DateField(null=True, blank=True)
    may_be_told = _words()
    change_reason = _words()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_current = models.BooleanField(default=True)
    threshold_document = models.ForeignKey(
        ThresholdDocument,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="decisions",
        db_index=False,
        help_text="The version by which it was made; none where none was put down",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "number"], name="threshold_decision_numbered_once"),
            models.UniqueConstraint(
                fields=["referral"], condition=Q(is_current=True), name="threshold_decision_one_is_current"
            ),
            models.CheckConstraint(
                name="threshold_decision_to_do_nothing_says_what_would_change_it",
                condition=~Q(pathway=Pathway.NO_FURTHER_ACTION) | ~Q(what_would_change_this=""),
                violation_error_message="Say what would change a decision to take no further action.",
            ),
            models.CheckConstraint(
                name="threshold_decision_gives_its_reasons",
                condition=~Q(rationale="", **dict.fromkeys(NDM_HEADINGS, "")),
                violation_error_message="Give the reasons.",
            ),
            models.CheckConstraint(
                name="threshold_decision_to_return_says_why",
                condition=(Q(pathway=Pathway.REJECTED_RETURNED) & ~Q(return_reason=""))
                | (~Q(pathway=Pathway.REJECTED_RETURNED) & Q(return_reason="")),
                violation_error_message="Choose why it is returned.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["review_on"],
                name="threshold_decision_to_review",
                condition=Q(is_current=True, review_on__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}, {self.get_pathway_display()}"

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """The reasons as they are read: heading and words, those without words left out."""
        found = [(heading, str(getattr(self, name))) for name, heading in NDM_HEADINGS.items()]
        return [(heading, words) for heading, words in [("Reasons", self.rationale), *found] if words]

    @property
    def legal_frame(self) -> str:
        """What the pathway rests on in law."""
        return LEGAL_FRAME[Pathway(self.pathway)]

    @property
    def considered_in_words(self) -> list[str]:
        return [str(InformationConsidered(code).label) for code in self.information_considered]


class DecisionView(models.Model):
    """What one agency thinks of a decision."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.ForeignKey(ThresholdDecision, on_delete=models.CASCADE, related_name="views")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    position = models.CharField(max_length=10, choices=Position)
    words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "agency"], name="decision_view_one_of_each_agency"),
            models.CheckConstraint(
                name="decision_view_against_says_why",
                condition=~Q(position=Position.DISAGREES) | ~Q(words=""),
                violation_error_message="Say why the agency disagrees.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency}: {self.get_position_display()}"
