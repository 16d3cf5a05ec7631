"""Conflicts of interest: who is concerned in a referral themselves does not see it, and a supervisor is told."""

import uuid
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError

from audit.models import Entry
from referrals import notifications, permissions, queries, services
from referrals.enums import CONFLICT_MOVES, ConflictMove, ConflictState, FormKind, PersonRole
from referrals.models import Conflict, Connection, Person, Referral
from tests.conftest import CarefulClient
from tests.factories.accounts import UserFactory
from tests.people import NOW
from tests.reading import text_of
from tests.referrals.conftest import ENOUGH


@pytest.fixture
def bob(cast):
    """A decision-maker with the name of somebody who will be referred."""
    return UserFactory(
        name="Robert Imaginary",
        collar_number="4417",
        agency=cast.police,
        team=cast.hub_team,
        roles=["MASH_DECISION_MAKER"],
    )


def sent(cast, *people, at=NOW):
    described = [{"role": PersonRole.SUBJECT, "given_names": "Imogen", "family_name": "Other"}, *people]
    return services.submit_complete_referral(
        kind=FormKind.PPN, answers=ENOUGH, people=described, key=uuid.uuid4(), by=cast.olu, at=at, why_another="Anew."
    )


def father(**said):
    return {"role": PersonRole.PARENT_CARER, "given_names": "Bob", "family_name": "Imaginary"} | said


def sees(user, referral):
    return Referral.objects.visible_to(user).filter(pk=referral.pk).exists()


def test_whoever_has_the_name_of_somebody_in_it_never_sees_it(cast, bob):
    referral = sent(cast, father())

    found = Conflict.objects.get()
    assert (found.person, found.state, found.why, found.source) == (bob, "SUSPECTED", ["OWN_NAME"], "MATCHED")
    assert not sees(bob, referral)
    assert sees(cast.mina, referral)
    assert not queries.queue(bob, at=NOW).exists()
    assert "Imaginary" not in str(Entry.objects.get(what="conflict.noted").details)


@pytest.mark.parametrize(
    "people",
    [
        [father(role=PersonRole.PROFESSIONAL)],
        [father(given_names="Quentin")],
        [father(family_name="Fabricated")],
    ],
    ids=["there for their work", "another given name", "another family name"],
)
def test_whoever_is_another_is_let_in(cast, bob, people):
    assert sees(bob, sent(cast, *people))
    assert not Conflict.objects.exists()


def test_a_collar_number_counts_beside_the_family_name_alone(cast, bob):
    assert not sees(bob, sent(cast, father(given_names="Quentin", aliases="4417 of the police")))
    assert Conflict.objects.get().why == ["OWN_COLLAR"]
    assert sees(bob, sent(cast, father(given_names="Quentin", family_name="Fabricated", aliases="4417")))


def test_who_wrote_it_is_not_kept_from_it(cast):
    cast.olu.name = "Bob Imaginary"
    cast.olu.save()

    assert sees(cast.olu, sent(cast, father()))


@pytest.mark.parametrize(
    ("known", "person", "why"),
    [
        ({"address": "7 Imaginary Row, Testham"}, {"address": "7 Imaginary Row, Testham"}, ["KNOWN_ADDRESS"]),
        (
            {"given_names": "Quentin", "family_name": "Fabricated", "date_of_birth": date(1990, 1, 5)},
            {"given_names": "Q", "family_name": "Fabricated", "date_of_birth": date(1990, 1, 5)},
            ["KNOWN_PERSON"],
        ),
        (
            {"given_names": "Quentin", "family_name": "Fabricated", "date_of_birth": date(1990, 1, 5)},
            {"given_names": "Quentin", "family_name": "Fabricated", "date_of_birth": date(1971, 8, 9)},
            [],
        ),
        (
            {"given_names": "Quentin", "family_name": "Fabricated"},
            {"given_names": "Quentin", "family_name": "Fabricated"},
            ["KNOWN_PERSON"],
        ),
    ],
    ids=["address", "family name and birth", "namesake born on another day", "whole name"],
)
def test_whom_one_said_to_know_closes_what_comes_and_what_is_there(cast, known, person, why):
    there = sent(cast, father(**person))
    services.add_connection(**known, by=cast.mina, at=NOW)
    coming = sent(cast, father(**person))

    assert [sees(cast.mina, one) for one in (there, coming)] == [not why, not why]
    assert all(one.why == why for one in Conflict.objects.all())
    assert sees(cast.sam, coming)


