"""Kinds of professional development."""

from django.db.models import TextChoices


class CpdKind(TextChoices):
    COURSE = "COURSE", "Course or webinar"
    BRIEFING = "BRIEFING", "Briefing or team session"
    READING = "READING", "Reading or video"
    SHADOWING = "SHADOWING", "Shadowing or attachment"
    SUPERVISION = "SUPERVISION", "Supervision or reflective session"
    EXERCISE = "EXERCISE", "Exercise or case discussion"
    OTHER = "OTHER", "Other"
