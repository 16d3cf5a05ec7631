"""The pages that look at everything."""

from insights.views.history import referral_history
from insights.views.logbook import access_log, access_log_export, access_log_found, who_looked
from insights.views.pages import form_faults, home, training_effect, training_effect_xlsx
from insights.views.retention import (
    disposal_certificate,
    disposal_certificate_file,
    disposal_certificates,
    legal_hold_lift,
    legal_holds,
    retention,
    retention_approve,
    retention_group,
    retention_review,
    retention_send_back,
)
from insights.views.unusual_access import unusual, unusual_case

__all__ = [
    "disposal_certificate",
    "disposal_certificate_file",
    "disposal_certificates",
    "legal_hold_lift",
    "legal_holds",
    "retention",
    "retention_approve",
    "retention_group",
    "retention_review",
    "retention_send_back",
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
