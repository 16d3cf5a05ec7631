"""Champions: who knows more than others about a topic, from when until when, and how colleagues reach them."""

import uuid
from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, User
from training.enums import ChampionEnd
from training.models.periods import Days, covering


class ChampionTopicQuerySet(models.QuerySet["ChampionTopic"]):
    def of(self, user: User) -> Self:
        """Topics of the person's agency."""
        return self.filter(agency=user.agency_id) if user.agency_id else self.none()

    def listed(self) -> Self:
        """Topics for which champions are named."""
        return self.filter(is_listed=True)

    def by_title(self) -> Self:
        return self.order_by("title", "pk")


class ChampionTopic(models.Model):
    """A topic on which colleagues can ask somebody. The trainers of the agency keep the list."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    about = models.CharField(max_length=300, help_text="What belongs to it, in words that colleagues search for")
    is_listed = models.BooleanField(default=True, help_text="Champions are named for it, and it can be found")

    objects = ChampionTopicQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "title"],
                name="champion_topic_titled_once_in_its_agency",
                violation_error_message="There is a topic of that title already.",
            )
        ]

    def __str__(self) -> str:
        return self.title


class ChampionQuerySet(models.QuerySet["Champion"]):
    def of(self, user: User) -> Self:
        """Champions of the person's agency, of today or earlier."""
        return self.filter(topic__agency=user.agency_id) if user.agency_id else self.none()

    def current(self, *, on: date) -> Self:
        """Who can be asked on that day: people who are still there, for topics that are listed."""
        return self.filter(
            covering(on), topic__is_listed=True, person__is_active=True, person__agency=F("topic__agency")
        )

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Champion(models.Model):
    """That somebody is a champion of a topic from a day until another. Rows stay when the time is over."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    topic = models.ForeignKey(ChampionTopic, on_delete=models.PROTECT, related_name="champions")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="The first day on which they are it no more")
    helps_with = models.CharField(max_length=500, help_text="What colleagues can ask them")
    reached = models.CharField(max_length=200, help_text="When they can be reached")
    phone = models.CharField(max_length=40, blank=True, help_text="A number at work")
    refresh_by = models.DateField(null=True, blank=True, help_text="By when their knowledge is to be refreshed")
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    end_reason = models.CharField(max_length=12, choices=ChampionEnd, blank=True)

    objects = ChampionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="champion_ends_no_sooner_than_it_starts",
                condition=Q(ends_on=None) | Q(starts_on__lte=F("ends_on")),
                violation_error_message="A champion cannot end before they start.",
            ),
            models.CheckConstraint(name="champion_says_what_and_when", condition=~Q(helps_with="") & ~Q(reached="")),
            models.CheckConstraint(
                name="champion_ended_says_who_when_and_why",
                condition=Q(ended_at=None, ended_by=None, end_reason="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False, ends_on__isnull=False) & ~Q(end_reason="")),
            ),
            ExclusionConstraint(
                name="champion_once_at_a_time_for_a_topic",
                expressions=[
                    ("topic", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    (Days("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="This person is a champion of that topic in these days already.",
            ),
        ]

    def __str__(self) -> str:
        return f"Champion {self.pk}"
