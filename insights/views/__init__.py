"""The pages that look at everything."""

from insights.views.history import referral_history
from insights.views.logbook import access_log, access_log_export, access_log_found, who_looked
from insights.views.pages import form_faults, home, training_effect, training_effect_xlsx
from insights.views.unusual_access import unusual, unusual_case

__all__ = [
    "access_log",
    "access_log_export",
    "access_log_found",
    "form_faults",
    "home",
    "referral_history",
    "training_effect",
    "training_effect_xlsx",
    "unusual",
    "unusual_case",
    "who_looked",
]
