"""Follow-up work of grading. Celery looks here, so everything that it may run is imported."""

from grading.tasks import feedback, invitations, live_gaps, reports

__all__ = ["feedback", "invitations", "live_gaps", "reports"]
