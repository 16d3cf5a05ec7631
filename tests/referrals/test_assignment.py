"""Who has a referral at the hub: taking, assigning, giving back, several at once, and the history of it."""

import uuid
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import Entry
from jobs import services as jobs
from jobs.models import Job
from referrals import queries, services
from referrals.enums import OPEN_AT_HUB, ReferralState
from referrals.models import Assignment, Referral
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.referrals import SUBMITTED, ReferralFactory
from tests.people import NOW, make_cast
from tests.races import at_once
from tests.referrals.conftest import Life

LATER = NOW.replace(hour=11)


def holder(referral):
    return Referral.objects.get(pk=referral.pk).assigned_to


def claim(referral, by, at=NOW):
    return services.claim_referral(referral_id=referral.pk, by=by, at=at)


def assign(referral, to, by, at=NOW):
    return services.assign_referral(referral_id=referral.pk, to=to, by=by, at=at)


def give_back(referral, by, at=NOW):
    return services.give_back_referral(referral_id=referral.pk, by=by, at=at)


def assign_several(expected, to, by, at=NOW):
    return services.assign_referrals(expected=expected, to=to, by=by, at=at)


def kept(referral):
    rows = Assignment.objects.filter(referral=referral).order_by("assigned_at")
    return [(row.person, row.assigned_by, row.ended_at, row.ended_by) for row in rows]


def test_who_takes_a_referral_has_it_and_the_log_says_so(cast, life):
    referral = life.submitted()

    claim(referral, cast.mina)

    assert holder(referral) == cast.mina
    assert kept(referral) == [(cast.mina, cast.mina, None, None)]
    entry = Entry.objects.get(what="referral.assigned")
    assert (entry.actor_id, entry.details) == (str(cast.mina.pk), {"person": str(cast.mina.pk)})


def test_taking_it_twice_is_taking_it_once(cast, life):
    referral = life.submitted()

    claim(referral, cast.mina)
    claim(referral, cast.mina, at=LATER)

    assert len(kept(referral)) == 1


def test_what_somebody_has_is_not_taken_and_the_other_is_told_who(cast, life):
    referral = life.submitted()
    claim(referral, cast.mina)

    with pytest.raises(services.CannotAssign, match="Mina Fictitious has PPN-"):
        claim(referral, cast.sam)

    assert holder(referral) == cast.mina


def test_assigning_supersedes_the_row_before_and_keeps_it(cast, life):
    referral = life.submitted()
    claim(referral, cast.mina)

    assign(referral, cast.sam, cast.mina, at=LATER)

    assert holder(referral) == cast.sam
    assert kept(referral) == [(cast.mina, cast.mina, LATER, cast.mina), (cast.sam, cast.mina, None, None)]


def test_giving_back_ends_the_row_and_again_does_nothing(cast, life):
    referral = life.submitted()
    claim(referral, cast.mina)

    give_back(referral, cast.mina, at=LATER)
    give_back(referral, cast.sam, at=LATER)

    assert holder(referral) is None
    assert kept(referral) == [(cast.mina, cast.mina, LATER, cast.mina)]
    assert Entry.objects.filter(what="referral.given_back").count() == 1


def test_who_gets_it_from_somebody_else_is_told_without_a_word_about_it(cast, life, mailoutbox):
    referral = life.submitted()
    Job.objects.all().delete()

    claim(referral, cast.mina)
    assert not Job.objects.exists()
    assign(referral, cast.sam, cast.mina, at=LATER)
    assign(referral, cast.sam, cast.mina, at=LATER)

    jobs.run(job_id=Job.objects.get().pk, at=timezone.now())
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([cast.sam.email], "1 referral was assigned to you")
    assert referral.reference not in mail.body
    assert "/referrals/queue/?assignee=me" in mail.body


@pytest.mark.parametrize("who", ["olu", "lin", "pat", "out", "ada", "leda", "gail", "iggy"])
def test_nobody_but_the_hub_assigns(cast, life, who):
    referral, user = life.submitted(), getattr(cast, who)

    for attempt in (
        lambda: claim(referral, user),
        lambda: assign(referral, cast.mina, user),
        lambda: give_back(referral, user),
        lambda: assign_several({referral.pk: None}, cast.mina, user),
    ):
        with pytest.raises(services.CannotAssign):
            attempt()

    assert not Assignment.objects.exists()


@pytest.mark.parametrize("who", ["olu", "lin", "pat", "tess"])
def test_only_who_decides_at_the_hub_can_have_one(cast, life, who):
    with pytest.raises(services.CannotAssign, match="decides at the hub"):
        assign(life.submitted(), getattr(cast, who), cast.mina)


