"""Flags: what the hub has to know before it acts, at the top of the referral and in the queue; clearing says why, both stay."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import Entry
from referrals import services
from referrals.models import Flag, Referral
from tests.people import NOW
from tests.races import at_once

DOG = "zzThe dog bit an officer in March."


def flag(referral, by, **values):
    asked = {"kind": "RISK_TO_STAFF", "words": DOG} | values
    return services.raise_flag(referral_id=referral.pk, by=by, at=NOW, **asked)


def clear(raised, by, reason="The dog was taken away."):
    return services.clear_flag(flag_id=raised.pk, reason=reason, by=by, at=NOW)


@pytest.mark.parametrize("who", ["mina", "sam"])
def test_a_flag_is_raised_and_cleared_with_who_when_and_why(cast, life, who):
    referral, hub = life.submitted(), getattr(cast, who)

    clear(flag(referral, hub), hub)

    kept = Flag.objects.get()
    assert (kept.words, kept.raised_by, kept.raised_at) == (DOG, hub, NOW)
    assert (kept.clear_reason, kept.cleared_by, kept.cleared_at) == ("The dog was taken away.", hub, NOW)
    told = Entry.objects.filter(what__startswith="flag.").order_by("pk")
    assert [(entry.what, entry.object_id) for entry in told] == [
        ("flag.raised", str(referral.pk)),
        ("flag.cleared", str(referral.pk)),
    ]
    assert all("dog" not in str(entry.details) for entry in told)


def test_a_flag_is_about_somebody_who_is_named_in_the_referral(cast, life):
    referral, other = life.submitted(), life.submitted()
    named = referral.people.get()

    assert flag(referral, cast.mina, person_id=named.pk).person == named
    with pytest.raises(services.CannotFlag, match="named in this referral"):
        flag(referral, cast.mina, person_id=other.people.get().pk)


@pytest.mark.parametrize("who", ["olu", "lin", "pat", "out", "ada"])
def test_nobody_but_decision_makers_of_the_hub_raise_or_clear(cast, life, who):
    raised = flag(life.submitted(), cast.mina)

    with pytest.raises(services.CannotFlag, match="Only a decision-maker"):
        flag(raised.referral, getattr(cast, who), kind="OTHER")
    with pytest.raises(services.CannotFlag, match="Only a decision-maker"):
        clear(raised, getattr(cast, who))


@pytest.mark.parametrize("values", [{"kind": "NONSENSE"}, {"kind": ""}, {"words": " "}])
def test_a_flag_says_what_and_why(cast, life, values):
    with pytest.raises(services.CannotFlag, match="Choose what it warns of"):
        flag(life.submitted(), cast.mina, **values)


def test_clearing_says_why(cast, life):
    with pytest.raises(services.CannotFlag, match="Say why"):
        clear(flag(life.submitted(), cast.mina), cast.mina, reason=" ")


def test_the_same_twice_is_kept_once_and_another_of_the_kind_is_refused_until_it_is_cleared(cast, life):
    referral = life.submitted()
    raised = flag(referral, cast.mina)
    assert flag(referral, cast.mina) == raised
    with pytest.raises(services.CannotFlag, match="stands already"):
        flag(referral, cast.sam)

    assert clear(raised, cast.mina) == clear(raised, cast.mina)
    with pytest.raises(services.CannotFlag, match="Somebody else"):
        clear(raised, cast.sam)
    assert flag(referral, cast.sam) != raised
    assert Flag.objects.count() == 2


def test_what_was_withdrawn_is_not_flagged(cast, life):
    referral = life.submitted()
    services.void_referral(referral_id=referral.pk, reason="WRONG_PERSON", words="Not her.", by=cast.sam, at=NOW)

    with pytest.raises(services.CannotFlag, match="not withdrawn"):
        flag(referral, cast.mina)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_raise_the_same_flag_at_once_one_does(cast, life):
    referral = life.submitted()

    done = at_once(lambda: flag(referral, cast.mina), lambda: flag(referral, cast.sam), refusal=services.CannotFlag)

    assert sorted(type(one).__name__ for one in done) == ["CannotFlag", "Flag"]


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("flag_says_why", {"words": ""}),
        ("flag_cleared_says_who_when_and_why", {"cleared_at": NOW}),
        ("flag_cleared_says_who_when_and_why", {"clear_reason": "Over."}),
    ],
)
def test_the_database_refuses_half_a_flag(cast, life, rule, values):
    flag(life.submitted(), cast.mina)

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Flag.objects.update(**values)


@pytest.mark.parametrize("is_about_somebody", [True, False])
def test_the_database_lets_one_flag_of_a_kind_stand(cast, life, is_about_somebody):
    referral = life.submitted()
    person = referral.people.get() if is_about_somebody else None
    row = {"referral": referral, "person": person, "kind": "OTHER", "words": "Why.", "raised_at": NOW}
    Flag.objects.create(**row, raised_by=cast.mina)

    with pytest.raises(IntegrityError, match="flag_stands_once_for_a_kind"), transaction.atomic():
        Flag.objects.create(**row, raised_by=cast.sam)


def test_it_stands_at_the_top_of_the_referral_and_in_the_queue_for_the_hub_alone(client, cast, life):
    share = life.shared()
    flag(share.referral, cast.mina)
    waiting = life.submitted()
    raised = flag(waiting, cast.mina)
    browser = client.signed_in(cast.sam)

    page = browser.get(waiting.get_absolute_url()).content.decode()
    assert page.index("Risk to staff") < page.index("Submitted</dt>")
    assert DOG in page
    assert "Risk to staff" in browser.get(reverse("referrals:queue")).content.decode()
    for who, referral in (("olu", waiting), ("lin", waiting), ("pat", share.referral)):
        told = client.signed_in(getattr(cast, who)).get(referral.get_absolute_url()).content.decode()
        assert DOG not in told
        assert "Risk to staff" not in told

    clear(raised, cast.mina)
    browser = client.signed_in(cast.sam)
    assert "Risk to staff" not in browser.get(reverse("referrals:queue")).content.decode()
    cleared = browser.get(waiting.get_absolute_url()).content.decode()
    assert "Flags that were cleared (1)" in cleared
    assert "The dog was taken away." in cleared


def test_a_flag_on_somebody_stands_on_each_referral_of_that_person(client, cast, life):
    earlier, later = life.submitted(), life.submitted()
    known, again = earlier.people.get(), later.people.get()
    flag(earlier, cast.mina, person_id=known.pk)
    browser = client.signed_in(cast.mina)
    assert DOG not in browser.get(later.get_absolute_url()).content.decode()

    services.answer_match(person_id=again.pk, other_id=known.pk, answer="SAME", by=cast.mina, at=NOW)

    page = browser.get(later.get_absolute_url()).content.decode()
    assert DOG in page
    assert f"/flags/{Flag.objects.get().pk}/clear/" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_flags_cost_the_queue_no_question_however_many_rows_have_one(
    client, cast, life, django_assert_num_queries, rows
):
    for _ in range(rows):
        life.submitted()
    browser, address = client.signed_in(cast.mina), reverse("referrals:queue")
    browser.get(address)
    with django_assert_num_queries(8):
        browser.get(address)
    for referral in Referral.objects.all():
        flag(referral, cast.mina)
        flag(referral, cast.mina, kind="COURT_ORDER")

    with django_assert_num_queries(8):
        page = browser.get(address).content.decode()

    assert page.count("Court order</strong>") == rows


def test_what_was_typed_comes_back_with_what_is_wrong(client, cast, life):
    referral = life.submitted()
    browser, address = client.signed_in(cast.mina), reverse("referrals:flag_raise", args=[referral.pk])
    answer = browser.post(address, {"kind": "", "words": DOG})
    assert answer.status_code == 422
    assert "Choose what it warns of." in answer.content.decode()
    assert DOG in answer.content.decode()

    assert browser.post(address, {"kind": "COURT_ORDER", "words": DOG}).status_code == 302
    again = browser.post(address, {"kind": "COURT_ORDER", "words": "zzanother"})
    assert (again.status_code, "stands already" in again.content.decode()) == (422, True)
    assert "zzanother" in again.content.decode()
