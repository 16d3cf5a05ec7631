"""The catalogue, modules, profiles, records with their signatures, CPD, programmes, exercises, knowledge tests, supervision and surveys."""

from training.models.catalogue import CatalogueEntry, Course, CourseAlias, Theme, Toolkit
from training.models.champions import Champion, ChampionTopic
from training.models.cpd import CpdEarlierVersion, CpdEntry
from training.models.cpd_files import CpdFile
from training.models.cpd_sources import CpdEvent, CpdExpectation, CpdImport
from training.models.delegations import SigningDelegation
from training.models.earlier import EarlierAcceptance, EarlierImport, EarlierSignOff
from training.models.exercise_runs import (
    ExerciseRun,
    GroupDecision,
    GroupGuest,
    GroupMember,
    InjectRelease,
    MockAction,
    MockMeeting,
    RunGroup,
)
from training.models.exercises import Exercise, Inject
from training.models.inductions import Induction, InductionChange, InductionStep
from training.models.knowledge import (
    KnowledgeOption,
    KnowledgeQuestion,
    KnowledgeTest,
    KnowledgeTestQuestion,
    Sitting,
    SittingAnswer,
)
from training.models.modules import Module, ModuleVersion
from training.models.outcome_imports import OutcomeImport, OutcomeRow
from training.models.prerequisites import ModulePrerequisite, OutOfOrder
from training.models.profiles import ProfileAssignment, ProfileModule, ProfileSkill, RoleProfile
from training.models.programmes import Cohort, CohortMember, Programme
from training.models.records import RecordVersion, SendingBack, Signature, SignatureRevocation, TrainingRecord
from training.models.reminders import LapseReminder, TrainingDigest
from training.models.sessions import RegisterCorrection, RegisterEntry, TrainingSession
from training.models.skills import Skill, SkillEvidence
from training.models.supervision import (
    RecordOpening,
    Supervision,
    SupervisionAction,
    SupervisionReading,
    SupervisionRecord,
    SupervisionSession,
)
from training.models.surveys import Survey, SurveyBox, SurveyQuestion, SurveyReceipt, SurveyTemplate

__all__ = [
    "CatalogueEntry",
    "Champion",
    "ChampionTopic",
    "Cohort",
    "CohortMember",
    "Course",
    "CourseAlias",
    "CpdEarlierVersion",
    "CpdEntry",
    "CpdEvent",
    "CpdExpectation",
    "CpdFile",
    "CpdImport",
    "EarlierAcceptance",
    "EarlierImport",
    "EarlierSignOff",
    "Exercise",
    "ExerciseRun",
    "GroupDecision",
    "GroupGuest",
    "GroupMember",
    "Induction",
    "InductionChange",
    "InductionStep",
    "Inject",
    "InjectRelease",
    "KnowledgeOption",
    "KnowledgeQuestion",
    "KnowledgeTest",
    "KnowledgeTestQuestion",
    "LapseReminder",
    "MockAction",
    "MockMeeting",
    "Module",
    "ModulePrerequisite",
    "ModuleVersion",
    "OutOfOrder",
    "OutcomeImport",
    "OutcomeRow",
    "ProfileAssignment",
    "ProfileModule",
    "ProfileSkill",
    "Programme",
    "RecordOpening",
    "RecordVersion",
    "RegisterCorrection",
    "RegisterEntry",
    "RoleProfile",
    "RunGroup",
    "SendingBack",
    "Signature",
    "SignatureRevocation",
    "SigningDelegation",
    "Sitting",
    "SittingAnswer",
    "Skill",
    "SkillEvidence",
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
    "Toolkit",
    "TrainingDigest",
    "TrainingRecord",
    "TrainingSession",
]
