"""Referrals as they stand in the database; journeys through services are for the tests of services."""

from datetime import UTC, datetime, timedelta
from typing import Any

import factory

from common.references import new_reference
from referrals.enums import (
    GONE,
    SENT,
    VOIDED,
    AccessReason,
    ConcernType,
    FormKind,
    HarmLevel,
    HowKnown,
    IncidentKind,
    Informed,
    LawfulBasis,
    PersonRole,
    ReferralState,
    RiskLevel,
    Sex,
    ShareState,
    SubjectSeen,
)
from referrals.models import (
    Cpi,
    Incident,
    IncidentImport,
    IncidentImportRow,
    Person,
    Ppn,
    Referral,
    ReferralAccess,
    Share,
)
from tests.factories.accounts import AgencyFactory, AreaFactory, UserFactory

SUBMITTED = datetime(2026, 9, 14, 22, 30, tzinfo=UTC)


class IncidentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Incident

    force = factory.SubFactory(AgencyFactory, kind="POLICE")
    number = factory.Sequence(lambda n: f"9900{n:07d}")
    kind = IncidentKind.CHILD_CONCERN
    reported_at = SUBMITTED - timedelta(hours=3)
    reported_on = factory.LazyAttribute(lambda incident: incident.reported_at.date())
    district = factory.SubFactory(AreaFactory)
    child_linked = True
    imported_at = factory.LazyAttribute(lambda incident: incident.reported_at + timedelta(days=1))


class IncidentImportFactory(factory.django.DjangoModelFactory):
    """`IncidentImportFactory(refused=2)`: with a row for each refusal."""

    class Meta:
        model = IncidentImport

    force = factory.SubFactory(AgencyFactory, kind="POLICE")
    by = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..force"))
    at = SUBMITTED
    file_name = "incidents.csv"
    sha256 = "0" * 64
    added = 10
    refused = 0
    rows = factory.LazyAttribute(lambda done: done.added + done.refused)

    @classmethod
    def _create(cls, model_class: type[IncidentImport], *args: Any, **kwargs: Any) -> IncidentImport:
        created: IncidentImport = super()._create(model_class, *args, **kwargs)
        IncidentImportRow.objects.bulk_create(
            IncidentImportRow(incident_import=created, number=number, column="kind", message="“X” is no kind.")
            for number in range(2, 2 + created.refused)
        )
        return created


class ReferralFactory(factory.django.DjangoModelFactory):
    """A PPN that the hub received, with its content and one child; `state="DRAFT"` for an unsent one, `kind="CPI"` for a CPI.

    `hub=agency` writes the hub's access row (default: the author's agency when it runs the hub).
    """

    class Meta:
        model = Referral
        skip_postgeneration_save = True

    kind = FormKind.PPN
    state = ReferralState.RECEIVED
    author = factory.SubFactory(UserFactory, agency=factory.SubFactory(AgencyFactory, kind="POLICE"))
    agency = factory.LazyAttribute(lambda referral: referral.author.agency)
    team = factory.LazyAttribute(lambda referral: referral.author.team)
    district = factory.LazyAttribute(lambda referral: referral.team.district if referral.team else None)
    types = [ConcernType.CHILD]
    risk_level = RiskLevel.MEDIUM
    lawful_basis = factory.LazyAttribute(lambda referral: "" if referral.state in GONE else LawfulBasis.PUBLIC_TASK)
    created_at = SUBMITTED - timedelta(hours=1)
    changed_at = SUBMITTED
    submitted_at = factory.LazyAttribute(
        lambda referral: SUBMITTED if referral.state in (*SENT, *VOIDED, *GONE) else None
    )
    due_at = factory.LazyAttribute(
        lambda referral: (
            referral.submitted_at + timedelta(days=1) if referral.submitted_at and referral.state not in GONE else None
        )
    )
    reference = factory.LazyAttribute(
        lambda referral: new_reference(str(referral.kind), 2026, length=8) if referral.state in (*SENT, *VOIDED) else ""
    )

    @classmethod
    def _create(cls, model_class: type[Referral], *args: Any, **kwargs: Any) -> Referral:
        hub = kwargs.pop("hub", None)
        content = kwargs.pop("content", {})
        referral: Referral = super()._create(model_class, *args, **kwargs)
        if referral.kind == FormKind.PPN:
            PpnFactory(referral=referral, **content)
        else:
            CpiFactory(referral=referral, **content)
        hub = hub or (referral.agency if referral.agency.is_hub else None)
        if hub is not None and referral.state in (*SENT, *VOIDED):
            ReferralAccess.objects.create(
                agency=hub, referral=referral, reason=AccessReason.HUB, since=referral.submitted_at
            )
        return referral


class PpnFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Ppn

    incident_at = SUBMITTED - timedelta(hours=4)
    reported_at = SUBMITTED - timedelta(hours=3)
    place = "12 Imaginary Row, Testham"
    subject_seen = SubjectSeen.ALONE
    concern = "The fictitious child was found alone in a cold flat at night. " * 5
    lived_experience = "On most evenings the fictitious child makes tea for a younger brother and waits. " * 3
    voice = 'The fictitious child said, "I keep the light on until someone comes."'
    needs = "An adult at home in the evening and a warm room."
    harm_level = HarmLevel.LIKELY
    harm = "Neglect of basic care over months."
    history = "Two earlier notices this year."
    risk_rationale = (
        "Repeated absence at night, young age, no other adult known; would fall if a relative moved in. " * 2
    )
    informed = Informed.TOLD_AGREES
    immediate_actions = "Stayed until the aunt arrived."
    request_to_partner = "Please consider an assessment."


class CpiFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Cpi

    topics = ["DRUGS"]
    event_on = SUBMITTED.date()
    learned_on = SUBMITTED.date()
    how_known = HowKnown.SAW_OR_HEARD
    who_else_knows = "Nobody else."
    information = "Fictitious cars call at the fictitious garage at night. " * 3
    known_to_services = "NO"
    may_be_contacted = True


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person

    referral = factory.SubFactory(ReferralFactory)
    position = factory.Sequence(lambda n: 100 + n % 30_000)  # behind those that services number
    role = PersonRole.SUBJECT
    given_names = "Fictitious"
    family_name = factory.Sequence(lambda n: f"Child{n}")
    sex = Sex.NOT_KNOWN


class ShareFactory(factory.django.DjangoModelFactory):
    """A live share as its row alone; guardian's grant and the access row come with the service `share_referral`."""

    class Meta:
        model = Share

    referral = factory.SubFactory(ReferralFactory, state=ReferralState.SHARED)
    agency = factory.SubFactory(AgencyFactory)
    state = ShareState.WAITING
    lawful_basis = LawfulBasis.PUBLIC_TASK
    reason = "They know the family and can assess."
    shared_at = SUBMITTED + timedelta(hours=2)
    shared_by = factory.SubFactory(UserFactory)
    answer_due_at = SUBMITTED + timedelta(days=1)
