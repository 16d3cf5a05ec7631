"""Dividing up what nobody has: evenly, to who knows the case, to nobody who wrote it, and only as it was shown."""

import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.enums import AgencyKind
from accounts.models import User
from audit.models import Entry
from jobs.models import Job
from referrals import queries, services
from referrals.enums import Pathway
from referrals.models import Referral, ThresholdDecision
from referrals.queries.dividing import Acquaintance, divide
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.referrals import PersonFactory, ReferralFactory
from tests.people import NOW, make_cast
from tests.races import at_once

DIVIDE = reverse("referrals:divide")


def waiting(cast, *, due_in=5, **fields):
    now = timezone.now()
    dates = {"submitted_at": now - timedelta(hours=1), "due_at": now + timedelta(hours=due_in)}
    return ReferralFactory(**{"author": cast.olu} | dates | fields)


def holder(referral):
    return Referral.objects.get(pk=referral.pk).assigned_to


def shown(browser, *people):
    """What the page says: each referral, to whom it would go and why."""
    page = browser.get(DIVIDE, {"people": [str(one.pk) for one in people]})
    return [(portion.referral, portion.to, portion.why) for portion in page.context["division"].portions]


def confirmed(browser, *pairs):
    sent = [f"{referral.pk} {person.pk}" for referral, person in pairs]
    return browser.post(DIVIDE, {"to": sent}, follow=True)


# --- the rules -------------------------------------------------------------------------------------------------------


@given(held=st.lists(st.integers(0, 9), min_size=1, max_size=6), count=st.integers(0, 30))
def test_who_has_the_fewest_gets_the_next_so_that_nobody_ends_up_two_ahead_by_it(held, count):
    people = [User(id=uuid.UUID(int=number), name=f"Fictitious {number}") for number in range(len(held))]
    has = dict(zip((one.pk for one in people), held, strict=True))
    referrals = [Referral(author_id=uuid.uuid4()) for _ in range(count)]

    divided = divide(referrals, people, held=has, known={})

    assert [referral for referral, _, _ in divided] == referrals
    got = {one.pk: sum(to == one for _, to, _ in divided) for one in people}
    assert sum(got.values()) == count
    after = {pk: has[pk] + got[pk] for pk in has}
    assert all(after[pk] <= min(after.values()) + 1 for pk in has if got[pk])
    assert divide(referrals, people[::-1], held=has, known={}) == divided


def test_nobody_gets_what_they_wrote_and_what_only_its_writer_could_have_stays():
    one, other = (User(id=uuid.uuid4(), name=name) for name in ("Ada Fictitious", "Bo Fictitious"))
    referral = Referral(author=one)

    ((_, to, _),) = divide([referral], [one, other], held={one.pk: 0, other.pk: 9}, known={})
    assert to == other

    known = {referral.pk: Acquaintance(one.pk, "MRQ-1")}
    ((_, to, why),) = divide([referral], [one], held={one.pk: 0}, known=known)
    assert (to, why) == (None, "Only who wrote it is on shift: it is left in the queue")


def decided(cast, by, *, days_ago):
    """A decision about somebody; returns the description of that person."""
    moment = timezone.now() - timedelta(days=days_ago)
    referral = ReferralFactory(
        author=cast.olu, hub=cast.police, state="DECIDED", submitted_at=moment, due_at=moment + timedelta(days=1)
    )
    ThresholdDecision.objects.create(
        referral=referral,
        number=1,
        level=2,
        pathway=Pathway.EARLY_HELP,
        rationale="Fictitious reasons.",
        decided_at=moment,
        decided_by=by,
    )
    return PersonFactory(referral=referral)


def is_same(cast, referral, *others):
    person = PersonFactory(referral=referral)
    for other in others:
        services.answer_match(person_id=person.pk, other_id=other.pk, answer="SAME", by=cast.mina, at=timezone.now())


def test_who_decided_last_on_the_same_person_within_twelve_months_gets_the_new_referral(cast, client):
    busy = UserFactory(name="Bea Fictitious", agency=cast.police, roles=["MASH_DECISION_MAKER"])
    for _ in range(3):
        waiting(cast, assigned_to=busy)
    known, forgotten, elsewhere, plain = (waiting(cast, due_in=5 + number) for number in range(4))
    earlier, latest = decided(cast, cast.mina, days_ago=200), decided(cast, busy, days_ago=30)
    is_same(cast, known, earlier, latest)
    is_same(cast, forgotten, decided(cast, busy, days_ago=500))
    is_same(cast, elsewhere, decided(cast, cast.sam, days_ago=10))

    portions = shown(client.signed_in(cast.mina), cast.mina, busy)

    assert portions == [
        (known, busy, f"Decided on the same person in {latest.referral.reference}"),
        (forgotten, cast.mina, "Has the fewest: 0"),
        (elsewhere, cast.mina, "Has the fewest: 1"),
        (plain, cast.mina, "Has the fewest: 2"),
    ]


# --- the pages -------------------------------------------------------------------------------------------------------


def test_who_signed_in_during_the_last_twelve_hours_is_ticked_and_everybody_is_told_with_what_they_have(cast, client):
    long_ago = UserFactory(name="Bea Fictitious", agency=cast.police, roles=["MASH_DECISION_MAKER"])
    User.objects.filter(pk=long_ago.pk).update(last_login=timezone.now() - timedelta(hours=13))
    waiting(cast, assigned_to=long_ago)
    browser = client.signed_in(cast.mina)

    page = browser.get(DIVIDE)

    labels = dict(page.context["form"].fields["people"].choices)
    assert labels[long_ago.pk] == "Bea Fictitious (has 1)"
    assert cast.mina.pk in page.context["form"]["people"].initial
    assert long_ago.pk not in page.context["form"]["people"].initial
    assert not any(cast.olu.name in label for label in labels.values())


