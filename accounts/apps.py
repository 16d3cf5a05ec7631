from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        """Django and django-allauth tell of sign-in by signals alone; who listens is loaded when all apps are there."""
        import_module("accounts.sign_in.events")
