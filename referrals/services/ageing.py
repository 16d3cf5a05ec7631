"""Drafts that nobody writes on: one reminder a week before the end, and deletion at 90 days."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from audit import services as audit
from audit.enums import Verb
from jobs.services import enqueue
from referrals import tasks
from referrals.models import Referral
from referrals.models.referral import DRAFTS_ARE_KEPT, REMINDED_BEFORE
from referrals.services.attachment import remove_attachments_of


def remind_of_old_drafts(*, at: datetime) -> int:
    """Tell each writer once, a week before a draft is deleted; again only after it was written on. Returns how many were told."""
    old = Referral.objects.drafts().left_alone_since(at - DRAFTS_ARE_KEPT + REMINDED_BEFORE)
    untold = old.filter(Q(reminded_at=None) | Q(reminded_at__lt=F("changed_at")))
    told = 0
    for pk in untold.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            # Whoever comes second, of two clocks, finds it told.
            if untold.filter(pk=pk).update(reminded_at=at):
                enqueue(tasks.email_writer_about_old_draft, at=at, referral_id=pk)
                told += 1
    return told


def delete_old_drafts(*, at: datetime) -> int:
    """Delete what was never submitted and not written on for 90 days, discarded or not. Returns how many; the record of it stays."""
    old = Referral.objects.left_alone_since(at - DRAFTS_ARE_KEPT)
    deleted = 0
    for pk in old.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            draft = old.filter(pk=pk).select_for_update(of=("self",), skip_locked=True).first()
            if draft is None:
                continue
            remove_attachments_of(draft, by=None, at=at)
            audit.record(
                verb=Verb.DELETED, what="referral.draft_deleted", at=at, actor=None, subject=draft, kind=draft.kind
            )
            draft.delete()
            deleted += 1
    return deleted
