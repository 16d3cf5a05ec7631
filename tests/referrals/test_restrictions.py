"""Restricted referrals: for whoever is not named they do not exist, wherever one looks."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from referrals import notifications, permissions, queries, services
from referrals.enums import AccessReason, ConcernType, FormKind, PersonRole
from referrals.models import NamedPerson, Referral, Restriction
from tests.conftest import CarefulClient
from tests.factories.accounts import UserFactory
from tests.people import NOW
from tests.races import at_once
from tests.reading import text_of
from tests.referrals.conftest import ENOUGH

WORDS = "A fictitious colleague is the father."


@pytest.fixture
def moll(cast):
    """Another decision-maker of the hub, who is not named."""
    return UserFactory(name="Moll Fictitious", agency=cast.police, team=cast.hub_team, roles=["MASH_DECISION_MAKER"])


def restrict(cast, referral, *people, is_hinted=True, at=NOW):
    return services.restrict_referral(
        referral_id=referral.pk,
        reason="STAFF",
        words=WORDS,
        is_hinted=is_hinted,
        people=people or (cast.sam,),
        by=cast.sam,
        at=at,
    )


def sees(user, referral):
    return Referral.objects.visible_to(user).filter(pk=referral.pk).exists()


def test_only_those_named_see_it_whatever_their_role(cast, life, moll):
    referral = life.shared().referral
    restrict(cast, referral, cast.sam, cast.mina, cast.pat)

    seeing = {name for name, user in cast.everyone().items() if sees(user, referral)}

    assert seeing == {"sam", "mina", "pat"}
    assert not sees(moll, referral)


def test_a_name_opens_nothing_that_a_role_does_not_open(cast, life):
    referral = life.submitted()

    with pytest.raises(services.CannotRestrict, match="role would let them see"):
        restrict(cast, referral, cast.sam, cast.out)
    assert not Restriction.objects.exists()


def test_somebody_who_decides_is_always_named(cast, life):
    referral = life.submitted()
    with pytest.raises(services.CannotRestrict, match="decides at the hub"):
        restrict(cast, referral, cast.olu)
    made = restrict(cast, referral, cast.sam, cast.olu)

    with pytest.raises(services.CannotRestrict, match="decides at the hub"):
        services.unname_person(restriction_id=made.pk, person_id=cast.sam.pk, by=cast.sam, at=NOW)


def test_only_a_supervisor_to_whom_it_is_open_restricts(cast, life):
    referral = life.submitted()
    for name in ("olu", "lin", "mina", "pat", "iggy", "ada"):
        with pytest.raises(services.CannotRestrict):
            services.restrict_referral(
                referral_id=referral.pk,
                reason="STAFF",
                words=WORDS,
                is_hinted=False,
                people=[cast.mina],
                by=getattr(cast, name),
                at=NOW,
            )


def test_it_is_restricted_once_and_every_change_is_recorded(cast, life):
    referral = life.submitted()
    first, again = restrict(cast, referral, cast.sam, cast.mina), restrict(cast, referral, cast.sam, cast.mina)
    services.name_people(restriction_id=first.pk, people=[cast.olu], by=cast.sam, at=NOW)
    services.unname_person(restriction_id=first.pk, person_id=cast.mina.pk, by=cast.sam, at=NOW)
    services.lift_restriction(restriction_id=first.pk, reason="It was a namesake.", by=cast.sam, at=NOW)

    assert again == first
    recorded = Entry.objects.filter(object_id=str(referral.pk), what__startswith="referral.").order_by("pk")
    assert [entry.what for entry in recorded][-4:] == [
        "referral.restricted",
        "referral.people_named",
        "referral.person_unnamed",
        "referral.restriction_lifted",
    ]
    assert all(WORDS not in str(entry.details) + entry.reason for entry in recorded)
    assert {name for name, user in cast.everyone().items() if sees(user, referral)} == {"olu", "lin", "mina", "sam"}


def test_whoever_has_it_and_is_not_named_has_it_no_more(cast, life, moll):
    referral = life.submitted()
    services.assign_referral(referral_id=referral.pk, to=moll, by=cast.mina, at=NOW)

    restrict(cast, referral, cast.sam, cast.mina)

    referral.refresh_from_db()
    assert referral.assigned_to is None
    assert referral.assignments.get().ended_by == cast.sam
    with pytest.raises(services.CannotAssign, match="not open to Moll"):
        services.assign_referral(referral_id=referral.pk, to=moll, by=cast.mina, at=NOW)


def test_it_is_in_no_list_count_or_search_of_others(cast, life, moll, client: CarefulClient):
    """Everything that the hub lists, asked once with something in it and once restricted."""
    referral = life.shared(types=[ConcernType.CHILD, ConcernType.DOMESTIC_ABUSE]).referral
    waiting = life.submitted()
    meeting = services.open_meeting(by=cast.mina, at=NOW + timedelta(minutes=1))
    pages = [
        reverse("referrals:queue"),
        f"{reverse('referrals:queue')}?all=on",
        reverse("referrals:unfinished"),
        reverse("referrals:awaited"),
        reverse("referrals:encompass"),
        reverse("referrals:meeting", args=[meeting.pk]),
        reverse("referrals:meeting_print", args=[meeting.pk]),
        reverse("api:referrals"),
    ]

    def found(user, names):
        client.signed_in(user)
        return {page for page in pages for name in names if name in client.get(page).content.decode()}

    names = [referral.reference, waiting.reference]
    before, home = found(moll, names), client.get("/").content.decode()
    assert {reverse("api:referrals"), reverse("referrals:awaited"), pages[1], pages[5], pages[6]} <= before
    assert "waiting for a decision" in home

    restrict(cast, referral, cast.sam, cast.mina)
    restrict(cast, waiting, cast.sam, cast.mina)

    assert found(moll, names) == set()
    assert "waiting for a decision" not in client.get("/").content.decode()
    assert found(cast.mina, names) == before
    counts = queries.queue_counts(moll, at=NOW, options=[("risk", 2)], filters={}, deciders=[])
    assert counts.shown.count == 0
    for terms in ({"text": referral.reference}, {"family_name": "Child"}, {"text": "flat"}):
        assert list(queries.search(moll, terms).page()) == []
        assert list(queries.search(cast.pat, terms).page()) == []
        assert referral in list(queries.search(cast.mina, terms).page())


def test_its_writer_and_the_agency_lose_it_in_their_lists(cast, life):
    share = life.shared()
    assert list(queries.shared_with(cast.pat)) == [share]
    assert list(queries.sent_by(cast.olu)) == [share.referral]

    restrict(cast, share.referral)

    assert list(queries.shared_with(cast.pat)) == []
    assert list(queries.sent_by(cast.olu)) == []
    assert not permissions.can_answer(cast.pat, type(share).objects.get(pk=share.pk))


def test_mail_about_it_goes_to_those_named_alone(cast, life, mailoutbox):
    share = life.shared()
    notifications.email_hub_about_submission(referral_id=str(share.referral_id))
    assert {address for mail in mailoutbox for address in mail.to} == {cast.mina.email, cast.sam.email}
    mailoutbox.clear()
    restrict(cast, share.referral)

    notifications.email_hub_about_submission(referral_id=str(share.referral_id))
    notifications.email_agency_about_share(share_id=str(share.pk))
    notifications.email_writer_about_submission(referral_id=str(share.referral_id))

    assert {address for mail in mailoutbox for address in mail.to} == {cast.sam.email}


def two_of_one_child(cast, life):
    """Two referrals of the same child, as two officers describe her."""
    child = {
        "role": PersonRole.SUBJECT,
        "given_names": "Imogen",
        "family_name": "Imaginary",
        "date_of_birth": date(2016, 3, 2),
        "address": "3 Imaginary Row, Testham",
    }

    def sent():
        return services.submit_complete_referral(
            kind=FormKind.PPN,
            answers=ENOUGH,
            people=[child],
            key=uuid.uuid4(),
            by=cast.olu,
            at=NOW,
            why_another="A new night.",
        )

    return sent(), sent()


def test_history_shows_nothing_of_it_but_where_it_may_that_there_is_one(cast, life, moll, client: CarefulClient):
    known, new = two_of_one_child(cast, life)
    page = client.signed_in(moll).get(new.get_absolute_url()).content.decode()
    assert known.reference in page
    made = restrict(cast, known)

    hinted = client.get(new.get_absolute_url())
    assert known.reference not in hinted.content.decode()
    assert "There is a restricted record that may be about Imogen Imaginary" in text_of(hinted)
    assert Entry.objects.filter(
        what="referral.restricted_hinted", object_id=str(known.pk), actor_id=str(moll.pk)
    ).exists()

    services.lift_restriction(restriction_id=made.pk, reason="Again, without the hint.", by=cast.sam, at=NOW)
    restrict(cast, known, is_hinted=False)
    silent = text_of(client.get(new.get_absolute_url()))
    assert "restricted record" not in silent
    # Whoever sees it is told nothing that they do not see anyway; whoever does not decide, nothing at all.
    assert "restricted record" not in text_of(client.signed_in(cast.sam).get(new.get_absolute_url()))
    assert "restricted record" not in text_of(client.signed_in(cast.olu).get(new.get_absolute_url()))


def test_its_conflicts_leave_no_trace_in_hints(cast, life, moll):
    known, new = two_of_one_child(cast, life)
    services.declare_conflict(referral_id=known.pk, words="My niece.", by=moll, at=NOW)
    restrict(cast, known)

    assert queries.hints_for(moll, Referral.objects.get(pk=new.pk)) == []
    assert [hint.restricted for hint in queries.hints_for(cast.mina, Referral.objects.get(pk=new.pk))] == [known]


# --- what the database itself refuses -------------------------------------------------------------------------------------


def test_no_statement_opens_the_guard(cast, life):
    referral = life.submitted()
    stale = Referral.objects.get(pk=referral.pk)
    restrict(cast, referral)

    stale.save()
    Referral.objects.filter(pk=referral.pk).update(is_guarded=False)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE referrals_referral SET is_guarded = false")

    assert Referral.objects.get(pk=referral.pk).is_guarded
    Referral.objects.filter(pk=life.submitted().pk).update(is_guarded=True)
    assert Referral.objects.filter(is_guarded=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_restriction_names_somebody_at_the_end_of_each_transaction(cast, life):
    referral = life.submitted()
    facts = {"reason": "STAFF", "words": WORDS, "is_hinted": True, "made_at": NOW, "made_by": cast.sam}
    with pytest.raises(IntegrityError, match="open to somebody"), transaction.atomic():
        Restriction.objects.create(referral=referral, **facts)
    made = restrict(cast, referral)
    with pytest.raises(IntegrityError, match="open to somebody"), transaction.atomic():
        made.names.update(removed_at=NOW, removed_by=cast.sam)
    assert made.names.standing().count() == 1


def test_what_was_recorded_stands(cast, life):
    made = restrict(cast, life.submitted())
    services.lift_restriction(restriction_id=made.pk, reason="Over.", by=cast.sam, at=NOW)
    changes = [
        lambda: Restriction.objects.filter(pk=made.pk).update(lifted_at=None, lifted_by=None, lift_reason=""),
        lambda: Restriction.objects.filter(pk=made.pk).update(words="Other words."),
        lambda: NamedPerson.objects.filter(restriction=made).update(person=cast.olu),
        lambda: NamedPerson.objects.filter(restriction=made).delete(),
    ]
    for change in changes:
        with pytest.raises(ProgrammingError, match="stands"), transaction.atomic():
            change()


@pytest.mark.django_db(transaction=True)
def test_two_supervisors_at_once_restrict_it_once(cast, life):
    referral = life.submitted()
    other = UserFactory(agency=cast.police, roles=["MASH_SUPERVISOR"])

    def restricting(user):
        return services.restrict_referral(
            referral_id=referral.pk,
            reason="STAFF",
            words=f"As {user.name} says.",
            is_hinted=True,
            people=[cast.sam, other],
            by=user,
            at=timezone.now(),
        )

    answers = at_once(lambda: restricting(cast.sam), lambda: restricting(other), refusal=services.CannotRestrict)

    assert sorted(type(one).__name__ for one in answers) == ["CannotRestrict", "Restriction"]
    assert Restriction.objects.count() == 1


# --- pages ----------------------------------------------------------------------------------------------------------------


def test_a_supervisor_restricts_on_the_page(cast, life, client: CarefulClient):
    referral = life.submitted()
    client.signed_in(cast.sam)
    sent = {"reason": "PROTECTED", "words": "Moved with her mother.", "is_hinted": "no", "people": [str(cast.mina.pk)]}

    wrong = client.post(f"/referrals/{referral.pk}/restrict/", sent | {"people": [str(cast.olu.pk)]})
    assert wrong.status_code == 422
    assert "Moved with her mother." in wrong.content.decode()
    assert not Restriction.objects.exists()
    done = client.post(f"/referrals/{referral.pk}/restrict/", sent)

    # Sam did not name himself: it is gone for him too.
    assert done.headers["Location"] == "/referrals/restricted/"
    assert client.get(referral.get_absolute_url()).status_code == 404
    page = client.signed_in(cast.mina).get("/referrals/restricted/")
    assert referral.reference in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_restricted_has_a_flat_query_count(cast, life, client, count, django_assert_num_queries):
    for _ in range(count):
        restrict(cast, life.submitted())
    client.signed_in(cast.sam)
    with django_assert_num_queries(4):
        assert len(client.get("/referrals/restricted/").context["page"].items) == count


def test_access_rows_are_left_as_they_are(cast, life):
    """What a restriction closes comes back as it was: nothing is taken away to close it."""
    share = life.shared()
    made = restrict(cast, share.referral)
    assert share.referral.access.filter(reason=AccessReason.SHARED).exists()
    services.lift_restriction(restriction_id=made.pk, reason="Over.", by=cast.sam, at=NOW)
    assert sees(cast.pat, share.referral)
