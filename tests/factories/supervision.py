"""Champions, supervision and surveys as they stand in the database; journeys through services are for the tests of services."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory

from tests.factories.accounts import AgencyFactory, UserFactory
from training.enums import QuestionKind, SupervisionKind, SupervisionRole, SupervisionState, WhyMissed
from training.models import (
    Champion,
    ChampionTopic,
    RecordOpening,
    Supervision,
    SupervisionAction,
    SupervisionRecord,
    SupervisionSession,
    Survey,
    SurveyBox,
    SurveyQuestion,
    SurveyReceipt,
    SurveyTemplate,
)

BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
# Stands in each record, and nowhere else: whoever finds it on a page has read a record.
SECRET = "Marigold-17"
WORDS = {
    "cases": f"Reference {SECRET} alone",
    "agreed": f"{SECRET} agreed",
    "curiosity": f"{SECRET} curiosity",
    "fairness": f"{SECRET} fairness",
    "wellbeing": f"{SECRET} wellbeing",
}


class ChampionTopicFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ChampionTopic

    agency = factory.SubFactory(AgencyFactory, kind="POLICE")
    title = factory.Sequence(lambda n: f"Topic {n}")
    about = "Repeat calls, small injuries, missed appointments"


class ChampionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Champion

    topic = factory.SubFactory(ChampionTopicFactory, agency=factory.SelfAttribute("..person.agency"))
    person = factory.SubFactory(UserFactory)
    starts_on = date(2026, 1, 5)
    helps_with = "Which questions to ask, and whom else to ask"
    reached = "Weekdays from 8am to 4pm"
    phone = "Extension 4417"
    named_at = BEGAN
    named_by = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..topic.agency"), roles=["TRAINER"])


class SupervisionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Supervision

    supervisee = factory.SubFactory(UserFactory)
    supervisor = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..supervisee.agency"))
    agency = factory.SelfAttribute("supervisee.agency")
    kind = SupervisionKind.SUPERVISION
    every_weeks = 6
    starts_on = date(2026, 1, 5)
    arranged_at = BEGAN
    arranged_by = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..agency"), roles=["TRAINER"])


class SupervisionSessionFactory(factory.django.DjangoModelFactory):
    """`SupervisionSessionFactory(supervision=…, state="HELD")`: one that was held has its record, with an action."""

    class Meta:
        model = SupervisionSession

    supervision = factory.SubFactory(SupervisionFactory)
    planned_on = date(2026, 2, 10)
    state = SupervisionState.PLANNED
    planned_at = BEGAN
    planned_by = factory.SelfAttribute("supervision.supervisor")

    @classmethod
    def _create(cls, model_class: type[SupervisionSession], *args: Any, **kwargs: Any) -> SupervisionSession:
        state, supervision = kwargs["state"], kwargs["supervision"]
        written = WORDS | kwargs.pop("written", {})
        if state != SupervisionState.PLANNED:
            kwargs = {"closed_at": BEGAN, "closed_by": supervision.supervisor} | kwargs
        if state == SupervisionState.HELD:
            kwargs.setdefault("held_on", kwargs["planned_on"])
        if state == SupervisionState.MISSED:
            kwargs = {"why_missed": WhyMissed.OTHER, "words": f"{SECRET} missed"} | kwargs
        session: SupervisionSession = super()._create(model_class, *args, **kwargs)
        if state == SupervisionState.HELD:
            version = SupervisionRecord.objects.create(
                session=session, number=1, written_at=BEGAN, written_by=supervision.supervisor, **written
            )
            SupervisionAction.objects.create(
                version=version,
                position=1,
                what=f"{SECRET} action",
                owner=SupervisionRole.SUPERVISEE,
                due_on=session.held_on + timedelta(days=14),
            )
        return session


class RecordOpeningFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RecordOpening

    session = factory.SubFactory(SupervisionSessionFactory, state="HELD")
    reason = "Concern for the safety of somebody named in it."
    opened_by = factory.SubFactory(UserFactory)
    closes_at = factory.LazyAttribute(lambda opening: opening.opened_at + timedelta(hours=1))


class SurveyTemplateFactory(factory.django.DjangoModelFactory):
    """With two questions by marks and one in words."""

    class Meta:
        model = SurveyTemplate

    agency = factory.SubFactory(AgencyFactory, kind="POLICE")
    title = factory.Sequence(lambda n: f"How work is {n}")
    made_at = BEGAN
    made_by = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..agency"), roles=["TRAINER"])

    @classmethod
    def _create(cls, model_class: type[SurveyTemplate], *args: Any, **kwargs: Any) -> SurveyTemplate:
        template: SurveyTemplate = super()._create(model_class, *args, **kwargs)
        kinds = (QuestionKind.SCALE, QuestionKind.SCALE, QuestionKind.TEXT)
        for place, kind in enumerate(kinds, start=1):
            SurveyQuestion.objects.create(
                template=template, position=place, words=f"Question number {place}?", kind=kind
            )
        return template


class SurveyFactory(factory.django.DjangoModelFactory):
    """Open from 16 to 30 November 2026, with its empty boxes."""

    class Meta:
        model = Survey

    template = factory.SubFactory(SurveyTemplateFactory)
    agency = factory.SelfAttribute("template.agency")
    opens_on = date(2026, 11, 16)
    closes_on = date(2026, 11, 30)
    opened_at = BEGAN
    opened_by = factory.SelfAttribute("template.made_by")

    @classmethod
    def _create(cls, model_class: type[Survey], *args: Any, **kwargs: Any) -> Survey:
        survey: Survey = super()._create(model_class, *args, **kwargs)
        for question in survey.template.questions.order_by("position"):
            SurveyBox.objects.create(survey=survey, question=question)
        return survey


class SurveyReceiptFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SurveyReceipt

    survey = factory.SubFactory(SurveyFactory)
    person = factory.SubFactory(UserFactory)
