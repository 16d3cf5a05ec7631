"""Modules and records as they stand in the database, in any state; journeys through services are for the tests of services."""

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone

from accounts.roles import ROLES
from tests.factories.accounts import AgencyFactory, UserFactory
from training.enums import STATEMENTS, CpdKind, Delivery, EvidenceAnswer, RecordState, SignerRole, SkillLevel
from training.models import (
    CpdEntry,
    CpdEvent,
    CpdExpectation,
    CpdFile,
    CpdImport,
    EarlierAcceptance,
    EarlierImport,
    EarlierSignOff,
    Induction,
    InductionStep,
    Module,
    ModuleVersion,
    OutcomeImport,
    ProfileAssignment,
    ProfileModule,
    RecordVersion,
    RoleProfile,
    SendingBack,
    Signature,
    SigningDelegation,
    Skill,
    SkillEvidence,
    TrainingRecord,
)

LOGGED = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
DONE_ON = date(2026, 10, 1)
EVIDENCE = "Explained three fictitious calls and why each was recorded as it was."


class ModuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Module

    force = factory.SubFactory(AgencyFactory, kind="POLICE")
    title = factory.Sequence(lambda n: f"Module {n}")
    short_title = factory.LazyAttribute(lambda module: module.title[:40])


class ModuleVersionFactory(factory.django.DjangoModelFactory):
    """`ModuleVersionFactory(module__force=…, required_for=["TRAINER"])`: the first version, which holds for two years.

    It is asked for by the profiles of those account roles, which are made where there are none.
    """

    class Meta:
        model = ModuleVersion

    module = factory.SubFactory(ModuleFactory)
    number = 1
    starts_on = date(2020, 1, 1)
    aims = "Says what to record and why."
    delivery = Delivery.FACE_TO_FACE
    minutes = 90
    valid_months = 24

    @classmethod
    def _create(cls, model_class: type[ModuleVersion], *args: Any, **kwargs: Any) -> ModuleVersion:
        roles = kwargs.pop("required_for", ())
        version: ModuleVersion = super()._create(model_class, *args, **kwargs)
        for role in roles:
            profile, _ = RoleProfile.objects.get_or_create(
                force=version.module.force, account_role=role, defaults={"name": ROLES[role].name}
            )
            ProfileModule.objects.create(profile=profile, module=version.module)
        return version


class RoleProfileFactory(factory.django.DjangoModelFactory):
    """`RoleProfileFactory(force=…, account_role="TRAINER")`, or without a role for people who are assigned."""

    class Meta:
        model = RoleProfile

    force = factory.SubFactory(AgencyFactory, kind="POLICE")
    name = factory.Sequence(lambda n: f"Profile {n}")


class ProfileModuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ProfileModule


class ProfileAssignmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ProfileAssignment

    person = factory.SubFactory(UserFactory)
    profile = factory.SubFactory(RoleProfileFactory, force=factory.SelfAttribute("..person.agency"))
    starts_on = DONE_ON
    assigned_at = LOGGED
    assigned_by = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..person.agency"), roles=["TRAINER"])


class SkillFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Skill

    force = factory.SubFactory(AgencyFactory, kind="POLICE")
    name = factory.Sequence(lambda n: f"Skill {n}")
    counts_as_evidence = "A rationale that a colleague could act on."


class SkillEvidenceFactory(factory.django.DjangoModelFactory):
    """`SkillEvidenceFactory(person=…, skill=…, answered_by=…)`: confirmed where somebody answered, else waiting."""

    class Meta:
        model = SkillEvidence

    person = factory.SubFactory(UserFactory)
    agency = factory.SelfAttribute("person.agency")
    skill = factory.SubFactory(SkillFactory, force=factory.SelfAttribute("..agency"))
    shown_on = DONE_ON
    level = SkillLevel.ALONE
    words = "Wrote a rationale for a fictitious case; a colleague acted on it without asking."
    written_at = LOGGED
    key = factory.LazyFunction(uuid.uuid4)

    @classmethod
    def _create(cls, model_class: type[SkillEvidence], *args: Any, **kwargs: Any) -> SkillEvidence:
        if kwargs.get("answered_by") is not None:
            answered: dict[str, Any] = {"answer": EvidenceAnswer.CONFIRMED, "answered_at": LOGGED}
            kwargs = answered | kwargs
            if kwargs["answer"] == EvidenceAnswer.CONFIRMED:
                skill: Skill = kwargs["skill"]
                kwargs = {"lapses_on": skill.lapses_on(kwargs["shown_on"])} | kwargs
        entry: SkillEvidence = super()._create(model_class, *args, **kwargs)
        return entry


