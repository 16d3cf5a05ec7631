"""The OpenID Connect providers of OIDC_PROVIDERS, as django-allauth wants them."""

import json
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

NEEDED = ("provider_id", "name", "client_id", "secret", "server_url")
MORE = ("subject", "email_is_verified", "has_second_factor", "origins", "token_auth_method")


def apps_of(text: str) -> list[dict[str, Any]]:
    """An app for each provider. Raises ImproperlyConfigured, saying what is wrong, without the secrets."""
    try:
        given = json.loads(text or "[]")
    except ValueError as error:
        raise ImproperlyConfigured("OIDC_PROVIDERS is not JSON.") from error
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise ImproperlyConfigured("OIDC_PROVIDERS must be a JSON list of objects.")
    return [_app_of(one) for one in given]


def _app_of(one: dict[str, Any]) -> dict[str, Any]:
    missing = [name for name in NEEDED if not one.get(name)]
    unknown = sorted(set(one) - {*NEEDED, *MORE})
    if missing or unknown:
        raise ImproperlyConfigured(f"A provider of OIDC_PROVIDERS lacks {missing} or has unknown {unknown}.")
    more = {name: one[name] for name in MORE if name in one}
    return {
        "provider_id": one["provider_id"],
        "name": one["name"],
        "client_id": one["client_id"],
        "secret": one["secret"],
        "settings": {
            "server_url": one["server_url"],
            "fetch_userinfo": False,
            "uid_field": "issuer_and_subject",
            "oauth_pkce_enabled": True,
            **more,
        },
    }


def origins_of(apps: list[dict[str, Any]]) -> list[str]:
    """Where a form of ours may lead on to: a browser refuses the way to the provider otherwise."""
    found = []
    for app in apps:
        at = urlsplit(app["settings"]["server_url"])
        found += [f"{at.scheme}://{at.netloc}", *app["settings"].get("origins", [])]
    return list(dict.fromkeys(found))
