"""What booking one place must know, in two questions: of its session once that is locked, and of the person once they are. And what
the page before it shows, in one.

Who books waits for whoever books the same session before them, so these are kept (`common.kept_sql`). They only say whether there is
anything to be told or done; what it is, is asked by who refuses or does it.
"""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    BooleanField,
    CharField,
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
)
from django.db.models.functions import Coalesce, Lower

from accounts.enums import Permission
from accounts.models import User
from common.kept_sql import Asked, Given, KeptQuestion
from partners.models import Booking, Delegate, NamedDelegate, PlaceHold, Session
from partners.models.sessions import meant
from partners.queries import places_at_the_time_of

SESSION, USER, AGENCY, KEY, PERSON = (
    Given(name, UUIDField()) for name in ("session", "user", "agency", "key", "person")
)
KIND, EMAIL, AT = Given("kind", CharField()), Given("email", CharField()), Given("at", DateTimeField())


class KnownOfSession(NamedTuple):
    """`was_asked`: the key was used before. `has_to_settle`: a hold or an offer is over, or somebody waits. `holds_one`: who books does.

    `colleague` and `delegate` are whom the agency knows by that address: with an account, or as a delegate.
    """

    is_meant: bool
    was_asked: bool
    has_to_settle: bool
    holds_one: bool
    colleague: UUID | None
    delegate: UUID | None


def ask_of_session(
    session_id: UUID, *, key: UUID, by: User, at: datetime, delegate: NamedDelegate | None
) -> Asked[Session]:
    """Asked under the session's lock; `known_of_session` reads the answer."""
    question = _of_session(by.acts_for_police(), by.may(Permission.BOOK_FOR_AGENCY))
    return question.ask(
        session=session_id,
        key=key,
        user=by.pk,
        agency=by.agency_id,
        kind=by.acts_for_kind(),
        at=at,
        email=delegate.email.strip().lower() if delegate else "",
    )


def known_of_session(asked: Asked[Session]) -> KnownOfSession:
    (row,) = asked.rows()
    return KnownOfSession(*row)


def what_is_due(session: Session, *, at: datetime) -> tuple[int, bool, bool]:
    """How many places are taken, whether a hold or an offer has ended, and whether somebody waits. Asked under the session's lock."""
    ((taken, has_ended, somebody_waits),) = _due.rows(session=session.pk, at=at)
    return taken, has_ended, somebody_waits


def count_places(session: Session) -> int:
    """How many places are taken, as the database counts them, what this transaction has done included."""
    ((taken,),) = _taken.rows(session=session.pk)
    return int(taken)


def stands_or_is_elsewhere(session: Session, person: User | Delegate) -> bool:
    """Whether somebody has a place on this session, an offer or a place in its line, or a place elsewhere at that time."""
    ((found,),) = _of_person("user" if isinstance(person, User) else "delegate").rows(
        session=session.pk, person=person.pk
    )
    return bool(found)


@cache
def _of_session(is_police: bool, may_be_invited: bool) -> KeptQuestion[Session]:
    def build() -> "QuerySet[Session, Any]":
        # In small letters, as the indexes have them.
        colleagues = User.objects.alias(address=Lower("email")).filter(agency=AGENCY, address=EMAIL, is_active=True)
        delegates = Delegate.objects.alias(address=Lower("email")).filter(agency=AGENCY, address=EMAIL)
        return Session.objects.filter(pk=SESSION).values_list(
            _whether(meant(AGENCY, KIND, is_police=is_police, may_be_invited=may_be_invited)),
            Exists(Booking.objects.filter(request_key=KEY)),
            _whether(_ended() | Q(Exists(Booking.objects.waiting().filter(session=SESSION)))),
            Exists(PlaceHold.objects.filter(session=SESSION, user=USER)),
            Subquery(colleagues.values("pk")[:1]),
            Subquery(delegates.values("pk")[:1]),
        )

    return KeptQuestion(build)


class ShownOfPage(NamedTuple):
    """`waiting`: how many wait. The others say only whether there is something to be read."""

    waiting: int
    holds_one: bool
    is_known: bool
    is_of_another: bool


def shown_of_page(session: Session, *, by: User, at: datetime, delegate: NamedDelegate | None) -> ShownOfPage:
    """For the page on which somebody checks whom the place is for; without a delegate that is who books."""
    email = delegate.email.strip().lower() if delegate else ""
    ((waiting, *others),) = _page.rows(session=session.pk, user=by.pk, agency=by.agency_id, at=at, email=email)
    return ShownOfPage(int(waiting), *others)


@cache
def _of_person(kind: str) -> KeptQuestion[Session]:
    def build() -> "QuerySet[Session, Any]":
        here = Booking.objects.standing().filter(session=SESSION, **{kind: PERSON})
        elsewhere = places_at_the_time_of(SESSION, Booking.objects.holding_a_place().filter(**{kind: PERSON}))
        return Session.objects.filter(pk=SESSION).values_list(_whether(Q(Exists(here)) | Q(Exists(elsewhere))))

    return KeptQuestion(build)


def _ended() -> Q:
    """That a hold or an offer on the session is over."""
    offered = Booking.objects.offered().filter(session=SESSION, offer__ends_at__lte=AT)
    return Q(Exists(PlaceHold.objects.filter(session=SESSION).over(at=AT))) | Q(Exists(offered))


def _shown() -> "QuerySet[Session, Any]":
    with_address = User.objects.alias(address=Lower("email")).filter(address=EMAIL, is_active=True)
    delegates = Delegate.objects.alias(address=Lower("email")).filter(agency=AGENCY, address=EMAIL)
    waiting = Booking.objects.waiting().filter(session=SESSION).order_by().values("session")
    return Session.objects.filter(pk=SESSION).values_list(
        Coalesce(Subquery(waiting.annotate(count=Count("pk")).values("count")), 0),
        Exists(PlaceHold.objects.live(at=AT).filter(session=SESSION, user=USER)),
        _whether(Q(Exists(with_address.filter(agency=AGENCY))) | Q(Exists(delegates))),
        Exists(with_address.exclude(agency=AGENCY)),
    )


_page = KeptQuestion(_shown)
_taken = KeptQuestion(lambda: Session.objects.filter(pk=SESSION).values_list("places_taken"))
_due = KeptQuestion(
    lambda: Session.objects.filter(pk=SESSION).values_list(
        "places_taken", _whether(_ended()), Exists(Booking.objects.waiting().filter(session=SESSION))
    )
)


def _whether(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, output_field=BooleanField())
