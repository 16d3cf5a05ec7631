"""Writes of the pages that look at everything."""

from insights.services.access_log import CannotExportLog, CannotSearchLog, begin_log_search, export_log
from insights.services.disposal import approve_disposal, remove_doomed_files
from insights.services.faults import count_faults
from insights.services.log_head import keep_head, mail_head
from insights.services.unusual import watch_log

__all__ = [
    "CannotExportLog",
    "CannotSearchLog",
    "approve_disposal",
    "begin_log_search",
    "count_faults",
    "export_log",
    "keep_head",
    "mail_head",
    "remove_doomed_files",
    "watch_log",
]