@pytest.mark.parametrize("people", [[], ["nonsense"], ["olu"]])
def test_an_answer_that_is_none_of_the_decision_makers_is_an_error_beside_the_question(cast, client, people):
    chosen = [str(cast.olu.pk) if one == "olu" else one for one in people]

    page = client.signed_in(cast.mina).get(DIVIDE, {"people": chosen, "show": "yes"})

    assert page.status_code == 422
    expected = "Choose people from the list: they decide at the hub." if people else "Choose who is on shift."
    assert expected in page.content.decode()


def test_nothing_is_given_before_somebody_confirms_and_then_exactly_what_was_shown(cast, client, life):
    first, second = waiting(cast, due_in=1), waiting(cast, due_in=2)
    theirs = waiting(cast, assigned_to=cast.sam)
    browser = client.signed_in(cast.mina)
    portions = shown(browser, cast.mina, cast.sam)
    assert [(referral, to) for referral, to, _ in portions] == [(first, cast.mina), (second, cast.mina)]
    assert holder(first) is None
    page = browser.get(DIVIDE, {"people": [str(cast.mina.pk), str(cast.sam.pk)]}).content.decode()
    assert "<li>Mina Fictitious gets 2, and has 2 then</li><li>Sam Fictitious gets 0, and has 1 then</li>" in page

    page = confirmed(browser, (first, cast.mina), (second, cast.sam))

    assert [holder(one) for one in (first, second, theirs)] == [cast.mina, cast.sam, cast.sam]
    assert "2 referrals divided up." in page.content.decode()
    assert Entry.objects.filter(what="referral.assigned").count() == 2
    assert [job.arguments["count"] for job in Job.objects.filter(task__contains="about_assignment")] == ["1"]


def test_confirming_twice_changes_nothing_more(cast, client):
    referral = waiting(cast)
    browser = client.signed_in(cast.mina)

    confirmed(browser, (referral, cast.sam))
    page = confirmed(browser, (referral, cast.sam))

    assert "left as it is" not in page.content.decode()
    assert referral.assignments.count() == 1


def test_what_was_taken_or_decided_meanwhile_is_left_and_named(cast, client):
    taken, gone, free = waiting(cast), waiting(cast), waiting(cast)
    services.claim_referral(referral_id=taken.pk, by=cast.sam, at=timezone.now())
    Referral.objects.filter(pk=gone.pk).update(state="DECIDED")

    page = confirmed(client.signed_in(cast.mina), (taken, cast.mina), (gone, cast.mina), (free, cast.mina))

    words = page.content.decode()
    assert f"{taken.reference} was left as it is: it was given to {cast.sam.name} meanwhile." in words
    assert f"{gone.reference} was left as it is: it does not wait for a decision any more." in words
    assert [holder(one) for one in (taken, gone, free)] == [cast.sam, None, cast.mina]


@pytest.mark.parametrize("to", ["somebody who decides nothing", "somebody who left", "nobody known", "nonsense", ""])
def test_a_forged_receiver_gets_nothing(cast, client, to):
    referral = waiting(cast)
    left = UserFactory(agency=cast.police, roles=["MASH_DECISION_MAKER"], is_active=False)
    people = {"somebody who decides nothing": cast.olu.pk, "somebody who left": left.pk, "nobody known": uuid.uuid4()}
    sent = f"{referral.pk} {people[to]}" if to in people else to

    client.signed_in(cast.mina).post(DIVIDE, {"to": [sent]})

    assert holder(referral) is None


def test_a_referral_of_another_hub_is_not_given(cast):
    referral = waiting(cast)
    force = AgencyFactory(name="Another Force (fictitious)", kind=AgencyKind.POLICE)
    other = UserFactory(agency=force, roles=["MASH_DECISION_MAKER"])

    result = services.divide_referrals(to={referral.pk: other.pk}, by=other, at=NOW)

    assert (result.done, holder(referral)) == ([], None)


def test_who_decides_nothing_divides_nothing(cast):
    with pytest.raises(services.CannotAssign):
        services.divide_referrals(to={waiting(cast).pk: cast.mina.pk}, by=cast.olu, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_a_claim_and_a_division_at_the_same_moment_one_holds():
    cast = make_cast()
    referral = waiting(cast)
    claim = partial(services.claim_referral, referral_id=referral.pk, by=cast.sam, at=NOW)
    give = partial(services.divide_referrals, to={referral.pk: cast.mina.pk}, by=cast.mina, at=NOW)

    claimed, divided = at_once(claim, give, refusal=services.CannotAssign)

    got_it = cast.mina if divided.done else cast.sam
    assert isinstance(claimed, services.CannotAssign) == bool(divided.done)
    assert holder(referral) == got_it
    assert referral.assignments.get().person == got_it


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_as_many_questions_for_many_referrals(cast, client, django_assert_num_queries, rows):
    for _ in range(rows):
        is_same(cast, waiting(cast), decided(cast, cast.sam, days_ago=3))
    browser = client.signed_in(cast.mina)
    shown(browser, cast.sam)

    with django_assert_num_queries(12):
        assert len(shown(browser, cast.sam)) == rows


def test_no_more_than_a_hundred_are_divided_at_once_the_most_urgent_first(cast, monkeypatch):
    monkeypatch.setattr("referrals.queries.dividing.MOST_DIVIDED", 2)
    last, first, second = (waiting(cast, due_in=hours) for hours in (9, 1, 2))

    division = queries.division(cast.mina, [cast.mina], at=timezone.now())

    assert [portion.referral for portion in division.portions] == [first, second], last
