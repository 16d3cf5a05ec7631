"""Mail about a tailored session to the side that is to act, or to the agency when it is over. No topic, no words of anybody."""

from datetime import date, datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.enums import Permission
from common.clock import london_day
from common.templatetags.dates import moment
from partners.enums import SessionState, Side, TailoredState
from partners.models import TailoredRequest
from partners.queries.agencies import people_who_may

SUBJECT = "MASH session"
LINES = {
    TailoredState.ASKED: "An agency asks for a session and waits for dates.",
    TailoredState.PROPOSED: "The trainers propose dates for the session that you asked for. Agree to one, or ask for others.",
    TailoredState.AGREED: "An agency has agreed to a date. Schedule its session.",
    TailoredState.SCHEDULED: "The session that you asked for is scheduled. You can book once it is open.",
    TailoredState.DECLINED: "The trainers cannot give the session that you asked for.",
    TailoredState.WITHDRAWN: "An agency has withdrawn its request for a session.",
}


SESSION_LINES = {
    "OPENED": "The session that you asked for is open. You can book places now.",
    "MOVED": "The session that you asked for is moved. It now begins: {when}.",
    "CANCELLED": "The session that you asked for is cancelled. If you still want one, ask again.",
}
# What is no longer so when the mail goes out is not told.
TOLD_IN = {
    "OPENED": (SessionState.OPEN,),
    "MOVED": (SessionState.PLANNED, SessionState.OPEN),
    "CANCELLED": (SessionState.CANCELLED,),
}


def email_side_about_tailored(*, request_id: str, moved_at: str) -> None:
    """One message to each person of the side; nothing where the request has moved on meanwhile."""
    request = TailoredRequest.objects.get(pk=request_id)
    if request.moved_at != datetime.fromisoformat(moved_at):
        return
    is_for_trainers = request.turn == Side.TRAINER or request.state == TailoredState.WITHDRAWN
    _send(request, LINES[TailoredState(request.state)], is_for_trainers=is_for_trainers)


def email_agency_about_its_session(*, request_id: str, about: str) -> None:
    """One message to each coordinator of the agency that asked, whether or not somebody is booked, if it is still so."""
    request = TailoredRequest.objects.select_related("session").get(pk=request_id)
    session = request.session
    if session is not None and session.state in TOLD_IN[about]:
        _send(request, SESSION_LINES[about].format(when=moment(session.starts_at)), is_for_trainers=False)


def _send(request: TailoredRequest, line: str, *, is_for_trainers: bool) -> None:
    """To whoever may act today: roles begin and end while a request waits."""
    link = f"Sign in to read more: {settings.SITE_URL}{request.get_absolute_url()}"
    body = "\n\n".join([line, link, settings.SERVICE_NAME])
    for email in _addresses(request, is_for_trainers=is_for_trainers, on=london_day(timezone.now())):
        EmailMessage(subject=SUBJECT, body=body, to=[email]).send()


def _addresses(request: TailoredRequest, *, is_for_trainers: bool, on: date) -> list[str]:
    permission = Permission.RUN_SESSIONS if is_for_trainers else Permission.BOOK_FOR_AGENCY
    agency_id = request.host_id if is_for_trainers else request.agency_id
    people = people_who_may(permission, agency_id=agency_id, on=on).order_by("email")
    return list(people.values_list("email", flat=True))
