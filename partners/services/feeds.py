"""The address under which a trainer's calendar reads their sessions: made, renewed, ended, read."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import ApiClient, User
from accounts.services import hash_of_token
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from partners.models import CalendarFeed
from partners.notifications.feed import feed_of
from partners.permissions import can_plan


class CannotMakeFeed(DomainError):
    pass


class NoSuchFeed(DomainError):
    """No trainer has this address, or no longer."""


@transaction.atomic
def renew_feed(*, by: User, at: datetime) -> str:
    """A fresh secret for the trainer's address; the one before ends at once. It is given back here and kept nowhere."""
    if not can_plan(by):
        raise CannotMakeFeed("Only a trainer of a police force has a calendar address.")
    token = ApiClient.new_token()
    CalendarFeed.objects.update_or_create(
        user=by, defaults={"token_hash": hash_of_token(token), "made_at": at, "reads": 0, "read_at": None}
    )
    audit.record(verb=Verb.CHANGED, what="partners.feed_renewed", at=at, actor=by, subject=by)
    return token


@transaction.atomic
def end_feed(*, by: User, at: datetime) -> None:
    """End the trainer's address. Again changes nothing."""
    removed, _ = CalendarFeed.objects.filter(user=by).delete()
    if removed:
        audit.record(verb=Verb.CHANGED, what="partners.feed_ended", at=at, actor=by, subject=by)


@transaction.atomic
def read_feed(*, token: str, at: datetime) -> str:
    """The trainer's own sessions as a calendar; that it was read is counted. Raises NoSuchFeed."""
    feed = CalendarFeed.objects.select_related("user__agency").filter(token_hash=hash_of_token(token)).first()
    if feed is None or not feed.user.is_active or not can_plan(feed.user):
        raise NoSuchFeed("There is no such calendar.")
    CalendarFeed.objects.filter(pk=feed.pk).update(reads=F("reads") + 1, read_at=at)
    return feed_of(feed.user, at=at)
