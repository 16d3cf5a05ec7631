"""The answer of an agency of which nobody can sign in: the hub records it, it moves the share, and it says that it was recorded."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import RoleGrant
from audit.models import Entry
from common.clock import Period
from jobs.models import Job
from referrals import queries, services
from referrals.enums import AnswerChannel, ReferralState, ShareState
from referrals.models import Feedback, Referral, Share, ShareAnswer
from tests.people import NOW
from tests.races import at_once

RECORDED = NOW + timedelta(days=2)
HEARD = {"told_by": "Ms Clerk, duty desk", "channel": "LETTER", "told_at": NOW + timedelta(hours=3)}
REJECTED = {"answer_state": "REJECTED", "rejection_reason": "WRONG_AGENCY", "words": "zzNot our street."}
TYPED = {
    "told_by": "Ms Clerk",
    "channel": "PHONE",
    "told_at_0": "20",
    "told_at_1": "11",
    "told_at_2": "2026",
    "told_at_3": "10:00",
    "answer_state": "REJECTED",
    "rejection_reason": "WRONG_AGENCY",
    "words": "zzNot our street.",
}


@pytest.fixture
def by_letter(cast, life):
    """What was shared with the council, of which nobody can sign in."""
    RoleGrant.objects.filter(user__agency=cast.council).delete()
    return life.shared()


def record(share, by, **values):
    asked = HEARD | {"answer_state": "ACCEPTED"} | values
    return services.record_answer(share_id=share.pk, by=by, at=asked.pop("at", RECORDED), **asked)


def address(share):
    return reverse("referrals:record_answer", args=[share.referral_id, share.pk])


@pytest.mark.parametrize("who", ["mina", "sam"])
def test_the_hub_records_what_an_agency_answered_and_the_writer_hears_of_it(cast, by_letter, who):
    hub = getattr(cast, who)

    record(by_letter, hub, **REJECTED)

    share, answer = Share.objects.get(), ShareAnswer.objects.get()
    assert (share.state, share.answered_at, share.rejection_reason) == ("REJECTED", HEARD["told_at"], "WRONG_AGENCY")
    assert (answer.told_by, answer.channel, answer.answered_at) == ("Ms Clerk, duty desk", "LETTER", HEARD["told_at"])
    assert (answer.answered_by, answer.recorded_at, answer.is_recorded_by_hub) == (hub, RECORDED, True)
    assert Referral.objects.get().state == ReferralState.ANSWERED
    assert Feedback.objects.get(kind="ANSWER").recipient == cast.olu
    assert Job.objects.filter(task="referrals.tasks.email_hub_about_answer").count() == 1
    entry = Entry.objects.get(what="share.answered")
    assert (entry.actor_id, entry.details["answer"], entry.details["channel"]) == (str(hub.pk), "REJECTED", "LETTER")
    assert "Clerk" not in str(entry.details)


def test_it_counts_in_the_rates_as_every_answer_does_in_time_by_when_it_came(cast, life, by_letter):
    shares = [by_letter, *(life.shared() for _ in range(4))]
    for share in shares:
        record(share, cast.mina)

    total = queries.outcomes_of(Period(date(2026, 11, 1), date(2026, 12, 1))).total

    assert (total.answered, total.accepted.successes, total.in_time.successes) == (5, 5, 5)


def test_further_work_is_sent_and_the_second_answer_is_recorded_too(cast, by_letter):
    record(by_letter, cast.mina, answer_state="FURTHER_WORK", missing=["WHO"], words="Who?")
    services.supply_missing(share_id=by_letter.pk, words="Ann.", by=cast.mina, at=RECORDED)
    with pytest.raises(services.CannotAnswer, match="after the agency was asked"):
        record(by_letter, cast.mina, told_at=RECORDED - timedelta(hours=1))

    record(by_letter, cast.mina, told_at=RECORDED, channel="PHONE", at=RECORDED + timedelta(hours=1))

    assert list(ShareAnswer.objects.order_by("number").values_list("state", "channel")) == [
        ("FURTHER_WORK", "LETTER"),
        ("ACCEPTED", "PHONE"),
    ]


def test_an_agency_where_somebody_can_sign_in_answers_itself(cast, life):
    share = life.shared()

    with pytest.raises(services.CannotAnswer, match="can sign in, and answers there"):
        record(share, cast.mina)


@pytest.mark.parametrize("who", ["olu", "lin", "out", "ada"])
def test_nobody_but_the_hub_records_an_answer(cast, by_letter, who):
    with pytest.raises(services.CannotAnswer, match="Only the hub"):
        record(by_letter, getattr(cast, who))


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"told_by": " "}, "who of the agency"),
        ({"channel": ""}, "how it came"),
        ({"channel": "PIGEON"}, "how it came"),
        ({"told_at": NOW - timedelta(minutes=1)}, "after the agency was asked"),
        ({"told_at": RECORDED + timedelta(minutes=1)}, "not later than now"),
        ({"answer_state": "REJECTED"}, "Say why"),
        ({"answer_state": "FURTHER_WORK", "words": "Who?"}, "what is missing"),
        ({"answer_state": "ENDED"}, "accepted, rejected"),
    ],
)
def test_what_is_half_said_is_refused(cast, by_letter, values, why):
    with pytest.raises(services.CannotAnswer, match=why):
        record(by_letter, cast.mina, **values)
    assert Share.objects.get().state == ShareState.WAITING


def test_the_same_twice_is_recorded_once_and_another_answer_is_refused(cast, by_letter):
    assert record(by_letter, cast.mina) == record(by_letter, cast.mina)
    with pytest.raises(services.CannotAnswer, match="answered already"):
        record(by_letter, cast.mina, **REJECTED)

    assert ShareAnswer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_record_an_answer_at_once_one_does(cast, life):
    RoleGrant.objects.filter(user__agency=cast.council).delete()
    share = life.shared()

    done = at_once(lambda: record(share, cast.mina), lambda: record(share, cast.sam), refusal=services.CannotAnswer)

    assert sorted(type(each).__name__ for each in done) == ["CannotAnswer", "Share"]
    assert ShareAnswer.objects.count() == 1


@pytest.mark.parametrize(
    "half",
    [{"told_by": "Clerk"}, {"channel": AnswerChannel.PHONE}, {"recorded_at": RECORDED}],
)
def test_the_database_refuses_half_a_record_of_where_an_answer_came_from(cast, life, half):
    services.answer_share(share_id=life.shared().pk, answer_state="ACCEPTED", by=cast.pat, at=NOW)

    with (
        pytest.raises(IntegrityError, match="share_answer_recorded_by_hub_says_from_whom_how_and_when"),
        transaction.atomic(),
    ):
        ShareAnswer.objects.update(**half)


def test_an_answer_is_not_recorded_before_it_came(cast, by_letter):
    record(by_letter, cast.mina)

    with (
        pytest.raises(IntegrityError, match="share_answer_recorded_by_hub_says_from_whom_how_and_when"),
        transaction.atomic(),
    ):
        ShareAnswer.objects.update(recorded_at=NOW)


def test_the_page_of_the_referral_leads_there_and_shows_how_the_answer_came(client, cast, by_letter):
    browser, page = client.signed_in(cast.mina), by_letter.referral.get_absolute_url()
    assert address(by_letter) in browser.get(page).content.decode()
    assert address(by_letter) in browser.get(reverse("referrals:awaited")).content.decode()
    record(by_letter, cast.mina, **REJECTED)

    seen, told = browser.get(page).content.decode(), client.signed_in(cast.olu).get(page).content.decode()

    assert address(by_letter) not in seen
    for words in (
        "By letter from Ms Clerk, duty desk",
        "Recorded by the hub",
        "by Mina Fictitious",
        "zzNot our street.",
    ):
        assert words in seen
    assert "Recorded by the hub" in told
    assert "zzNot our street." in told
    assert "Ms Clerk" not in told


def test_where_somebody_can_sign_in_nothing_leads_there(client, cast, life):
    share = life.shared()
    browser = client.signed_in(cast.mina)

    assert address(share) not in browser.get(share.referral.get_absolute_url()).content.decode()
    assert address(share) not in browser.get(reverse("referrals:awaited")).content.decode()
    assert browser.get(address(share)).status_code == 302


def test_what_was_typed_comes_back_with_what_is_wrong(client, cast, by_letter):
    browser = client.signed_in(cast.mina)

    answer = browser.post(address(by_letter), TYPED | {"channel": "", "told_at_2": "2099"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose how it came." in page
    assert "This is later than now." in page
    assert "zzNot our street." in page
    assert ShareAnswer.objects.count() == 0


def test_a_second_click_changes_nothing(client, cast, by_letter):
    browser = client.signed_in(cast.mina)

    answers = [browser.post(address(by_letter), TYPED) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert ShareAnswer.objects.count() == 1
