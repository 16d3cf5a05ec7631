"""A trainer in the place of another: with a reason, kept for good, told to both, listed."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from partners.models import Session, Substitution
from partners.notifications.trainer_mail import email_trainer_about_session
from partners.services import sessions as session_services
from partners.services import substitutions as services
from partners.services.scheduling import TrainersAreBusy
from tests.conftest import CarefulClient
from tests.factories.accounts import UserFactory
from tests.factories.partners import SessionFactory
from tests.partners.page_steps import own_session, page, soon
from tests.people import NOW, Cast
from tests.races import at_once
from tests.reading import text_of

pytestmark = pytest.mark.django_db


def trainer(cast: Cast, name: str = "Toni Fictitious", **fields) -> User:
    return UserFactory(**{"agency": cast.police, "roles": ["TRAINER"], "name": name} | fields)


def substitute(cast: Cast, session: Session, stand_in: User, **fields) -> Substitution:
    given = {"trainer": cast.tess, "stand_in": stand_in, "reason": "At court that day.", "by": cast.tess, "at": NOW}
    return services.substitute_trainer(session_id=session.pk, **given | fields)


def told(session: Session, user: User, about: str, mailoutbox) -> list[str]:
    email_trainer_about_session(session_id=str(session.pk), user_id=str(user.pk), about=about)
    said = [mail.body for mail in mailoutbox if mail.to == [user.email]]
    mailoutbox.clear()
    return said


@pytest.mark.parametrize("state", ["OPEN", "HELD"])
def test_the_stand_in_leads_and_who_when_and_why_is_kept(cast, state):
    toni, session = trainer(cast), own_session(cast, state=state)

    made = substitute(cast, session, toni)

    assert list(session.trainers.all()) == [toni]
    assert (made.trainer, made.stand_in, made.reason, made.made_by) == (
        cast.tess,
        toni,
        "At court that day.",
        cast.tess,
    )
    entry = Entry.objects.get(what="partners.session_changed")
    assert entry.details["substitution"] == str(made.pk)
    assert substitute(cast, session, toni) == made
    assert Substitution.objects.count() == 1


@pytest.mark.parametrize("state", ["PLANNED", "CANCELLED"])
def test_a_session_that_is_not_open_or_held_has_no_substitution(cast, state):
    with pytest.raises(services.CannotSubstitute, match=state.lower()):
        substitute(cast, own_session(cast, state=state), trainer(cast))


def test_what_cannot_be_is_said_beside_its_answer(cast):
    session, toni = own_session(cast), trainer(cast)
    both = own_session(cast)
    both.trainers.add(toni)
    refused = (
        ({"reason": "  "}, session, toni, "reason"),
        ({"reason": "x" * 301}, session, toni, "reason"),
        ({"trainer": toni}, session, trainer(cast, "Another"), "trainer"),
        ({}, both, toni, "stand_in"),
        ({}, session, cast.olu, "stand_in"),
        ({}, session, UserFactory(roles=["TRAINER"]), "stand_in"),
        ({"by": cast.cory}, session, toni, None),
    )
    for fields, concerned, stand_in, field in refused:
        with pytest.raises(services.CannotSubstitute) as error:
            substitute(cast, concerned, stand_in, **fields)
        assert error.value.field == field
    assert not Substitution.objects.exists()
    assert list(session.trainers.all()) == [cast.tess]


def test_who_would_be_in_two_places_is_warned_of_until_the_session_is_over(cast):
    toni = trainer(cast)
    session = own_session(cast, starts_at=soon())
    other = SessionFactory(host=cast.police, planned_by=toni, starts_at=session.starts_at + timedelta(minutes=30))
    with pytest.raises(TrainersAreBusy, match=other.title):
        substitute(cast, session, toni)
    substitute(cast, session, toni, clash_known=True)
    over = own_session(cast, state="HELD", starts_at=NOW - timedelta(days=3))
    SessionFactory(host=cast.police, planned_by=toni, starts_at=over.starts_at)
    substitute(cast, over, toni)


def test_both_are_told_and_nobody_hears_what_is_not_so_any_more(cast, mailoutbox):
    toni, session = trainer(cast), own_session(cast)
    substitute(cast, session, toni)
    assert "in the place of another trainer" in told(session, toni, "STANDS_IN", mailoutbox)[0]
    assert "leads a session in your place" in told(session, cast.tess, "REPLACED", mailoutbox)[0]
    assert told(session, cast.tess, "STANDS_IN", mailoutbox) == told(session, toni, "REPLACED", mailoutbox) == []


def test_changing_an_open_session_does_not_hide_a_substitution(cast):
    toni, session = trainer(cast), own_session(cast)
    with pytest.raises(session_services.CannotChange, match="Substitute a trainer") as refused:
        session_services.change_session(session_id=session.pk, by=cast.tess, at=NOW, trainers=[toni])
    assert refused.value.field == "trainers"
    session_services.change_session(session_id=session.pk, by=cast.tess, at=NOW, trainers=[toni, cast.tess])
    session_services.change_session(session_id=session.pk, by=cast.tess, at=NOW, trainers=[toni])
    planned = own_session(cast, state="PLANNED", starts_at=soon(40))
    session_services.change_session(session_id=planned.pk, by=cast.tess, at=NOW, trainers=[toni])
    assert not Substitution.objects.exists()


def test_the_database_keeps_what_was_written_and_wants_a_reason_and_two_people(cast):
    toni, session = trainer(cast), own_session(cast)
    made = substitute(cast, session, toni)
    with pytest.raises(DatabaseError), transaction.atomic():
        Substitution.objects.update(reason="Another reason")
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()
    given = {"session": session, "trainer": toni, "stand_in": cast.tess, "reason": "x", "made_at": NOW}
    for fields in ({"reason": ""}, {"stand_in": toni}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Substitution.objects.create(made_by=cast.tess, **given | fields)


@pytest.mark.django_db(transaction=True)
def test_two_who_substitute_the_same_trainer_at_once_leave_one_stand_in(cast):
    session, people = own_session(cast), [trainer(cast, "One"), trainer(cast, "Two")]

    def one(number: int) -> bool:
        try:
            substitute(cast, session, people[number])
        except services.CannotSubstitute:
            return False
        return True

    assert sorted(at_once(lambda: one(0), lambda: one(1))) == [False, True]
    assert session.trainers.count() == Substitution.objects.count() == 1


def test_the_page_asks_for_a_reason_and_keeps_what_was_chosen(client: CarefulClient, cast):
    toni, session = trainer(cast), own_session(cast)
    client.signed_in(cast.tess)
    chosen = {"trainer": str(cast.tess.pk), "stand_in": str(toni.pk)}

    refused = client.post(page("session_substitute", session), chosen)
    assert refused.status_code == 422
    assert "Say why somebody else leads the session" in text_of(refused)
    assert f'value="{toni.pk}" selected' in refused.content.decode()

    done = client.post(page("session_substitute", session), chosen | {"reason": "On leave."}, follow=True)
    assert "Toni Fictitious leads the session in the place of Tess Fictitious." in text_of(done)
    assert "Toni Fictitious in the place of Tess Fictitious" in text_of(client.get(page("session", session)))
    client.signed_in(cast.pat)
    assert "in the place of" not in text_of(client.get(page("session", session)))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_has_those_of_the_force_and_a_flat_query_count(
    client: CarefulClient, cast, count, django_assert_num_queries
):
    at = timezone.now()
    for number in range(count):
        substitute(cast, own_session(cast), trainer(cast, f"Stand-in {number}"), at=at, reason=f"Reason {number}.")
    other = SessionFactory()
    substitute(
        cast,
        other,
        UserFactory(agency=other.host, roles=["TRAINER"]),
        trainer=other.planned_by,
        by=other.planned_by,
        reason="Of another force.",
        at=at,
    )
    client.signed_in(cast.tess)
    with django_assert_num_queries(9):
        shown = client.get(reverse("partners:substitutions"))
    text = text_of(shown)
    assert f"Reason {count - 1}." in text
    assert "Of another force." not in text
    assert f"{count} substitution{'s' * (count > 1)} on {count} session" in text
