"""A person's own views of the queue."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from common.errors import DomainError
from referrals import permissions
from referrals.models import SavedView

MOST_VIEWS = 20


class CannotSaveView(DomainError):
    pass


@transaction.atomic
def save_view(*, name: str, filters: str, is_default: bool = False, by: User, at: datetime) -> SavedView:
    """Keep filters under a name of one's own; an own view of that name gets these filters. Raises CannotSaveView."""
    name = name.strip()
    if not permissions.can_see_queue(by):
        raise CannotSaveView("Only who sees the queue keeps views of it.")
    if not name or not filters:
        raise CannotSaveView("Give the view a name, and set at least one filter.")
    # The person is the lock: two windows of theirs save one after the other.
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    own = SavedView.objects.of(by)
    view = own.filter(name__iexact=name).first()
    if view is None and own.count() >= MOST_VIEWS:
        raise CannotSaveView(f"You have {MOST_VIEWS} views already. Remove one first.")
    view = view or SavedView(person=by, created_at=at)
    view.name, view.filters = name, filters
    view.save()
    if is_default:
        _open_with(view)
    return view


@transaction.atomic
def open_queue_with(*, view_id: uuid.UUID | None, by: User) -> None:
    """Choose the view that the queue opens with; None for the whole queue."""
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    if view_id is None:
        SavedView.objects.of(by).update(is_default=False)
    else:
        _open_with(SavedView.objects.of(by).get(pk=view_id))


def remove_view(*, view_id: uuid.UUID, by: User) -> None:
    """Forget a view. Removing it again does nothing."""
    SavedView.objects.of(by).filter(pk=view_id).delete()


def _open_with(view: SavedView) -> None:
    SavedView.objects.of(view.person).exclude(pk=view.pk).update(is_default=False)
    view.is_default = True
    view.save(update_fields=["is_default"])
