"""What the pages that look at everything ask for."""

from insights.forms.access_log import AccessLogSearchForm, LogExportForm, LogRowForm, WhoLookedForm
from insights.forms.pages import TrainingEffectForm
from insights.forms.retention import (
    HoldForm,
    LiftHoldForm,
    RetentionDecisionForm,
    RetentionGroupForm,
    RetentionQueueForm,
    SendBackForm,
)
from insights.forms.unusual import UnusualNoteForm, UnusualStateForm

__all__ = [
    "HoldForm",
    "LiftHoldForm",
    "RetentionDecisionForm",
    "RetentionGroupForm",
    "RetentionQueueForm",
    "SendBackForm",
    "AccessLogSearchForm",
    "LogExportForm",
    "LogRowForm",
    "TrainingEffectForm",
    "UnusualNoteForm",
    "UnusualStateForm",
    "WhoLookedForm",
]
