"""Mail about a tailored session to the side that is to act, or to the agency when it is over. No topic, no words of anybody."""

from datetime import date, datetime

from django.utils import timezone

from accounts.enums import Permission
from common.clock import london_day
from common.templatetags.dates import moment
from mail.notifications.kinds import Kind, kind
from mail.services.sending import send_message
from partners.enums import SessionState, Side, TailoredState
from partners.models import TailoredRequest
from partners.notifications.calendar import SUBJECT
from partners.queries.agencies import people_who_may

ABOUT = {
    TailoredState.ASKED: kind("partners.tailored_asked", SUBJECT, "An agency asks for a session and waits for dates."),
    TailoredState.PROPOSED: kind(
        "partners.tailored_proposed",
        SUBJECT,
        "The trainers propose dates for the session that you asked for. Agree to one, or ask for others.",
    ),
    TailoredState.AGREED: kind(
        "partners.tailored_agreed", SUBJECT, "An agency has agreed to a date. Schedule its session."
    ),
    TailoredState.SCHEDULED: kind(
        "partners.tailored_scheduled",
        SUBJECT,
        "The session that you asked for is scheduled. You can book once it is open.",
    ),
    TailoredState.DECLINED: kind(
        "partners.tailored_declined", SUBJECT, "The trainers cannot give the session that you asked for."
    ),
    TailoredState.WITHDRAWN: kind(
        "partners.tailored_withdrawn", SUBJECT, "An agency has withdrawn its request for a session."
    ),
}
ABOUT_SESSION = {
    "OPENED": kind(
        "partners.tailored_session_opened", SUBJECT, "The session that you asked for is open. You can book places now."
    ),
    "MOVED": kind(
        "partners.tailored_session_moved", SUBJECT, "The session that you asked for is moved. It now begins: {moment}."
    ),
    "CANCELLED": kind(
        "partners.tailored_session_cancelled",
        SUBJECT,
        "The session that you asked for is cancelled. If you still want one, ask again.",
    ),
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
    _send(request, ABOUT[TailoredState(request.state)], is_for_trainers=is_for_trainers)


def email_agency_about_its_session(*, request_id: str, about: str) -> None:
    """One message to each coordinator of the agency that asked, whether or not somebody is booked, if it is still so."""
    request = TailoredRequest.objects.select_related("session").get(pk=request_id)
    session = request.session
    if session is not None and session.state in TOLD_IN[about]:
        _send(request, ABOUT_SESSION[about], is_for_trainers=False, moment=moment(session.starts_at))


def _send(request: TailoredRequest, about: Kind, *, is_for_trainers: bool, **values: object) -> None:
    """To whoever may act today: roles begin and end while a request waits."""
    to = _addresses(request, is_for_trainers=is_for_trainers, on=london_day(timezone.now()))
    send_message(about, to=to, path=request.get_absolute_url(), values=values)


def _addresses(request: TailoredRequest, *, is_for_trainers: bool, on: date) -> list[str]:
    permission = Permission.RUN_SESSIONS if is_for_trainers else Permission.BOOK_FOR_AGENCY
    agency_id = request.host_id if is_for_trainers else request.agency_id
    people = people_who_may(permission, agency_id=agency_id, on=on).order_by("email")
    return list(people.values_list("email", flat=True))
