"""Who calls the API: a token per client. Apart from api.py, because REST framework reads this from its settings."""

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

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
