from django.apps import AppConfig

from devtools.drills.clock import go_wrong

go_wrong()


class DevtoolsConfig(AppConfig):
    name = "devtools"
