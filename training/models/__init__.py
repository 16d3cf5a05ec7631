"""The catalogue, modules, records with their signatures, and CPD entries."""

from training.models.catalogue import CatalogueEntry, Course, CourseAlias, Theme
from training.models.cpd import CpdEntry
from training.models.modules import Module, ModuleRequirement, ModuleVersion
from training.models.programmes import Cohort, CohortMember, Programme
from training.models.records import RecordVersion, SendingBack, Signature, SignatureRevocation, TrainingRecord
from training.models.sessions import RegisterCorrection, RegisterEntry, TrainingSession

__all__ = [
    "CatalogueEntry",
    "Cohort",
    "CohortMember",
    "Course",
    "CourseAlias",
    "CpdEntry",
    "Module",
    "ModuleRequirement",
    "ModuleVersion",
    "Programme",
    "RecordVersion",
    "RegisterCorrection",
    "RegisterEntry",
    "SendingBack",
    "Signature",
    "SignatureRevocation",
    "Theme",
    "TrainingRecord",
    "TrainingSession",
]
