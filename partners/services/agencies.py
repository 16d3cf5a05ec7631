"""What is known of a partner agency: its contacts, the package it takes, its agreement, its staff. Every change is recorded."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Agency, User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.templatetags.dates import moment
from partners.enums import Package
from partners.models import AgencyContact, AgencyPackage, AgencyStaff, SharingAgreement
from partners.models.agencies import LARGEST_STAFF, agencies_seen_by
from partners.permissions import can_correct_contacts, can_keep_agencies
from partners.services.refusals import RefusedAnswer

# An agreement is looked at again within so many years at most; more is a slip of the pen.
LONGEST_AGREEMENT_YEARS = 10


class CannotKeepAgency(RefusedAnswer):
    pass


class ContactChanged(CannotKeepAgency):
    """Somebody corrected the contact since the page was opened; `contact` is as it stands now."""

    def __init__(self, contact: AgencyContact) -> None:
        stands = ", ".join(filter(None, [contact.name, contact.role, contact.email, contact.phone]))
        super().__init__(
            f"{contact.changed_by.name} changed this contact on {moment(contact.changed_at)}, after you had opened the page. "
            f"It is now: {stands}. All that you typed is kept. Correct it if need be, and save again."
        )
        self.contact = contact


@transaction.atomic
def keep_contact(
    *,
    agency_id: UUID,
    name: str,
    role: str,
    email: str,
    by: User,
    at: datetime,
    phone: str = "",
    is_main: bool = False,
    contact_id: UUID | None = None,
    seen: datetime | None = None,
) -> AgencyContact:
    """Add a contact or correct one. A new main contact takes the place of the one before; the first is main by itself.

    `seen` is the contact's `changed_at` as the page showed it. Raises CannotKeepAgency, ContactChanged where somebody corrected it since.
    """
    agency = _locked(agency_id)
    if not can_correct_contacts(by, agency):
        raise CannotKeepAgency("Only trainers of the hub and the agency's own coordinators keep its contacts.")
    contact = AgencyContact.objects.get(pk=contact_id, agency=agency) if contact_id else AgencyContact(agency=agency)
    others = agency.contacts.exclude(pk=contact.pk)
    email = email.strip().lower()
    if not name.strip() or not role.strip() or not email:
        raise CannotKeepAgency("Give a name, a role and an e-mail address.")
    if others.filter(email__iexact=email).exists():
        raise CannotKeepAgency("This agency has a contact with this e-mail address already.", field="email")
    if contact_id and seen and seen != contact.changed_at:
        raise ContactChanged(contact)
    if contact_id and contact.is_main and not is_main and others.exists():
        raise CannotKeepAgency("Make somebody else the main contact instead: an agency has one.", field="is_main")
    had_main = others.filter(is_main=True).exists()
    contact.name, contact.role, contact.email, contact.phone = name.strip(), role.strip(), email, phone.strip()
    contact.is_main = is_main or not had_main
    contact.changed_at, contact.changed_by = at, by
    if contact.is_main:
        others.filter(is_main=True).update(is_main=False)
    contact.save()
    _record("contact_changed" if contact_id else "contact_added", agency, by=by, at=at, contact=str(contact.pk))
    return contact


@transaction.atomic
def remove_contact(*, agency_id: UUID, contact_id: UUID, by: User, at: datetime) -> None:
    """Remove a contact for good; that it was there stays in the record. Again changes nothing. Raises CannotKeepAgency."""
    agency = _locked(agency_id)
    if not can_correct_contacts(by, agency):
        raise CannotKeepAgency("Only trainers of the hub and the agency's own coordinators keep its contacts.")
    contact = agency.contacts.filter(pk=contact_id).first()
    if contact is None:
        return
    if contact.is_main and agency.contacts.exclude(pk=contact.pk).exists():
        raise CannotKeepAgency("Make somebody else the main contact first.")
    contact.delete()
    _record("contact_removed", agency, by=by, at=at, verb=Verb.DELETED, contact=str(contact_id))


@transaction.atomic
def record_package(
    *,
    agency_id: UUID,
    package: Package | str,
    valid_from: date,
    said_by: str,
    by: User,
    at: datetime,
    reason: str = "",
    valid_until: date | None = None,
) -> AgencyPackage:
    """Keep which package an agency takes from a day on. The one before ends the day before; the same again changes nothing.

    Raises CannotKeepAgency where another one was recorded from that day or later on.
    """
    agency = _to_keep(agency_id, by)
    if not said_by.strip():
        raise CannotKeepAgency("Say who of the agency said so.", field="said_by")
    if package == Package.DECLINED and not reason.strip():
        raise CannotKeepAgency("Say why the agency declined.", field="reason")
    if valid_until is not None and valid_until < valid_from:
        raise CannotKeepAgency("A package cannot end before it begins.", field="valid_until")
    given = {
        "package": str(package),
        "valid_from": valid_from,
        "valid_until": valid_until,
        "reason": reason.strip(),
        "said_by": said_by.strip(),
    }
    same = agency.packages.filter(**given).first()
    if same is not None:
        return same
    if agency.packages.filter(valid_from__gte=valid_from).exists():
        raise CannotKeepAgency(
            "Another package is recorded from that day or a later one. Choose a later day, or withdraw that one if it has not begun.",
            field="valid_from",
        )
    for before in agency.packages.current(on=valid_from):
        before.valid_until = valid_from - timedelta(days=1)
        before.save(update_fields=["valid_until"])
    kept = AgencyPackage.objects.create(agency=agency, recorded_at=at, recorded_by=by, **given)
    _record("package_recorded", agency, by=by, at=at, package=str(package), valid_from=valid_from.isoformat())
    return kept


@transaction.atomic
def withdraw_package(*, agency_id: UUID, package_id: UUID, by: User, at: datetime) -> None:
    """Take a package back that has not begun; the one that it would have ended goes on, until a later one if there is one. Again
    changes nothing.

    Raises CannotKeepAgency.
    """
    agency = _to_keep(agency_id, by)
    package = agency.packages.filter(pk=package_id).first()
    if package is None:
        return
    if package.valid_from <= london_day(at):
        raise CannotKeepAgency("This package has begun. Record what the agency takes instead.")
    package.delete()
    after = agency.packages.filter(valid_from__gt=package.valid_from).order_by("valid_from").first()
    until = after.valid_from - timedelta(days=1) if after else None
    agency.packages.filter(valid_until=package.valid_from - timedelta(days=1)).update(valid_until=until)
    _record(
        "package_withdrawn",
        agency,
        by=by,
        at=at,
        verb=Verb.DELETED,
        package=package.package,
        valid_from=package.valid_from.isoformat(),
    )


@transaction.atomic
def record_agreement(
    *, agency_id: UUID, signed_on: date, review_on: date, by: User, at: datetime, where: str = ""
) -> SharingAgreement:
    """Keep that an information-sharing agreement was signed, and when to look at it again. Raises CannotKeepAgency."""
    agency = _to_keep(agency_id, by)
    if signed_on > london_day(at):
        raise CannotKeepAgency("An agreement is signed today or earlier.", field="signed_on")
    if not signed_on < review_on:
        raise CannotKeepAgency("The review is after the day it was signed.", field="review_on")
    if review_on > signed_on + timedelta(days=366 * LONGEST_AGREEMENT_YEARS):
        raise CannotKeepAgency(f"The review is within {LONGEST_AGREEMENT_YEARS} years.", field="review_on")
    earlier = agency.sharing_agreements.filter(signed_on=signed_on).first()
    if earlier is not None and (earlier.review_on, earlier.where) != (review_on, where.strip()):
        raise CannotKeepAgency("An agreement of that day is recorded already.", field="signed_on")
    if earlier is not None:
        return earlier
    kept = SharingAgreement.objects.create(
        agency=agency,
        signed_on=signed_on,
        review_on=review_on,
        where=where.strip(),
        recorded_at=at,
        recorded_by=by,
    )
    _record("agreement_recorded", agency, by=by, at=at, review_on=review_on.isoformat())
    return kept


@transaction.atomic
def record_staff(*, agency_id: UUID, staff: int, counted_on: date, source: str, by: User, at: datetime) -> AgencyStaff:
    """Keep how many staff an agency has; a second number of one day takes the place of the first. Raises CannotKeepAgency."""
    agency = _to_keep(agency_id, by)
    if not 1 <= staff <= LARGEST_STAFF:
        raise CannotKeepAgency(f"Enter a number from 1 to {LARGEST_STAFF:,}.", field="staff")
    if counted_on > london_day(at):
        raise CannotKeepAgency("They were counted today or earlier.", field="counted_on")
    if not source.strip():
        raise CannotKeepAgency("Say where the number is from.", field="source")
    kept, _ = AgencyStaff.objects.update_or_create(
        agency=agency,
        counted_on=counted_on,
        defaults={"staff": staff, "source": source.strip(), "recorded_at": at, "recorded_by": by},
    )
    _record("staff_recorded", agency, by=by, at=at, staff=staff, counted_on=counted_on.isoformat())
    return kept


@transaction.atomic
def read_agency(*, agency_id: UUID, by: User, at: datetime) -> None:
    """Write down that somebody saw the names and addresses of an agency's contacts and coordinators."""
    agency = agencies_seen_by(by).get(pk=agency_id)
    _record("read", agency, by=by, at=at, verb=Verb.READ)


def _locked(agency_id: UUID) -> Agency:
    """One writer at a time for an agency: what is recorded of it depends on what was before."""
    return Agency.objects.select_for_update(of=("self",)).get(pk=agency_id, is_hub=False)


def _to_keep(agency_id: UUID, by: User) -> Agency:
    if not can_keep_agencies(by):
        raise CannotKeepAgency("Only trainers of the hub keep what is known of agencies.")
    return _locked(agency_id)


def _record(what: str, agency: Agency, *, by: User, at: datetime, verb: Verb = Verb.CHANGED, **details: Any) -> None:
    audit.record(verb=verb, what=f"partners.agency_{what}", at=at, actor=by, subject=agency, **details)
