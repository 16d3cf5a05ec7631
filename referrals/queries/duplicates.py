"""Whether a PPN may exist already: what its writer may see of others about the same incident or the same people."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from common.clock import london_day
from referrals.enums import FormKind, PersonRole
from referrals.models import Person, Referral, unrestricted
from referrals.models.incident import known_number
from referrals.queries.likeness import asked_of, compare, describe
from referrals.queries.matching import people_by_keys, visible_people

SENT_WITHIN = timedelta(hours=24)
MOST_SHOWN = 5
MOST_COMPARED = 200


@dataclass(frozen=True)
class Earlier:
    """A PPN that was sent before, and what it has in common with the draft, in words."""

    referral: Referral
    because: str


@dataclass(frozen=True)
class MayExist:
    """What the writer may see, the latest first, and whether the force has one on the same occurrence that they may not."""

    earlier: list[Earlier]
    has_unseen: bool

    def __bool__(self) -> bool:
        return bool(self.earlier) or self.has_unseen


def may_exist_already(draft: Referral, user: User, *, at: datetime) -> MayExist:
    """PPNs of the writer's force with the draft's occurrence number, and those of 24 hours that name somebody much alike."""
    if draft.kind != FormKind.PPN:
        return MayExist([], has_unseen=False)
    found: dict[Referral, str] = {}
    number = known_number(draft.occurrence_number)
    has_unseen = False
    if number:
        same = Referral.objects.sent().ppns().filter(agency=draft.agency_id, occurrence_number=number)
        seen = Referral.objects.visible_to(user).filter(pk__in=same.values("pk")).select_related("author")
        found = dict.fromkeys(seen.order_by("-submitted_at", "pk")[:MOST_SHOWN], "the same occurrence number")
        # Of what is restricted, or closed to them for a conflict of interest, nobody learns that it is there.
        has_unseen = not found and same.filter(unrestricted()).open_to(user).exists()
    for person in _alike_of_late(draft, user, at=at):
        found.setdefault(person.referral, f"{person.full_name}, named in the last 24 hours")
    latest = sorted(found, key=lambda referral: (referral.submitted_at or at, referral.pk), reverse=True)
    return MayExist([Earlier(referral, found[referral]) for referral in latest[:MOST_SHOWN]], has_unseen=has_unseen)


def _alike_of_late(draft: Referral, user: User, *, at: datetime) -> list[Person]:
    """People of PPNs that were sent of late and may be seen, each likely the same as somebody of the draft."""
    day = london_day(at)
    ours = [describe(person, on=day) for person in draft.everybody() if person.role != PersonRole.PROFESSIONAL]
    keys = {key for described in ours for key in asked_of(described)}
    if not keys:
        return []
    alike = people_by_keys(sorted(keys), beside=draft.pk).filter(
        referral__kind=FormKind.PPN,
        referral__agency=draft.agency_id,
        referral__submitted_at__gt=at - SENT_WITHIN,
    )
    theirs = visible_people(user, alike.select_related("referral__author").order_by("pk")[:MOST_COMPARED])
    return [person for person in theirs if any(compare(one, describe(person, on=day)).is_likely for one in ours)]
