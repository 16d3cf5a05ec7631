"""Django's admin with the service's own site: one door for everybody (accounts.sign_in)."""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    default_site = "accounts.sign_in.AdministrationSite"
