"""Saying that two referrals belong together, and taking it back."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from referrals import permissions
from referrals.enums import SENT, LinkKind
from referrals.models import Referral, ReferralLink


class CannotLink(DomainError):
    pass


@transaction.atomic
def link_referrals(
    *, referral_id: uuid.UUID, reference: str, kind: LinkKind | str, words: str, by: User, at: datetime
) -> ReferralLink:
    """Link a referral to the one with this reference, both received by this person's hub. Raises CannotLink.

    One link of a kind stands between two; the same again by the same person (a double click) is kept once.
    """
    other_id = (
        Referral.objects.visible_to(by).filter(reference=reference.strip().upper()).values_list("pk", flat=True).first()
    )
    both = {one.pk: one for one in Referral.objects.locked().filter(pk__in=[referral_id, other_id])}
    referral = both[referral_id]
    if not permissions.can_link(by, referral):
        raise CannotLink("Only a decision-maker of the hub links referrals.")
    if other_id is None or not permissions.can_link(by, both[other_id]) or both[other_id].state not in SENT:
        raise CannotLink("There is no referral with this reference that your hub works on.")
    if other_id == referral_id:
        raise CannotLink("This is the reference of the same referral. Give that of another.")
    if referral.state not in SENT:
        raise CannotLink("This referral was withdrawn, so it is not linked any more.")
    words = words.strip()
    if kind not in LinkKind.values or not words:
        raise CannotLink("Choose how they belong together, and say why.")
    other = both[other_id]
    standing = ReferralLink.objects.standing().of_pair(referral, other).filter(kind=kind).first()
    if standing is not None:
        if (standing.referral_id, standing.words, standing.made_by_id) == (referral_id, words, by.pk):
            return standing
        raise CannotLink("These two are linked in this way already.")
    link = ReferralLink.objects.create(referral=referral, other=other, kind=kind, words=words, made_at=at, made_by=by)
    _record("link.made", link, by=by, at=at)
    return link


@transaction.atomic
def remove_link(*, link_id: uuid.UUID, reason: str, by: User, at: datetime) -> ReferralLink:
    """Take a link back, with the reason; the row stays. Raises CannotLink. Removed twice by one person is once."""
    link = ReferralLink.objects.select_related("referral", "other").get(pk=link_id)
    both = list(Referral.objects.locked().filter(pk__in=[link.referral_id, link.other_id]))
    link.refresh_from_db(fields=["removed_at", "removed_by"])
    if not all(permissions.can_link(by, one) for one in both):
        raise CannotLink("Only a decision-maker of the hub removes a link.")
    if link.removed_at is not None:
        if link.removed_by_id == by.pk:
            return link
        raise CannotLink("Somebody else removed this link already.")
    reason = reason.strip()
    if not reason:
        raise CannotLink("Say why the link is removed.")
    link.removed_at, link.removed_by, link.removal_reason = at, by, reason
    link.save(update_fields=["removed_at", "removed_by", "removal_reason"])
    _record("link.removed", link, by=by, at=at)
    return link


def _record(what: str, link: ReferralLink, *, by: User, at: datetime) -> None:
    for subject in (link.referral, link.other):
        audit.record(
            verb=Verb.CHANGED, what=what, at=at, actor=by, subject=subject, link=str(link.pk), kind=str(link.kind)
        )
