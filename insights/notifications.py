"""Mail about the access log. It holds a number and a digest, and nothing of what is in the log."""

from datetime import date

from django.urls import reverse

from accounts.enums import Permission
from accounts.models import RoleGrant
from accounts.roles import ROLES
from common.templatetags.dates import day
from mail.notifications.kinds import kind
from mail.services.sending import send_message

LOG_HEAD = kind(
    "insights.log_head",
    "Access log: its head on {day}",
    "On {day} the last link of the access log is number {number}.",
    "Its hash is {hash}.",
    "Keep this mail. Whoever checks the log later finds by it whether the log was rewritten: manage.py verify_audit --expect {hash}",
    example={"number": "1000", "hash": "0" * 64},
)


def email_log_head(*, number: int, hash: str, on: date) -> None:
    """To everybody who keeps the access log."""
    roles = [code for code, role in ROLES.items() if Permission.SEE_ACCESS_LOG in role.allows]
    grants = RoleGrant.objects.current(on=on).filter(role__in=roles, user__is_active=True)
    addresses = list(grants.order_by("user__email").values_list("user__email", flat=True).distinct())
    send_message(
        LOG_HEAD, to=addresses, values={"day": day(on), "number": number, "hash": hash}, path=reverse("access_log")
    )
