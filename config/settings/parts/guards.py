"""Emergency access to restricted referrals."""

from datetime import timedelta

from config.settings.environment import env

EMERGENCY_ACCESS_FOR = timedelta(minutes=env("EMERGENCY_ACCESS_MINUTES"))
EMERGENCY_REVIEW_WORKING_DAYS = env("EMERGENCY_REVIEW_WORKING_DAYS")
