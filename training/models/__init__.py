"""The catalogue, modules, records with their signatures, and CPD entries."""

from training.models.catalogue import CatalogueEntry, Course, CourseAlias, Theme
from training.models.cpd import CpdEarlierVersion, CpdEntry
from training.models.cpd_files import CpdFile
from training.models.cpd_sources import CpdEvent, CpdExpectation, CpdImport
from training.models.modules import Module, ModuleRequirement, ModuleVersion
from training.models.records import RecordVersion, SendingBack, Signature, SignatureRevocation, TrainingRecord

__all__ = [
    "CatalogueEntry",
    "Course",
    "CourseAlias",
    "CpdEarlierVersion",
    "CpdEntry",
    "CpdEvent",
    "CpdExpectation",
    "CpdFile",
    "CpdImport",
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
