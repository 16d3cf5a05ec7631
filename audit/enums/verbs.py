"""The verbs of the access log: the six kinds of section 62 of the Data Protection Act 2018, and the ways they happen here."""

from django.db import models


class Verb(models.TextChoices):
    COLLECTED = "COLLECTED", "Collected"
    CHANGED = "CHANGED", "Changed"
    READ = "READ", "Read"
    SEARCHED = "SEARCHED", "Searched"
    SHARED = "SHARED", "Shared"
    UNSHARED = "UNSHARED", "Sharing ended"
    EXPORTED = "EXPORTED", "Exported"
    PRINTED = "PRINTED", "Printed"
    DOWNLOADED = "DOWNLOADED", "Downloaded"
    COMBINED = "COMBINED", "Combined"
    DELETED = "DELETED", "Deleted"
    SIGNED_IN = "SIGNED_IN", "Signed in"
    ADMINISTERED = "ADMINISTERED", "Administered"
