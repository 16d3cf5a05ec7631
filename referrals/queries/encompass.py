"""Operation Encompass: whether a school must be told of domestic abuse that a child lived through, and by when.

Domestic Abuse Act 2021, section 49A, and the statutory guidance of November 2025. The law says as soon as is reasonably
practicable; the practice, which is kept to here, is before the next school day begins, also over weekends and holidays.
"""

from datetime import datetime, time, timedelta

from common.clock import LONDON, is_working_day, london_day
from referrals.enums import ChildrenLinked, ConcernType, FormKind, PersonRole
from referrals.models import DomesticAbuseModule, Person, Referral, module_of

SCHOOL_STARTS = time(8, 30)
NOT_AFFECTED = (PersonRole.PROFESSIONAL, PersonRole.SOURCE_OF_HARM)


def encompass_required(referral: Referral) -> bool:
    """Whether a PPN tells of domestic abuse and of a child who may be its victim, present at this incident or not.

    A child is one who is named, one whom the answers on domestic abuse say there is, or a ticked concern for a child.
    """
    if referral.kind != FormKind.PPN or ConcernType.DOMESTIC_ABUSE not in referral.types:
        return False
    if ConcernType.CHILD in referral.types or encompass_children(referral):
        return True
    module = module_of(referral, ConcernType.DOMESTIC_ABUSE)
    return isinstance(module, DomesticAbuseModule) and module.children == ChildrenLinked.NAMED


def encompass_children(referral: Referral) -> list[Person]:
    """The children who are named, each of whose schools is told: under 18 when it happened, and not the one who did it."""
    day = london_day(referral.ppn.incident_at or known_at(referral))
    return [person for person in referral.everybody() if person.role not in NOT_AFFECTED and person.is_child_on(day)]


def encompass_to_find_out(referral: Referral) -> bool:
    """Whether somebody has to find out which child it is, or whether there is one: the duty has no name to be done for.

    Told of domestic abuse, and of a child whom nobody named with an age; or that it is not known whether there are children.
    """
    if encompass_children(referral) or ConcernType.DOMESTIC_ABUSE not in referral.types:
        return False
    module = module_of(referral, ConcernType.DOMESTIC_ABUSE)
    is_unknown = isinstance(module, DomesticAbuseModule) and module.children == ChildrenLinked.NOT_KNOWN
    return is_unknown or encompass_required(referral)


def encompass_due_at(referral: Referral) -> datetime | None:
    """The beginning of the first school day after the police knew of it; None where no school has to be told."""
    return school_begins_after(known_at(referral)) if encompass_required(referral) else None


def school_begins_after(moment: datetime) -> datetime:
    """When a school next opens: a Monday to Friday that is no bank holiday, in holidays as in term."""
    day = london_day(moment)
    while True:
        begins = datetime.combine(day, SCHOOL_STARTS, tzinfo=LONDON)
        if begins > moment and is_working_day(day):
            return begins
        day += timedelta(days=1)


def known_at(referral: Referral) -> datetime:
    """When the police knew of it: the report, or the submission, or the draft."""
    return referral.ppn.reported_at or referral.submitted_at or referral.created_at
