"""The words of a referral: the answers of a PPN or a CPI form."""

import re

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.enums import AgencyKind
from referrals.enums import (
    ActionTaken,
    ContactType,
    CpiTopic,
    FormKind,
    HarmContext,
    HarmLevel,
    HouseholdKnown,
    HowKnown,
    Informed,
    Interpreter,
    PlaceType,
    PoliceRag,
    Purpose,
    RecordChecked,
    RiskOfActing,
    SubjectSeen,
    YesNoNotSure,
)
from referrals.models.referral import Referral

# The usual pattern since 2001, the two before it, Northern Ireland, and the shortest cherished ones.
PLATE = re.compile(
    r"[A-Z]{2}\d{2}[A-Z]{3}|[A-Z]\d{1,3}[A-Z]{3}|[A-Z]{3}\d{1,3}[A-Z]?|[A-Z]{1,3}\d{1,4}|\d{1,4}[A-Z]{1,3}"
)


def as_on_the_plate(typed: str) -> str:
    """A registration without spaces and marks, in capitals."""
    return re.sub(r"[^0-9A-Za-z]", "", typed).upper()


def looks_like_a_plate(registration: str) -> bool:
    """Whether it has the form of a registration of the United Kingdom. Others exist: this only asks to look again."""
    return PLATE.fullmatch(registration) is not None


class Ppn(models.Model):
    """What an officer answers. Blank while it is a draft; the completeness check names what graders would miss."""

    referral = models.OneToOneField(Referral, on_delete=models.CASCADE, primary_key=True, related_name="ppn")
    incident_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    contact_type = models.CharField(max_length=12, choices=ContactType, blank=True, default="", db_default="")
    place = models.CharField(max_length=200, blank=True)
    place_type = models.CharField(max_length=12, choices=PlaceType, blank=True, default="", db_default="")
    subject_seen = models.CharField(max_length=16, choices=SubjectSeen, blank=True)
    not_seen_reason = models.TextField(blank=True)
    concern = models.TextField(blank=True)
    household_known = models.CharField(max_length=8, choices=HouseholdKnown, blank=True, default="", db_default="")
    lived_experience = models.TextField(blank=True)
    voice = models.TextField(blank=True)
    language_used = models.CharField(max_length=80, blank=True, default="", db_default="")
    interpreter = models.CharField(max_length=16, choices=Interpreter, blank=True, default="", db_default="")
    needs = models.TextField(blank=True)
    harm_level = models.CharField(max_length=20, choices=HarmLevel, blank=True)
    harm = models.TextField(blank=True)
    harm_context = ArrayField(
        models.CharField(max_length=16, choices=HarmContext), default=list, db_default=[], blank=True
    )
    history_checked = ArrayField(
        models.CharField(max_length=16, choices=RecordChecked), default=list, db_default=[], blank=True
    )
    history = models.TextField(blank=True)
    protective_factors = models.TextField(blank=True)
    risk_rationale = models.TextField(blank=True)
    police_rag = models.PositiveSmallIntegerField(choices=PoliceRag, null=True, blank=True)
    purpose = models.CharField(max_length=16, choices=Purpose, blank=True, default="", db_default="")
    share_with = ArrayField(
        models.CharField(max_length=24, choices=AgencyKind), default=list, db_default=[], blank=True
    )
    informed = models.CharField(max_length=24, choices=Informed, blank=True)
    informed_reason = models.TextField(blank=True)
    actions_taken = ArrayField(
        models.CharField(max_length=20, choices=ActionTaken), default=list, db_default=[], blank=True
    )
    immediate_actions = models.TextField(blank=True)
    request_to_partner = models.TextField(blank=True)
    out_of_hours_contact = models.CharField(max_length=200, blank=True, default="", db_default="")

    def __str__(self) -> str:
        return str(self.referral)


class Cpi(models.Model):
    """What a partner answers: information for the police that is not an emergency and not a safeguarding referral."""

    referral = models.OneToOneField(Referral, on_delete=models.CASCADE, primary_key=True, related_name="cpi")
    topics = ArrayField(models.CharField(max_length=24, choices=CpiTopic), default=list, blank=True)
    event_on = models.DateField(null=True, blank=True)
    learned_on = models.DateField(null=True, blank=True)
    how_known = models.CharField(max_length=16, choices=HowKnown, blank=True)
    who_else_knows = models.TextField(blank=True)
    risk_of_acting = models.CharField(max_length=10, choices=RiskOfActing, blank=True, default="", db_default="")
    risk_if_acted_on = models.TextField(blank=True)
    information = models.TextField(blank=True)
    is_one_matter = models.BooleanField(null=True, blank=True)
    places = models.TextField(blank=True, default="", db_default="")
    vehicles = ArrayField(models.CharField(max_length=16), default=list, db_default=[], blank=True)
    online_names = ArrayField(models.CharField(max_length=80), default=list, db_default=[], blank=True)
    manager_aware = models.BooleanField(null=True, blank=True)
    referral_made = models.CharField(
        max_length=8,
        choices=YesNoNotSure,
        blank=True,
        default="",
        db_default="",
    )
    referral_reference = models.CharField(max_length=40, blank=True, default="", db_default="")
    known_to_services = models.CharField(max_length=8, choices=YesNoNotSure, blank=True)
    may_be_false = models.BooleanField(null=True, blank=True)
    may_be_contacted = models.BooleanField(null=True, blank=True)
    wants_feedback = models.BooleanField(null=True, blank=True)
    conditions = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cpi_learned_on_or_after_the_event",
                condition=Q(event_on=None) | Q(learned_on=None) | Q(learned_on__gte=models.F("event_on")),
                violation_error_message="The day you learned of it cannot be before it happened.",
            )
        ]

    def __str__(self) -> str:
        return str(self.referral)

    @property
    def topics_in_words(self) -> list[str]:
        return [str(CpiTopic(code).label) for code in self.topics]


def content_of(referral: Referral) -> Ppn | Cpi:
    """The answers of a referral, whichever form it is."""
    content: Ppn | Cpi = referral.ppn if referral.kind == FormKind.PPN else referral.cpi
    return content
