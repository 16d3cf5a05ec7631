"""Sharing a referral with an agency, and ending it: guardian's grant, the access table, what is given, the record and the mail move together."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from guardian.shortcuts import assign_perm, remove_perm

from accounts.models import Agency, User
from audit import services as audit
from audit.enums import Verb
from common.clock import end_of_working_days
from common.errors import DomainError
from jobs.services import enqueue
from referrals import permissions, tasks
from referrals.enums import (
    ABOUT_PEOPLE,
    ANSWERED,
    PEOPLE,
    AccessReason,
    LawfulBasis,
    Move,
    ReferralState,
    ShareMove,
    ShareState,
    from_to,
    next_share_state,
    next_state,
    suggested_sections,
)
from referrals.models import Referral, ReferralAccess, Share, ShareSnapshot
from referrals.models.snapshot import sum_of
from referrals.queries.guards import may_be_named
from referrals.queries.shared import last_snapshot, shareable_files, shareable_sections, shared_content
from referrals.services.conflicts import suspect_conflicts

VIEW_REFERRAL = "referrals.view_referral"
# LA_DECISION: the receiving agency answers within one working day.
WORKING_DAYS_TO_ANSWER = 1


class CannotShare(DomainError):
    pass


class CannotEndShare(DomainError):
    pass


@transaction.atomic
def share_referral(
    *,
    referral_id: uuid.UUID,
    agency: Agency,
    lawful_basis: LawfulBasis | str,
    reason: str,
    by: User,
    at: datetime,
    sections: Iterable[str] | None = None,
    people: Iterable[uuid.UUID] | None = None,
    files: Iterable[uuid.UUID] = (),
    is_notice: bool = False,
) -> Share:
    """Give one agency access to parts of one referral, with the lawful basis and the reason. Raises CannotShare.

    `sections` are keys of `shareable_sections`, by default those suggested for the kind of agency; `people` by default all.
    `files` are those that the agency may have, by default none.
    A notice to a school is acknowledged and asks for no other answer: it leaves the referral where it is.
    """
    referral = Referral.objects.locked().get(pk=referral_id)
    if not permissions.can_share(by, referral):
        raise CannotShare("Only the hub may share a referral.")
    state = next_state(Move.SHARE, referral.state)
    if state is None:
        raise CannotShare(
            "Record a decision first: only a referral that was decided on and is not closed can be shared."
        )
    if agency.is_hub or not agency.is_active:
        raise CannotShare("Choose another agency: this one has the referral already or is no longer active.")
    if lawful_basis not in LawfulBasis.values or not reason.strip():
        raise CannotShare("Give the lawful basis and the reason for sharing.")
    if referral.shares.live().filter(agency=agency).exists():
        raise CannotShare("This referral is shared with that agency already.")
    if sections is None:
        sections = suggested_sections(shareable_sections(referral), agency.kind)

    share = Share.objects.create(
        referral=referral,
        agency=agency,
        lawful_basis=lawful_basis,
        reason=reason.strip(),
        shared_at=at,
        shared_by=by,
        answer_due_at=end_of_working_days(at, WORKING_DAYS_TO_ANSWER),
        is_notice=is_notice,
    )
    snapshot = _give(share, referral, sections=sections, people=people, files=files, by=by, at=at)
    assign_perm(VIEW_REFERRAL, agency.group, referral)
    ReferralAccess.objects.create(agency=agency, referral=referral, reason=AccessReason.SHARED, since=at)
    suspect_conflicts(referral, among=may_be_named(referral), at=at)
    if is_notice:
        state = ReferralState(referral.state)
    moved = from_to(referral.state, state)
    _move(referral, state, at=at)
    audit.record(
        verb=Verb.SHARED,
        what="referral.shared",
        at=at,
        actor=by,
        subject=referral,
        recipient=agency,
        reason=share.reason,
        lawful_basis=str(share.lawful_basis),
        share=str(share.pk),
        sections=snapshot.sections,
        people=len(snapshot.content["people"]),
        files=sorted(str(key) for key in snapshot.file_ids),
        sha256=snapshot.sha256,
        **moved,
    )
    enqueue(tasks.email_agency_about_share, at=at, by=by, share_id=share.pk)
    return share


@transaction.atomic
def renew_share(
    *,
    share_id: uuid.UUID,
    sections: Iterable[str],
    people: Iterable[uuid.UUID],
    reason: str,
    by: User,
    at: datetime,
    files: Iterable[uuid.UUID] | None = None,
) -> ShareSnapshot:
    """Give the agency the referral as it stands now, with these parts and people; what it had stays on record.

    `files` are those that it may have from now on, by default those that it had. Raises CannotShare. What the agency has already, word for word, is not given again.
    """
    referral = _locked_referral_of(share_id)
    share = Share.objects.locked().select_related("agency").get(pk=share_id)
    if not permissions.can_share(by, referral):
        raise CannotShare("Only the hub may share a referral.")
    if next_share_state(ShareMove.RENEW, share.state) is None or referral.state == ReferralState.CLOSED:
        raise CannotShare("This sharing was ended, or the referral is closed.")
    if not reason.strip():
        raise CannotShare("Say why the agency is given this.")
    before = last_snapshot(share)
    if files is None:
        files = before.file_ids if before is not None else ()
    snapshot = _give(share, referral, sections=sections, people=people, files=files, by=by, at=at)
    if before is not None and snapshot.pk == before.pk:
        return before
    audit.record(
        verb=Verb.SHARED,
        what="referral.share_renewed",
        at=at,
        actor=by,
        subject=referral,
        recipient=share.agency,
        reason=reason.strip(),
        share=str(share.pk),
        number=snapshot.number,
        sections=snapshot.sections,
        people=len(snapshot.content["people"]),
        files=sorted(str(key) for key in snapshot.file_ids),
        sha256=snapshot.sha256,
        **from_to(referral.state, referral.state),
    )
    enqueue(tasks.email_agency_about_new_version, at=at, by=by, share_id=share.pk)
    return snapshot


@transaction.atomic
def hand_over(*, share_id: uuid.UUID, to: str, by: User, at: datetime) -> Share:
    """Note to whom of an agency the printed pack was given by hand; the same person again is noted once. Raises CannotShare.

    For an agency of which nobody can sign in; each version that is handed over is noted anew.
    """
    referral = _locked_referral_of(share_id)
    share = Share.objects.locked().select_related("agency").get(pk=share_id)
    if not permissions.can_share(by, referral):
        raise CannotShare("Only the hub gives a pack by hand.")
    snapshot = last_snapshot(share)
    if share.state == ShareState.ENDED or snapshot is None:
        raise CannotShare("There is no pack of this sharing to give.")
    to = to.strip()
    if not to:
        raise CannotShare("Say to whom of the agency you gave it.")
    if share.handed_to == to and share.handed_at is not None and share.handed_at >= snapshot.made_at:
        return share
    share.handed_to, share.handed_at, share.handed_by = to, at, by
    share.save(update_fields=["handed_to", "handed_at", "handed_by"])
    audit.record(
        verb=Verb.SHARED,
        what="share.handed_over",
        at=at,
        actor=by,
        subject=referral,
        recipient=share.agency,
        share=str(share.pk),
        number=snapshot.number,
        sha256=snapshot.sha256,
    )
    return share


def take_as_read(share_id: uuid.UUID, referral: Referral, *, by: User, at: datetime) -> None:
    """A school said that it has its notice: that settles the share. In the transaction of the acknowledgement, referral locked.

    A share that was no notice, or was answered already, stays as it is.
    """
    share = Share.objects.locked().get(pk=share_id)
    if not share.is_notice or share.state != ShareState.WAITING:
        return
    share.state, share.answered_at, share.answered_by = ShareState.ACCEPTED, at, by
    share.save(update_fields=["state", "answered_at", "answered_by"])
    audit.record(
        verb=Verb.CHANGED,
        what="share.acknowledged",
        at=at,
        actor=by,
        subject=referral,
        share=str(share.pk),
        **from_to(referral.state, referral.state),
    )


@transaction.atomic
def end_share(*, share_id: uuid.UUID, reason: str, by: User, at: datetime) -> Share:
    """Take an agency's access away at once; the record of the disclosure stays. Raises CannotEndShare."""
    referral = _locked_referral_of(share_id)
    share = Share.objects.locked().select_related("agency__group").get(pk=share_id)
    if not permissions.can_share(by, referral):
        raise CannotEndShare("Only the hub may end the sharing of a referral.")
    if next_share_state(ShareMove.END, share.state) is None:
        raise CannotEndShare("This sharing was ended already.")
    if not reason.strip():
        raise CannotEndShare("Say why the sharing ends.")

    share.state, share.ended_at, share.ended_by, share.end_reason = ShareState.ENDED, at, by, reason.strip()
    share.save(update_fields=["state", "ended_at", "ended_by", "end_reason"])
    remove_perm(VIEW_REFERRAL, share.agency.group, referral)
    ReferralAccess.objects.filter(referral=referral, agency=share.agency, reason=AccessReason.SHARED).delete()
    before = referral.state
    left = list(referral.shares.live().filter(is_notice=False).values_list("state", flat=True))
    if referral.state == ReferralState.SHARED and ShareState.WAITING not in left:
        move = Move.ANSWER if any(state in ANSWERED for state in left) else Move.WITHDRAW
        _move(referral, next_state(move, referral.state) or ReferralState.SHARED, at=at)
    audit.record(
        verb=Verb.UNSHARED,
        what="referral.share_ended",
        at=at,
        actor=by,
        subject=referral,
        recipient=share.agency,
        reason=share.end_reason,
        share=str(share.pk),
        **from_to(before, referral.state),
    )
    return share


