"""Second looks: drawing decided referrals, deciding on them again without knowing the decision, and closing."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Agency, User
from audit import services as audit
from audit.enums import Verb
from common.clock import Period, london_day
from common.errors import DomainError
from common.statistics import sampling
from referrals import permissions, queries
from referrals.enums import Level, Pathway, SecondLookMove, SecondLookState, contradiction, next_second_look_state
from referrals.models import SecondLook, SecondReading
from referrals.models.second_look import LARGEST_SIZE, LONGEST_SEED, USUAL_SIZE


class CannotDrawSecondLook(DomainError):
    pass


class CannotReadAgain(DomainError):
    """`field` is the question whose answer is wrong, where it is one."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class CannotCloseSecondLook(DomainError):
    pass


@transaction.atomic
def draw_second_look(
    *, start: date, end: date, people: Sequence[User], by: User, at: datetime, size: int = USUAL_SIZE, seed: str = ""
) -> SecondLook:
    """Draw so many of the referrals that the hub decided in the period, and give each to one of these people, evenly.

    Nobody gets what they wrote or ever decided on; what all of them have a part in cannot be drawn. The seed is random
    unless one is given. A hub has one open at a time; the same asked for again (a double click) is the one that is open.
    Raises CannotDrawSecondLook.
    """
    hub = by.agency
    if hub is None or not permissions.can_run_second_looks(by):
        raise CannotDrawSecondLook("Only a supervisor of the hub has decisions looked at a second time.")
    chosen = sorted({one.pk: one for one in people}.values(), key=lambda one: (one.name, one.pk))
    _refuse_draw(start, end, size, seed, chosen, hub, at=at)
    # One draw of a hub at a time.
    Agency.objects.select_for_update(of=("self",)).get(pk=hub.pk)
    earlier = SecondLook.objects.filter(hub=hub, state=SecondLookState.OPEN).first()
    if earlier is not None:
        if _is_the_same(earlier, start, end, size, seed, chosen, by=by):
            return earlier
        raise CannotDrawSecondLook("There is an open second look. Finish or close it first.")
    frame = queries.second_look_frame(hub.pk, Period(start, end), chosen)
    frame_size, digest = queries.frame_facts(frame)
    if not frame_size:
        raise CannotDrawSecondLook("Nothing was decided in this period that one of these people has no part in.")
    look = SecondLook.objects.create(
        hub=hub,
        period_start=start,
        period_end=end,
        size=size,
        seed=seed or secrets.token_hex(16),
        algorithm=sampling.ALGORITHM,
        frame_size=frame_size,
        frame_digest=digest,
        drawn_at=at,
        drawn_by=by,
    )
    look.people.set(chosen)
    drawn = queries.smallest_tickets(frame, seed=look.seed, size=size, people=chosen)
    readers = queries.share_out([one.free for one in drawn])
    SecondReading.objects.bulk_create(
        SecondReading(
            look=look,
            referral=one.referral,
            decision=one.decision,
            position=position,
            ticket=one.ticket,
            reader=reader,
        )
        for position, (one, reader) in enumerate(zip(drawn, readers, strict=True), start=1)
    )
    _record("drawn", look, by=by, at=at, size=len(drawn), frame_size=frame_size, frame_digest=digest)
    return look


