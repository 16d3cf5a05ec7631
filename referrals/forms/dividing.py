"""Among whom the queue is divided up."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from common.forms import GovukForm
from referrals.forms.deciders import DecidersField


class _People(DecidersField):
    """Each with how many they have already."""

    held: Mapping[Any, int]

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name} (has {self.held.get(obj.pk, 0)})"


class DivideForm(GovukForm):
    """Who is on shift."""

    people = _People(
        label="Who is on shift?",
        help_text="Ticked are those who signed in during the last twelve hours.",
        required_message="Choose who is on shift.",
    )

    def __init__(self, *args: Any, people: QuerySet[User], held: Mapping[Any, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["people"]
        field.queryset, field.held = people, held  # type: ignore[attr-defined]
