"""Who calls the API: a token per client. Apart from api.py, because REST framework reads this from its settings."""

from typing import Any

from redis.exceptions import RedisError
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from accounts.models import ApiClient, User
from accounts.services import hash_of_token


class ClientTokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`; the client acts as its person and within its scopes."""

    def authenticate(self, request: Request) -> tuple[User, ApiClient] | None:
        parts = get_authorization_header(request).split()
        if len(parts) != 2 or parts[0].lower() != b"bearer":
            return None
        clients = ApiClient.objects.filter(is_active=True, user__is_active=True).select_related("user__agency")
        client = clients.filter(token_hash=hash_of_token(parts[1].decode("ascii", "replace"))).first()
        if client is None:
            raise AuthenticationFailed("This token is not valid.")
        return client.user, client

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class ClientRateThrottle(SimpleRateThrottle):
    """So many calls for each program, and for each person who is signed in; programs of one person count apart."""

    scope = "client"

    def get_cache_key(self, request: Request, view: Any) -> str:
        caller = request.auth if isinstance(request.auth, ApiClient) else request.user
        return self.cache_format % {"scope": self.scope, "ident": caller.pk}

    def allow_request(self, request: Request, view: Any) -> bool:
        """Counting needs Redis; a service that lost it goes on without counting."""
        try:
            return super().allow_request(request, view)
        except RedisError:
            return True