def open_shared_referral(*, referral: Referral, by: User, at: datetime) -> Share | None:
    """Note when somebody of the receiving agency first opened what was shared; returns that agency's live share.

    What was shared before parts could be chosen was the whole referral: its copy is taken at the next look.
    """
    # Most looks are those of the hub and of writers, who read nothing through a share.
    return _open_share(referral, by=by, at=at) if permissions.can_see_shared(by) else None


@transaction.atomic
def _open_share(referral: Referral, *, by: User, at: datetime) -> Share | None:
    share = referral.shares.live().select_related("agency", "shared_by").filter(agency=by.agency_id).first()
    if share is None:
        return None
    if share.first_opened_at is None:
        Share.objects.filter(pk=share.pk, first_opened_at=None).update(first_opened_at=at)
        share.refresh_from_db(fields=["first_opened_at"])
    if not share.snapshots.exists():
        locked = _locked_referral_of(share.pk)
        if not share.snapshots.exists():
            everything = shareable_sections(locked)
            _give(share, locked, sections=everything, people=None, files=(), by=share.shared_by, at=at)
    return share


def _give(
    share: Share,
    referral: Referral,
    *,
    sections: Iterable[str],
    people: Iterable[uuid.UUID] | None,
    files: Iterable[uuid.UUID],
    by: User,
    at: datetime,
) -> ShareSnapshot:
    """Keep what the agency is given as the next version; the last one when it is the same. The referral is locked."""
    offered, wanted = shareable_sections(referral), set(sections)
    here = {person.pk for person in referral.people.all()}
    chosen = here if people is None else set(people)
    if wanted - set(offered) or chosen - here:
        raise CannotShare("Choose parts and people of this referral.")
    if not (wanted - set(ABOUT_PEOPLE)) and not chosen:
        raise CannotShare("Choose at least one part or person.")
    given_files = set(files)
    if given_files - {file.pk for file in shareable_files(referral)}:
        raise CannotShare("Choose files of this referral that were checked for malware.")
    content = shared_content(referral, sections=wanted, people=chosen, files=given_files)
    digest = sum_of(content)
    last = last_snapshot(share)
    if last is not None and last.sha256 == digest:
        return last
    return ShareSnapshot.objects.create(
        share=share,
        number=last.number + 1 if last else 1,
        made_at=at,
        made_by=by,
        form_version=referral.version,
        sections=[*([PEOPLE] if chosen else []), *(key for key in offered if key in wanted)],
        content=content,
        sha256=digest,
    )


def _locked_referral_of(share_id: uuid.UUID) -> Referral:
    """The referral is always locked before its shares, so that two who act on it wait for each other, never for ever."""
    return Referral.objects.locked().get(shares=share_id)


def _move(referral: Referral, state: ReferralState, *, at: datetime) -> None:
    referral.state, referral.changed_at = state, at
    referral.save(update_fields=["state", "changed_at"])
