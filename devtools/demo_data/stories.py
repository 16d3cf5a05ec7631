"""What a story is: the sentences from which the words of one kind of referral are put together."""

from dataclasses import dataclass

from accounts.enums import AgencyKind
from referrals.enums import ConcernType, IncidentKind, Pathway, PersonRole


@dataclass(frozen=True)
class Story:
    """One kind of thing that happens. Sentences hold slots: {name} {age} {he} {him} {his} {He} {other} {street} {time} {n} {weeks}."""

    code: str
    incident: IncidentKind
    types: tuple[ConcernType, ...]
    ages: tuple[int, int]
    other: PersonRole
    agencies: tuple[AgencyKind, ...]
    pathways: tuple[Pathway, ...]
    risk: tuple[int, int, int]  # how often standard, medium, high
    weight: int
    child_linked: bool
    adult_needs: bool
    domestic_abuse: bool
    summaries: tuple[str, ...]
    events: tuple[str, ...]
    details: tuple[str, ...]
    days: tuple[str, ...]
    effects: tuple[str, ...]
    quotes: tuple[str, ...]
    needs: tuple[str, ...]
    harms: tuple[str, ...]
    protective: tuple[str, ...]
    actions: tuple[str, ...]
    requests: tuple[str, ...]
    blame: tuple[str, ...]

    @property
    def is_about_a_child(self) -> bool:
        return self.ages[1] < 18
