"""The files of a referral."""

from referrals.models import Attachment, Referral
from referrals.queries.marks import has_no


def attachments_of(referral: Referral) -> list[Attachment]:
    """All of them, the first added first; those in which malware was found too, without their file."""
    if has_no("attachments", referral):
        return []
    return list(referral.attachments.select_related("added_by").order_by("added_at", "pk"))
