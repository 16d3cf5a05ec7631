"""PostgreSQL through a pool, Redis for the cache. Sessions live in the database, so that losing Redis signs nobody out."""

from typing import Any
from urllib.parse import unquote

from config.settings.environment import env

_database: dict[str, Any] = env.db_url("DATABASE_URL") if env("DATABASE_URL") else {"NAME": "mash", "HOST": ""}
_pool_size = env("DATABASE_POOL_SIZE")
_options: dict[str, Any] = {"pool": {"min_size": 1, "max_size": _pool_size, "timeout": 10}} if _pool_size else {}
if env("DATABASE_PREPARES"):
    # Only what asks for it is prepared (common.kept_sql), at once: how often it was seen before does not count.
    _options["prepare_threshold"] = 0

DATABASES = {
    "default": {
        **_database,
        "HOST": unquote(_database["HOST"]),  # a socket folder comes percent-encoded in an address
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": _options,
    }
}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env("REDIS_URL") or "redis://localhost:6379/0",
        "KEY_PREFIX": "mash",
    }
}
SESSION_ENGINE = "common.kept_session"
