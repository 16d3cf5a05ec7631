"""The access log: what is usual, where its head is kept, and for what a reason is asked."""

from config.settings.environment import env

USUAL_HOURS_FROM = env("USUAL_HOURS_FROM")
USUAL_HOURS_TO = env("USUAL_HOURS_TO")
SHIFT_ROLES = env("SHIFT_ROLES")
SHIFT_TEAMS = env("SHIFT_TEAMS")
LOG_HEAD_FILE = env("LOG_HEAD_FILE")
REASON_ASKED_FOR = env("REASON_ASKED_FOR")
