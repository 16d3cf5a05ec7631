"""What became of a session three months later: answered once, told on where the person agrees, taken back, set aside (ADR 0057)."""

from datetime import datetime
from uuid import UUID

from django.db import models, transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from partners.enums import Used
from partners.models import Booking, FollowUp
from partners.models.follow_ups import LONGEST
from partners.permissions import can_run
from partners.queries.follow_ups import is_asked
from partners.services.refusals import RefusedAnswer


class CannotFollowUp(RefusedAnswer):
    pass


@transaction.atomic
def answer_follow_up(
    *, booking_id: UUID, used: Used | str, how: str, changed: str, may_tell: bool, by: User, at: datetime
) -> FollowUp:
    """Answer once. Where it was not used there is nothing to tell. What was answered is in no log. Raises CannotFollowUp."""
    booking = Booking.objects.locked().select_related("session").get(pk=booking_id)
    if booking.user_id != by.pk or not is_asked(booking, at=at):
        raise CannotFollowUp("You have answered, or nothing is asked of you now.")
    if used not in Used.values:
        raise CannotFollowUp("Say whether you used it.", "used")
    was_used = used == Used.YES
    words = {"how": how.strip() if was_used else "", "changed": changed.strip() if was_used else ""}
    if was_used and not words["how"]:
        raise CannotFollowUp("Say how you used it.", "how")
    for name, said in words.items():
        if len(said) > LONGEST:
            raise CannotFollowUp(f"Use at most {LONGEST} characters.", name)
    answered = FollowUp.objects.create(
        booking=booking, used=used, may_tell=may_tell and was_used, answered_at=at, **words
    )
    _record(Verb.COLLECTED, "follow_up_answered", booking, by=by, at=at)
    return answered


@transaction.atomic
def take_back_story(*, booking_id: UUID, by: User, at: datetime) -> FollowUp:
    """Agree no more that it is told; again changes nothing. Raises CannotFollowUp."""
    found = FollowUp.objects.locked().select_related("booking").filter(booking=booking_id, booking__user=by).first()
    if found is None or not found.may_tell:
        raise CannotFollowUp("There is nothing of yours that is told.")
    if found.taken_back_at is None:
        found.taken_back_at = at
        found.save(update_fields=["taken_back_at"])
        _record(Verb.CHANGED, "story_taken_back", found.booking, by=by, at=at)
    return found


@transaction.atomic
def set_story_aside(*, follow_up_id: UUID, by: User, at: datetime) -> FollowUp:
    """Show it to nobody any more, for example because somebody could be known from it; again changes nothing. Raises CannotFollowUp."""
    found = FollowUp.objects.locked().select_related("booking__session").get(pk=follow_up_id)
    if not can_run(by, found.booking.session):
        raise CannotFollowUp("Only a trainer of the force that ran the session sets a story aside.")
    if found.set_aside_at is None:
        found.set_aside_at, found.set_aside_by = at, by
        found.save(update_fields=["set_aside_at", "set_aside_by"])
        _record(Verb.CHANGED, "story_set_aside", found, by=by, at=at)
    return found


@transaction.atomic
def read_stories(*, by: User, at: datetime, count: int) -> None:
    """Write down that somebody read what people agreed to have told."""
    audit.record(verb=Verb.READ, what="partners.stories_read", at=at, actor=by, count=count)


def _record(verb: Verb, what: str, subject: models.Model, *, by: User, at: datetime) -> None:
    audit.record(verb=verb, what=f"partners.{what}", at=at, actor=by, subject=subject)
