from django.apps import AppConfig
from django.core.checks import Tags, register

from common.replaced_migrations import check_replaced_migrations


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        register(check_replaced_migrations, Tags.database)
