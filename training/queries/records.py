"""Questions about records: who may sign, what happened to one, what somebody has, and what waits for somebody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import RoleGrant, User
from accounts.roles import ROLES
from common.clock import london_day
from common.templatetags.dates import day
from common.waiting import Waiting
from training.enums import TURNS, Delivery, RecordState
from training.models import (
    ModuleVersion,
    RecordVersion,
    SendingBack,
    Signature,
    SignatureRevocation,
    SigningDelegation,
    TrainingRecord,
)
from training.models.modules import ModuleVersionQuerySet
from training.models.records import TrainingRecordQuerySet


def records_to_read() -> TrainingRecordQuerySet:
    """Records with all that a list or a page of them shows, whatever their number: `content_of` and `history_of` ask nothing more."""
    return TrainingRecord.objects.select_related(
        "person__team", "module_version__module", "trainer", "mentor", "line_manager"
    ).prefetch_related(
        Prefetch("versions", RecordVersion.objects.select_related("written_by").order_by("number")),
        Prefetch("sendings_back", SendingBack.objects.select_related("sent_by").order_by("version")),
        Prefetch(
            "signatures",
            Signature.objects.select_related("signer", "on_behalf_of", "revocation__revoked_by").order_by("signed_at"),
        ),
    )


def content_of(record: TrainingRecord) -> RecordVersion:
    """The version that counts. `versions` may be prefetched."""
    return next(version for version in record.versions.all() if version.number == record.version)


@dataclass(frozen=True)
class ListedRecord:
    """One line of a list of records."""

    record: TrainingRecord
    done_on: date
    is_lapsed: bool
    in_place_of: SigningDelegation | None = None


def listed(
    records: Iterable[TrainingRecord], *, on: date, places: Iterable[SigningDelegation] = ()
) -> list[ListedRecord]:
    """Lines for records of `records_to_read()`; `places` are those in whose place the reader signs."""
    standing_in = {(place.role, place.absent_id): place for place in places}
    return [
        ListedRecord(
            record,
            content_of(record).done_on,
            record.state == RecordState.COMPLETE and not record.is_in_date(on=on),
            _place(record, standing_in),
        )
        for record in records
    ]


def _place(
    record: TrainingRecord, standing_in: Mapping[tuple[str, UUID], SigningDelegation]
) -> SigningDelegation | None:
    role = TURNS.get(RecordState(record.state))
    return standing_in.get((role, record.named_signer(role))) if role else None


@dataclass(frozen=True)
class Happening:
    """One line of a record's history: the title says what, `at` and `by` when and who, `text` the words that go with it."""

    title: str
    at: datetime
    by: User
    text: str = ""
    note: str = ""


def history_of(record: TrainingRecord) -> list[Happening]:
    """Everything that happened to the record, newest first."""
    found = []
    for version in record.versions.all():
        title = "Logged" if version.number == 1 else f"Corrected: version {version.number}"
        what = f"Done on {day(version.done_on)}, {Delivery(version.method).label.lower()}"
        found.append(Happening(title, version.written_at, version.written_by, version.evidence, what))
    for sending in record.sendings_back.all():
        found.append(
            Happening(f"Version {sending.version} sent back", sending.sent_at, sending.sent_by, sending.reason)
        )
    for signature in record.signatures.all():
        revocation = revocation_of(signature)
        role = signature.get_role_display().lower()
        note = f"Version {signature.version}, signed as {signature.signed_as}{'. Revoked since' if revocation else ''}"
        title = f"Signed by the {role}"
        if signature.on_behalf_of:
            title = f"Signed in the place of the {role}, {signature.on_behalf_of}"
        found.append(Happening(title, signature.signed_at, signature.signer, signature.statement, note))
        if revocation is not None:
            title = f"Signature of the {role} revoked"
            found.append(Happening(title, revocation.revoked_at, revocation.revoked_by, revocation.reason))
    return sorted(found, key=lambda happening: happening.at, reverse=True)


def revocation_of(signature: Signature) -> SignatureRevocation | None:
    """The signature's revocation, if it has one; a signature that was read with it asks nothing more."""
    return getattr(signature, "revocation", None)


def valid_signatures(record: TrainingRecord) -> list[Signature]:
    """Those that nobody revoked, in the order in which they were made; of an earlier version there is none (sending back revokes)."""
    return [one for one in record.signatures.all() if revocation_of(one) is None]


def are_signatures_true(record: TrainingRecord) -> bool:
    """Whether every signature holds the hash of the very version it names, as that version stands in the database now."""
    hashes = {version.number: version.content_hash(record) for version in record.versions.all()}
    return all(hashes.get(signature.version) == signature.content_sha256 for signature in record.signatures.all())


def people_who_may(permission: Permission, *, agency_id: UUID | None, on: date) -> list[User]:
    """Active people of the agency who hold such a role on that day, by name."""
    roles = [code for code, role in ROLES.items() if permission in role.allows]
    held = RoleGrant.objects.current(on=on).filter(role__in=roles)
    people = User.objects.filter(pk__in=held.values("user"), is_active=True, agency=agency_id)
    return list(people.select_related("team").order_by("name", "pk"))


def others_of(user: User) -> QuerySet[User]:
    """Active people of the person's agency but themselves."""
    people = User.objects.filter(agency=user.agency_id, is_active=True) if user.agency_id else User.objects.none()
    return people.exclude(pk=user.pk).select_related("team")


def people_of(agency_id: UUID | None, *, and_also: UUID | None = None) -> QuerySet[User]:
    """Active people of an agency; with one who may have left it, where `and_also` says so."""
    if agency_id is None:
        return User.objects.none()
    return User.objects.filter(Q(agency=agency_id, is_active=True) | Q(pk=and_also)).select_related("team")


def modules_on_offer(user: User, *, on: date) -> ModuleVersionQuerySet:
    """The version that is taught on that day of each module of the person's force that is not retired, by title."""
    versions = ModuleVersion.objects.on_offer(on=on).filter(module__force=user.agency_id)
    return versions.select_related("module").order_by("module__title", "pk")


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """Records to sign, and records that were sent back to the trainer who logged them."""
    waiting = []
    to_sign = TrainingRecord.objects.to_sign_by(user, on=london_day(at))
    for permission, state, role in (
        (Permission.SIGN_OFF_AS_MENTOR, RecordState.LOGGED, "mentor"),
        (Permission.SIGN_OFF_AS_LINE_MANAGER, RecordState.MENTOR_SIGNED, "line manager"),
    ):
        if user.may(permission) and (count := to_sign.filter(state=state).count()):
            waiting.append(
                Waiting(f"Training records to sign as {role}", count, f"{reverse('training:sign_offs')}#to-sign")
            )
    if count := TrainingRecord.objects.sent_back_to(user).count():
        url = f"{reverse('training:sign_offs')}#sent-back"
        waiting.append(Waiting("Training records sent back to you", count, url))
    return waiting
