"""The catalogue, modules, records with their signatures, CPD entries, champions, supervision and surveys."""

from training.models.catalogue import CatalogueEntry, Course, CourseAlias, Theme
from training.models.champions import Champion, ChampionTopic
from training.models.cpd import CpdEntry
from training.models.modules import Module, ModuleRequirement, ModuleVersion
from training.models.records import RecordVersion, SendingBack, Signature, SignatureRevocation, TrainingRecord
from training.models.supervision import (
    RecordOpening,
    Supervision,
    SupervisionAction,
    SupervisionReading,
    SupervisionRecord,
    SupervisionSession,
)
from training.models.surveys import (
    Survey,
    SurveyBox,
    SurveyQuestion,
    SurveyReceipt,
    SurveyTemplate,
)

__all__ = [
    "CatalogueEntry",
    "Champion",
    "ChampionTopic",
    "Course",
    "CourseAlias",
    "CpdEntry",
    "Module",
    "ModuleRequirement",
    "ModuleVersion",
    "RecordOpening",
    "RecordVersion",
    "SendingBack",
    "Signature",
    "SignatureRevocation",
    "Supervision",
    "SupervisionAction",
    "SupervisionReading",
    "SupervisionRecord",
    "SupervisionSession",
    "Survey",
    "SurveyBox",
    "SurveyQuestion",
    "SurveyReceipt",
    "SurveyTemplate",
    "Theme",
    "TrainingRecord",
]
