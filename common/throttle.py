"""How often one visitor may ask for a page that needs no sign-in."""

import hashlib

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

SECONDS = 60


def asks_too_often(request: HttpRequest, *, purpose: str, most: int) -> bool:
    """Whether this visitor has asked more than so often within a minute; others are not counted with them.

    Counting needs Redis. While nobody can count, nobody is let in: what stands behind is for visitors, and can wait.
    """
    address = get_adapter().get_client_ip(request)
    key = f"throttle:{purpose}:{hashlib.sha256(str(address).encode()).hexdigest()[:32]}"
    try:
        cache.add(key, 0, SECONDS)
        return bool(cache.incr(key) > most)
    except ValueError:  # the minute ended in between
        return False
    except RedisError:
        return True
