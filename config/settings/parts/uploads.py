"""Files that people attach: how large, how many, and who looks for malware in them."""

from config.settings.environment import env

ATTACHMENT_MAX_BYTES = env("ATTACHMENT_MAX_BYTES")
ATTACHMENT_MAX_COUNT = env("ATTACHMENT_MAX_COUNT")
UPLOAD_SCANNER = env("UPLOAD_SCANNER")
CLAMD_ADDRESS = env("CLAMD_ADDRESS")
# Before anything of it is kept; what one file may have is told beside its field.
UPLOAD_MAX_BODY = max(env("CSV_MAX_BYTES"), ATTACHMENT_MAX_BYTES) + 1_000_000
FILE_UPLOAD_HANDLERS = [
    "common.upload_handler.CappedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
