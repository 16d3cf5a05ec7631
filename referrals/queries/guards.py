"""Restrictions, conflicts of interest and emergency access: who may be named, what waits, and who is told."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.enums import Permission
from accounts.models import RoleGrant, User
from accounts.roles import ROLES
from common.clock import london_day
from referrals.enums import AccessReason, FormKind, PersonRole
from referrals.models import (
    Conflict,
    EmergencyAccess,
    NamedPerson,
    Person,
    Referral,
    Restriction,
    open_to,
    to_whom_it_is_open,
)
from referrals.models.restriction import ConflictQuerySet, EmergencyAccessQuerySet
from referrals.queries.likeness import asked_of, compare, describe

JUDGE_ORDER = ("noted_at", "pk")
EMERGENCIES_ORDER = ("-opened_at", "-pk")


def _holding(*permissions: Permission, on: date) -> QuerySet[RoleGrant]:
    """Grants to active people of roles that allow one of these."""
    roles = [code for code, role in ROLES.items() if not role.allows.isdisjoint(permissions)]
    return RoleGrant.objects.current(on=on).filter(role__in=roles, user__is_active=True)


def may_be_named(referral: Referral) -> list[User]:
    """Whose role would open this referral to them were it not restricted, and who has no conflict of interest; by agency and name."""
    today = timezone.localdate()
    hub = referral.access.filter(reason=AccessReason.HUB).values("agency")
    given = referral.access.filter(reason=AccessReason.SHARED).values("agency")
    at_hub = [Permission.SEE_HUB_REFERRALS, *([Permission.ASSESS_CPI] if referral.kind == FormKind.CPI else [])]
    found = Q(pk__in=_holding(*at_hub, on=today).filter(user__agency__in=hub).values("user"))
    sees_shared = _holding(Permission.SEE_SHARED_REFERRALS, on=today).filter(user__agency__in=given)
    found |= Q(pk__in=sees_shared.values("user"))
    found |= Q(pk=referral.author_id, agency=referral.agency_id, is_active=True)
    if referral.team_id is not None:
        leads = _holding(Permission.SEE_TEAM_REFERRALS, on=today).filter(user__team=referral.team_id)
        found |= Q(pk__in=leads.values("user"))
    kept_out = Conflict.objects.keeping_out().filter(referral=referral).values("person")
    return list(
        User.objects.filter(found)
        .exclude(pk__in=kept_out)
        .select_related("agency")
        .order_by("agency__name", "name", "pk")
    )


def works_on(person: User, referral: Referral) -> bool:
    """Whether this person would decide on it at the hub."""
    received = referral.access.filter(reason=AccessReason.HUB, agency=person.agency_id).exists()
    return received and person.may(Permission.DECIDE_REFERRAL)


def restriction_of(referral: Referral) -> Restriction | None:
    """The restriction that stands. Of what is not guarded it asks nothing."""
    if not referral.is_guarded:
        return None
    return Restriction.objects.standing().filter(referral=referral).select_related("made_by", "referral").first()


def named_in(restriction: Restriction) -> list[NamedPerson]:
    """Everybody who is named, and who was, by name."""
    people = restriction.names.select_related("person__agency", "named_by", "removed_by")
    return list(people.order_by("person__name", "named_at", "pk"))


def restricted_for(user: User) -> QuerySet[Restriction]:
    """The standing restrictions in which this person is named, the newest first."""
    named = NamedPerson.objects.standing().filter(person=user)
    standing = Restriction.objects.standing().filter(pk__in=named.values("restriction"))
    return (
        standing.filter(referral__in=Referral.objects.visible_to(user))
        .select_related("referral")
        .order_by("-made_at", "pk")
    )


def conflicts_to_judge(user: User) -> ConflictQuerySet:
    """What waits for this supervisor."""
    return Conflict.objects.to_judge_by(user).suspected().select_related("referral", "person__agency")


def emergencies_for(user: User) -> EmergencyAccessQuerySet:
    """Every emergency access at this person's hub that they may know of."""
    return EmergencyAccess.objects.visible_to(user).select_related("referral", "opened_by", "reviewed_by")


