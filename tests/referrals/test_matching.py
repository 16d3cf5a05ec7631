"""Who is the same person: answers that stand, contradict nothing, can be taken back, and are never lost."""

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from audit.models import Entry
from referrals import queries, services
from referrals.enums import MatchAnswer, PersonRole
from referrals.models import Person, PersonKeys, PersonMatch
from referrals.queries import matching as matching_queries
from referrals.queries.likeness import OFFERED
from referrals.services import matching
from tests.factories.referrals import SUBMITTED, PersonFactory, ReferralFactory
from tests.people import NOW, make_cast

ERIN = {"given_names": "Erin", "family_name": "Thistlewood", "date_of_birth": date(2010, 3, 5)}
SAME, DIFFERENT = MatchAnswer.SAME, MatchAnswer.DIFFERENT
REASON = "The dates of birth were read out wrongly."


@pytest.fixture
def erin(cast):
    """Makes one more referral that names Erin, or somebody with other words."""
    made = iter(range(100))

    def make(**changes) -> Person:
        number = next(made)
        at = SUBMITTED + timedelta(days=number)
        referral = ReferralFactory(author=cast.olu, hub=cast.police, submitted_at=at, due_at=at + timedelta(days=1))
        person = PersonFactory(referral=referral, **ERIN | changes)
        services.remember_people(referral_id=referral.pk, at=at)
        return person

    return make


def answer(one, other, said, by, at=NOW):
    return services.answer_match(person_id=one.pk, other_id=other.pk, answer=said, by=by, at=at)


def known(person):
    return queries.known_people([person.pk])[person.pk]


def offered(person, user):
    history = queries.history_of(user, person.referral, people=[person])[0]
    return [candidate.person.pk for candidate in history.candidates]


def test_a_confirmed_pair_is_one_person_and_says_who_when_how_likely_and_why(erin, cast):
    first, second = erin(), erin(given_names="Eryn", date_of_birth=date(2010, 5, 3))

    match = answer(second, first, SAME, cast.mina)

    assert known(first) == known(second) == {first.pk, second.pk}
    assert (match.answered_by, match.answered_at) == (cast.mina, NOW)
    assert match.bits > OFFERED
    assert "Day and month of birth change places" in match.reasons
    entries = Entry.objects.filter(what="person.matched")
    assert set(entries.values_list("object_id", flat=True)) == {str(first.referral_id), str(second.referral_id)}


def test_confirmed_pairs_connect_people_across_referrals_and_taking_one_back_splits_them(erin, cast):
    first, second, third = erin(), erin(), erin()
    match = answer(first, second, SAME, cast.mina)
    answer(second, third, SAME, cast.sam)
    assert known(first) == {first.pk, second.pk, third.pk}

    services.undo_match(match_id=match.pk, reason=REASON, by=cast.sam, at=NOW)

    assert known(first) == {first.pk}
    assert known(third) == {second.pk, third.pk}
    match.refresh_from_db()
    assert (match.undone_by, match.undone_at, match.undo_reason) == (cast.sam, NOW, REASON)
    assert match.answered_by == cast.mina
    assert Entry.objects.filter(what="person.match_undone").count() == 2


def test_who_is_refused_or_known_is_not_offered_again_until_that_is_taken_back(erin, cast):
    first, second, third = erin(), erin(), erin()
    assert offered(third, cast.mina) == sorted([first.pk, second.pk])

    answer(third, first, SAME, cast.mina)
    refused = answer(third, second, DIFFERENT, cast.mina)
    assert offered(third, cast.mina) == []
    assert offered(first, cast.mina) == [], "what was said of one description holds for the person"

    services.undo_match(match_id=refused.pk, reason=REASON, by=cast.mina, at=NOW)
    assert offered(third, cast.mina) == [second.pk]


def test_a_known_person_is_offered_once(erin, cast):
    first, second, third = erin(), erin(), erin()
    answer(first, second, SAME, cast.mina)

    (candidate,) = queries.history_of(cast.mina, third.referral)[0].candidates

    assert candidate.person.pk in (first.pk, second.pk)
    assert candidate.others == 1


def test_answers_cannot_contradict_each_other(erin, cast):
    first, second, third = erin(), erin(), erin()
    answer(first, second, SAME, cast.mina)
    answer(second, third, DIFFERENT, cast.mina)

    with pytest.raises(services.CannotMatch, match="descriptions of these two are of different people"):
        answer(first, third, SAME, cast.mina)
    with pytest.raises(services.CannotMatch, match="the other answer for these two"):
        answer(first, second, DIFFERENT, cast.mina)

    fourth = erin()
    answer(first, fourth, SAME, cast.mina)
    with pytest.raises(services.CannotMatch, match="make these two the same person"):
        answer(second, fourth, DIFFERENT, cast.mina)


