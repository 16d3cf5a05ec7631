"""Signing in through a force's own provider by OpenID Connect: django-allauth's flow, with every check that the standard has.

Nobody gets an account by it. Whoever the provider names is found by issuer and subject; before that was linked, by an e-mail
address that the provider vouches for, where the force has said so.
"""

from typing import Any

import jwt
from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from jwt import PyJWKSet, PyJWTError, get_unverified_header

from accounts.models import User
from accounts.services import security_events
from accounts.sign_in.addresses import address_of

WHO = "issuer_and_subject"
# Those with a key of which we know the public half alone; never “none”, never one that we could sign with ourselves.
SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384")
# How long ago the provider may have asked for password and factor when we ask it to ask again.
JUST_NOW_SECONDS = 120
CLOCKS_DIFFER_SECONDS = 30


class CheckedOpenIDConnect(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Checks the signature even of what came straight from the provider, and takes who it is from that alone."""

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> SocialLogin:
        id_token = (kwargs.get("response") or {}).get("id_token")
        if not id_token:
            raise OAuth2Error("The provider sent no id_token.")
        claims = self._decode_id_token(app, id_token)
        claims[WHO] = f"{claims['iss']}|{claims[app.settings.get('subject', 'sub')]}"
        return self.get_provider().sociallogin_from_response(request, {"id_token": claims})

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            header = get_unverified_header(id_token)
            if header.get("alg") not in SIGNED_BY:
                raise OAuth2Error("The id_token is signed in a way that is not taken.")
            claims: dict[str, Any] = jwt.decode(
                id_token,
                key=self._key_named(header.get("kid")),
                algorithms=[header["alg"]],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                leeway=CLOCKS_DIFFER_SECONDS,
                options={"require": ["iss", "aud", "sub", "exp", "iat"]},
            )
            jwtkit.verify_jti(claims)
        except (PyJWTError, KeyError) as error:
            raise OAuth2Error("The id_token is not right.") from error
        return claims

    def _key_named(self, name: str | None) -> Any:
        """The provider's key of that name; its only one where the token names none, as the standard allows."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        found = [one.key for one in PyJWKSet.from_dict(answer.json()).keys if name is None or one.key_id == name]
        if len(found) != 1:
            raise OAuth2Error("The provider has no such key.")
        return found[0]


class ForceProvider(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Who comes from the provider is somebody whom an administrator made, or is told that there is no account."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        claims = sociallogin.account.extra_data.get("id_token", {})
        nonce = sociallogin.state.get("nonce", "")
        if not nonce or not constant_time_compare(str(claims.get("nonce", "")), nonce):
            self._refuse(request, why="nonce", page="authentication_error")
        if sociallogin.state.get("confirms"):
            self._confirm(request, sociallogin, claims)
            return
        if not sociallogin.is_existing:
            self._link(request, sociallogin, claims)
        if not sociallogin.user.is_active:
            self._refuse(request, why="closed", page="closed")

    def on_authentication_error(self, request: HttpRequest, provider: Any, **_unknown: Any) -> None:
        self._record(request, why="not verified")

    def _link(self, request: HttpRequest, sociallogin: SocialLogin, claims: dict[str, Any]) -> None:
        """The first time: by e-mail address, once for each account, if the setting says so and the provider vouches for it."""
        user = _owner_of(sociallogin, claims) if settings.OIDC_LINK_BY_EMAIL else None
        if user is None:
            self._refuse(request, why="no account", page="no_account")
        elif not self._is_linked_now(request, sociallogin, user):
            self._refuse(request, why="linked to somebody else", page="no_account")

    def _is_linked_now(self, request: HttpRequest, sociallogin: SocialLogin, user: User) -> bool:
        """Once for each account: two who come at one moment wait for each other."""
        with transaction.atomic():
            User.objects.select_for_update(of=("self",)).get(pk=user.pk)
            if SocialAccount.objects.filter(user=user).exists():
                return False
            sociallogin.connect(request, user)
            security_events.record_event(
                what="provider.linked",
                user=user,
                at=timezone.now(),
                address=address_of(request),
                provider=sociallogin.account.provider,
            )
        return True

    def _confirm(self, request: HttpRequest, sociallogin: SocialLogin, claims: dict[str, Any]) -> None:
        """Somebody signed in showed the provider again who they are. Another person there confirms nothing here.

        Nor does a provider that does not say when it asked: with `max_age` it must (OpenID Connect Core 1.0, section 2, auth_time).
        """
        asked_at = claims.get("auth_time")
        is_fresh = asked_at is not None and timezone.now().timestamp() - float(asked_at) < JUST_NOW_SECONDS
        if not (sociallogin.is_existing and sociallogin.user.pk == request.user.pk and is_fresh):
            self._refuse(request, why="somebody else", page="authentication_error")
        record_authentication(
            request, request.user, "socialaccount", provider=sociallogin.account.provider, reauthenticated=True
        )

    def _refuse(self, request: HttpRequest, *, why: str, page: str) -> None:
        self._record(request, why=why)
        raise ImmediateHttpResponse(render(request, f"socialaccount/{page}.html", status=403))

    def _record(self, request: HttpRequest, *, why: str) -> None:
        security_events.record_stopped(
            what="provider.refused", about=why, email="", at=timezone.now(), address=address_of(request), why=why
        )


def _owner_of(sociallogin: SocialLogin, claims: dict[str, Any]) -> User | None:
    app = sociallogin.account.get_provider().app
    is_vouched_for = claims.get("email_verified") is True or app.settings.get("email_is_verified") is True
    email = str(claims.get("email") or "")
    return User.objects.filter(email__iexact=email).first() if email and is_vouched_for else None
