"""Follow-up work of grading. Celery looks here, so everything that it may run is imported."""

from grading.tasks import reports

__all__ = ["reports"]
