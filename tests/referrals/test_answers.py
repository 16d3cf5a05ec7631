"""Each answer of an agency is kept; what was missing is sent and it answers again; late answers are chased once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import Entry
from common.clock import end_of_working_days
from jobs import services as jobs
from jobs.models import Job
from referrals import queries, services
from referrals.enums import ANSWERED, SHARE_MOVES, ReferralState, ShareMove, ShareState, next_share_state
from referrals.models import Clarification, Referral, Share, ShareAnswer, ShareSupplement
from tests.people import NOW

LATER = NOW + timedelta(days=1)
NEEDS = {"missing": ["WHO", "VOICE"], "words": "zzwho is she?"}
WORDS = {
    ShareState.ACCEPTED: {},
    ShareState.REJECTED: {"rejection_reason": "DUPLICATE", "words": "We have it."},
    ShareState.FURTHER_WORK: NEEDS,
}


def answer(shared, by, state=ShareState.ACCEPTED, *, at=NOW, **values):
    values = WORDS[ShareState(state)] | values
    return services.answer_share(share_id=shared.pk, answer_state=state, by=by, at=at, **values)


def supply(shared, by, words="She is zzann.", at=LATER):
    return services.supply_missing(share_id=shared.pk, words=words, by=by, at=at)


def needing(cast, life):
    shared = life.shared()
    answer(shared, cast.pat, ShareState.FURTHER_WORK)
    return shared


@pytest.mark.parametrize("who", ["olu", "mina", "sam"])
def test_what_was_missing_is_sent_and_the_agency_answers_again(cast, life, who):
    shared = needing(cast, life)

    supply(shared, getattr(cast, who))
    waiting = Share.objects.get()
    answer(shared, cast.pat, at=LATER)

    assert (waiting.state, waiting.answered_at, waiting.missing) == (ShareState.WAITING, None, [])
    assert waiting.answer_due_at == end_of_working_days(LATER, 1)
    kept = ShareAnswer.objects.order_by("number").values_list("number", "state", "missing", "words")
    assert list(kept) == [(1, "FURTHER_WORK", ["WHO", "VOICE"], "zzwho is she?"), (2, "ACCEPTED", [], "")]
    sent = ShareSupplement.objects.get()
    assert (sent.answer.number, sent.words, sent.supplied_by) == (1, "She is zzann.", getattr(cast, who))
    assert Referral.objects.get().state == ReferralState.ANSWERED
    entry = Entry.objects.get(what="share.supplied")
    assert (entry.recipient_id, entry.details["from"], entry.details["to"]) == (
        str(cast.council.pk),
        "ANSWERED",
        "SHARED",
    )


def test_what_is_sent_twice_is_sent_once(cast, life):
    shared = needing(cast, life)

    assert supply(shared, cast.olu) == supply(shared, cast.olu)

    assert ShareSupplement.objects.count() == 1


@pytest.mark.parametrize("who", ["pat", "out", "lin", "ada"])
def test_nobody_else_sends_what_was_missing(cast, life, who):
    shared = needing(cast, life)

    with pytest.raises(services.CannotSupply):
        supply(shared, getattr(cast, who))


def test_nothing_is_sent_without_words_after_the_close_or_unasked(cast, life):
    shared, unasked = needing(cast, life), life.shared()
    with pytest.raises(services.CannotSupply, match="Write what was missing"):
        supply(shared, cast.mina, words=" ")
    with pytest.raises(services.CannotSupply, match="does not wait"):
        supply(unasked, cast.mina)
    services.close_referral(referral_id=shared.referral_id, by=cast.mina, at=NOW, reason="They moved away.")

    with pytest.raises(services.CannotSupply, match="closed"):
        supply(shared, cast.mina)
    assert not ShareSupplement.objects.exists()


def uphold_a_challenge(cast, shared):
    """The hub challenges the answer, the agency says that it will think again, and the hub accepts that."""
    said = {"words": "School's account was left out.", "safe_action": "The aunt stays."}
    asked = said | {"wanted": "That it is read again."}
    challenge = services.challenge_answer(share_id=shared.pk, by=cast.mina, at=NOW, **asked)
    services.respond_to_challenge(challenge_id=challenge.pk, stance="CHANGE", by=cast.pat, at=NOW, **said)
    services.resolve_challenge(
        challenge_id=challenge.pk, words="Read again.", learning="Ask school.", by=cast.mina, at=NOW
    )


# Each move of a share with the deed that makes it.
DEEDS = {
    ShareMove.ACCEPT: lambda cast, shared: answer(shared, cast.pat),
    ShareMove.REJECT: lambda cast, shared: answer(shared, cast.pat, ShareState.REJECTED),
    ShareMove.ASK: lambda cast, shared: answer(shared, cast.pat, ShareState.FURTHER_WORK),
    ShareMove.SUPPLY: lambda cast, shared: supply(shared, cast.mina),
    ShareMove.ASK_AGAIN: uphold_a_challenge,
    ShareMove.RENEW: lambda cast, shared: services.renew_share(
        share_id=shared.pk, sections=["risk"], people=[], reason="Asked.", by=cast.mina, at=NOW
    ),
    ShareMove.END: lambda cast, shared: services.end_share(share_id=shared.pk, reason="Done.", by=cast.mina, at=NOW),
}
REFUSALS = (
    services.CannotAnswer,
    services.CannotSupply,
    services.CannotShare,
    services.CannotEndShare,
    services.CannotChallenge,
)


@pytest.mark.parametrize("state", ShareState)
@pytest.mark.parametrize("move", ShareMove)
def test_a_share_moves_where_the_table_allows_it_and_nowhere_else(cast, life, move, state):
    shared = life.shared()
    if state in ANSWERED:
        answer(shared, cast.pat, state)
    if state == ShareState.ENDED:
        services.end_share(share_id=shared.pk, reason="Done.", by=cast.mina, at=NOW)

    expected = next_share_state(move, state)
    if expected is None:
        with pytest.raises(REFUSALS):
            DEEDS[move](cast, shared)
    else:
        DEEDS[move](cast, shared)

    assert Share.objects.get().state == (expected or state)
    assert set(DEEDS) == {move for move, _ in SHARE_MOVES}


def test_the_agency_and_the_writer_read_the_thread_and_another_agency_does_not(client, cast, life):
    shared = needing(cast, life)
    life.share(shared.referral, cast.elsewhere)
    supply(shared, cast.olu)

    def read_by(user):
        return type(client)().signed_in(user).get(shared.referral.get_absolute_url()).content.decode()

    for user in (cast.pat, cast.olu, cast.mina):
        assert "zzwho is she?" in read_by(user)
        assert "She is zzann." in read_by(user)
    for user in (cast.out, cast.lin):
        assert "zzwho" not in read_by(user)
        assert "zzann" not in read_by(user)
    assert cast.olu.name not in read_by(cast.pat).split("Sent since")[1].split("</dd>")[0]


def test_the_writer_sends_what_is_missing_from_the_page(client, cast, life):
    shared = needing(cast, life)
    browser = client.signed_in(cast.olu)
    address = reverse("referrals:supply", args=[shared.referral_id, shared.pk])

    assert address in browser.get(shared.referral.get_absolute_url()).content.decode()
    empty = browser.post(address, {"words": ""})
    assert (empty.status_code, "Write what was missing." in empty.content.decode()) == (422, True)
    assert "Who the people are, What the person says and wants" in empty.content.decode()
    browser.post(address, {"words": "She is zzann."})

    assert Share.objects.get().state == ShareState.WAITING


def test_what_was_typed_comes_back_when_another_was_quicker(client, cast, life):
    shared = needing(cast, life)
    supply(shared, cast.mina)

    response = client.signed_in(cast.olu).post(
        reverse("referrals:supply", args=[shared.referral_id, shared.pk]), {"words": "My long words."}
    )

    assert response.status_code == 422
    assert "My long words." in response.content.decode()


def test_further_work_names_what_is_missing_on_the_page(client, cast, life):
    shared = life.shared()
    address = reverse("referrals:answer", args=[shared.referral_id, shared.pk])

    response = client.signed_in(cast.pat).post(address, {"answer_state": "FURTHER_WORK", "words": "Which school?"})

    assert response.status_code == 422
    assert response.context["form"].errors == {"missing": ["Choose what is missing."]}
    assert "Which school?" in response.content.decode()


def ask(referral, by, question="Who was zzthere?"):
    return services.ask_referrer(referral_id=referral.pk, question=question, by=by, at=NOW)


def test_the_hub_asks_the_writer_replies_and_both_are_kept(client, cast, life, mailoutbox):
    referral = life.submitted()
    Job.objects.all().delete()
    asked = ask(referral, cast.mina)
    assert ask(referral, cast.mina) == asked

    officer = client.signed_in(cast.olu)
    assert [row.pk for row in officer.get(reverse("referrals:mine"), {"asked": "yes"}).context["page"].items] == [
        referral.pk
    ]
    officer.post(reverse("referrals:reply", args=[referral.pk, asked.pk]), {"reply": "The zzaunt."})

    asked.refresh_from_db()
    assert (asked.reply, asked.replied_by, asked.replied_at is not None) == ("The zzaunt.", cast.olu, True)
    for job in Job.objects.order_by("created_at"):
        jobs.run(job_id=job.pk, at=NOW.replace(year=2030))
    assert [mail.to for mail in mailoutbox] == [[cast.mina.email]]
    assert not any("zz" in mail.subject + mail.body for mail in mailoutbox)
    assert officer.get(reverse("referrals:mine"), {"asked": "yes"}).context["page"].items == []


def test_a_reply_is_given_once_by_the_writer_alone(cast, life):
    asked = ask(life.submitted(), cast.mina)
    for by, words in ((cast.lin, "Me."), (cast.mina, "Me."), (cast.olu, " ")):
        with pytest.raises(services.CannotClarify):
            services.reply_to_hub(clarification_id=asked.pk, reply=words, by=by, at=NOW)
    for _ in range(2):
        services.reply_to_hub(clarification_id=asked.pk, reply="The aunt.", by=cast.olu, at=NOW)

    with pytest.raises(services.CannotClarify, match="already"):
        services.reply_to_hub(clarification_id=asked.pk, reply="The uncle.", by=cast.olu, at=NOW)


@pytest.mark.parametrize("who", ["olu", "lin", "pat", "ada"])
def test_nobody_else_asks(cast, life, who):
    with pytest.raises(services.CannotClarify):
        ask(life.submitted(), getattr(cast, who))


def run_jobs():
    for job in Job.objects.filter(finished_at=None):
        jobs.run(job_id=job.pk, at=NOW.replace(year=2030))


def test_a_late_answer_is_chased_once_and_without_a_name(cast, life, mailoutbox):
    shared = life.shared()
    Job.objects.all().delete()
    assert services.chase_late_answers(at=shared.answer_due_at) == 0

    late = shared.answer_due_at + timedelta(minutes=1)
    assert [services.chase_late_answers(at=late) for _ in range(2)] == [1, 0]
    run_jobs()

    (mail,) = mailoutbox
    assert mail.to == [cast.pat.email]
    assert "late" in mail.subject
    assert "Child" not in mail.subject + mail.body
    entry = Entry.objects.get(what="share.chased")
    assert (entry.actor_id, entry.recipient_id) == ("", str(cast.council.pk))


def test_one_working_day_of_silence_is_told_once_to_who_shared_it_and_who_wrote_it(cast, life, mailoutbox):
    shared = life.shared()
    Job.objects.all().delete()
    silent = end_of_working_days(shared.answer_due_at, 1)
    assert services.tell_of_silence(at=silent) == 0

    assert [services.tell_of_silence(at=silent + timedelta(minutes=1)) for _ in range(2)] == [1, 0]
    run_jobs()

    assert [mail.to for mail in mailoutbox] == [[cast.mina.email], [cast.olu.email]]


def test_who_answered_meanwhile_gets_no_reminder(cast, life, mailoutbox):
    shared = life.shared()
    services.chase_late_answers(at=shared.answer_due_at + timedelta(days=9))
    Job.objects.exclude(task__contains="late").delete()
    answer(shared, cast.pat)
    Job.objects.exclude(task__contains="late").delete()

    run_jobs()

    assert mailoutbox == []


def test_who_is_asked_again_is_chased_again(cast, life):
    shared = life.shared()
    services.chase_late_answers(at=shared.answer_due_at + timedelta(days=9))
    answer(shared, cast.pat, ShareState.FURTHER_WORK)
    supply(shared, cast.olu, at=NOW + timedelta(days=10))

    assert services.chase_late_answers(at=NOW + timedelta(days=30)) == 1


def test_late_answers_stand_on_the_home_pages_and_lead_to_their_rows(client, cast, life):
    shared, in_time = life.shared(), life.shared()
    Share.objects.filter(pk=shared.pk).update(answer_due_at=NOW - timedelta(days=30))
    Share.objects.filter(pk=in_time.pk).update(answer_due_at=NOW + timedelta(days=9_000))
    services.tell_of_silence(at=NOW)

    hub = client.signed_in(cast.mina)
    lines = {line.title: line for line in queries.waiting_for(cast.mina, at=NOW)}
    late = lines["answer of an agency that is late"]
    assert (late.count, late.is_late) == (1, True)
    assert [row.pk for row in hub.get(late.url).context["page"].items] == [shared.pk]
    assert hub.get(reverse("referrals:awaited")).context["count"].count == 2
    mine = {line.title: line for line in queries.waiting_for(cast.olu, at=NOW)}
    silent = mine["of your referrals was not answered in time"]
    assert (silent.count, silent.is_late) == (1, True)
    officer = type(client)().signed_in(cast.olu)
    assert [row.pk for row in officer.get(silent.url).context["page"].items] == [shared.referral_id]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_of_the_answers_we_wait_for_does_not_grow(
    client, cast, life, django_assert_num_queries, rows
):
    for _ in range(rows):
        life.shared()
    browser = client.signed_in(cast.mina)
    browser.get(reverse("referrals:awaited"))

    with django_assert_num_queries(5):
        assert len(browser.get(reverse("referrals:awaited")).context["page"].items) == rows


@pytest.mark.parametrize(
    ("row", "constraint"),
    [
        ({"state": "WAITING"}, "share_answer_is_an_answer"),
        ({"state": "REJECTED"}, "share_answer_of_rejection_gives_a_reason"),
        ({"rejection_reason": "DUPLICATE"}, "share_answer_of_rejection_gives_a_reason"),
    ],
)
def test_the_database_refuses_an_answer_that_is_none(cast, life, row, constraint):
    answer(life.shared(), cast.pat)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ShareAnswer.objects.update(**row)


def test_the_database_refuses_two_answers_of_one_number_empty_words_and_half_a_reply(cast, life):
    shared = needing(cast, life)
    sent = supply(shared, cast.olu)
    asked = ask(shared.referral, cast.mina)
    answer(shared, cast.pat, at=LATER)

    for deed, constraint in (
        (lambda: ShareAnswer.objects.update(number=1), "share_answer_numbered_once"),
        (lambda: ShareSupplement.objects.filter(pk=sent.pk).update(words=""), "share_supplement_says_something"),
        (lambda: Clarification.objects.filter(pk=asked.pk).update(question=""), "clarification_asks_something"),
        (
            lambda: Clarification.objects.filter(pk=asked.pk).update(reply="x"),
            "clarification_replied_says_who_when_and_what",
        ),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            deed()
