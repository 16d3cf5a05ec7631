"""Mail about a tailored session to the side that is to act, or to the agency when it is over. No topic, no words of anybody."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage

from accounts.enums import Permission
from accounts.models import RoleGrant, User
from accounts.roles import ROLES
from common.clock import london_day
from partners.enums import Side, TailoredState
from partners.models import TailoredRequest

SUBJECT = "MASH session"
LINES = {
    TailoredState.ASKED: "An agency asks for a session and waits for dates.",
    TailoredState.PROPOSED: "The trainers propose dates for the session that you asked for. Agree to one, or ask for others.",
    TailoredState.AGREED: "An agency has agreed to a date. Schedule its session.",
    TailoredState.SCHEDULED: "The session that you asked for is scheduled. You can book once it is open.",
    TailoredState.DECLINED: "The trainers cannot give the session that you asked for.",
    TailoredState.WITHDRAWN: "An agency has withdrawn its request for a session.",
}


def email_side_about_tailored(*, request_id: str, moved_at: str) -> None:
    """One message to each person of the side; nothing where the request has moved on meanwhile."""
    request = TailoredRequest.objects.get(pk=request_id)
    if request.moved_at != datetime.fromisoformat(moved_at):
        return
    is_for_trainers = request.turn == Side.TRAINER or request.state == TailoredState.WITHDRAWN
    link = f"Sign in to read more: {settings.SITE_URL}{request.get_absolute_url()}"
    body = "\n\n".join([LINES[TailoredState(request.state)], link, settings.SERVICE_NAME])
    for email in _addresses(request, is_for_trainers=is_for_trainers, on=london_day(request.moved_at)):
        EmailMessage(subject=SUBJECT, body=body, to=[email]).send()


def _addresses(request: TailoredRequest, *, is_for_trainers: bool, on: object) -> list[str]:
    permission = Permission.RUN_SESSIONS if is_for_trainers else Permission.BOOK_FOR_AGENCY
    agency = request.host_id if is_for_trainers else request.agency_id
    roles = [code for code, role in ROLES.items() if permission in role.allows]
    held = RoleGrant.objects.current(on=on).filter(role__in=roles, user__agency=agency)  # type: ignore[arg-type]
    people = User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("email")
    return list(people.values_list("email", flat=True))
