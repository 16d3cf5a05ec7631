"""What is left of answers that were removed after their time: counts and pairs of marks, of nobody.

The total of "used it" and the change between the scenarios of a session go on standing without the rows that they were counted from.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from partners.models.scenarios import ScenarioVersion
from partners.models.sessions import Session

# Worth before of both scenarios and how sure, and the same after.
IN_A_PAIR = 6


class FollowUpTally(models.Model):
    """How many said three months after a session that they used it, will, or did not; of those whose answers were removed."""

    session = models.OneToOneField(Session, primary_key=True, on_delete=models.PROTECT, related_name="follow_up_tally")
    yes = models.PositiveIntegerField(default=0)
    not_yet = models.PositiveIntegerField(default=0)
    no = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "follow-up tallies"

    def __str__(self) -> str:
        return f"Tally {self.pk}"


class ScenarioTally(models.Model):
    """What people chose before and after at one session, pair by pair in order of the marks: five or more, and no person with any."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="scenario_tallies", db_index=False)
    version = models.ForeignKey(ScenarioVersion, on_delete=models.PROTECT, related_name="+")
    pairs = ArrayField(ArrayField(models.PositiveSmallIntegerField(), size=IN_A_PAIR))

    class Meta:
        verbose_name_plural = "scenario tallies"
        constraints = [
            models.UniqueConstraint(fields=["session", "version"], name="scenario_tally_once"),
            models.CheckConstraint(name="scenario_tally_is_of_five_or_more", condition=Q(pairs__len__gte=5)),
        ]

    def __str__(self) -> str:
        return f"Tally {self.pk}"