class TrainingRecordFactory(factory.django.DjangoModelFactory):
    """`TrainingRecordFactory(person=…, state="COMPLETE", done_on=…)`: with its version and the signatures of that state."""

    class Meta:
        model = TrainingRecord

    person = factory.SubFactory(UserFactory)
    agency = factory.SelfAttribute("person.agency")
    module_version = factory.SubFactory(ModuleVersionFactory, module__force=factory.SelfAttribute("...agency"))
    trainer = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..agency"), roles=["TRAINER"])
    mentor = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..agency"), roles=["MENTOR"])
    line_manager = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..agency"), roles=["LINE_MANAGER"])
    state = RecordState.LOGGED
    logged_at = LOGGED

    @classmethod
    def _create(cls, model_class: type[TrainingRecord], *args: Any, **kwargs: Any) -> TrainingRecord:
        done_on, evidence = kwargs.pop("done_on", DONE_ON), kwargs.pop("evidence", EVIDENCE)
        state = kwargs["state"]
        if state == RecordState.COMPLETE:
            lapses_on = kwargs["module_version"].lapses_on(done_on)
            completed = {"completed_at": LOGGED, "completed_by": kwargs["line_manager"], "lapses_on": lapses_on}
            kwargs = completed | kwargs
        record: TrainingRecord = super()._create(model_class, *args, **kwargs)
        version = RecordVersion.objects.create(
            record=record,
            number=record.version,
            done_on=done_on,
            method=Delivery.FACE_TO_FACE,
            evidence=evidence,
            written_at=LOGGED,
            written_by=record.trainer,
        )
        signed = {RecordState.MENTOR_SIGNED: [SignerRole.MENTOR], RecordState.COMPLETE: list(SignerRole)}
        for role in signed.get(state, []):
            signer = record.mentor if role == SignerRole.MENTOR else record.line_manager
            Signature.objects.create(
                record=record,
                version=record.version,
                role=role,
                signer=signer,
                signed_as=signer.name,
                statement=STATEMENTS[role],
                content_sha256=version.content_hash(record),
                signed_at=LOGGED,
            )
        if state == RecordState.SENT_BACK:
            SendingBack.objects.create(
                record=record,
                version=record.version,
                reason="Say what was discussed.",
                sent_at=LOGGED,
                sent_by=record.mentor,
            )
        return record


class SigningDelegationFactory(factory.django.DjangoModelFactory):
    """`SigningDelegationFactory(absent=…, deputy=…)`: one mentor in the place of another, for a week from today."""

    class Meta:
        model = SigningDelegation

    role = SignerRole.MENTOR
    absent = factory.SubFactory(UserFactory, roles=["MENTOR"])
    agency = factory.SelfAttribute("absent.agency")
    deputy = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..agency"), roles=["MENTOR"])
    starts_on = factory.LazyFunction(lambda: timezone.localdate())
    ends_on = factory.LazyAttribute(lambda delegation: delegation.starts_on + timedelta(days=7))
    made_at = LOGGED
    made_by = factory.SelfAttribute("absent")


class InductionFactory(factory.django.DjangoModelFactory):
    """`InductionFactory(assignment=…, mentor=…, line_manager=…, modules=[…])`: a step for each, due on the plan's last day."""

    class Meta:
        model = Induction

    assignment = factory.SubFactory(ProfileAssignmentFactory)
    person = factory.SelfAttribute("assignment.person")
    agency = factory.SelfAttribute("assignment.person.agency")
    mentor = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..agency"), roles=["MENTOR"])
    line_manager = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..agency"), roles=["LINE_MANAGER"])
    starts_on = factory.SelfAttribute("assignment.starts_on")
    complete_by = factory.LazyAttribute(lambda plan: plan.starts_on + timedelta(days=90))
    made_at = LOGGED
    made_by = factory.SelfAttribute("assignment.assigned_by")

    @classmethod
    def _create(cls, model_class: type[Induction], *args: Any, **kwargs: Any) -> Induction:
        modules, due_on = kwargs.pop("modules", ()), kwargs.pop("due_on", kwargs["complete_by"])
        plan: Induction = super()._create(model_class, *args, **kwargs)
        for module in modules:
            InductionStep.objects.create(induction=plan, module=module, working_days=60, due_on=due_on)
        return plan


class CpdEntryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CpdEntry

    person = factory.SubFactory(UserFactory)
    agency = factory.SelfAttribute("person.agency")
    done_on = DONE_ON
    kind = CpdKind.COURSE
    topic = "Stalking"
    hours = Decimal("1.50")
    learned = "Fixated behaviour shows in the pattern."
    logged_at = LOGGED
    logged_by = factory.SelfAttribute("person")
    key = factory.LazyFunction(uuid.uuid4)


class CpdEventFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CpdEvent

    logged_by = factory.SubFactory(UserFactory, roles=["TRAINER"])
    agency = factory.SelfAttribute("logged_by.agency")
    done_on = DONE_ON
    kind = CpdKind.BRIEFING
    topic = "Professional curiosity"
    hours = Decimal("1.00")
    learned = "One more question, and one more source."
    logged_at = LOGGED
    key = factory.LazyFunction(uuid.uuid4)


class CpdExpectationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CpdExpectation

    set_by = factory.SubFactory(UserFactory, roles=["TRAINER"])
    agency = factory.SelfAttribute("set_by.agency")
    hours = Decimal("30.00")
    valid_from = date(2020, 1, 1)
    set_at = LOGGED


class CpdImportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CpdImport

    person = factory.SubFactory(UserFactory)
    agency = factory.SelfAttribute("person.agency")
    by = factory.SelfAttribute("person")
    at = LOGGED
    file_name = "cpd.xlsx"
    sha256 = "0" * 64
    rows = taken = 1
    already_there = refused = 0


class OutcomeImportFactory(factory.django.DjangoModelFactory):
    """A file of one row that was logged."""

    class Meta:
        model = OutcomeImport

    by = factory.SubFactory(UserFactory, roles=["TRAINER"])
    agency = factory.SelfAttribute("by.agency")
    at = LOGGED
    sha256 = "0" * 64
    rows = taken = 1
    already_there = refused = 0


class EarlierImportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EarlierImport

    person = factory.SubFactory(UserFactory)
    agency = factory.SelfAttribute("person.agency")
    by = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..agency"), roles=["TRAINER"])
    at = LOGGED
    file_name = "initial training.xlsx"
    sha256 = "0" * 64
    headings = factory.LazyFunction(lambda: ["Item", "Date done"])
    headings_sha256 = "0" * 64
    places = factory.LazyFunction(lambda: {"item": 0, "done_on": 1})
    rows = taken = 1
    already_there = refused = 0


class EarlierSignOffFactory(factory.django.DjangoModelFactory):
    """Signed on paper by two, on the day after each other."""

    class Meta:
        model = EarlierSignOff

    person = factory.SubFactory(UserFactory)
    agency = factory.SelfAttribute("person.agency")
    taken_from = factory.SubFactory(EarlierImportFactory, person=factory.SelfAttribute("..person"))
    row_number = 2
    item = "Child neglect"
    item_key = factory.LazyAttribute(lambda one: one.item.casefold())
    done_on = DONE_ON
    evidence = "Two referrals triaged with the mentor."
    mentor, mentor_on = "A. Fictitious", DONE_ON
    line_manager, line_manager_on = "B. Fictitious", DONE_ON


class EarlierAcceptanceFactory(factory.django.DjangoModelFactory):
    """Accepted by a trainer for a module of the agency; never lapses unless it is said."""

    class Meta:
        model = EarlierAcceptance

    sign_off = factory.SubFactory(EarlierSignOffFactory)
    person = factory.SelfAttribute("sign_off.person")
    module = factory.SubFactory(ModuleFactory, force=factory.SelfAttribute("..sign_off.agency"))
    accepted_at = LOGGED
    accepted_by = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..sign_off.agency"), roles=["TRAINER"])
    why = "I saw the signed sheet."


class CpdFileFactory(factory.django.DjangoModelFactory):
    """A file that a scanner called clean; nothing is in the store."""

    class Meta:
        model = CpdFile

    entry = factory.SubFactory(CpdEntryFactory)
    name = "certificate.pdf"
    content_type = "application/pdf"
    size = 10
    sha256 = factory.Sequence(lambda n: f"{n:064d}")
    file = factory.Sequence(lambda n: f"cpd/00/{n:032d}")
    state = "CLEAN"
    scanned_at = LOGGED
    added_at = LOGGED
    added_by = factory.SelfAttribute("entry.person")
