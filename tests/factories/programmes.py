"""Programmes, cohorts, sessions and registers as they stand in the database; journeys through services are for the tests of services."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory

from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.training import ModuleVersionFactory
from training.enums import Audience, Delivery, MarkedHow, TrainingSessionState
from training.models import Cohort, CohortMember, Programme, RegisterEntry, TrainingSession

SET_UP = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
STARTS = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class ProgrammeFactory(factory.django.DjangoModelFactory):
    """`ProgrammeFactory(force=…, gives=[version, …])`: of one new module unless told which."""

    class Meta:
        model = Programme
        skip_postgeneration_save = True

    force = factory.SubFactory(AgencyFactory, kind="POLICE")
    name = factory.Sequence(lambda n: f"Programme {n}")
    audience = Audience.RECRUITS
    began_on = date(2026, 1, 1)
    set_up_at = SET_UP
    set_up_by = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..force"), roles=["TRAINER"])

    @classmethod
    def _create(cls, model_class: type[Programme], *args: Any, **kwargs: Any) -> Programme:
        gives = kwargs.pop("gives", None) or [ModuleVersionFactory(module__force=kwargs["force"])]
        programme: Programme = super()._create(model_class, *args, **kwargs)
        programme.modules.set(version.module for version in gives)
        return programme


class CohortFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Cohort

    programme = factory.SubFactory(ProgrammeFactory)
    name = factory.Sequence(lambda n: f"Cohort {n}")
    intake = "2026/3"
    starts_on = date(2026, 9, 1)
    ends_on = date(2027, 3, 1)
    set_up_at = SET_UP
    set_up_by = factory.SelfAttribute("programme.set_up_by")


class CohortMemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CohortMember

    cohort = factory.SubFactory(CohortFactory)
    programme = factory.SelfAttribute("cohort.programme")
    person = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..cohort.programme.force"))
    team = factory.SelfAttribute("person.team")
    joined_at = SET_UP
    added_by = factory.SelfAttribute("cohort.set_up_by")


class TrainingSessionFactory(factory.django.DjangoModelFactory):
    """`TrainingSessionFactory(cohort=…, state="HELD")`: of the programme's first module, with an entry for each current member."""

    class Meta:
        model = TrainingSession
        skip_postgeneration_save = True

    starts_at = STARTS
    ends_at = factory.LazyAttribute(lambda session: session.starts_at + timedelta(hours=3))
    delivery = Delivery.FACE_TO_FACE
    state = TrainingSessionState.PLANNED
    planned_at = SET_UP

    @classmethod
    def _create(cls, model_class: type[TrainingSession], *args: Any, **kwargs: Any) -> TrainingSession:
        cohort: Cohort = kwargs.pop("cohort", None) or CohortFactory.create()
        presence = kwargs.pop("presence", "")
        trainer = kwargs.pop("trainer", cohort.set_up_by)
        is_there = kwargs["delivery"] == Delivery.FACE_TO_FACE
        defaults: dict[str, Any] = {
            "force": cohort.programme.force,
            "trainer": trainer,
            "planned_by": trainer,
            "place": "Training wing, room 2 (fictitious)" if is_there else "",
            "joining_link": "" if is_there else "https://meet.example.org/fictitious",
        }
        if "module_version" not in kwargs:
            module = cohort.programme.modules.order_by("title").first()
            assert module is not None
            defaults["module_version"] = module.versions.order_by("number").last()
        if kwargs["state"] == TrainingSessionState.HELD:
            defaults |= {"held_at": kwargs["ends_at"], "held_by": trainer}
        if kwargs["state"] == TrainingSessionState.CANCELLED:
            defaults |= {"cancelled_at": SET_UP, "cancelled_by": trainer, "cancel_reason": "The trainer is ill."}
        session: TrainingSession = super()._create(model_class, *args, **defaults | kwargs)
        session.cohorts.set([cohort])
        members = CohortMember.objects.current().filter(cohort=cohort)
        RegisterEntry.objects.bulk_create(entry_of(session, member, presence) for member in members)
        return session


def entry_of(session: TrainingSession, member: CohortMember, presence: str = "", **fields: Any) -> RegisterEntry:
    """Not saved yet: what the register says of a member, ticked by the trainer."""
    marked = {"marked_how": MarkedHow.TICK, "marked_at": session.ends_at, "marked_by": session.trainer}
    return RegisterEntry(
        session=session,
        person_id=member.person_id,
        cohort=member.cohort,
        expected_since=SET_UP,
        presence=presence,
        **(marked if presence else {}) | fields,
    )
