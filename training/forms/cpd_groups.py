"""One event for many people."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.models import User
from common.forms import GovukDateField, OnceForm
from training.forms.cpd import DayForm, hours_field, kind_field, words_field
from training.models.cpd import LONGEST_TOPIC, LONGEST_TRAINER

MOST_CHARACTERS = 30_000


class GroupCpdForm(OnceForm, DayForm):
    """The event, people ticked, and people listed by e-mail address or collar number. `people` can be ticked."""

    topic = forms.CharField(
        label="What was it about?",
        max_length=LONGEST_TOPIC,
        help_text="A few words, for example stalking. Nothing about a case.",
        error_messages={"required": "Write what it was about"},
    )
    done_on = GovukDateField(label="When?", error_messages={"required": "Enter the day on which it was done"})
    kind = kind_field()
    hours = hours_field()
    learned = words_field(
        "What was taught?",
        "It stands as what was learned until each person puts it into their own words.",
        required="Write what was taught",
    )
    trainer = forms.CharField(label="Who gave it?", max_length=LONGEST_TRAINER, required=False)
    people = forms.MultipleChoiceField(
        label="Who took part?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose people of the list"},
    )
    listed = forms.CharField(
        label="People by e-mail address or collar number",
        required=False,
        max_length=MOST_CHARACTERS,
        help_text="One on a line, as they stand in a spreadsheet or an attendance list.",
        widget=forms.Textarea({"rows": 5, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered: dict[str, User] = {str(person.pk): person for person in people}
        self.fields["people"].choices = [(pk, str(person)) for pk, person in self.offered.items()]  # type: ignore[attr-defined]
        if not self.offered:
            del self.fields["people"]

    def ticked(self) -> list[User]:
        """The people that were ticked."""
        return [self.offered[pk] for pk in self.cleaned_data.get("people", ())]

    def event(self) -> dict[str, Any]:
        """What the service takes of the event itself."""
        return {name: self.cleaned_data[name] for name in EVENT_FIELDS}


EVENT_FIELDS = ("topic", "done_on", "kind", "hours", "learned", "trainer", "key")
