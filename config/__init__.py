"""The project: settings, addresses, the Celery application and the WSGI entry."""

from config.celery import app as celery_app

__all__ = ("celery_app",)
