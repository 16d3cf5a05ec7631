"""From where a request comes, as the limits count it."""

from allauth.account.adapter import get_adapter
from allauth.core.internal.ratelimit import truncate_ip
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The network address of the visitor; of the newer, long ones the part that one household or office has."""
    return str(truncate_ip(get_adapter().get_client_ip(request)))
