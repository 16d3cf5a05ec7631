"""Places on sessions for partners: how long one is held or offered, and how long what people need is kept."""

from datetime import timedelta

from config.settings.environment import env

HOLD_FOR = timedelta(minutes=env("HOLD_MINUTES"))
OFFER_FOR = timedelta(hours=env("OFFER_HOURS"))
OFFER_NEAR = timedelta(hours=env("OFFER_NEAR_HOURS"))
OFFER_FOR_NEAR = timedelta(hours=env("OFFER_HOURS_NEAR"))
JOINING_LINK_BEFORE = timedelta(hours=env("JOINING_LINK_HOURS"))
REGISTER_REMIND_AFTER_DAYS = env("REGISTER_REMIND_AFTER_DAYS")
REGISTER_CLOSED_AFTER_DAYS = env("REGISTER_CLOSED_AFTER_DAYS")
NEEDS_KEPT = timedelta(days=env("NEEDS_KEPT_DAYS"))
