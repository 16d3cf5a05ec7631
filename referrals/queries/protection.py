"""Children in police protection (section 46): for 72 hours at most, with an alarm before they end."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet

from accounts.models import User
from common.clock import add_calendar_hours
from referrals.enums import OPEN_AT_HUB, ConcernType
from referrals.models import Referral

HOURS_AT_MOST = 72
ALARM_AFTER_HOURS = 60
PROTECTION_ORDER = ("childmodule__police_protection_at", "pk")


@dataclass(frozen=True)
class Protection:
    """From when a child was in police protection, and how that stands at a moment. Elapsed hours, nights among them."""

    began_at: datetime
    at: datetime

    @property
    def ends_at(self) -> datetime:
        """At the latest."""
        return add_calendar_hours(self.began_at, HOURS_AT_MOST)

    @property
    def is_on(self) -> bool:
        return self.began_at <= self.at < self.ends_at

    @property
    def is_alarming(self) -> bool:
        return self.is_on and self.at >= add_calendar_hours(self.began_at, ALARM_AFTER_HOURS)


def protected(user: User, *, at: datetime, alarmed: bool = False) -> QuerySet[Referral]:
    """What this person's hub has open about children who may be in police protection now; or only those near its end."""
    latest = at - timedelta(hours=ALARM_AFTER_HOURS) if alarmed else at
    return (
        Referral.objects.received_for(user)
        .filter(
            state__in=OPEN_AT_HUB,
            types__contains=[ConcernType.CHILD],
            childmodule__police_protection_at__gt=at - timedelta(hours=HOURS_AT_MOST),
            childmodule__police_protection_at__lte=latest,
        )
        .select_related("childmodule", "assigned_to", "agency", "district")
    )


def protection_of(referral: Referral, *, at: datetime) -> Protection | None:
    """The protection that a referral tells of, on or past. Asks the database nothing where `childmodule` is loaded."""
    if ConcernType.CHILD not in referral.types:
        return None
    try:
        began_at = referral.childmodule.police_protection_at
    except ObjectDoesNotExist:
        return None
    return Protection(began_at, at) if began_at is not None else None