def test_two_people_of_one_referral_never_become_one(erin, cast):
    first, second = erin(), erin()
    twin = PersonFactory(referral=first.referral, **ERIN | {"given_names": "Orla"})
    answer(first, second, SAME, cast.mina)

    with pytest.raises(services.CannotMatch, match="named in the same referral"):
        answer(first, twin, SAME, cast.mina)
    with pytest.raises(services.CannotMatch, match="two people who are named in one referral"):
        answer(twin, second, SAME, cast.mina)


def test_the_same_answer_twice_is_one(erin, cast):
    first, second = erin(), erin()

    assert answer(first, second, SAME, cast.mina) == answer(second, first, SAME, cast.sam)

    assert PersonMatch.objects.count() == 1
    match = PersonMatch.objects.get()
    for _ in range(2):
        services.undo_match(match_id=match.pk, reason=REASON, by=cast.mina, at=NOW)
    assert Entry.objects.filter(what="person.match_undone").count() == 2, "one for each referral"


@pytest.mark.parametrize("who", ["olu", "lin", "pat", "ana"])
def test_only_a_decision_maker_of_the_hub_answers_and_takes_back(erin, cast, who):
    first, second = erin(), erin()
    match = answer(first, second, SAME, cast.mina)

    with pytest.raises(services.CannotMatch):
        answer(first, erin(), SAME, getattr(cast, who))
    with pytest.raises(services.CannotMatch):
        services.undo_match(match_id=match.pk, reason=REASON, by=getattr(cast, who), at=NOW)


def test_nobody_in_a_draft_is_matched(erin, cast):
    draft = PersonFactory(referral=ReferralFactory(state="DRAFT", author=cast.olu), **ERIN)

    with pytest.raises(services.CannotMatch, match="no two people"):
        answer(erin(), draft, SAME, cast.mina)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_taking_back_needs_a_reason(erin, cast, reason):
    match = answer(erin(), erin(), SAME, cast.mina)

    with pytest.raises(services.CannotMatch, match="reason|why"):
        services.undo_match(match_id=match.pk, reason=reason, by=cast.mina, at=NOW)


def test_the_database_refuses_what_the_services_would_never_write(erin, cast):
    first, second = sorted((erin(), erin()), key=lambda person: person.pk)
    said = {"answer": SAME, "bits": 20.0, "answered_at": NOW, "answered_by": cast.mina}
    wrong = [
        {"one": second, "other": first},
        {"one": first, "other": first},
        {"one": first, "other": second, "undone_at": NOW, "undone_by": cast.mina},
        {"one": first, "other": second, "undone_at": NOW, "undo_reason": REASON},
        {"one": first, "other": second, "undo_reason": REASON},
    ]
    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            PersonMatch.objects.create(**said | values)
    PersonMatch.objects.create(one=first, other=second, **said)
    with pytest.raises(IntegrityError, match="one_answer_stands"), transaction.atomic():
        PersonMatch.objects.create(one=first, other=second, **said | {"answer": DIFFERENT})


def test_a_maiden_name_and_who_is_in_hospital_now_are_offered(erin, cast):
    first = erin(address="12 Imaginary Row")
    married = erin(family_name="Rowanby", aliases="née Thistlewood")
    away = erin(date_of_birth=None, address="Testham Hospital", usual_address="12 Imaginary Row")

    assert set(offered(first, cast.mina)) == {married.pk, away.pk}


def test_of_too_many_those_with_the_most_in_common_are_compared_and_the_page_says_so(erin, cast, client, monkeypatch):
    monkeypatch.setattr(matching_queries, "MOST_COMPARED", 1)
    first, _sister, same = erin(), erin(given_names="Eve", date_of_birth=date(2010, 3, 1)), erin()
    address = reverse("referrals:person_history", args=[first.referral_id, first.pk])

    assert offered(first, cast.mina) == [same.pk]
    assert "are compared: these are from the 500" in client.signed_in(cast.mina).get(address).content.decode()


def test_the_wider_look_finds_by_letters_what_no_key_finds_and_is_recorded(erin, cast, client):
    first = erin(address="12 Imaginary Row")
    slips = erin(given_names="Erinn", family_name="Thurstlewood", date_of_birth=date(2011, 3, 5), address="3 Far Away")
    erin(given_names="Robert", family_name="Rowanby", date_of_birth=None)
    assert offered(first, cast.mina) == []
    address = reverse("referrals:person_history", args=[first.referral_id, first.pk])

    assert [candidate.person for candidate in queries.wider_candidates(cast.mina, first)] == [slips]
    shown = client.signed_in(cast.mina).get(address, {"wider": "yes"}).content.decode()

    assert slips.referral.reference in shown
    assert Entry.objects.filter(what="referral.seen_in_wider_look").get().object_id == str(slips.referral_id)
    answer(first, slips, DIFFERENT, cast.mina)
    assert queries.wider_candidates(cast.mina, first) == []
    assert queries.wider_candidates(cast.out, first) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_wider_look_asks_the_database_the_same_however_many_it_finds(erin, cast, count, django_assert_num_queries):
    first = erin(address="12 Imaginary Row")
    for _ in range(count):
        erin(given_names="Erinn", family_name="Thurstlewood", date_of_birth=date(2011, 3, 5), address="3 Far Away")

    with django_assert_num_queries(10):
        queries.wider_candidates(cast.mina, first)