def test_neither_can_somebody_who_has_left_or_decides_elsewhere(cast, life):
    elsewhere = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["MASH_DECISION_MAKER"])
    cast.sam.is_active = False

    for person in (elsewhere, cast.sam):
        with pytest.raises(services.CannotAssign):
            assign(life.submitted(), person, cast.mina)


@pytest.mark.parametrize("state", [state for state in ReferralState if state != ReferralState.DISCARDED])
def test_what_is_open_at_the_hub_can_be_assigned_and_nothing_else(cast, state):
    closing = {"closed_at": NOW, "closed_by": cast.mina} if state == ReferralState.CLOSED else {}
    referral = ReferralFactory(author=cast.olu, state=state, **closing)

    if state in OPEN_AT_HUB:
        claim(referral, cast.mina)
    else:
        with pytest.raises(services.CannotAssign):
            claim(referral, cast.mina)

    assert (holder(referral) == cast.mina) == (state in OPEN_AT_HUB)


def test_several_at_once_and_what_changed_meanwhile_is_left_as_it_is(cast, life):
    free, taken, closed, mine = life.submitted(), life.submitted(), life.decided(), life.submitted()
    claim(mine, cast.sam)
    expected = {referral.pk: None for referral in (free, taken, closed)} | {mine.pk: cast.sam.pk}
    claim(taken, cast.mina)
    services.close_referral(referral_id=closed.pk, by=cast.sam, at=NOW)
    Job.objects.all().delete()

    result = assign_several(expected, cast.sam, cast.mina)

    assert {referral.pk for referral in result.done} == {free.pk, mine.pk}
    assert {referral.pk: why for referral, why in result.left_out} == {
        taken.pk: "was given to Mina Fictitious meanwhile",
        closed.pk: "is not open at the hub any more",
    }
    assert [holder(referral) for referral in (free, taken, closed, mine)] == [cast.sam, cast.mina, None, cast.sam]
    assert [job.arguments["count"] for job in Job.objects.all()] == ["1"]


def test_several_sent_twice_are_assigned_once(cast, life):
    first, second = life.submitted(), life.submitted()
    expected = {first.pk: None, second.pk: None}

    assign_several(expected, cast.sam, cast.mina)
    again = assign_several(expected, cast.sam, cast.mina)

    assert again.left_out == []
    assert Assignment.objects.count() == 2


def test_what_another_hub_received_is_not_assigned(cast):
    elsewhere = ReferralFactory(hub=AgencyFactory(kind="POLICE"))

    assert assign_several({elsewhere.pk: None, uuid.uuid4(): None}, cast.sam, cast.mina).done == []
    assert not Assignment.objects.exists()


def test_the_database_holds_one_current_row_and_ends_that_say_who(cast):
    referral = ReferralFactory(author=cast.olu)
    row = {"referral": referral, "person": cast.mina, "assigned_by": cast.mina, "assigned_at": SUBMITTED}
    Assignment.objects.create(**row)

    for wrong, name in (
        ({}, "assignment_one_is_current"),
        ({"ended_at": SUBMITTED}, "assignment_ended_says_who_and_when"),
        ({"ended_by": cast.mina}, "assignment_ended_says_who_and_when"),
        (
            {"ended_at": SUBMITTED.replace(year=2025), "ended_by": cast.mina},
            "assignment_ends_no_sooner_than_it_begins",
        ),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Assignment.objects.create(**(row | wrong))


def test_who_may_have_one_are_the_hubs_decision_makers_of_today(cast):
    on = timezone.localdate(NOW)
    UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["MASH_DECISION_MAKER"])
    UserFactory(agency=cast.police, roles=["MASH_DECISION_MAKER"], is_active=False)

    assert list(queries.deciders_of(cast.police.pk, on=on)) == [cast.mina, cast.sam]
    assert list(queries.deciders_of(cast.council.pk, on=on)) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_it_at_the_same_moment_one_gets_it_and_the_other_is_told_who():
    cast = make_cast()
    referral = Life(cast).submitted()
    users = (cast.mina, cast.sam)

    answers = at_once(*[partial(claim, referral, user) for user in users], refusal=services.CannotAssign)

    told = [pair for pair in zip(users, answers, strict=True) if isinstance(pair[1], services.CannotAssign)]
    ((loser, words),) = told
    winner = holder(referral)
    assert {winner, loser} == {cast.mina, cast.sam}
    assert str(winner) in str(words)
    assert [row[0] for row in kept(referral)] == [winner]
