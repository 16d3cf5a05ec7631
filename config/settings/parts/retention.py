"""How long referrals are kept, by review group, and how long backups of them are."""

from config.settings.environment import env

GROUPS = (1, 2, 3, 4)


def _years(name: str) -> dict[int, int]:
    return dict(zip(GROUPS, (int(part) for part in env(name).split(",")), strict=True))


RETENTION_YEARS = _years("RETENTION_YEARS")
RETENTION_NEXT_YEARS = _years("RETENTION_NEXT_YEARS")
BACKUPS_KEPT_DAYS = env("BACKUPS_KEPT_DAYS")
