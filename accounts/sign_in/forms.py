"""Forms of django-allauth, with what we do otherwise."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.forms import ResetPasswordForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from accounts.services import forgotten


class ForgottenPasswordForm(ResetPasswordForm):  # type: ignore[misc]
    """Takes an address and asks nobody whose it is: what is answered, and how soon, is the same for every address."""

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def save(self, request: HttpRequest, **kwargs: object) -> str:
        address = str(self.cleaned_data["email"])
        forgotten.send_way_to_new_password(address=address, at=timezone.now())
        return address


class _MadeUp:
    """What a browser sent as a passkey may be anything: the library stumbles over some of it, where it should refuse."""

    @contextmanager
    def refused(self) -> Iterator[None]:
        try:
            yield
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            if isinstance(error, ValidationError):
                raise
            raise get_adapter().validation_error("incorrect_code") from error


class AddPasskeyForm(_MadeUp, AddWebAuthnForm):  # type: ignore[misc]
    def clean(self) -> dict[str, Any]:
        with self.refused():
            return dict(super().clean())


class UsePasskeyForm(_MadeUp, AuthenticateWebAuthnForm):  # type: ignore[misc]
    def clean_credential(self) -> Authenticator:
        with self.refused():
            return super().clean_credential()


class SignInByPasskeyForm(_MadeUp, LoginWebAuthnForm):  # type: ignore[misc]
    def clean_credential(self) -> Authenticator:
        with self.refused():
            return super().clean_credential()


class ConfirmByPasskeyForm(_MadeUp, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    def clean_credential(self) -> Authenticator:
        with self.refused():
            return super().clean_credential()
