"""Somebody who walked in without an account has one by now: joined by hand, kept, undone with a reason, and told to nobody else."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from partners.models import Booking, Certificate, FollowUp, ScenarioAnswer, WalkInJoin
from partners.permissions import may_take_certificate
from partners.services import joins as services
from tests.conftest import CarefulClient
from tests.factories.accounts import UserFactory
from tests.factories.partners import (
    BookingFactory,
    DelegateFactory,
    FollowUpFactory,
    ScenarioAnswerFactory,
    ScenarioVersionFactory,
)
from tests.partners.page_steps import own_session, page
from tests.people import NOW, Cast
from tests.races import at_once
from tests.reading import text_of

pytestmark = pytest.mark.django_db


def walk_in(cast: Cast, name: str = "Jo Fictitious", email: str = "jo@example.org", **fields) -> Booking:
    session = fields.pop("session", None) or own_session(cast, state="HELD", starts_at=NOW - timedelta(days=9))
    delegate = DelegateFactory(agency=cast.council, added_by=cast.tess, name=name, email=email)
    given = {"session": session, "user": None, "delegate": delegate, "state": "PRESENT", "walk_in": "PLACE"}
    return BookingFactory(**given | {"registered_at": session.starts_at, "booked_by": cast.tess} | fields)


def account(cast: Cast, name: str = "Joanna Fictitious", email: str = "jo@example.org", **fields) -> User:
    return UserFactory(
        **{"agency": cast.council, "roles": ["PARTNER_PRACTITIONER"], "name": name, "email": email} | fields
    )


def join(cast: Cast, booking: Booking, user: User, by: User | None = None) -> WalkInJoin:
    return services.join_walk_in(booking_id=booking.pk, user=user, by=by or cast.tess, at=NOW)


def undo(cast: Cast, made: WalkInJoin, reason: str = "Another Jo.", by: User | None = None) -> WalkInJoin:
    return services.undo_join(join_id=made.pk, reason=reason, by=by or cast.tess, at=NOW)


def why(cast: Cast, booking: Booking, by: User | None = None) -> list[tuple[str, str]]:
    found = services.possible_accounts([booking], by=by or cast.tess).get(booking.pk, [])
    return [(one.user.name, one.why) for one in found]


def test_the_attendance_its_certificate_and_its_history_become_those_of_the_account(cast):
    booking, jo = walk_in(cast), account(cast)
    entered = booking.delegate
    Certificate.objects.create(booking=booking, made_at=NOW, made_by=cast.cory)

    made = join(cast, booking, jo)

    booking = Booking.objects.select_related("session").get(pk=booking.pk)
    assert (booking.user, booking.delegate, booking.state) == (jo, None, "PRESENT")
    assert (made.delegate, made.user, made.joined_by) == (entered, jo, cast.tess)
    assert may_take_certificate(jo, booking)
    assert not may_take_certificate(cast.cory, booking)
    assert Certificate.objects.filter(booking=booking).exists()
    assert list(Booking.objects.visible_to(jo)) == [booking]
    assert Entry.objects.get(what="partners.booking_joined").details["join"] == str(made.pk)
    assert join(cast, booking, jo) == made


@pytest.mark.parametrize("by", ["tess", "ada"])
def test_trainers_and_administrators_of_the_force_join_and_nobody_else(cast, by):
    booking, jo = walk_in(cast), account(cast)
    for other in (cast.cory, cast.pat, cast.sam, UserFactory(roles=["TRAINER"])):
        assert why(cast, booking, by=other) == []
        with pytest.raises(services.CannotJoin, match="Only trainers and administrators"):
            join(cast, booking, jo, by=other)
    assert join(cast, booking, jo, by=getattr(cast, by)).user == jo


def test_accounts_with_the_same_address_come_first_then_like_names_of_the_same_agency(cast):
    booking = walk_in(cast, name="Kate Example-Smith")
    account(cast, name="Catherine Example-Smith", email="c@example.org")
    account(cast, name="Kate Example Smith", email="k@example.org")
    account(cast, name="Somebody Else")
    account(cast, name="Kate Example-Smith", email="away@example.org", agency=cast.elsewhere)
    account(cast, name="Kate Example-Smith", email="left@example.org", is_active=False)

    assert [reason for _, reason in why(cast, booking)] == [
        "Same e-mail address",
        "Same name, same agency",
        "Similar name, same agency",
    ]


def test_what_cannot_be_joined_is_refused(cast):
    booking, jo = walk_in(cast), account(cast)
    not_like = account(cast, name="Quite Another", email="q@example.org")
    booked = BookingFactory(session=booking.session, user=cast.pat, state="PRESENT")
    with pytest.raises(services.CannotJoin, match="same address"):
        join(cast, booking, not_like)
    with pytest.raises(services.CannotJoin, match="Only trainers"):
        join(cast, booked, jo)
    own = walk_in(cast, email=cast.tess.email, session=booking.session)
    with pytest.raises(services.CannotJoin, match="Nobody joins"):
        join(cast, own, cast.tess)
    BookingFactory(session=booking.session, user=jo, state="ABSENT")
    with pytest.raises(services.CannotJoin, match="on the register of this session already"):
        join(cast, booking, jo)
    assert not WalkInJoin.objects.exists()


def test_undoing_gives_it_back_says_why_and_takes_what_the_wrong_person_answered(cast):
    booking, jo = walk_in(cast), account(cast)
    entered, made = booking.delegate, join(cast, booking, jo)
    booking.refresh_from_db()
    FollowUpFactory(booking=booking)
    version = ScenarioVersionFactory(force=cast.police, written_by=cast.tess)
    ScenarioAnswerFactory(booking=booking, version=version, asked="AFTER")
    Certificate.objects.create(booking=booking, made_at=NOW, made_by=jo)
    with pytest.raises(services.CannotJoin) as refused:
        undo(cast, made, reason=" ")
    assert refused.value.field == "reason"

    undone = undo(cast, made, by=cast.ada)

    booking.refresh_from_db()
    assert (booking.user, booking.delegate) == (None, entered)
    assert (undone.undone_by, undone.undone_reason) == (cast.ada, "Another Jo.")
    assert not FollowUp.objects.exists()
    assert not ScenarioAnswer.objects.exists()
    assert not Certificate.objects.exists()
    assert Entry.objects.get(what="partners.booking_join_undone").details["answers_removed"] == 2
    assert undo(cast, made) == undone
    assert join(cast, booking, jo) != made


def test_the_database_changes_the_person_of_a_place_by_a_join_alone(cast):
    booking, jo = walk_in(cast), account(cast)
    plain = BookingFactory(session=booking.session, user=cast.pat)
    for one, fields in ((booking, {"user": jo, "delegate": None}), (plain, {"user": jo})):
        with pytest.raises(IntegrityError, match="somebody else"), transaction.atomic():
            Booking.objects.filter(pk=one.pk).update(**fields)
    made = join(cast, booking, jo)
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(user=None, delegate=made.delegate)
    with pytest.raises(DatabaseError), transaction.atomic():
        WalkInJoin.objects.update(user=cast.pat)
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()
    undo(cast, made)
    with pytest.raises(DatabaseError), transaction.atomic():
        WalkInJoin.objects.update(undone_reason="Something else")


@pytest.mark.django_db(transaction=True)
def test_two_who_join_one_walk_in_at_once_join_it_once(cast):
    booking, people = walk_in(cast), [account(cast), account(cast, name="Jo Fictitious", email="two@example.org")]
    done = at_once(
        lambda: join(cast, booking, people[0]), lambda: join(cast, booking, people[1]), refusal=services.CannotJoin
    )
    assert sum(isinstance(one, WalkInJoin) for one in done) == WalkInJoin.objects.count() == 1


def test_both_stand_side_by_side_and_are_confirmed_by_hand(client: CarefulClient, cast):
    booking, jo = walk_in(cast), account(cast)
    client.signed_in(cast.tess)
    text = text_of(client.get(page("walk_in", booking)))
    assert all(words in text for words in ("Jo Fictitious", "Joanna Fictitious", "Same e-mail address"))

    refused = client.post(page("walk_in", booking), {"user": str(jo.pk)})
    assert refused.status_code == 422
    assert "Tick that you have compared both" in text_of(refused)
    assert not WalkInJoin.objects.exists()

    done = client.post(page("walk_in", booking), {"user": str(jo.pk), "compared": "on"}, follow=True)
    assert "The attendance is Joanna Fictitious's now" in text_of(done).replace("’", "'")
    undone = client.post(page("walk_in_undo", booking), {"reason": "Another Jo."}, follow=True)
    assert "Another Jo." in text_of(undone)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_says_where_an_account_may_be_theirs_with_a_flat_query_count(
    client: CarefulClient, cast, count, django_assert_num_queries
):
    account(cast)
    walk_in(cast)
    for number in range(count - 1):
        walk_in(cast, name=f"Another{number} Person", email=f"other{number}@example.org")
    joined = walk_in(cast, name="Pat Fictitious", email="somebody@example.org")
    join(cast, joined, cast.pat)
    client.signed_in(cast.tess)
    with django_assert_num_queries(9):
        shown = client.get(reverse("partners:walk_ins"))
    text = text_of(shown)
    assert "Look: 1 may be theirs" in text
    assert "Pat Fictitious" not in text
    assert "Pat Fictitious" in text_of(client.get(reverse("partners:walk_ins") + "?show=joined"))
