"""The dates of sessions: setting them, moving them, repeating a session, and putting sessions into a course."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError, KeyWasUsed
from common.templatetags.dates import moment
from jobs.services import enqueue
from partners import tasks
from partners.enums import Audience, Repeat, SeriesKind, SessionMove, SessionState, next_session_state
from partners.models import SeriesPart, Session, SessionDate, SessionSeries, SessionShift, TailoredRequest
from partners.models.sessions import MOST_DATES, MOST_REPEATS
from partners.notifications.calendar import dates_gone
from partners.permissions import can_plan, can_run
from partners.queries.diary import Span, clashes_of, holidays_among, repeated, spans_of
from partners.queries.public import forget_public_sessions
from partners.services.settling import settle, shorten
from partners.services.staleness import MOVED, refuse_stale


class CannotMove(DomainError):
    pass


class CannotRepeat(DomainError):
    pass


class CannotJoinCourse(DomainError):
    pass


class TrainersAreBusy(DomainError):
    """Trainers would be in two sessions at once, or a date is a bank holiday: a warning, and who has read it may go on."""


def check_spans(spans: Sequence[Span], *, at: datetime, refusal: type[DomainError]) -> None:
    """One date or several in the future, each with a beginning and an end, none within another."""
    if not 1 <= len(spans) <= MOST_DATES:
        raise refusal(f"A session has 1 to {MOST_DATES} dates.")
    if spans[0][0] <= at:
        raise refusal("A session begins in the future.")
    if any(starts_at >= ends_at for starts_at, ends_at in spans):
        raise refusal("A session must begin before it ends.")
    if any(after[0] < before[1] for before, after in zip(spans, spans[1:], strict=False)):
        raise refusal("Two dates of the session overlap.")


def check_trainers_are_free(
    trainers: Collection[User], spans: Sequence[Span], *, host_id: UUID | None, apart_from: UUID | None = None
) -> None:
    """Raises TrainersAreBusy with everybody who would be in two places at once."""
    if clashes := clashes_of(trainers, spans, host_id=host_id, apart_from=apart_from):
        raise TrainersAreBusy(f"{'; '.join(str(clash) for clash in clashes)}. Choose another time or trainer.")


def set_dates(session: Session, spans: Sequence[Span]) -> None:
    """Give a saved session these dates in place of those it had. The database holds that they and the session agree.

    A date that moves stays the same row, so that it stays the same entry in the calendars that trainers read.
    """
    session.starts_at, session.ends_at, session.date_count = spans[0][0], spans[-1][1], len(spans)
    session.save(update_fields=["starts_at", "ends_at", "date_count"])
    known = {date.starts_at: date for date in session.dates.all()}
    beginnings = {starts_at for starts_at, _ in spans}
    free = [known[starts_at] for starts_at in sorted(known) if starts_at not in beginnings]
    for starts_at, ends_at in spans:
        date = known.get(starts_at) or (free.pop(0) if free else SessionDate(session=session))
        date.starts_at, date.ends_at = starts_at, ends_at
        date.save()
    session.dates.filter(pk__in=[date.pk for date in free]).delete()


@transaction.atomic
def move_session(
    *,
    session_id: UUID,
    spans: Sequence[Span],
    reason: str,
    by: User,
    at: datetime,
    clash_known: bool = False,
    seen: datetime | None = None,
) -> Session:
    """Move a session to another date or several, with a reason; whoever is booked or waits, and its trainers, are told.

    Booking closes as long before it begins as it did. To the dates that it has it does not move, and nobody is told. Raises
    CannotMove, TrainersAreBusy unless that is known, or staleness.WasChanged where there was a change after the one that was `seen`.
    """
    session = Session.objects.locked().get(pk=session_id)
    if not can_run(by, session):
        raise CannotMove("Only a trainer of the force that runs this session may move it.")
    if next_session_state(SessionMove.CHANGE, session.state) is None or session.starts_at <= at:
        raise CannotMove("This session cannot be moved any more.")
    spans = sorted(spans)
    check_spans(spans, at=at, refusal=CannotMove)
    if not reason.strip():
        raise CannotMove("Say why the session is moved.")
    spans_before = spans_of(session)
    if spans == spans_before:
        return session
    refuse_stale(session, seen, MOVED, by=by)
    trainers = list(session.trainers.all())
    if not clash_known:
        check_trainers_are_free(trainers, spans, host_id=session.host_id, apart_from=session.pk)
    before = session.starts_at
    session.booking_closes_at = spans[0][0] - (before - session.booking_closes_at)
    if session.booking_opens_at is not None and session.booking_opens_at >= session.booking_closes_at:
        raise CannotMove("Booking would open after it closes. Change when booking opens first.")
    if session.booking_closes_at <= at:
        raise CannotMove("Booking would be closed already. Choose a later date.")
    # Together: the check on the booking window looks at all of them.
    session.starts_at, session.ends_at = spans[0][0], spans[-1][1]
    session.revision += 1
    session.changed_at = at
    session.save(update_fields=["starts_at", "ends_at", "booking_closes_at", "revision", "changed_at"])
    set_dates(session, spans)
    SessionShift.objects.create(
        session=session,
        from_starts_at=before,
        to_starts_at=session.starts_at,
        reason=reason.strip(),
        moved_at=at,
        moved_by=by,
    )
    record("moved", session, by=by, at=at, dates=len(spans), clash_known=clash_known)
    gone = dates_gone(spans_before, spans)
    more: dict[str, Any] = {"gone": gone} if gone else {}
    for booking in session.bookings.standing().order_by("pk"):
        enqueue(tasks.email_person_about_change, at=at, by=by, booking_id=booking.pk, **more)
    shorten(session, at=at)
    settle(session, at=at)
    tell_trainers(session, trainers, "MOVED", by=by, at=at)
    tell_who_asked(session, "MOVED", by=by, at=at)
    return session


@transaction.atomic
def repeat_session(
    *, session_id: UUID, every: Repeat | str, count: int, key: UUID, by: User, at: datetime, known: bool = False
) -> SessionSeries:
    """Plan the same session so many times more, in a rhythm; all are one series. The same key again plans nothing more.

    A copy has kind, words, place, trainers, places and audience; its link, its files and its bookings are its own. Raises
    CannotRepeat, or TrainersAreBusy (a clash, a bank holiday) unless that is known.
    """
    session = Session.objects.locked().get(pk=session_id)
    if not can_run(by, session):
        raise CannotRepeat("Only a trainer of the force that runs this session may repeat it.")
    earlier = SessionSeries.objects.filter(request_key=key).first()
    if earlier is not None:
        if SeriesPart.objects.filter(series=earlier, session=session).exists():
            return earlier
        raise KeyWasUsed("This form was used for another session. Send it again.")
    if not 1 <= count <= MOST_REPEATS:
        raise CannotRepeat(f"Choose 1 to {MOST_REPEATS} more sessions.")
    if session.date_count > 1:
        raise CannotRepeat("A session of several dates is not repeated. Copy it.")
    if SeriesPart.objects.filter(session=session).exists():
        raise CannotRepeat("This session is part of a series already.")
    starts = repeated(session.starts_at, every=every, count=count)
    length = session.ends_at - session.starts_at
    spans = [(start, start + length) for start in starts]
    if starts[0] <= at:
        raise CannotRepeat("The next session would be in the past. Copy this one instead.")
    trainers = list(session.trainers.all())
    if not known:
        if days := holidays_among(starts):
            raise TrainersAreBusy(f"Bank holiday: {', '.join(moment(day) for day in days)}.")
        check_trainers_are_free(trainers, spans, host_id=session.host_id)
    series = SessionSeries.objects.create(
        host=session.host, kind=SeriesKind.REPEAT, title=session.title, request_key=key, made_at=at, made_by=by
    )
    copies = [_copy(session, span, by=by, at=at) for span in spans]
    SeriesPart.objects.bulk_create(SeriesPart(session=one, series=series) for one in (session, *copies))
    for copy in copies:
        copy.trainers.set(trainers)
        copy.audience_agencies.set(session.audience_agencies.all())
        record("planned", copy, by=by, at=at, capacity=copy.capacity, series=str(series.pk))
    # One mail for the whole series, about its first session: twelve would be read by nobody.
    tell_trainers(copies[0], trainers, "ADDED", by=by, at=at)
    return series


@transaction.atomic
def make_course(*, title: str, key: UUID, by: User, at: datetime) -> SessionSeries:
    """A course, to which sessions are added. The same key again makes no second one. Raises CannotJoinCourse."""
    if not can_plan(by) or by.agency is None:
        raise CannotJoinCourse("Only a trainer of a police force makes a course.")
    if not title.strip():
        raise CannotJoinCourse("Give the course a title.")
    series, is_new = SessionSeries.objects.get_or_create(
        request_key=key,
        defaults={
            "host": by.agency,
            "kind": SeriesKind.COURSE,
            "title": title.strip(),
            "made_at": at,
            "made_by": by,
        },
    )
    if not is_new and (series.title, series.host_id) != (title.strip(), by.agency_id):
        raise KeyWasUsed("This form was used for another course. Send it again.")
    if is_new:
        audit.record(verb=Verb.CHANGED, what="partners.course_made", at=at, actor=by, subject=series)
    return series


@transaction.atomic
def set_course(*, session_id: UUID, series_id: UUID | None, by: User, at: datetime) -> None:
    """Put a session into a course of its force, or take it out. Raises CannotJoinCourse."""
    session = Session.objects.locked().get(pk=session_id)
    if not can_run(by, session):
        raise CannotJoinCourse("Only a trainer of the force that runs this session may do that.")
    part = SeriesPart.objects.select_related("series").filter(session=session).first()
    if (part.series_id if part else None) == series_id:
        return
    if part is not None and part.series.kind == SeriesKind.REPEAT:
        raise CannotJoinCourse("This session is one of several that repeat. It cannot be in a course.")
    SeriesPart.objects.filter(session=session).delete()
    if series_id is not None:
        series = SessionSeries.objects.filter(pk=series_id, host=session.host_id, kind=SeriesKind.COURSE).first()
        if series is None:
            raise CannotJoinCourse("Choose a course of your force.")
        if session.state == SessionState.CANCELLED:
            raise CannotJoinCourse("This session was cancelled.")
        SeriesPart.objects.create(session=session, series=series)
    record("course_set", session, by=by, at=at, series=str(series_id or ""))


def tell_trainers(session: Session, trainers: Iterable[User], what: str, *, by: User, at: datetime) -> None:
    """Tell each trainer but the one who did it: ADDED, REMOVED, STANDS_IN, REPLACED, MOVED or CANCELLED."""
    for trainer in sorted(trainers, key=lambda one: str(one.pk)):
        if trainer.pk != by.pk:
            enqueue(
                tasks.email_trainer_about_session,
                at=at,
                by=by,
                session_id=session.pk,
                user_id=trainer.pk,
                about=what,
            )


def tell_who_asked(session: Session, what: str, *, by: User, at: datetime) -> None:
    """Tell the coordinators of the agency that asked for this session, if one did: OPENED, MOVED or CANCELLED.

    They hear of it though nobody is booked yet.
    """
    asked = TailoredRequest.objects.filter(session=session).first()
    if asked is not None:
        enqueue(tasks.email_agency_about_its_session, at=at, by=by, request_id=asked.pk, about=what)


def check_audience(session: Session, agencies: Collection[object], refusal: type[DomainError]) -> None:
    """An audience of kinds names kinds, one of agencies names agencies, and no other names either."""
    if (session.audience == Audience.KINDS) != bool(session.audience_kinds):
        raise refusal("Choose which kinds of agency the session is for.")
    if (session.audience in (Audience.NAMED, Audience.INVITED)) != bool(agencies):
        raise refusal("Choose which agencies the session is for.")


def record(what: str, session: Session, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(verb=Verb.CHANGED, what=f"partners.session_{what}", at=at, actor=by, subject=session, **details)
    transaction.on_commit(forget_public_sessions)


def _copy(session: Session, span: Span, *, by: User, at: datetime) -> Session:
    closes_before: timedelta = session.starts_at - session.booking_closes_at
    return Session.objects.create(
        host=session.host,
        kind=session.kind,
        title=session.title,
        about=session.about,
        notes=session.notes,
        starts_at=span[0],
        ends_at=span[1],
        venue=session.venue,
        place=session.place,
        town=session.town,
        capacity=session.capacity,
        booking_closes_at=span[0] - closes_before,
        audience=session.audience,
        audience_kinds=session.audience_kinds,
        planned_at=at,
        planned_by=by,
        changed_at=at,
    )
