"""The catalogue, modules, records with their signatures, and CPD entries."""

from training.models.catalogue import CatalogueEntry, Course, CourseAlias, Theme
from training.models.cpd import CpdEntry
from training.models.modules import Module, ModuleRequirement, ModuleVersion
from training.models.records import RecordVersion, SendingBack, Signature, SignatureRevocation, TrainingRecord

__all__ = [
    "CatalogueEntry",
    "Course",
    "CourseAlias",
    "CpdEntry",
    "Module",
    "ModuleRequirement",
    "ModuleVersion",
    "RecordVersion",
    "SendingBack",
    "Signature",
    "SignatureRevocation",
    "Theme",
    "TrainingRecord",
]
