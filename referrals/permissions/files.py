"""May this person add a file to a referral, or open one?"""

from uuid import UUID

from accounts.enums import Permission
from accounts.models import User
from referrals.enums import OPEN_AT_HUB, ShareState
from referrals.models import Attachment, Referral, ShareSnapshot
from referrals.permissions.parts import is_open_to
from referrals.permissions.reading import sees_whole
from referrals.permissions.working import can_decide, can_edit


def can_attach(user: User, referral: Referral) -> bool:
    """Whether this person may attach files: to the own draft; to what was sent, its writer and the hub while it is open."""
    if referral.is_draft:
        return can_edit(user, referral)
    if referral.state not in OPEN_AT_HUB:
        return False
    return can_edit(user, referral) or can_decide(user, referral)


def sees_attachments(user: User, referral: Referral) -> bool:
    """Whether this person knows of all files of a referral: an agency that it was shared with knows those that it was given."""
    return sees_whole(user, referral)


def snapshot_with_files(user: User, referral: Referral) -> ShareSnapshot | None:
    """What the person's agency reads of a referral now, which names the files that it was given."""
    if not user.may(Permission.SEE_SHARED_REFERRALS) or user.agency_id is None or not is_open_to(user, referral):
        return None
    live = ShareSnapshot.objects.exclude(share__state=ShareState.ENDED)
    given: ShareSnapshot | None = (
        live.filter(share__referral=referral, share__agency=user.agency_id).order_by("-number").first()
    )
    return given


def files_given(user: User, referral: Referral) -> frozenset[UUID]:
    """The files that this person's agency was given with what it reads now; none after the sharing ended."""
    snapshot = snapshot_with_files(user, referral)
    return snapshot.file_ids if snapshot is not None else frozenset()


def can_open_attachment(user: User, attachment: Attachment) -> bool:
    """Whether this person may have one file: who reads all of the referral, and an agency that it was given to."""
    return sees_attachments(user, attachment.referral) or attachment.pk in files_given(user, attachment.referral)
