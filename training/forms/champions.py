"""Finding a champion; keeping topics; naming and describing champions."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet

from accounts.models import Team, User
from common.forms import GovukDateField, GovukForm
from training.forms.records import FoundPersonField
from training.models import ChampionTopic


class FinderForm(GovukForm):
    """By topic, team and words."""

    marks_optional = False
    topic = forms.ChoiceField(label="Topic", required=False)
    team = forms.ChoiceField(label="Team", required=False)
    words = forms.CharField(label="Words", required=False, max_length=100)

    def __init__(self, *args: Any, topics: Iterable[ChampionTopic], teams: Iterable[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = {"topic": ("Every topic", topics), "team": ("Every team", teams)}
        for name, (everything, rows) in named.items():
            choices = [("", everything), *((str(row.pk), str(row)) for row in rows)]
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def filters(self) -> dict[str, Any]:
        """What the list takes; a choice that is unknown filters nothing."""
        if not self.is_valid():
            return {}
        chosen = {name: UUID(self.cleaned_data[name]) for name in ("topic", "team") if self.cleaned_data[name]}
        return chosen | ({"words": self.cleaned_data["words"]} if self.cleaned_data["words"] else {})


class TopicForm(GovukForm):
    """A new topic."""

    title = forms.CharField(label="Topic", max_length=80, error_messages={"required": "Write the topic"})
    about = forms.CharField(
        label="What belongs to it?",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="Use the words that colleagues would search for.",
        error_messages={"required": "Write what belongs to it"},
    )


class ChangeTopicForm(TopicForm):
    """A topic that is there, which may leave the list."""

    is_listed = forms.BooleanField(
        label="Colleagues can find this topic",
        required=False,
        help_text="Without this nobody finds its champions, and none are named. They stay as they were.",
    )


class DescribeChampionForm(GovukForm):
    """What colleagues read. Contact at work only."""

    helps_with = forms.CharField(
        label="What can colleagues ask them?",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Write what colleagues can ask them"},
    )
    reached = forms.CharField(
        label="When can they be reached?",
        max_length=200,
        help_text="For example: weekdays from 8am to 4pm; on late shifts every third week.",
        error_messages={"required": "Write when they can be reached"},
    )
    phone = forms.CharField(
        label="Telephone at work",
        max_length=40,
        required=False,
        help_text="Never a private number. The e-mail address of their account is shown in any case.",
        widget=forms.TextInput({"class": "govuk-input--width-20"}),
    )
    refresh_by = GovukDateField(label="By when is their knowledge to be refreshed?", required=False)


class NameChampionForm(DescribeChampionForm):
    """Who is a champion of what, and from when until when."""

    person = FoundPersonField(label="Who?", error_messages={"required": "Enter who it is"})
    topic = forms.ChoiceField(label="Topic", error_messages={"required": "Choose the topic"})
    starts_on = GovukDateField(label="From", error_messages={"required": "Enter the first day"})
    ends_on = GovukDateField(
        label="Until",
        required=False,
        help_text="The first day on which they are it no more. Empty: until somebody ends it.",
    )
    field_order = ("person", "topic", "starts_on", "ends_on")

    def __init__(
        self, *args: Any, people: QuerySet[User], topics: Iterable[ChampionTopic], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.topics = {str(topic.pk): topic for topic in topics}
        self.fields["person"].find_among(people)  # type: ignore[attr-defined]
        choices = [("", "Choose a topic"), *((pk, topic.title) for pk, topic in self.topics.items())]
        self.fields["topic"].choices = choices  # type: ignore[attr-defined]
        self.initial.setdefault("starts_on", today)

    def clean_topic(self) -> ChampionTopic:
        """The topic itself."""
        return self.topics[self.cleaned_data["topic"]]

    def clean(self) -> dict[str, Any]:
        """It ends after it starts."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] <= data["starts_on"]:
            self.add_error("ends_on", "The end must be after the start")
        return data
