"""Operation Encompass: the notice to each child's school, from due to acknowledged."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import Agency, User
from audit import services as audit
from audit.enums import Verb
from common.clock import end_of_working_days
from common.errors import DomainError
from referrals import permissions
from referrals.enums import (
    SCHOOLS,
    TOLD_TO_SCHOOL,
    TRIES_BEFORE_PHONE,
    FormKind,
    LawfulBasis,
    NoticeChannel,
    NoticeException,
    NoticeMove,
    NoticeState,
    PersonRole,
    from_to,
    next_notice_state,
)
from referrals.models import EncompassNotice, Referral, Share
from referrals.queries.encompass import (
    encompass_children,
    encompass_required,
    encompass_to_find_out,
    known_at,
    school_begins_after,
)
from referrals.services.sharing import renew_share, share_referral, take_as_read

WHY_A_SCHOOL = (
    "Operation Encompass: a child of the school lived through domestic abuse (Domestic Abuse Act 2021, section 49A)."
)
# From the sending until the school says that it has it.
WORKING_DAYS_TO_ACKNOWLEDGE = 1


class CannotNotify(DomainError):
    pass


def open_notices(referral: Referral, *, since: datetime | None = None) -> list[EncompassNotice]:
    """A notice that is due for each child of a referral that asks for it and has none, from when the police knew.

    That is `since`, or what the referral says of the report or the submission.

    Where there is a child whom nobody named, or it is not known whether there is one, a notice without a child: the hub finds
    out, and it is given to the first who is named. In the transaction of what was submitted or amended.
    """
    if referral.kind != FormKind.PPN:
        return []
    known = {notice.child_id: notice for notice in referral.encompass_notices.select_for_update(of=("self",))}
    due_at = school_begins_after(since or known_at(referral))
    if encompass_to_find_out(referral):
        return [] if known else [EncompassNotice.objects.create(referral=referral, due_at=due_at)]
    if not encompass_required(referral):
        return []
    new = [child for child in encompass_children(referral) if child.pk not in known]
    unnamed = known.get(None)
    if new and unnamed is not None and unnamed.state != NoticeState.EXCEPTED:
        unnamed.child = new.pop(0)
        unnamed.school = unnamed.school or unnamed.child.school
        unnamed.save(update_fields=["child", "school"])
    return EncompassNotice.objects.bulk_create(
        EncompassNotice(referral=referral, child=child, due_at=due_at, school=child.school) for child in new
    )


@transaction.atomic
def send_notice(
    *,
    notice_id: uuid.UUID,
    channel: NoticeChannel | str,
    school: str,
    key_adult: str,
    agency: Agency | None = None,
    by: User,
    at: datetime,
) -> EncompassNotice:
    """Tell the school, for the first time or again. Through the service the school is shared what it has to know of its pupils.

    Raises CannotNotify, also where the key adult of the school is a person of the referral.
    """
    referral, notice = _locked(notice_id)
    if not permissions.can_notify(by, referral):
        raise CannotNotify("Only the hub tells a school.")
    if notice.state == NoticeState.SENT and (notice.sent_by_id, notice.key_adult) == (by.pk, key_adult.strip()):
        return notice
    move = NoticeMove.RETRY if notice.state == NoticeState.FAILED else NoticeMove.SEND
    state = next_notice_state(move, notice.state)
    if state is None:
        raise CannotNotify("This school was told already, or it was decided not to tell it.")
    school, key_adult = (str(agency) if agency is not None else school.strip()), key_adult.strip()
    _refuse_wrong_receiver(referral, notice, channel, school, key_adult, agency)

    before = notice.state
    notice.share = _share_with(referral, notice, agency, by=by, at=at) if agency is not None else None
    notice.state, notice.channel, notice.school, notice.key_adult = state, channel, school, key_adult
    notice.sent_at, notice.sent_by, notice.tries = at, by, notice.tries + 1
    notice.acknowledge_due_at, notice.late_told_at = end_of_working_days(at, WORKING_DAYS_TO_ACKNOWLEDGE), None
    notice.save()
    _record(notice, "encompass.sent", before, by=by, at=at, recipient=agency, channel=str(channel))
    return notice


@transaction.atomic
def acknowledge_notice(*, notice_id: uuid.UUID, by: User, at: datetime) -> EncompassNotice:
    """Note that the school has it: by the school itself, or by the hub that heard it on the telephone. Once.

    That is all that is asked of the school: what was shared with it as a notice is settled by it.
    """
    referral, notice = _locked(notice_id)
    if not permissions.can_acknowledge_notice(by, notice):
        raise CannotNotify("Only the school, or the hub, says that a notice arrived.")
    if notice.state == NoticeState.ACKNOWLEDGED:
        return notice
    before = _move(notice, NoticeMove.ACKNOWLEDGE, "Only a notice that was sent can have arrived.")
    notice.acknowledged_at, notice.acknowledged_by = at, by
    notice.save(update_fields=["state", "acknowledged_at", "acknowledged_by"])
    _record(notice, "encompass.acknowledged", before, by=by, at=at)
    if notice.share_id is not None:
        take_as_read(notice.share_id, referral, by=by, at=at)
    return notice


@transaction.atomic
def fail_notice(*, notice_id: uuid.UUID, words: str, by: User, at: datetime) -> EncompassNotice:
    """Note that it did not arrive, and why; it is sent again."""
    referral, notice = _locked(notice_id)
    if not permissions.can_notify(by, referral):
        raise CannotNotify("Only the hub says that a notice did not arrive.")
    if not words.strip():
        raise CannotNotify("Say what happened.")
    before = _move(notice, NoticeMove.FAIL, "This notice has arrived, or is not sent.")
    notice.failure, notice.late_told_at = words.strip(), None
    notice.save(update_fields=["state", "failure", "late_told_at"])
    _record(notice, "encompass.failed", before, by=by, at=at)
    return notice


@transaction.atomic
def except_notice(
    *, notice_id: uuid.UUID, reason: NoticeException | str, words: str, by: User, at: datetime
) -> EncompassNotice:
    """Record why a school is not told. Not knowing the school is no reason: it is to be found."""
    referral, notice = _locked(notice_id)
    if not permissions.can_except_notice(by, referral):
        raise CannotNotify("Only a supervisor of the hub decides that a school is not told.")
    if reason not in NoticeException.values or not words.strip():
        raise CannotNotify("Say why, from the list and in words.")
    if reason == NoticeException.NO_CHILD and notice.child_id is not None:
        raise CannotNotify("This child is named in the referral. Choose another reason.")
    before = _move(notice, NoticeMove.EXCEPT, "Only a notice that is to be sent can be excepted.")
    notice.exception, notice.exception_words = reason, words.strip()
    notice.excepted_at, notice.excepted_by = at, by
    notice.save(update_fields=["state", "exception", "exception_words", "excepted_at", "excepted_by"])
    _record(notice, "encompass.excepted", before, by=by, at=at, exception=str(reason))
    return notice


def _refuse_wrong_receiver(
    referral: Referral,
    notice: EncompassNotice,
    channel: NoticeChannel | str,
    school: str,
    key_adult: str,
    agency: Agency | None,
) -> None:
    if channel not in NoticeChannel.values or not key_adult:
        raise CannotNotify("Say how the school is told, and who its key adult is.")
    if not school:
        raise CannotNotify("Find the school first; until then the notice stays due.")
    if (channel == NoticeChannel.SERVICE) != (agency is not None):
        raise CannotNotify("Choose the school's agency when it is told in this service, and only then.")
    if agency is not None and notice.child_id is None:
        raise CannotNotify("Nobody named the child yet. Have the referral amended first, or ring the school.")
    if agency is not None and (agency.kind not in SCHOOLS or not agency.is_active):
        raise CannotNotify("Choose an agency of education that is active.")
    if notice.tries >= TRIES_BEFORE_PHONE and channel != NoticeChannel.PHONE:
        raise CannotNotify(f"After {TRIES_BEFORE_PHONE} tries that did not arrive, ring the school.")
    others = referral.people.exclude(encompass_notices=notice).exclude(role=PersonRole.PROFESSIONAL)
    if _words_of(key_adult) in [_words_of(person.full_name) for person in others]:
        raise CannotNotify("The key adult is a person of this referral. Choose another, or do not tell this school.")


def _words_of(name: str) -> frozenset[str]:
    """The words of a name, whatever their order and letter case."""
    return frozenset(name.casefold().replace(",", " ").split())


def _share_with(referral: Referral, notice: EncompassNotice, agency: Agency, *, by: User, at: datetime) -> Share:
    """A share of what a school has to know; where it has one, its other pupils stay in it."""
    live = referral.shares.live().filter(agency=agency).first()
    child = notice.child_id
    if child is None:
        raise CannotNotify("Nobody named the child yet.")
    if live is None:
        return share_referral(
            referral_id=referral.pk,
            agency=agency,
            lawful_basis=LawfulBasis.LEGAL_OBLIGATION,
            reason=WHY_A_SCHOOL,
            sections=TOLD_TO_SCHOOL,
            people=[child],
            is_notice=True,
            by=by,
            at=at,
        )
    last = live.snapshots.order_by("-number").first()
    given = {uuid.UUID(row["id"]) for row in last.content["people"]} if last is not None else set()
    kept = [key for key in last.sections if key != "people"] if last is not None else []
    renew_share(
        share_id=live.pk,
        sections={*kept, *TOLD_TO_SCHOOL},
        people=given | {child},
        reason=WHY_A_SCHOOL,
        by=by,
        at=at,
    )
    return live


def _locked(notice_id: uuid.UUID) -> tuple[Referral, EncompassNotice]:
    """The referral is locked before its notice, as everywhere."""
    referral = Referral.objects.locked().get(encompass_notices=notice_id)
    notice = EncompassNotice.objects.locked().select_related("child", "share").get(pk=notice_id)
    notice.referral = referral
    return referral, notice


def _move(notice: EncompassNotice, move: NoticeMove, refusal: str) -> str:
    state = next_notice_state(move, notice.state)
    if state is None:
        raise CannotNotify(refusal)
    before, notice.state = notice.state, state
    return before


def _record(
    notice: EncompassNotice,
    what: str,
    before: str,
    *,
    by: User,
    at: datetime,
    recipient: Agency | None = None,
    **details: str,
) -> None:
    audit.record(
        verb=Verb.SHARED if what == "encompass.sent" else Verb.CHANGED,
        what=what,
        at=at,
        actor=by,
        subject=notice.referral,
        recipient=recipient,
        notice=str(notice.pk),
        tries=notice.tries,
        **from_to(before, notice.state),
        **details,
    )
