"""What an agency rejected or needs more of reaches the hub: by mail, on the home page, in a list, with a clock, until it is settled."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import Entry
from common.clock import end_of_working_days
from jobs import services as jobs
from jobs.models import Job
from referrals import queries, services
from referrals.enums import ReferralState, ShareState
from referrals.models import Referral, Share
from tests.people import NOW, make_cast
from tests.races import at_once
from tests.referrals.conftest import REASONS, Life

REJECTED = {"answer_state": "REJECTED", "rejection_reason": "BELOW_THRESHOLD", "words": "zzbelow"}
NEEDED = {"answer_state": "FURTHER_WORK", "missing": ["WHO", "VOICE"], "words": "zzwho"}
ACCEPTED = {"answer_state": "ACCEPTED"}


def answer(shared, by, given, at=NOW):
    services.answer_share(share_id=shared.pk, by=by, at=at, **given)
    return Share.objects.get(pk=shared.pk)


def run_jobs():
    for job in Job.objects.filter(finished_at=None).order_by("created_at"):
        jobs.run(job_id=job.pk, at=NOW.replace(year=2030))


def line(user, title, at=NOW):
    return {line.title: line for line in queries.waiting_for(user, at=at)}[title]


REJECTED_LINE = "rejected by agencies, to look at again"
NEEDED_LINE = "further work to supply to agencies"


@pytest.mark.parametrize(("given", "told"), [(REJECTED, True), (NEEDED, True), (ACCEPTED, False)])
def test_who_decided_and_who_has_it_hear_of_what_is_rejected_or_needs_more(cast, life, mailoutbox, given, told):
    shared = life.shared()
    services.assign_referral(referral_id=shared.referral_id, to=cast.sam, by=cast.mina, at=NOW)
    Job.objects.all().delete()

    answer(shared, cast.pat, given)
    run_jobs()

    readers = [mail.to for mail in mailoutbox]
    assert [cast.olu.email] in readers
    assert ([cast.mina.email] in readers, [cast.sam.email] in readers) == (told, told)
    assert not any("zz" in mail.subject + mail.body or "Child" in mail.body for mail in mailoutbox)


def test_when_who_decided_has_left_every_decision_maker_hears(cast, life, mailoutbox):
    shared = life.shared()
    Job.objects.all().delete()
    cast.mina.is_active = False
    cast.mina.save()

    answer(shared, cast.pat, REJECTED)
    run_jobs()

    assert [cast.sam.email] in [mail.to for mail in mailoutbox]


def test_what_was_rejected_stands_on_the_home_page_and_in_the_list_until_somebody_looked(client, cast, life):
    shared = answer(life.shared(), cast.pat, REJECTED)
    browser = client.signed_in(cast.mina)

    waiting = line(cast.mina, REJECTED_LINE)
    page = browser.get(waiting.url)

    assert waiting.count == 1
    assert [row.pk for row in page.context["page"].items] == [shared.pk]
    assert "Below the threshold" in page.content.decode()
    looked = reverse("referrals:look_again", args=[shared.referral_id, shared.pk])
    assert looked in browser.get(shared.referral.get_absolute_url()).content.decode()
    for _ in range(2):
        browser.post(looked)
    assert line(cast.mina, REJECTED_LINE).count == 0
    assert Share.objects.get().settled_by == cast.mina
    assert Entry.objects.filter(what="share.looked_at_again").count() == 1


def decide_again(cast, shared):
    services.decide_referral(
        referral_id=shared.referral_id,
        level=2,
        pathway="EARLY_HELP",
        rationale=REASONS,
        change_reason="It was rejected.",
        by=cast.mina,
        at=NOW,
    )


SETTLED = {
    "decided again": decide_again,
    "closed": lambda cast, shared: services.close_referral(referral_id=shared.referral_id, by=cast.mina, at=NOW),
    "ended": lambda cast, shared: services.end_share(share_id=shared.pk, reason="Done.", by=cast.mina, at=NOW),
    "challenged": lambda cast, shared: services.challenge_answer(
        share_id=shared.pk, words="They can help.", wanted="A visit.", safe_action="An aunt.", by=cast.mina, at=NOW
    ),
}


@pytest.mark.parametrize("deed", SETTLED)
def test_what_is_done_about_a_rejection_takes_it_off_the_list(cast, life, deed):
    shared = answer(life.shared(), cast.pat, REJECTED)

    SETTLED[deed](cast, shared)

    assert line(cast.mina, REJECTED_LINE).count == 0


@pytest.mark.parametrize("who", ["olu", "lin", "pat", "out", "ada"])
def test_nobody_else_notes_that_they_looked(cast, life, who):
    shared = answer(life.shared(), cast.pat, REJECTED)

    with pytest.raises(services.CannotSettle):
        services.look_again(share_id=shared.pk, by=getattr(cast, who), at=NOW)


def test_only_what_was_rejected_is_looked_at_again(cast, life):
    shared = answer(life.shared(), cast.pat, NEEDED)

    with pytest.raises(services.CannotSettle, match="not rejected"):
        services.look_again(share_id=shared.pk, by=cast.mina, at=NOW)


def test_further_work_has_a_clock_stands_in_the_list_and_is_late_when_it_has_run_out(client, cast, life):
    shared = answer(life.shared(), cast.pat, NEEDED)
    due = end_of_working_days(NOW, 1)

    waiting = line(cast.mina, NEEDED_LINE)
    page = client.signed_in(cast.mina).get(waiting.url)

    assert shared.supply_due_at == due
    assert (waiting.count, waiting.is_late) == (1, False)
    assert [row.pk for row in page.context["page"].items] == [shared.pk]
    assert "Who the people are, What the person says and wants" in page.content.decode()
    assert line(cast.mina, NEEDED_LINE, at=due + timedelta(minutes=1)).is_late
    officer = type(client)().signed_in(cast.olu)
    own = line(cast.olu, "of your referrals needs more before an agency can answer")
    assert own.count == 1
    assert [row.pk for row in officer.get(own.url).context["page"].items] == [shared.referral_id]


def test_further_work_that_is_late_is_chased_once_at_hub_and_writer(cast, life, mailoutbox):
    shared = answer(life.shared(), cast.pat, NEEDED)
    Job.objects.all().delete()
    assert services.chase_missing_work(at=shared.supply_due_at) == 0

    late = shared.supply_due_at + timedelta(minutes=1)
    assert [services.chase_missing_work(at=late) for _ in range(2)] == [1, 0]
    run_jobs()

    assert [mail.to for mail in mailoutbox] == [[cast.mina.email], [cast.olu.email]]
    assert not any("zz" in mail.subject + mail.body for mail in mailoutbox)


def test_what_was_sent_is_no_longer_owed_and_is_owed_anew_when_asked_again(cast, life):
    shared = answer(life.shared(), cast.pat, NEEDED)
    services.chase_missing_work(at=NOW + timedelta(days=9))
    services.supply_missing(share_id=shared.pk, words="Ann.", by=cast.olu, at=NOW)
    assert line(cast.mina, NEEDED_LINE).count == services.chase_missing_work(at=NOW + timedelta(days=99)) == 0

    answer(shared, cast.pat, NEEDED, at=NOW + timedelta(days=1))

    assert services.chase_missing_work(at=NOW + timedelta(days=99)) == 1


def test_a_rejection_that_was_looked_at_and_came_again_is_looked_at_again(cast, life):
    shared = answer(life.shared(), cast.pat, REJECTED)
    services.look_again(share_id=shared.pk, by=cast.mina, at=NOW)
    Share.objects.update(state=ShareState.WAITING, answered_at=None, answered_by=None, rejection_reason="", answer="")

    again = answer(shared, cast.pat, REJECTED)

    assert (again.settled_at, again.settled_by) == (None, None)


def test_a_referral_is_not_closed_over_open_further_work_without_saying_why(client, cast, life):
    shared = answer(life.shared(), cast.pat, NEEDED)
    browser = client.signed_in(cast.mina)
    address = reverse("referrals:close", args=[shared.referral_id])

    assert "still waits for what it said is missing" in browser.get(address).content.decode()
    refused = browser.post(address, {"reason": " "})
    assert (refused.status_code, Referral.objects.get().state) == (422, ReferralState.ANSWERED)
    with pytest.raises(services.CannotClose, match="Say why nothing more is sent"):
        services.close_referral(referral_id=shared.referral_id, by=cast.mina, at=NOW)
    browser.post(address, {"reason": "The family moved away."})

    assert Referral.objects.get().state == ReferralState.CLOSED
    assert Entry.objects.get(what="referral.closed").reason == "The family moved away."
    assert line(cast.mina, NEEDED_LINE).count == 0


@pytest.mark.parametrize("show", ["REJECTED", "NEEDED"])
@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_of_the_lists_does_not_grow(client, cast, life, django_assert_num_queries, rows, show):
    for _ in range(rows):
        answer(life.shared(), cast.pat, REJECTED if show == "REJECTED" else NEEDED)
    browser = client.signed_in(cast.mina)
    browser.get(reverse("referrals:awaited"), {"show": show})

    with django_assert_num_queries(5):
        assert len(browser.get(reverse("referrals:awaited"), {"show": show}).context["page"].items) == rows


def test_the_database_refuses_a_look_that_does_not_say_who(cast, life):
    answer(life.shared(), cast.pat, REJECTED)

    with pytest.raises(IntegrityError, match="share_looked_at_again_says_who_and_when"), transaction.atomic():
        Share.objects.update(settled_at=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_chase_each_share_once():
    cast = make_cast()
    answer(Life(cast).shared(), cast.pat, NEEDED)
    chase = partial(services.chase_missing_work, at=NOW + timedelta(days=30))

    found = at_once(chase, chase)

    assert sorted(found) == [0, 1]
    assert Job.objects.filter(task__contains="late_supply").count() == 1
