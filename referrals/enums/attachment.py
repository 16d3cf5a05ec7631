"""A file attached to a referral goes through the states of every file that somebody brings."""

from common.stored_files import ScanState as AttachmentState

__all__ = ["AttachmentState"]
