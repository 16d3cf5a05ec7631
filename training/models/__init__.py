"""The catalogue, modules, profiles, skills, programmes, records with their signatures, the CPD log, champions, supervision and surveys."""

from training.models.catalogue import CatalogueEntry, Course, CourseAlias, Theme
from training.models.champions import Champion, ChampionTopic
from training.models.cpd import CpdEarlierVersion, CpdEntry
from training.models.cpd_files import CpdFile
from training.models.cpd_sources import CpdEvent, CpdExpectation, CpdImport
from training.models.delegations import SigningDelegation
from training.models.inductions import Induction, InductionChange, InductionStep
from training.models.modules import Module, ModuleVersion
from training.models.profiles import ProfileAssignment, ProfileModule, ProfileSkill, RoleProfile
from training.models.programmes import Cohort, CohortMember, Programme
from training.models.records import RecordVersion, SendingBack, Signature, SignatureRevocation, TrainingRecord
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
    "Induction",
    "InductionChange",
    "InductionStep",
    "Module",
    "ModuleVersion",
    "ProfileAssignment",
    "ProfileModule",
    "ProfileSkill",
    "Programme",
    "RecordOpening",
    "RecordVersion",
    "RegisterCorrection",
    "RegisterEntry",
    "RoleProfile",
    "SendingBack",
    "Signature",
    "SignatureRevocation",
    "SigningDelegation",
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
    "TrainingRecord",
    "TrainingSession",
]