def test_what_one_said_is_deleted_when_it_is_removed(cast):
    known = services.add_connection(address="7 Imaginary Row, Testham", by=cast.mina, at=NOW)
    services.remove_connection(connection_id=known.pk, by=cast.sam, at=NOW)
    assert Connection.objects.filter(pk=known.pk).exists()
    services.remove_connection(connection_id=known.pk, by=cast.mina, at=NOW)

    assert not Connection.objects.exists()
    assert "Row" not in str(list(Entry.objects.values_list("details", "reason")))


def test_who_is_named_in_an_amendment_is_kept_from_then_on(cast, bob):
    referral = sent(cast)
    assert sees(bob, referral)
    services.amend_person(
        referral_id=referral.pk,
        person_id=None,
        version=Referral.objects.get(pk=referral.pk).version,
        answers=father(),
        reason="The father came.",
        by=cast.olu,
        at=NOW,
    )
    assert not sees(bob, referral)


def test_an_account_that_is_renamed_is_kept_out_when_it_opens_it(cast, bob, client: CarefulClient):
    bob.name = "Quentin Fabricated"
    bob.save()
    referral = sent(cast, father())
    bob.name = "Robert Imaginary"
    bob.save()

    assert client.signed_in(bob).get(referral.get_absolute_url()).status_code == 404
    assert Conflict.objects.get().person == bob
    assert not Entry.objects.filter(what="referral.read", actor_id=str(bob.pk)).exists()


def test_saying_so_closes_it_at_once_and_tells_the_supervisors(cast, life, client, mailoutbox):
    referral = life.submitted()
    client.signed_in(cast.mina)
    page = client.get(f"/referrals/{referral.pk}/conflict/")
    assert "Fictitious Child" not in text_of(page)
    done = client.post(f"/referrals/{referral.pk}/conflict/", {"words": "Her mother is my sister."})

    assert done.status_code == 302
    assert client.get(referral.get_absolute_url()).status_code == 404
    found = Conflict.objects.get()
    notifications.email_judges_about_conflict(conflict_id=str(found.pk))
    (mail,) = mailoutbox
    assert mail.to == [cast.sam.email]
    assert all(word not in mail.subject + mail.body for word in (referral.reference, "Mina", "sister"))
    assert "conflict of interest to judge" in text_of(client.signed_in(cast.sam).get("/"))


def test_a_supervisor_confirms_and_it_is_taken_off(cast, life):
    referral = life.submitted()
    services.claim_referral(referral_id=referral.pk, by=cast.mina, at=NOW)
    found = services.declare_conflict(referral_id=referral.pk, words="My niece.", by=cast.mina, at=NOW)

    services.judge_conflict(conflict_id=found.pk, move=ConflictMove.CONFIRM, judgement="It is.", by=cast.sam, at=NOW)

    referral.refresh_from_db()
    assert referral.assigned_to is None
    assert not sees(cast.mina, referral)


def test_what_was_cleared_is_open_and_stays_so_for_the_same_reasons(cast, bob):
    referral = sent(cast, father())
    found = Conflict.objects.get()
    services.judge_conflict(conflict_id=found.pk, move="CLEAR", judgement="A namesake.", by=cast.sam, at=NOW)
    assert sees(bob, referral)

    again = services.suspect_conflicts(Referral.objects.get(pk=referral.pk), among=[bob], at=NOW)

    assert again == []
    assert sees(bob, referral)
    assert not Referral.objects.get(pk=referral.pk).is_guarded