@transaction.atomic
def record_second_decision(
    *, reading_id: uuid.UUID, level: Level | int, pathway: Pathway | str, reason: str, by: User, at: datetime
) -> SecondReading:
    """Decide again, once, without knowing the decision; nothing of it changes the referral. Raises CannotReadAgain.

    The last one ends the second look. The same again (a double click) is recorded once.
    """
    look = SecondLook.objects.locked().get(readings=reading_id)
    reading = SecondReading.objects.locked().select_related("look", "referral__district", "decision").get(pk=reading_id)
    if not permissions.can_read_again(by, reading):
        raise CannotReadAgain("Only who was given it, and has no part in it, decides a second time.")
    answers: dict[str, Any] = {"level": Level(level), "pathway": Pathway(pathway), "reason": reason.strip()}
    if reading.recorded_at is not None:
        if all(getattr(reading, name) == value for name, value in answers.items()):
            return reading
        raise CannotReadAgain("You recorded your second decision already. It is not changed afterwards.")
    state = next_second_look_state(SecondLookMove.RECORD, look.state)
    if state is None or reading.referral.is_voided:
        raise CannotReadAgain("It does not wait for a second decision any more.")
    if words := contradiction(answers["level"], answers["pathway"]):
        raise CannotReadAgain(words, field="level")
    if not answers["reason"]:
        raise CannotReadAgain("Give the reason.", field="reason")
    for name, value in answers.items():
        setattr(reading, name, value)
    reading.had_seen = queries.has_seen_since(reading)
    reading.threshold_document = queries.document_in_force(reading.referral, on=london_day(at))
    reading.recorded_at = at
    reading.save(update_fields=[*answers, "had_seen", "threshold_document", "recorded_at"])
    _record("recorded", look, by=by, at=at, position=reading.position)
    if not look.readings.standing().filter(recorded_at=None).exists():
        _end(look, SecondLookMove.FINISH, by=by, at=at)
    return reading


@transaction.atomic
def close_second_look(*, look_id: uuid.UUID, by: User, at: datetime) -> SecondLook:
    """End it with what is recorded; what is not is left out of the results. Raises CannotCloseSecondLook."""
    look = SecondLook.objects.locked().get(pk=look_id)
    if not permissions.can_run_second_looks(by) or look.hub_id != by.agency_id:
        raise CannotCloseSecondLook("Only a supervisor of the hub closes a second look.")
    if look.is_open:
        _end(look, SecondLookMove.CLOSE, by=by, at=at)
    return look


@transaction.atomic
def note_looked_again(*, reading_id: uuid.UUID, by: User, at: datetime) -> SecondReading:
    """Note that a supervisor looked again at what was decided far higher the second time. Raises CannotCloseSecondLook."""
    reading = SecondReading.objects.locked().select_related("look", "referral", "decision").get(pk=reading_id)
    if not permissions.can_run_second_looks(by) or reading.look.hub_id != by.agency_id:
        raise CannotCloseSecondLook("Only a supervisor of the hub notes that they looked again.")
    if not reading.is_far_higher:
        raise CannotCloseSecondLook("The second decision is not two levels higher.")
    if reading.looked_at is None:
        reading.looked_at, reading.looked_by = at, by
        reading.save(update_fields=["looked_at", "looked_by"])
        _record("looked_at_again", reading.look, by=by, at=at, position=reading.position)
    return reading


def _refuse_draw(
    start: date, end: date, size: int, seed: str, people: Sequence[User], hub: Agency, *, at: datetime
) -> None:
    if start > end:
        raise CannotDrawSecondLook("The first day of the period comes after its last.")
    if not 1 <= size <= LARGEST_SIZE:
        raise CannotDrawSecondLook(f"A second look has 1 to {LARGEST_SIZE} referrals.")
    if len(seed) > LONGEST_SEED:
        raise CannotDrawSecondLook(f"A seed has at most {LONGEST_SEED} characters.")
    deciders = set(queries.deciders_of(hub.pk, on=london_day(at)).values_list("pk", flat=True))
    if not people or any(one.pk not in deciders for one in people):
        raise CannotDrawSecondLook("Choose people who decide at the hub.")


def _is_the_same(
    look: SecondLook, start: date, end: date, size: int, seed: str, people: Sequence[User], *, by: User
) -> bool:
    asked = (start, end, size, seed or look.seed, by.pk)
    kept = (look.period_start, look.period_end, look.size, look.seed, look.drawn_by_id)
    return asked == kept and {one.pk for one in people} == set(look.people.values_list("pk", flat=True))


def _end(look: SecondLook, move: SecondLookMove, *, by: User, at: datetime) -> None:
    state = next_second_look_state(move, look.state)
    if state is None:
        raise CannotCloseSecondLook("It has ended already.")
    look.state, look.ended_at, look.ended_by = state, at, by
    look.save(update_fields=["state", "ended_at", "ended_by"])
    _record("ended", look, by=by, at=at, state=str(state))


def _record(what: str, look: SecondLook, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(verb=Verb.CHANGED, what=f"second_look.{what}", at=at, actor=by, subject=look, **details)
