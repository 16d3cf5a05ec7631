"""A training record: one person, one module, what was done in which version, and who signed for it."""

import hashlib
import json
import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, User
from training.enums import OPEN_STATES, Delivery, RecordState, SignerRole
from training.models.delegations import SigningDelegation
from training.models.modules import ModuleVersion

LONGEST_EVIDENCE = 4_000


class TrainingRecordQuerySet(models.QuerySet["TrainingRecord"]):
    def visible_to(self, user: User, *, on: date) -> Self:
        """One's own; those one is named to sign; the own team's; for trainers, all of their agency.

        Who signs in somebody's place on that day sees what is open of theirs, and afterwards what they signed.
        """
        seen = Q(person=user)
        if user.may(Permission.SIGN_OFF_AS_MENTOR):
            seen |= Q(mentor=user) | self._open_in_the_place_of("mentor", SignerRole.MENTOR, user, on=on)
        if user.may(Permission.SIGN_OFF_AS_LINE_MANAGER):
            seen |= Q(line_manager=user)
            seen |= self._open_in_the_place_of("line_manager", SignerRole.LINE_MANAGER, user, on=on)
        if user.may(Permission.SIGN_OFF_AS_MENTOR, Permission.SIGN_OFF_AS_LINE_MANAGER):
            signed = Signature.objects.filter(record=OuterRef("pk"), signer=user, on_behalf_of__isnull=False)
            seen |= Q(Exists(signed), agency=user.agency_id)
        if user.team_id and user.may(Permission.SEE_TEAM_TRAINING):
            seen |= Q(person__team=user.team_id)
        if user.agency_id and user.may(Permission.RUN_TRAINING):
            seen |= Q(agency=user.agency_id)
        return self.filter(seen)

    def open(self) -> Self:
        """Somebody still has to sign or to correct."""
        return self.filter(state__in=OPEN_STATES)

    def to_sign_by(self, user: User, *, on: date) -> Self:
        """Whose turn it is: the named mentor's first, then the named line manager's, or of who signs in their place on that day."""
        turn = Q(pk__in=[])
        if user.may(Permission.SIGN_OFF_AS_MENTOR):
            place = SigningDelegation.objects.places_of(user, SignerRole.MENTOR, on=on)
            turn |= Q(state=RecordState.LOGGED, mentor=user)
            turn |= Q(state=RecordState.LOGGED, agency=user.agency_id, mentor__in=place.values("absent")) & ~Q(
                line_manager=user
            )
        if user.may(Permission.SIGN_OFF_AS_LINE_MANAGER):
            place = SigningDelegation.objects.places_of(user, SignerRole.LINE_MANAGER, on=on)
            signed = Signature.objects.valid().filter(record=OuterRef("pk"), signer=user)
            turn |= Q(state=RecordState.MENTOR_SIGNED, line_manager=user)
            turn |= Q(
                ~Exists(signed),
                state=RecordState.MENTOR_SIGNED,
                agency=user.agency_id,
                line_manager__in=place.values("absent"),
            ) & ~Q(mentor=user)
        return self.filter(turn).exclude(person=user)

    @staticmethod
    def _open_in_the_place_of(named: str, role: SignerRole, user: User, *, on: date) -> Q:
        place = SigningDelegation.objects.places_of(user, role, on=on).values("absent")
        return Q(state__in=OPEN_STATES, agency=user.agency_id, **{f"{named}__in": place})

    def logged_by(self, user: User) -> Self:
        return self.filter(trainer=user)

    def waiting_for_signature(self) -> Self:
        return self.filter(state__in=(RecordState.LOGGED, RecordState.MENTOR_SIGNED))

    def sent_back_to(self, user: User) -> Self:
        """What this trainer logged and somebody sent back."""
        if not user.may(Permission.RUN_TRAINING):
            return self.none()
        return self.filter(state=RecordState.SENT_BACK, trainer=user)

    def newest_first(self) -> Self:
        return self.order_by("-logged_at", "-pk")

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class TrainingRecord(models.Model):
    """What is done and who answers for it. Its content stands in `versions`; `version` names the one that counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="training_records")
    module_version = models.ForeignKey(ModuleVersion, on_delete=models.PROTECT, related_name="records")
    trainer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", help_text="Who logged it")
    mentor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", help_text="Who signs first")
    line_manager = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", help_text="Who signs second")
    version = models.PositiveSmallIntegerField(default=1, help_text="The content that counts")
    state = models.CharField(max_length=14, choices=RecordState, default=RecordState.LOGGED)
    logged_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lapses_on = models.DateField(null=True, blank=True, help_text="First day on which it no longer counts")

    objects = TrainingRecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "module_version"],
                condition=Q(state__in=OPEN_STATES),
                name="training_record_one_open_for_a_version",
                violation_error_message="This person has an open record for this module already.",
            ),
            models.CheckConstraint(
                name="training_record_signed_by_two_people",
                condition=~Q(mentor=F("line_manager")),
                violation_error_message="Mentor and line manager must be two people.",
            ),
            models.CheckConstraint(
                name="training_record_nobody_answers_for_themselves",
                condition=~Q(person=F("mentor")) & ~Q(person=F("line_manager")) & ~Q(person=F("trainer")),
                violation_error_message="Nobody logs or signs off their own training.",
            ),
            models.CheckConstraint(
                name="training_record_completed_says_who_and_when",
                condition=(
                    Q(state=RecordState.COMPLETE, completed_at__isnull=False, completed_by__isnull=False)
                    & ~Q(completed_by=F("person"))
                    & ~Q(completed_by=F("mentor"))
                )
                | (~Q(state=RecordState.COMPLETE) & Q(completed_at=None, completed_by=None, lapses_on=None)),
            ),
            models.CheckConstraint(name="training_record_version_counts_from_1", condition=Q(version__gte=1)),
        ]
        indexes = [
            models.Index(fields=["mentor", "state"], name="training_record_by_mentor"),
            models.Index(fields=["line_manager", "state"], name="training_record_by_manager"),
            models.Index(fields=["agency", "-logged_at", "-id"], name="training_record_newest_first"),
        ]

    def __str__(self) -> str:
        return f"Training record {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("training:record", args=[self.pk])

    def named_signer(self, role: SignerRole) -> uuid.UUID:
        """The id of the person who is to sign in that role."""
        return self.mentor_id if role == SignerRole.MENTOR else self.line_manager_id

    def role_of(self, user: User) -> SignerRole | None:
        """In which role this person is named, if at all."""
        return next((role for role in SignerRole if self.named_signer(role) == user.pk), None)

    def is_in_date(self, *, on: date) -> bool:
        """Signed by both, and not lapsed on that day."""
        return self.state == RecordState.COMPLETE and (self.lapses_on is None or on < self.lapses_on)


class RecordVersion(models.Model):
    """What was done, as it was written at one time. Never changed: a correction is the next version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(TrainingRecord, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    done_on = models.DateField()
    method = models.CharField(max_length=12, choices=Delivery)
    evidence = models.TextField(help_text="What shows that the person can do it")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="record_version_numbered_once"),
            models.CheckConstraint(
                name="record_version_has_evidence",
                condition=~Q(evidence=""),
                violation_error_message="Write what shows that the person can do it.",
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"

    def content_hash(self, record: TrainingRecord) -> str:
        """SHA-256 of everything that a signature stands for: whose record, which module, what was done, and by whose word."""
        content = [
            str(record.pk),
            str(record.person_id),
            str(record.module_version_id),
            self.number,
            self.done_on.isoformat(),
            self.method,
            self.evidence,
            str(self.written_by_id),
        ]
        return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()


class SendingBack(models.Model):
    """That a signer sent one version back instead of signing, and why. The next version answers it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(TrainingRecord, on_delete=models.PROTECT, related_name="sendings_back")
    version = models.PositiveSmallIntegerField(help_text="Which version of the record")
    reason = models.TextField()
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "sendings back"
        constraints = [
            models.UniqueConstraint(fields=["record", "version"], name="sending_back_once_a_version"),
            models.CheckConstraint(
                name="sending_back_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message="Say why the record is sent back.",
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.version} sent back"


class SignatureQuerySet(models.QuerySet["Signature"]):
    def valid(self) -> Self:
        """Not revoked."""
        return self.filter(~Exists(SignatureRevocation.objects.filter(signature=OuterRef("pk"))))


class Signature(models.Model):
    """That somebody signed one version of a record. Never changed, never deleted (held by triggers): it can only be revoked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(TrainingRecord, on_delete=models.PROTECT, related_name="signatures")
    version = models.PositiveSmallIntegerField(help_text="Which version of the record")
    role = models.CharField(max_length=12, choices=SignerRole)
    signer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="The person who is named, where somebody else signs in their place",
    )
    delegation = models.ForeignKey(
        SigningDelegation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    signed_as = models.CharField(max_length=120, help_text="The name as it was typed")
    statement = models.TextField()
    content_sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    objects = SignatureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="signature_says_what_was_signed",
                condition=~Q(statement="") & ~Q(signed_as="") & Q(content_sha256__regex=r"^[0-9a-f]{64}$"),
            ),
            models.CheckConstraint(
                name="signature_for_another_names_both",
                condition=Q(on_behalf_of=None, delegation=None)
                | (Q(on_behalf_of__isnull=False, delegation__isnull=False) & ~Q(on_behalf_of=F("signer"))),
            ),
        ]
        indexes = [models.Index(fields=["record", "signed_at"], name="signature_by_record")]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, version {self.version}"


class SignatureRevocation(models.Model):
    """That a signature no longer counts, from when, by whom and why. The signature itself stays."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="revocation")
    revoked_at = models.DateTimeField()
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="signature_revocation_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message="Say why the signature is revoked.",
            )
        ]

    def __str__(self) -> str:
        return f"Revocation of {self.signature_id}"