def test_nobody_judges_their_own_nor_one_of_a_referral_that_is_closed_to_them(cast, life):
    referral = life.submitted()
    of_sam = services.declare_conflict(referral_id=referral.pk, words="My niece.", by=cast.sam, at=NOW)
    of_mina = services.declare_conflict(referral_id=referral.pk, words="My niece.", by=cast.mina, at=NOW)
    for found in (of_sam, of_mina):
        with pytest.raises(services.CannotJudge):
            services.judge_conflict(conflict_id=found.pk, move="CLEAR", judgement="No.", by=cast.sam, at=NOW)
    assert not queries.conflicts_to_judge(cast.sam).exists()
    with pytest.raises(IntegrityError, match="somebody_else"), transaction.atomic():
        Conflict.objects.filter(pk=of_sam.pk).update(
            state="CONFIRMED", judged_by=cast.sam, judged_at=NOW, judgement="Myself."
        )


def test_each_move_leads_where_the_table_says_and_a_cleared_one_stands(cast, life):
    for move in ConflictMove:
        for state in ConflictState:
            found = services.declare_conflict(referral_id=life.submitted().pk, words="My niece.", by=cast.mina, at=NOW)
            if state != ConflictState.SUSPECTED:
                Conflict.objects.filter(pk=found.pk).update(
                    state=state, judged_by=cast.lin, judged_at=NOW, judgement="Before."
                )
            expected = CONFLICT_MOVES[move].get(state)
            if expected is None:
                with pytest.raises(services.CannotJudge):
                    services.judge_conflict(conflict_id=found.pk, move=move, judgement="Now.", by=cast.sam, at=NOW)
            else:
                done = services.judge_conflict(conflict_id=found.pk, move=move, judgement="Now.", by=cast.sam, at=NOW)
                assert done.state == expected
    cleared = Conflict.objects.filter(state=ConflictState.CLEARED).first()
    with pytest.raises(ProgrammingError, match="stands"), transaction.atomic():
        Conflict.objects.filter(pk=cleared.pk).update(state=ConflictState.SUSPECTED)


def test_the_judge_reads_why_and_nothing_of_the_referral(cast, bob, client: CarefulClient):
    sent(cast, father(address="7 Imaginary Row, Testham"))
    page = text_of(client.signed_in(cast.sam).get(Conflict.objects.get().get_absolute_url()))

    assert "Somebody in it has their name, or a form of it" in page
    assert not any(word in page for word in ("Imogen", "Row", "cold flat", "Parent"))
    refused = client.post(Conflict.objects.get().get_absolute_url(), {"move": "CLEAR", "judgement": ""})
    assert refused.status_code == 422
    assert Conflict.objects.get().state == ConflictState.SUSPECTED


@pytest.mark.parametrize("count", [1, 3])
def test_the_conflicts_have_a_flat_query_count(cast, life, client, count, django_assert_num_queries):
    for _ in range(count):
        services.declare_conflict(referral_id=life.submitted().pk, words="My niece.", by=cast.mina, at=NOW)
    client.signed_in(cast.sam)
    with django_assert_num_queries(5):
        assert len(client.get("/referrals/conflicts/").context["page"].items) == count


def test_a_name_alone_never_names_people_without_a_family_name(cast):
    person = Person(role="SUBJECT", given_names="Cher", referral=Referral())
    assert queries.why_concerned(UserFactory(name="Cher"), (), [person]) == []


def test_who_is_kept_out_reads_no_part_of_it_through_what_hangs_on_it(cast, life):
    share = life.shared()
    services.declare_conflict(referral_id=share.referral_id, words="My niece.", by=cast.pat, at=NOW)
    again = Referral.objects.get(pk=share.referral_id)

    assert permissions.files_given(cast.pat, again) == frozenset()
    assert list(queries.shared_with(cast.pat)) == []
    assert permissions.share_to_answer(cast.pat, list(again.shares.all())) is None
