"""Mail to somebody who stayed away from sessions again, and to the coordinators of their agency. No name, no topic."""

from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from common.clock import london_day
from mail.notifications.kinds import kind
from mail.services.sending import send_message, try_each
from partners.models import AbsenceWarning
from partners.notifications.calendar import SUBJECT
from partners.queries.absences import count_missed
from partners.queries.agencies import coordinators_of

TO_PERSON = kind(
    "partners.absence",
    SUBJECT,
    "You had places on {count} sessions within a year, and did not come. Others waited for them. "
    "If you cannot come, cancel in time, or ask your agency's training coordinator to. You can book as before.",
    "If that is wrong, tell the trainers: they can correct the register.",
)
TO_COORDINATORS = kind(
    "partners.absence_in_agency",
    SUBJECT,
    "Somebody of your agency had places on {count} sessions within a year, and did not come. Bookings, Did not come, shows who. "
    "Nobody is refused a place for it.",
)


def email_about_absence(*, warning_id: str) -> None:
    """Nothing where a register was corrected meanwhile, so that they did not stay away so often."""
    warning = AbsenceWarning.objects.select_related("agency", "user", "delegate").get(pk=warning_id)
    at = timezone.now()
    person = warning.person
    if count_missed(person, at=warning.made_at) < settings.ABSENCES_WARNED_FROM:
        return
    missed = f"{reverse('partners:bookings')}?show=missed"
    coordinators = [one.email for one in coordinators_of(warning.agency, on=london_day(at)) if one != person]
    values = {"count": warning.missed}
    try_each(
        [
            partial(send_message, TO_PERSON, to=[person.email], path=missed if warning.user_id else "", values=values),
            partial(send_message, TO_COORDINATORS, to=coordinators, path=missed, values=values),
        ]
    )
