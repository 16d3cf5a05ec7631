"""Handing out the writer's own copy."""

import hashlib
import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from referrals import permissions
from referrals.models import WriterCopy


class CannotHandOutCopy(DomainError):
    pass


@transaction.atomic
def hand_out_copy(*, copy_id: uuid.UUID, by: User, at: datetime) -> bytes:
    """The file as it was made, recorded, for who reads all of the referral. Raises CannotHandOutCopy."""
    copy = WriterCopy.objects.select_related("referral").get(pk=copy_id)
    if not permissions.sees_whole(by, copy.referral):
        raise CannotHandOutCopy("This copy is not yours to open.")
    try:
        with copy.file.open("rb") as file:
            content: bytes = file.read()
    except OSError as error:
        raise CannotHandOutCopy("This copy is not in the file store. Tell the administrator.") from error
    if hashlib.sha256(content).hexdigest() != copy.sha256:
        raise CannotHandOutCopy("This file is not the copy that was made. Tell the administrator.")
    audit.record(
        verb=Verb.DOWNLOADED,
        what="referral.copy_downloaded",
        at=at,
        actor=by,
        subject=copy.referral,
        number=copy.number,
        sha256=copy.sha256,
    )
    return content
