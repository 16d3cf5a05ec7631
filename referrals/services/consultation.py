"""The consultation log: recording advice, and the referral that followed it."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import Agency, User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from common.references import normalise_reference
from referrals import permissions
from referrals.enums import Advised, ConcernType, ConsultationChannel
from referrals.models import Consultation, Referral


class CannotRecordConsultation(DomainError):
    pass


class CannotLinkConsultation(DomainError):
    pass


@transaction.atomic
def record_consultation(
    *,
    key: uuid.UUID,
    asked_at: datetime,
    agency: Agency | None = None,
    other_agency: str = "",
    asker_role: str,
    channel: ConsultationChannel | str,
    types: Sequence[ConcernType | str] = (),
    about: str,
    advised: Advised | str,
    advice: str,
    by: User,
    at: datetime,
) -> Consultation:
    """Keep who asked, what about, and what was advised; once per key. Raises CannotRecordConsultation."""
    if not permissions.can_keep_consultations(by) or by.agency is None:
        raise CannotRecordConsultation("Only the hub keeps the consultation log.")
    earlier = Consultation.objects.locked().filter(pk=key).first()
    if earlier is not None:
        if (earlier.hub_id, earlier.advised_by_id) != (by.agency_id, by.pk):
            raise CannotRecordConsultation("Open the page again before you record another consultation.")
        return earlier
    asker_role, about, advice, other_agency = (
        words.strip() for words in (asker_role, about, advice, other_agency if agency is None else "")
    )
    if agency is None and not other_agency:
        raise CannotRecordConsultation("Choose the agency, or write which other one asked.")
    if not (asker_role and about and advice) or advised not in Advised.values:
        raise CannotRecordConsultation("Say who asked, what about, and what was advised.")
    if channel not in ConsultationChannel.values or not set(types) <= set(ConcernType.values):
        raise CannotRecordConsultation("Choose how they asked, and kinds of concern from the list.")
    if asked_at > at:
        raise CannotRecordConsultation("A consultation is recorded once it was asked for.")
    consultation = Consultation.objects.create(
        id=key,
        hub=by.agency,
        asked_at=asked_at,
        agency=agency,
        other_agency=other_agency,
        asker_role=asker_role,
        channel=channel,
        types=list(types),
        about=about,
        advised=advised,
        advice=advice,
        advised_by=by,
        recorded_at=at,
    )
    audit.record(
        verb=Verb.COLLECTED,
        what="consultation.recorded",
        at=at,
        actor=by,
        subject=consultation,
        advised=str(consultation.advised),
    )
    return consultation


@transaction.atomic
def link_consultation(*, consultation_id: uuid.UUID, reference: str, by: User, at: datetime) -> Consultation:
    """Say which referral followed, by its reference. Raises CannotLinkConsultation; twice the same is once."""
    consultation = Consultation.objects.locked().get(pk=consultation_id)
    if not permissions.can_keep_consultations(by) or consultation.hub_id != by.agency_id:
        raise CannotLinkConsultation("Only the hub keeps the consultation log.")
    visible = Referral.objects.visible_to(by).sent()
    referral = visible.filter(reference=normalise_reference(reference)).first()
    if referral is None:
        raise CannotLinkConsultation("There is no referral with this reference, or it is not yours to see.")
    if consultation.referral_id == referral.pk:
        return consultation
    before = str(consultation.referral_id or "")
    consultation.referral, consultation.linked_at, consultation.linked_by = referral, at, by
    consultation.save(update_fields=["referral", "linked_at", "linked_by"])
    audit.record(
        verb=Verb.CHANGED,
        what="consultation.linked",
        at=at,
        actor=by,
        subject=consultation,
        referral=str(referral.pk),
        before=before,
    )
    return consultation
