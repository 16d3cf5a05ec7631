"""Writes of the pages that look at everything."""

from insights.services.access_log import CannotExportLog, CannotSearchLog, begin_log_search, export_log
from insights.services.faults import count_faults

__all__ = ["CannotExportLog", "CannotSearchLog", "begin_log_search", "count_faults", "export_log"]
