"""Mail about signing in. Keys are made here, when a mail is sent, and stand in no row."""

from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from allauth.socialaccount.models import SocialAccount
from django.urls import reverse

from accounts.models import User
from accounts.permissions import key_for_second_step
from mail.notifications.kinds import kind
from mail.services.sending import send_message

IF_NOT_YOU = "If it was not you, tell your administrator now."

NEW_PASSWORD = kind(
    "accounts.new_password",
    "Set a new password",
    "Somebody, we think you, asked to set a new password. The link below works once, and for three days.",
    "If you did not ask, do nothing: your password stays as it is.",
    invite="Choose a new password",
)
NO_ACCOUNT = kind(
    "accounts.no_account",
    "There is no account with this address",
    "Somebody, we think you, asked to set a new password, but there is no account with this e-mail address.",
    "Perhaps your account has another address: try that one. Accounts are made by an administrator of your agency. If you "
    "did not ask, do nothing.",
    invite="",
)
NO_PASSWORD_HERE = kind(
    "accounts.no_password_here",
    "You sign in through your force",
    "Somebody, we think you, asked to set a new password. You have none here: choose your force's own sign-in on the page.",
    "If you did not ask, do nothing.",
    invite="Sign in",
)
INVITATION = kind(
    "accounts.invitation",
    "Your account",
    "An administrator of your agency has made an account for you. The link below works once, and for three days: choose a "
    "password.",
    "After that, ask for a new link with “I have forgotten my password” on the sign-in page.",
    invite="Choose a password",
)
SECOND_STEP = kind(
    "accounts.second_step",
    "Set up two-step sign-in",
    "Open the link below in the browser in which you are signed in. It works for an hour.",
    f"It was sent because somebody who knows your password is setting up two-step sign-in. {IF_NOT_YOU}",
    invite="Go on",
)
SIGN_IN_CHANGED = kind(
    "accounts.sign_in_changed",
    "How you sign in has changed",
    "{change} {when}.",
    IF_NOT_YOU,
    invite="See where you are signed in",
    example={"change": "A passkey was added", "when": "on 1 January 2000 at 10am"},
)


def email_about_forgotten_password(*, address: str) -> None:
    """A key to who has an account with a password; to others, why there is none. Who asked sees no difference."""
    user = User.objects.filter(email__iexact=address, is_active=True).first()
    if user is None:
        send_message(NO_ACCOUNT, to=[address])
    elif SocialAccount.objects.filter(user=user).exists():
        send_message(NO_PASSWORD_HERE, to=[user.email], path=reverse("account_login"))
    else:
        send_message(NEW_PASSWORD, to=[user.email], path=_way_to_new_password(user))


def email_invitation(*, user_id: str) -> None:
    """Nothing to who has an account no more."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is not None:
        send_message(INVITATION, to=[user.email], path=_way_to_new_password(user))


def email_link_for_second_step(*, user_id: str) -> None:
    """Nothing to who has an account no more."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is not None:
        send_message(SECOND_STEP, to=[user.email], path=reverse("second_step_open", args=[key_for_second_step(user)]))


def email_about_change_of_sign_in(*, user_id: str, change: str, when: str) -> None:
    """To the owner of an account, whoever made the change."""
    user = User.objects.get(pk=user_id)
    send_message(
        SIGN_IN_CHANGED, to=[user.email], values={"change": change, "when": when}, path=reverse("account_sessions")
    )


def _way_to_new_password(user: User) -> str:
    key = PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])
