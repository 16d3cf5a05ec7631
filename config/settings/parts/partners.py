"""Pages without sign-in, and sessions that agencies ask for."""

from config.settings.environment import env

PUBLIC_PAGES_A_MINUTE = env("PUBLIC_PAGES_A_MINUTE")
TAILORED_REMIND_AFTER_DAYS = env("TAILORED_REMIND_AFTER_DAYS")
