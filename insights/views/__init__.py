"""The pages that look at everything."""

from insights.views.logbook import access_log, access_log_export, access_log_found, who_looked
from insights.views.pages import form_faults, home, training_effect, training_effect_xlsx

__all__ = [
    "access_log",
    "access_log_export",
    "access_log_found",
    "form_faults",
    "home",
    "training_effect",
    "training_effect_xlsx",
    "who_looked",
]
