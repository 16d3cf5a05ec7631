"""What is asked of a signed-in person at every request, whatever page it is, and what becomes of their words when the session ends."""

import logging
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from redis.exceptions import RedisError

from accounts.models import User
from accounts.services import second_step, sessions
from accounts.services.sessions import BEGAN, FILE_AFTER, RIGHTS_KNOWN
from common.kept_session import SessionStore

logger = logging.getLogger(__name__)

# Pages say two minutes before the end that it comes, so a session is never renewed much later than a page is loaded.
RENEWED_EVERY_SECONDS = 60
KEPT = "kept_words"
LONGEST_KEPT = 200_000
AUTOSAVE = "autosave"
POLLING = "X-Polling"
NOT_TYPED = ("csrfmiddlewaretoken", AUTOSAVE)
OPEN_TO_ALL = ("second_step", "account_logout", "account_reauthenticate", "account_stay")


class CurrentAccessMiddleware:
    """A leaver is out at the next request; who sees other agencies' data sets up a second factor first (where required)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User) and _is_over(request, user, at=timezone.now()):
            user = request.user
        if isinstance(user, User):
            if user.agency_id is None and not user.is_superuser:
                logout(request)
                return redirect(settings.LOGIN_URL)
            is_shown = request.session.get(second_step.FACTOR_SHOWN, False)
            if not is_shown and second_step.must_set_up(user) and (where := _page_before_second_step(request)):
                messages.info(request, "Your role sees other agencies' information, so set up two-step sign-in first.")
                return redirect(where)
            _take_new_key_where_rights_changed(request, user)
            # A page that asks by itself whether there is news does not say that somebody is there.
            if POLLING not in request.headers:
                renew(request, user, at=timezone.now())
        return self.get_response(request)


def _page_before_second_step(request: HttpRequest) -> str:
    """Where somebody goes on who must set up a second factor; nothing where they are on their way.

    A stolen password is not enough to set one up: whoever signed in with it opens a link that only the mailbox has.
    """
    name = resolve(request.path_info).url_name or ""
    if name.startswith(OPEN_TO_ALL) or request.path_info.startswith(settings.STATIC_URL):
        return ""
    if not request.session.get(second_step.MAILBOX_SHOWN):
        return "second_step"
    return "" if name.startswith("mfa_") else "mfa_activate_totp"


def _is_over(request: HttpRequest, user: User, *, at: datetime) -> bool:
    """Whether the session has come to its end, however busy it is; the request goes on as a visitor's, who is sent to sign in.

    Where its person was signed out it goes at once. Where its time is over its row stays, as after half an hour without a
    request, so that what was typed is kept.
    """
    began = request.session.get(BEGAN, 0.0)
    if user.signed_out_at is not None and began <= user.signed_out_at.timestamp():
        logout(request)
        return True
    if at.timestamp() - began < settings.SESSION_LONGEST_SECONDS:
        return False
    Session.objects.filter(session_key=request.session.session_key).update(expire_date=at)
    sessions.forget_session(key=request.session.session_key or "")
    request.session, request.user = SessionStore(), AnonymousUser()
    return True


def seconds_left(request: HttpRequest) -> float:
    """How long until somebody signs in again, however busy they are."""
    began: float = request.session.get(BEGAN, 0.0)
    return began + settings.SESSION_LONGEST_SECONDS - timezone.now().timestamp()


def _take_new_key_where_rights_changed(request: HttpRequest, user: User) -> None:
    if user.rights_changed_at is None:
        return
    changed = user.rights_changed_at.timestamp()
    if request.session.get(RIGHTS_KNOWN, request.session.get(BEGAN, 0.0)) < changed:
        sessions.take_new_key(request.session)
        request.session[RIGHTS_KNOWN] = changed


def renew(request: HttpRequest, user: User, *, at: datetime) -> None:
    """Who works stays signed in: the session ends half an hour after the last request, not after the first."""
    renewed_at = request.session.get("renewed_at") or request.session.get(BEGAN, 0.0)
    if at.timestamp() - renewed_at >= RENEWED_EVERY_SECONDS:
        request.session["renewed_at"] = at.timestamp()
        sessions.note_seen(key=request.session.session_key or "", at=at)


class ThrottleAwayMiddleware:
    """Who signs in is counted in Redis. While it is away nobody is let in uncounted: 503 in plain words, not a fault.

    People who are signed in go on: their sessions are in the database.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Only what Redis refused; every other fault stays one."""
        if not isinstance(exception, RedisError):
            return None
        logger.error("redis away", extra={"fields": {"error": type(exception).__name__}})
        response = render(request, "503.html", status=503)
        response["Retry-After"] = "60"
        return response


class KeptWordsMiddleware:
    """What somebody sends after their session ended is kept in the new session, and shown to them alone once they are back.

    It is kept only when the request names an ended session of a person, so nobody can store anything without having signed
    in. Who signed out by themselves left no session behind, and nothing is kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cookie = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        response = self.get_response(request)
        if request.method == "POST" and not request.user.is_authenticated and _leads_to_sign_in(response):
            self._keep(request, cookie)
        elif request.user.is_authenticated and KEPT in request.session and not hasattr(request, "words_wait"):
            return self._give_back(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Who must show again who they are is sent to do so, and back: what was sent waits in the session, without passwords."""
        if not isinstance(exception, ReauthenticationRequired):
            return None
        ways = get_adapter(request).get_reauthentication_methods(request.user)
        if request.method == "POST" and may_wait_for_confirmation(request):
            fields = typed_fields(request)
            if sum(len(value) for _, value in fields) <= LONGEST_KEPT:
                owner = str(request.user.pk)
                request.session[KEPT] = {"path": request.path, "owner": owner, "fields": fields, "is_confirmed": True}
                request.words_wait = True  # type: ignore[attr-defined]
        to = request.get_full_path()
        if getattr(exception, "leads_to_file", False):
            request.session[FILE_AFTER] = {"file": to, "back": _came_from(request)}
            to = reverse("account_file")
        way = ways[0]["url"] if ways else reverse("account_login")
        return redirect(f"{way}{'&' if '?' in way else '?'}{urlencode({'next': to})}")

    def _keep(self, request: HttpRequest, cookie: str) -> None:
        if not shows_words_again(request.path):
            return
        ended = Session.objects.filter(session_key=cookie).first() if cookie else None
        owner = ended.get_decoded().get(SESSION_KEY) if ended else None
        # An autosave met the end of the session first, and its answer took the ended session's cookie away.
        owner = owner or request.session.get(KEPT, {}).get("owner")
        fields = typed_fields(request)
        if owner and sum(len(value) for _, value in fields) <= LONGEST_KEPT:
            request.session[KEPT] = {"path": request.path, "owner": owner, "fields": fields}
            if AUTOSAVE not in request.POST:
                messages.info(request, "You were signed out. Sign in again: what you typed is kept.")

    def _give_back(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        kept = request.session[KEPT]
        is_theirs = kept["owner"] == str(request.user.pk)
        if not is_theirs or (request.path == kept["path"] and request.method == "POST"):
            del request.session[KEPT]
        elif request.path == kept["path"] and "saved" not in request.GET:
            if kept.get("is_confirmed") and request.method == "GET" and response.status_code in (200, 405):
                return send_again(request, kept["fields"], was_signed_out=False, is_confirmed=True)
            if response.status_code == 200:
                return send_again(request, kept["fields"], was_signed_out=True)
        return response


def shows_words_again(path: str) -> bool:
    """Whether what was sent there may be kept and shown: never where passwords are typed, nor where a view says that it is not."""
    if path.startswith((reverse("account"), reverse("admin:index"))):
        return False
    try:
        return not getattr(resolve(path).func, "keeps_no_words", False)
    except Resolver404:
        return True


def may_wait_for_confirmation(request: HttpRequest) -> bool:
    """Whether what was sent may wait in the session: never a password, nor an answer that is good for one moment only."""
    if any("password" in name for name in request.POST):
        return False
    found = resolve(request.path)
    return not (found.url_name or "").startswith(("account_", "mfa_")) and not getattr(
        found.func, "keeps_no_words", False
    )


def _came_from(request: HttpRequest) -> str:
    """The page of ours on which somebody asked for a file; home where it is not known."""
    said = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(said, allowed_hosts={request.get_host()}):
        return reverse("home")
    parts = urlsplit(said)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def typed_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """What a form sent, but for its token and the sign of an autosave."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in NOT_TYPED
        for value in values
        if isinstance(value, str)
    ]


def texts_of(fields: list[tuple[str, str]]) -> list[str]:
    """Those of the values that somebody wrote in words."""
    return [value for _, value in fields if " " in value.strip()]


def send_again(
    request: HttpRequest,
    fields: list[tuple[str, str]],
    *,
    was_signed_out: bool,
    is_confirmed: bool = False,
    status: int = 200,
) -> HttpResponse:
    """A page with what was typed and a button that sends it as it was."""
    context = {
        "fields": fields,
        "texts": texts_of(fields),
        "was_signed_out": was_signed_out,
        "is_confirmed": is_confirmed,
    }
    response = render(request, "accounts/send_again.html", context, status=status)
    response["Cache-Control"] = "no-store, private"
    return response


def _leads_to_sign_in(response: HttpResponse) -> bool:
    return response.status_code == 302 and response["Location"].startswith(resolve_url(settings.LOGIN_URL))