def test_keys_of_an_older_version_are_written_again(erin, cast):
    first, married = erin(), erin(family_name="Rowanby", aliases="née Thistlewood")
    PersonKeys.objects.filter(person=married).update(keys=[1], version=1)
    assert offered(first, cast.mina) == []

    services.remember_all()

    assert offered(first, cast.mina) == [married.pk]


def test_the_referral_page_shows_the_three_most_alike_says_how_many_there_are_and_records_no_others(erin, cast, client):
    first, *others = (erin() for _ in range(5))
    shown = {str(one.referral_id) for one in sorted(others, key=lambda one: one.pk)[:3]}

    page = client.signed_in(cast.mina).get(first.referral.get_absolute_url())

    (history,) = page.context["histories"]
    assert {str(one.referral.pk) for one in history.candidates} == shown
    assert "4 possible matches of Erin Thistlewood" in page.content.decode()
    read = Entry.objects.filter(what="referral.seen_in_history").values_list("object_id", flat=True)
    assert set(map(str, read)) == shown


def test_whoever_is_likely_the_same_is_no_household_though_not_read(erin, cast):
    *_, last = (erin(address="12 Imaginary Row") for _ in range(5))

    (history,) = queries.history_of(cast.mina, last.referral, most_candidates=1)

    assert (len(history.candidates), history.candidate_count) == (1, 4)
    assert not history.household


def test_people_whom_the_hub_did_not_receive_are_not_offered(erin, cast):
    person, elsewhere = erin(), erin()
    elsewhere.referral.access.all().delete()

    assert offered(person, cast.mina) == []


def test_professionals_are_not_looked_up(erin, cast):
    person = erin(role=PersonRole.PROFESSIONAL)

    assert queries.history_of(cast.mina, person.referral) == []


# --- at the same moment -----------------------------------------------------------------------------------------------


@pytest.fixture
def _a_connection_for_each_thread(transactional_db, monkeypatch) -> Iterator[None]:
    connection.close()
    connection.close_pool()
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "pool", False)
    yield
    connection.close()


def at_once(*deeds):
    """What each returned, or the refusal it met; all begin together."""
    together = threading.Barrier(len(deeds))

    def do(deed):
        try:
            together.wait(timeout=20)
            return deed()
        except services.CannotMatch as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(deeds)) as pool:
        return list(pool.map(do, deeds))


def three(cast):
    people = []
    for number in range(3):
        at = SUBMITTED + timedelta(days=number)
        referral = ReferralFactory(author=cast.olu, hub=cast.police, submitted_at=at, due_at=at + timedelta(days=1))
        people.append(PersonFactory(referral=referral, **ERIN))
    return people


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_a_connection_for_each_thread")
@pytest.mark.parametrize("round_", range(3))
def test_answers_given_at_once_never_contradict_each_other(round_):
    cast = make_cast()
    a, b, c = three(cast)
    answer(a, b, SAME, cast.mina)

    at_once(lambda: answer(b, c, SAME, cast.mina), lambda: answer(a, c, DIFFERENT, cast.sam))

    standing = {(match.one_id, match.other_id): match.answer for match in PersonMatch.objects.standing()}
    assert len(standing) == 2, "one of the two was refused"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_a_connection_for_each_thread")
def test_without_the_lock_they_would(monkeypatch):
    cast = make_cast()
    a, b, c = three(cast)
    answer(a, b, SAME, cast.mina)
    monkeypatch.setattr(matching, "hold_writers", lambda model: None)
    both_looked = threading.Barrier(2)
    looked = matching._refuse_contradiction

    def look(*arguments):
        looked(*arguments)
        both_looked.wait(timeout=20)

    monkeypatch.setattr(matching, "_refuse_contradiction", look)
    at_once(lambda: answer(b, c, SAME, cast.mina), lambda: answer(a, c, DIFFERENT, cast.sam))

    assert PersonMatch.objects.standing().count() == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_a_connection_for_each_thread")
def test_many_clicks_at_once_are_one_answer():
    cast = make_cast()
    a, b, _ = three(cast)

    given = at_once(*[lambda: answer(a, b, SAME, cast.mina)] * 8)

    assert {match.pk for match in given} == {PersonMatch.objects.get().pk}


def test_nobody_is_compared_with_a_person_that_is_not_there(cast):
    with pytest.raises(services.CannotMatch):
        services.answer_match(person_id=uuid.uuid4(), other_id=uuid.uuid4(), answer=SAME, by=cast.mina, at=NOW)
