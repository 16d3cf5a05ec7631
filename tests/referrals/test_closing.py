"""The end of the work on a referral: what is open at the close, reopening, and withdrawing what should not have been sent."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from jobs import services as jobs
from jobs.models import Job
from referrals import queries, services
from referrals.models import Closing, EncompassNotice, Referral, Voiding
from tests.people import NOW, make_cast
from tests.races import at_once
from tests.referrals.conftest import REASONS, Life
from tests.referrals.differences import Difference

LATER = NOW + timedelta(days=1)
WRONG = {"reason": "WRONG_PERSON", "words": "It names a neighbour."}


def page(name, referral):
    return reverse(f"referrals:{name}", args=[referral.pk])


def close(referral, by, **values):
    return services.close_referral(referral_id=referral.pk, by=by, at=NOW, **values)


def void(referral, by, **values):
    return services.void_referral(referral_id=referral.pk, by=by, at=LATER, **WRONG | values)


def with_action(cast, referral):
    services.record_strategy_discussion(
        referral_id=referral.pk,
        key=referral.pk,
        held_at=NOW,
        outcome="JOINT",
        reasons="Harm is likely.",
        attended=[services.Attended(agency=one, presence="PRESENT", shared="") for one in (cast.police, cast.council)],
        agreed=[services.Agreed(what="Visit.", owner=cast.council, due_on=NOW.date())],
        by=cast.mina,
        at=NOW,
    )


def test_what_may_stay_open_stays_open_with_a_reason_that_is_kept(cast, life):
    referral = life.decided()
    with_action(cast, referral)
    services.ask_referrer(referral_id=referral.pk, question="Who was there?", by=cast.mina, at=NOW)

    with pytest.raises(services.CannotClose, match="1 action of a strategy discussion, 1 question"):
        close(referral, cast.sam, reason="  ")
    close(referral, cast.sam, reason="The visit is in the council's own plan.")

    assert Closing.objects.get().left_open_because == "The visit is in the council's own plan."
    assert Entry.objects.get(what="referral.closed").reason == "The visit is in the council's own plan."


def test_a_school_that_is_owed_a_notice_has_it_before_the_close(cast, life):
    referral = life.decided(types=["DOMESTIC_ABUSE"])
    notice = EncompassNotice.objects.create(referral=referral, child=referral.people.first(), due_at=LATER)

    with pytest.raises(services.CannotClose, match="1 notice to a school to send"):
        close(referral, cast.sam, reason="We are in a hurry.")
    services.send_notice(notice_id=notice.pk, channel="PHONE", school="A", key_adult="B", by=cast.mina, at=NOW)
    with pytest.raises(services.CannotClose, match="not confirmed"):
        close(referral, cast.sam)
    close(referral, cast.sam, reason="The school is shut until Monday and will ring.")

    assert Referral.objects.get(pk=referral.pk).state == "CLOSED"


def test_an_upheld_challenge_is_acted_on_before_the_close(cast, life):
    difference = Difference(cast, life)
    challenge = difference.about("ANSWER")
    difference.respond(challenge, "CHANGE")
    difference.resolve(challenge)
    share, referral = challenge.share, challenge.referral
    Referral.objects.filter(pk=referral.pk).update(state="ANSWERED")

    with pytest.raises(services.CannotClose, match="1 upheld challenge to act on"):
        close(referral, cast.sam)
    services.answer_share(share_id=share.pk, answer_state="ACCEPTED", by=cast.pat, at=LATER)
    close(referral, cast.sam)

    assert Referral.objects.get(pk=referral.pk).state == "CLOSED"


def test_the_page_lists_what_is_open_and_what_was_typed_comes_back(client, cast, life):
    referral = life.decided()
    with_action(cast, referral)
    browser = client.signed_in(cast.sam)

    assert "1 action of a strategy discussion" in browser.get(page("close", referral)).content.decode()
    refused = browser.post(page("close", referral), {"reason": ""})
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"reason"})
    browser.post(page("close", referral), {"reason": "Done elsewhere."})

    assert "Left open: Done elsewhere." in browser.get(referral.get_absolute_url()).content.decode()


def test_a_supervisor_reopens_and_both_stay_on_record(client, cast, life):
    referral = life.decided()
    close(referral, cast.sam)
    browser = client.signed_in(cast.sam)
    assert page("reopen", referral) in browser.get(referral.get_absolute_url()).content.decode()
    assert browser.post(page("reopen", referral), {"reason": ""}).status_code == 422

    for _ in range(2):
        services.reopen_referral(referral_id=referral.pk, reason="New facts came.", by=cast.sam, at=LATER)

    referral.refresh_from_db()
    assert (referral.state, referral.closed_at, referral.closed_by) == ("DECIDED", None, None)
    entry = Entry.objects.get(what="referral.reopened")
    assert (entry.actor_id, entry.reason, entry.details["from"], entry.details["to"]) == (
        str(cast.sam.pk),
        "New facts came.",
        "CLOSED",
        "DECIDED",
    )
    shown = browser.get(referral.get_absolute_url()).content.decode()
    for words in ("Closed by Sam", "Reopened by Sam", "New facts came."):
        assert words in shown
    services.close_referral(referral_id=referral.pk, by=cast.sam, at=LATER)
    assert Closing.objects.count() == 2


def test_what_was_closed_before_closings_were_kept_is_reopened_too(cast, life):
    referral = life.decided()
    close(referral, cast.sam)
    Closing.objects.all().delete()

    services.reopen_referral(referral_id=referral.pk, reason="New facts.", by=cast.sam, at=LATER)

    closing = Closing.objects.get()
    assert (closing.closed_at, closing.closed_by, closing.reopened_at) == (NOW, cast.sam, LATER)


@pytest.mark.parametrize("who", ["mina", "olu", "lin", "pat", "ada", "iggy"])
def test_nobody_else_reopens_or_withdraws(cast, life, who):
    referral = life.decided()

    with pytest.raises(services.CannotVoid, match="supervisor"):
        void(referral, getattr(cast, who))
    close(referral, cast.sam)
    with pytest.raises(services.CannotReopen, match="supervisor"):
        services.reopen_referral(referral_id=referral.pk, reason="Why not.", by=getattr(cast, who), at=LATER)


def test_where_it_ends_depends_on_how_far_it_had_gone_and_whoever_had_it_is_told(cast, life, mailoutbox):
    received, shared = life.submitted(), life.shared()
    Job.objects.all().delete()

    for referral in (received, shared.referral):
        for _ in range(2):
            void(referral, cast.sam)

    for referral in (received, shared.referral):
        referral.refresh_from_db()
    assert (received.state, shared.referral.state) == ("VOID", "WITHDRAWN")
    assert Entry.objects.filter(what="referral.voided").count() == 2
    for job in Job.objects.filter(task__contains="withdrawal"):
        jobs.run(job_id=job.pk, at=LATER)
    assert sorted(tuple(mail.to) for mail in mailoutbox) == [
        ("olu@example.org",),
        ("olu@example.org",),
        ("pat@example.org",),
    ]
    assert not any("neighbour" in mail.body or "Fictitious" in mail.body for mail in mailoutbox)
    assert not Referral.objects.visible_to(cast.pat).exists()
    assert Referral.objects.visible_to(cast.olu).filter(pk=received.pk).exists()


def test_what_is_withdrawn_leaves_every_list_count_and_sample(client, cast, life):
    referral, other = life.submitted(), life.submitted()
    void(referral, cast.sam)

    assert list(Referral.objects.sent()) == [other]
    assert list(Referral.objects.submitted_between(NOW - timedelta(days=1), LATER)) == [other]
    assert [row.referral for row in queries.queue_rows(list(queries.queue(cast.mina, at=NOW)), at=NOW)] == [other]
    person = other.people.get()
    [history] = queries.history_of(cast.mina, other, people=[person])
    assert history.candidates == []
    mine = client.signed_in(cast.olu).get(reverse("referrals:mine")).content.decode()
    assert referral.reference in mine
    shown = client.get(referral.get_absolute_url()).content.decode()
    assert "It names a neighbour." in shown


def test_a_duplicate_names_the_referral_that_stands(client, cast, life):
    referral, kept = life.submitted(), life.submitted()
    browser = client.signed_in(cast.sam)

    for reference, words in [
        ("", "Sent twice."),
        ("PPN-2026-XXXXX", "Sent twice."),
        (referral.reference, "Sent twice."),
    ]:
        refused = browser.post(
            page("void", referral), {"reason": "DUPLICATE", "kept_reference": reference, "words": words}
        )
        assert refused.status_code == 422
        assert words in refused.content.decode()
    browser.post(
        page("void", referral), {"reason": "DUPLICATE", "kept_reference": kept.reference.lower(), "words": "Twice."}
    )

    assert Voiding.objects.get().kept == kept
    assert f"({kept.reference})" in browser.get(referral.get_absolute_url()).content.decode()


def test_open_challenges_end_with_what_is_withdrawn(cast, life):
    challenge = Difference(cast, life).about("DECISION")

    void(challenge.referral, cast.sam)

    challenge.refresh_from_db()
    assert (challenge.state, challenge.end_words) == ("WITHDRAWN", "The referral was withdrawn.")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("voiding_says_why_in_words", {"words": ""}),
        ("voiding_of_a_duplicate_names_the_other", {"reason": "DUPLICATE"}),
    ],
)
def test_the_database_refuses_a_withdrawal_that_does_not_say_why(cast, life, name, change):
    void(life.submitted(), cast.sam)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Voiding.objects.update(**change)


def test_the_database_refuses_a_duplicate_of_itself_and_a_closing_that_contradicts_itself(cast, life):
    referral = life.submitted()
    void(referral, cast.sam)
    with pytest.raises(IntegrityError, match="voiding_keeps_another"), transaction.atomic():
        Voiding.objects.update(reason="DUPLICATE", kept=referral)
    decided = life.decided()
    close(decided, cast.sam)
    for change in ({"reopened_at": LATER}, {"reopened_because": "Why."}):
        with pytest.raises(IntegrityError, match="reopened_says_who"), transaction.atomic():
            Closing.objects.update(**change)
    with pytest.raises(IntegrityError, match="one_stands"), transaction.atomic():
        Closing.objects.create(referral=decided, closed_at=NOW, closed_by=cast.mina)


@pytest.mark.django_db(transaction=True)
def test_deciding_and_withdrawing_at_the_same_moment_leave_it_withdrawn():
    cast = make_cast()
    referral = Life(cast).submitted()
    decide = {"level": 4, "pathway": "SECTION_17", "rationale": REASONS}

    at_once(
        lambda: void(referral, cast.sam),
        lambda: services.decide_referral(referral_id=referral.pk, by=cast.mina, at=timezone.now(), **decide),
        refusal=services.CannotDecide,
    )

    assert Referral.objects.get(pk=referral.pk).state == "VOID"
    assert Voiding.objects.count() == 1