def emergency_open_to(user: User, referral: Referral, *, at: datetime) -> EmergencyAccess | None:
    """The emergency access through which alone this person sees a restricted referral now. Of what is not guarded it asks nothing."""
    if not referral.is_guarded:
        return None
    opened = (
        EmergencyAccess.objects.open(at=at).filter(referral=referral, opened_by=user).order_by("-closes_at").first()
    )
    if opened is None:
        return None
    named = NamedPerson.objects.standing().filter(
        restriction__referral=referral, restriction__lifted_at=None, person=user
    )
    return None if named.exists() else opened


def closed_behind_glass(user: User) -> QuerySet[Referral]:
    """The restricted referrals of this person's hub that breaking the glass would open to them: never with a conflict of interest."""
    restricted = Restriction.objects.standing().values("referral")
    kept_from = Conflict.objects.keeping_out().filter(person=user).values("referral")
    received = Referral.objects.received_by(user.agency_id).filter(is_guarded=True, pk__in=restricted)
    return received.exclude(pk__in=kept_from)


@dataclass(frozen=True)
class Hint:
    """That a restricted record exists of somebody who is likely the same as a person of a referral; nothing of what it says."""

    person: Person
    restricted: Referral


def hints_for(user: User, referral: Referral) -> list[Hint]:
    """For who decides on a referral: people of it of whom there is a restricted record that is closed to this person.

    Only of restrictions that allow it, and of those who are likely the same. One query, and none where nobody has keys.
    """
    day = london_day(referral.submitted_at or referral.created_at)
    people = [one for one in referral.everybody() if one.role != PersonRole.PROFESSIONAL]
    ours = [(one, describe(one, on=day)) for one in people]
    keys = sorted({key for _, described in ours for key in asked_of(described)})
    if not keys:
        return []
    hinted = Restriction.objects.standing().filter(is_hinted=True).values("referral")
    closed = closed_behind_glass(user).filter(~open_to(user), pk__in=hinted).exclude(pk=referral.pk)
    named = Person.objects.filter(referral__in=closed, lookup__keys__overlap=keys)
    theirs = list(named.exclude(role=PersonRole.PROFESSIONAL).select_related("referral").order_by("pk"))
    found: dict[tuple[object, object], Hint] = {}
    for other in theirs:
        described = describe(other, on=london_day(other.referral.submitted_at or other.referral.created_at))
        for one, mine in ours:
            if compare(mine, described).is_likely:
                found.setdefault((one.pk, other.referral_id), Hint(one, other.referral))
    return list(found.values())


def people_told_of_emergency(emergency: EmergencyAccess) -> list[User]:
    """Who hears of it at once: who restricted it, the supervisors of the hub and information governance; never who opened it, nor
    anybody with a conflict of interest in it."""
    today = timezone.localdate()
    hub = emergency.referral.access.filter(reason=AccessReason.HUB).values("agency")
    watching = _holding(Permission.RESTRICT_REFERRAL, Permission.REVIEW_EMERGENCY, on=today)
    found = Q(pk__in=watching.filter(user__agency__in=hub).values("user"))
    makers = Restriction.objects.standing().filter(referral=emergency.referral).values("made_by")
    found |= Q(pk__in=makers, is_active=True)
    kept_out = Conflict.objects.keeping_out().filter(referral=emergency.referral).values("person")
    told = User.objects.filter(found).exclude(pk=emergency.opened_by_id).exclude(pk__in=kept_out)
    return list(told.order_by("email"))


def judges_of(conflict: Conflict) -> list[User]:
    """The supervisors of the hub who may judge it: of a restricted referral those who are named."""
    hub = conflict.referral.access.filter(reason=AccessReason.HUB).values("agency")
    judging = _holding(Permission.JUDGE_CONFLICT, on=timezone.localdate()).filter(user__agency__in=hub)
    people = User.objects.filter(to_whom_it_is_open(conflict.referral_id), pk__in=judging.values("user"))
    return list(people.exclude(pk=conflict.person_id).order_by("email"))
