"""Questions about partner agencies: the list with what is missing, and all that is known of one."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.enums import AgencyKind, Permission
from accounts.models import Agency, Area, RoleGrant, User
from accounts.roles import ROLES
from partners.enums import KINDS_IN_PACKAGE, BookingState, Package, SessionKind
from partners.models import AgencyContact, AgencyPackage, AgencyStaff, Booking, SharingAgreement
from partners.models.agencies import agencies_seen_by

ORDER = ("name", "pk")
NO_PACKAGE = "NONE"


def with_standing(agencies: QuerySet[Any], *, on: date) -> QuerySet[Any]:
    """Each agency with `package_now`, `review_on` of its newest agreement, and `was_reached`: somebody of it was present."""
    newest = SharingAgreement.objects.filter(agency=OuterRef("pk")).order_by("-signed_on")
    now = AgencyPackage.objects.current(on=on).filter(agency=OuterRef("pk"))
    present = Booking.objects.filter(agency=OuterRef("pk"), state=BookingState.PRESENT)
    return agencies.annotate(
        package_now=Subquery(now.values("package")[:1]),
        review_on=Subquery(newest.values("review_on")[:1]),
        was_reached=Exists(present),
    )


def agreement_due(*, on: date) -> Q:
    """The newest agreement is out of date (`is_out_of_date`, for the database), of agencies `with_standing`."""
    return Q(review_on__lt=on)


def listed_agencies(
    user: User, *, on: date, kind: str = "", area: Any = None, package: str = "", agreement: str = "", reached: str = ""
) -> QuerySet[Any]:
    """The agencies of the list with how they stand, filtered."""
    agencies: QuerySet[Any] = with_standing(agencies_seen_by(user), on=on).prefetch_related("areas")
    if kind:
        agencies = agencies.filter(kind=kind)
    if area:
        agencies = agencies.filter(areas=area)
    if package:
        agencies = agencies.filter(package_now=None if package == NO_PACKAGE else package)
    if agreement:
        agencies = agencies.filter(agreement_due(on=on) if agreement == "due" else Q(review_on=None))
    if reached:
        agencies = agencies.filter(was_reached=False)
    return agencies


def agreements_due(user: User, *, on: date) -> int:
    """How many agencies have an agreement that is out of date, for who keeps agencies."""
    return with_standing(agencies_seen_by(user), on=on).filter(agreement_due(on=on)).count()


def areas_of_agencies() -> list[Area]:
    """Areas that an active agency serves, by name."""
    serving = Agency.objects.active().filter(areas=OuterRef("pk"))
    return list(Area.objects.filter(Exists(serving)).order_by("name", "pk"))


def kinds_of_agencies() -> list[tuple[str, str]]:
    """Kinds of the partners there are."""
    kinds = set(Agency.objects.active().filter(is_hub=False).values_list("kind", flat=True))
    return [(kind.value, str(kind.label)) for kind in AgencyKind if kind.value in kinds]


@dataclass(frozen=True)
class AgencyFacts:
    """All that one page shows of an agency."""

    contacts: list[AgencyContact]
    coordinators: list[User]
    packages: list[AgencyPackage]
    package: AgencyPackage | None
    kinds_taken: list[str]
    agreements: list[SharingAgreement]
    agreement_is_due: bool
    staff_counts: list[AgencyStaff]

    @property
    def staff(self) -> AgencyStaff | None:
        """The newest number."""
        return self.staff_counts[0] if self.staff_counts else None


def facts_of(agency: Agency, *, on: date) -> AgencyFacts:
    """What is known of one agency on a day."""
    packages = list(agency.packages.select_related("recorded_by").order_by("-valid_from"))
    package = next((one for one in packages if one.counts_on(on)), None)
    agreements = list(agency.sharing_agreements.order_by("-signed_on"))
    taken = KINDS_IN_PACKAGE[Package(package.package)] if package else ()
    return AgencyFacts(
        contacts=list(agency.contacts.order_by("-is_main", "name", "pk")),
        coordinators=coordinators_of(agency, on=on),
        packages=packages,
        package=package,
        kinds_taken=[str(kind.label) for kind in SessionKind if kind in taken],
        agreements=agreements,
        agreement_is_due=bool(agreements) and agreements[0].is_out_of_date(on=on),
        staff_counts=list(agency.staff_counts.order_by("-counted_on")),
    )


def coordinators_of(agency: Agency, *, on: date) -> list[User]:
    """Accounts of the agency that may book for it on that day, by name."""
    return list(people_who_may(Permission.BOOK_FOR_AGENCY, agency_id=agency.pk, on=on).order_by("name", "pk"))


def people_who_may(permission: Permission, *, agency_id: UUID | None, on: date) -> QuerySet[User]:
    """Active people of an agency who hold a role that allows it on that day."""
    return all_who_may(permission, on=on).filter(agency=agency_id)


def all_who_may(permission: Permission, *, on: date) -> QuerySet[User]:
    """Active people of every agency who hold a role that allows it on that day."""
    roles = [code for code, role in ROLES.items() if permission in role.allows]
    held = RoleGrant.objects.current(on=on).filter(role__in=roles)
    return User.objects.filter(pk__in=held.values("user"), is_active=True)
