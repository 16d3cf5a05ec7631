"""Places on sessions for partners: how long one is held or offered, what follows registers, and how long what people said is kept."""

from datetime import timedelta

from config.settings.environment import env

HOLD_FOR = timedelta(minutes=env("HOLD_MINUTES"))
OFFER_FOR = timedelta(hours=env("OFFER_HOURS"))
OFFER_NEAR = timedelta(hours=env("OFFER_NEAR_HOURS"))
OFFER_FOR_NEAR = timedelta(hours=env("OFFER_HOURS_NEAR"))
JOINING_LINK_BEFORE = timedelta(hours=env("JOINING_LINK_HOURS"))
REGISTER_REMIND_AFTER_DAYS = env("REGISTER_REMIND_AFTER_DAYS")
REGISTER_CLOSED_AFTER_DAYS = env("REGISTER_CLOSED_AFTER_DAYS")
ABSENCES_WARNED_FROM = env("ABSENCES_WARNED_FROM")
ABSENCE_WARNINGS_AT_MOST = env("ABSENCE_WARNINGS_AT_MOST")
NEEDS_KEPT = timedelta(days=env("NEEDS_KEPT_DAYS"))

# After which personal parts of sessions are removed: examples, which the force decides; 0 keeps for ever.
SCENARIO_ANSWERS_KEPT_DAYS = env("SCENARIO_ANSWERS_KEPT_DAYS")
QUESTIONS_KEPT_DAYS = env("QUESTIONS_KEPT_DAYS")
FOLLOW_UPS_KEPT_DAYS = env("FOLLOW_UPS_KEPT_DAYS")
FEEDBACK_RECEIPTS_KEPT_DAYS = env("FEEDBACK_RECEIPTS_KEPT_DAYS")
LEARNING_MAILS_KEPT_DAYS = env("LEARNING_MAILS_KEPT_DAYS")
CHECK_INS_KEPT_DAYS = env("CHECK_INS_KEPT_DAYS")
ABSENCE_WARNINGS_KEPT_DAYS = env("ABSENCE_WARNINGS_KEPT_DAYS")
DELEGATES_KEPT_DAYS = env("DELEGATES_KEPT_DAYS")
