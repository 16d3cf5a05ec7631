"""The catalogue, modules, profiles, skills with their evidence, records with their signatures, and CPD entries."""

from training.models.catalogue import CatalogueEntry, Course, CourseAlias, Theme
from training.models.cpd import CpdEntry
from training.models.modules import Module, ModuleVersion
from training.models.profiles import ProfileAssignment, ProfileModule, ProfileSkill, RoleProfile
from training.models.programmes import Cohort, CohortMember, Programme
from training.models.records import RecordVersion, SendingBack, Signature, SignatureRevocation, TrainingRecord
from training.models.sessions import RegisterCorrection, RegisterEntry, TrainingSession
from training.models.skills import Skill, SkillEvidence

__all__ = [
    "CatalogueEntry",
    "Cohort",
    "CohortMember",
    "Course",
    "CourseAlias",
    "CpdEntry",
    "Module",
    "ModuleVersion",
    "ProfileAssignment",
    "ProfileModule",
    "ProfileSkill",
    "Programme",
    "RecordVersion",
    "RegisterCorrection",
    "RegisterEntry",
    "RoleProfile",
    "SendingBack",
    "Signature",
    "SignatureRevocation",
    "Skill",
    "SkillEvidence",
    "Theme",
    "TrainingRecord",
    "TrainingSession",
]
