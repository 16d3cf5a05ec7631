"""A search is written down before it is answered: who, when, in which fields; the words only as a keyed digest."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from referrals import permissions
from referrals.models import Search

SEARCHES_KEPT = timedelta(days=1)
DATES = ("date_of_birth", "submitted_from", "submitted_before")


class CannotSearch(DomainError):
    pass


@transaction.atomic
def begin_search(*, terms: Mapping[str, Any], by: User, at: datetime, reason: str = "") -> Search:
    """Keep the terms for the page of results, and record the search.

    The access log gets the names of the fields and a digest of each value, keyed with the service's secret: whoever holds the
    log cannot read what was asked, and whoever asks "did anybody search for this name" can be answered (`digest_of`).
    """
    if not permissions.can_search(by):
        raise CannotSearch("You may not search referrals.")
    if not terms:
        raise CannotSearch("Enter something to search for.")
    kept = {name: value.isoformat() if isinstance(value, date) else value for name, value in terms.items()}
    search = Search.objects.create(by=by, at=at, terms=kept)
    audit.record(
        verb=Verb.SEARCHED,
        what="referral.searched",
        at=at,
        actor=by,
        subject=search,
        reason=reason,
        fields=sorted(kept),
        digests={name: digest_of(value) for name, value in sorted(kept.items())},
    )
    return search


def terms_of(search: Search) -> dict[str, Any]:
    """The terms as the form gave them."""
    return {name: date.fromisoformat(value) if name in DATES else value for name, value in search.terms.items()}


def digest_of(value: object) -> str:
    """The digest under which a term stands in the access log, the same for capitals and small letters."""
    text = " ".join(str(value).casefold().split())
    return salted_hmac("referrals.search", text, algorithm="sha256").hexdigest()


@transaction.atomic
def forget_searches(*, at: datetime) -> int:
    """Remove the terms of searches that are older than a day; the access log keeps that they were made."""
    return Search.objects.filter(at__lt=at - SEARCHES_KEPT).delete()[0]
