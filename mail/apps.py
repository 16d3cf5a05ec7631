"""The one place that sends mail: a row for each message, and a sender that the settings choose."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "mail"
    verbose_name = "Mail"
