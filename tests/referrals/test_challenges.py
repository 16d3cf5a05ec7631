"""Challenges: who raises one, each move of each side allowed and refused, and what happens twice."""

from datetime import timedelta

import pytest

from audit.models import Entry
from jobs import services as jobs
from jobs.models import Job
from referrals import permissions, services
from referrals.enums import (
    CHALLENGE_MOVES,
    CHALLENGE_OPEN,
    ChallengeLevel,
    ChallengeMove,
    ChallengeOutcome,
    ChallengeState,
    Matter,
    Stance,
    next_challenge_state,
)
from referrals.models import Challenge, ChallengeMeeting, Referral
from tests.people import NOW
from tests.referrals.differences import AGREED, ASKED, LATER, WORDS, Difference, fresh


@pytest.mark.parametrize("matter", Matter)
def test_either_side_raises_a_challenge_and_the_other_is_told_without_a_name(difference, cast, mailoutbox, matter):
    challenge = difference.about(matter)

    assert (challenge.hub, challenge.agency) == (cast.police, cast.council)
    assert (challenge.state, challenge.level) == (ChallengeState.OPEN, ChallengeLevel.PRACTITIONERS)
    assert challenge.awaited == (cast.police if matter == Matter.DECISION else cast.council)
    position = challenge.positions.get()
    assert (position.words, position.safe_action, position.by) == (
        WORDS["words"],
        WORDS["safe_action"],
        difference.raiser(challenge),
    )
    entry = Entry.objects.get(what="challenge.raised")
    assert (entry.actor_id, entry.object_id) == (str(position.by_id), str(challenge.referral_id))
    job = Job.objects.get(task="referrals.tasks.email_side_about_challenge")
    jobs.run(job_id=job.pk, at=NOW)
    told = ["mina@example.org", "sam@example.org"] if matter == Matter.DECISION else ["pat@example.org"]
    assert [mail.to[0] for mail in mailoutbox] == told
    assert challenge.get_absolute_url() in mailoutbox[0].body
    assert not any(word in mailoutbox[0].body for word in ("Fictitious", "aunt", "notices"))


def test_an_agency_that_no_longer_sees_the_referral_gets_no_mail(difference, cast, mailoutbox):
    challenge = difference.about(Matter.ANSWER)
    services.end_share(share_id=challenge.share_id, reason="Sent by mistake.", by=cast.mina, at=NOW)

    jobs.run(job_id=Job.objects.get(task="referrals.tasks.email_side_about_challenge").pk, at=NOW)

    assert mailoutbox == []


def test_a_challenge_sent_twice_is_one(difference, cast):
    challenge = difference.about(Matter.DECISION)

    again = services.challenge_decision(referral_id=challenge.referral_id, by=cast.pat, at=NOW, **ASKED)

    assert again == challenge
    assert (Challenge.objects.count(), Entry.objects.filter(what="challenge.raised").count()) == (1, 1)


def test_one_open_challenge_about_a_matter_at_a_time(difference, cast):
    challenge = difference.about(Matter.DECISION)

    with pytest.raises(services.CannotChallenge, match="one open challenge at a time"):
        services.challenge_decision(
            referral_id=challenge.referral_id, by=cast.pat, at=NOW, **ASKED | {"words": "Something else."}
        )
    difference.withdraw(challenge)
    services.challenge_decision(referral_id=challenge.referral_id, by=cast.pat, at=NOW, **ASKED)

    assert Challenge.objects.open().count() == 1


@pytest.mark.parametrize("who", ["olu", "lin", "mina", "out", "cory", "pam", "ada", "leda"])
def test_nobody_else_challenges_the_decision(cast, life, who):
    shared = life.shared()

    with pytest.raises(services.CannotChallenge, match="shared with"):
        services.challenge_decision(referral_id=shared.referral_id, by=getattr(cast, who), at=NOW, **ASKED)


@pytest.mark.parametrize("who", ["olu", "pat", "out", "ada", "gail"])
def test_nobody_else_challenges_an_answer(cast, life, who):
    shared = life.shared()
    services.answer_share(share_id=shared.pk, answer_state="ACCEPTED", by=cast.pat, at=NOW)

    with pytest.raises(services.CannotChallenge, match="Only the hub"):
        services.challenge_answer(share_id=shared.pk, by=getattr(cast, who), at=NOW, **ASKED)


def test_an_answer_that_was_not_given_and_a_referral_that_is_closed_cannot_be_challenged(cast, life):
    shared = life.shared()
    with pytest.raises(services.CannotChallenge):
        services.challenge_answer(share_id=shared.pk, by=cast.mina, at=NOW, **ASKED)

    services.answer_share(share_id=shared.pk, answer_state="ACCEPTED", by=cast.pat, at=NOW)
    services.close_referral(referral_id=shared.referral_id, by=cast.mina, at=NOW)

    with pytest.raises(services.CannotChallenge):
        services.challenge_decision(referral_id=shared.referral_id, by=cast.pat, at=LATER, **ASKED)


def test_what_was_closed_is_challenged_for_four_weeks_and_a_challenge_reopens_it(cast, life):
    shared = life.shared()
    services.answer_share(share_id=shared.pk, answer_state="ACCEPTED", by=cast.pat, at=NOW)
    services.close_referral(referral_id=shared.referral_id, by=cast.mina, at=NOW)
    day_28 = NOW + timedelta(days=28)
    for may, at in [(True, day_28), (False, day_28 + timedelta(seconds=1))]:
        referral = Referral.objects.get(pk=shared.referral_id)
        assert permissions.can_challenge_decision(cast.pat, referral, at=at) == may
        assert permissions.can_challenge_answers(cast.mina, referral, at=at) == may

    services.challenge_decision(referral_id=shared.referral_id, by=cast.pat, at=day_28, **ASKED)

    referral = Referral.objects.get(pk=shared.referral_id)
    closing = referral.closings.get()
    assert (referral.state, referral.closed_at) == ("ANSWERED", None)
    assert (closing.closed_at, closing.reopened_at, closing.reopened_by) == (NOW, day_28, cast.pat)
    assert closing.reopened_because == "It was challenged."


@pytest.mark.parametrize("missing", ["words", "wanted", "safe_action"])
def test_a_challenge_says_what_why_and_what_keeps_them_safe_meanwhile(cast, life, missing):
    shared = life.shared()

    with pytest.raises(services.CannotChallenge, match="keeps them safe"):
        services.challenge_decision(referral_id=shared.referral_id, by=cast.pat, at=NOW, **ASKED | {missing: "  "})


DEEDS = {
    ChallengeMove.RESPOND: Difference.respond,
    ChallengeMove.STEP_UP: Difference.step_up,
    ChallengeMove.RESOLVE: Difference.resolve,
    ChallengeMove.WITHDRAW: Difference.withdraw,
    ChallengeMove.MEET: Difference.meet,
}


def brought_to(difference, state, matter):
    challenge = difference.about(matter)
    if state != ChallengeState.OPEN and state != ChallengeState.WITHDRAWN:
        difference.respond(challenge, words="The notices were weighed.")
    if state == ChallengeState.RESOLVED:
        difference.resolve(challenge, words="Agreed at once.")
    if state == ChallengeState.WITHDRAWN:
        services.withdraw_challenge(
            challenge_id=challenge.pk, reason="A mistake.", by=difference.raiser(challenge), at=NOW
        )
    return fresh(challenge)


@pytest.mark.parametrize(
    ("is_late", "matter"), [(False, Matter.DECISION), (True, Matter.ANSWER)], ids=["in time", "late"]
)
@pytest.mark.parametrize("state", ChallengeState)
@pytest.mark.parametrize("move", DEEDS)
def test_a_move_happens_where_the_table_allows_it_and_nowhere_else(difference, move, state, is_late, matter):
    challenge = brought_to(difference, state, matter)
    at = LATER if is_late else NOW
    allowed = next_challenge_state(move, state, level=challenge.level, is_late=is_late)
    doer = difference.responder(challenge) if move == ChallengeMove.RESPOND else difference.raiser(challenge)

    assert (move in permissions.challenge_moves_open_to(doer, challenge, at=at)) == (allowed is not None)
    if allowed is None:
        with pytest.raises(services.CannotChallenge, match="not possible as the challenge stands"):
            DEEDS[move](difference, challenge, at=at)
        assert fresh(challenge).state == state
    else:
        DEEDS[move](difference, challenge, at=at)
        assert fresh(challenge).state == allowed


def test_the_table_leads_out_of_open_states_only():
    assert {start for _, start in CHALLENGE_MOVES} == set(CHALLENGE_OPEN)


@pytest.mark.parametrize("matter", Matter)
@pytest.mark.parametrize("move", DEEDS)
def test_the_other_side_and_outsiders_do_not_make_the_move(difference, cast, move, matter):
    challenge = brought_to(
        difference, ChallengeState.OPEN if move == ChallengeMove.RESPOND else ChallengeState.RESPONDED, matter
    )
    maker = difference.responder(challenge) if move == ChallengeMove.RESPOND else difference.raiser(challenge)
    both = {ChallengeMove.MEET: {cast.pat, cast.mina, cast.sam}}
    side = {cast.mina, cast.sam} if maker == cast.mina else {cast.pat}
    allowed = both.get(move, side)

    for person in cast.everyone().values():
        may = move in permissions.challenge_moves_open_to(person, challenge, at=NOW)
        assert may == (person in allowed), person
        if not may:
            difference.raiser = difference.responder = difference.ender = lambda _, person=person: person
            with pytest.raises(services.CannotChallenge, match="other side"):
                DEEDS[move](difference, challenge)


def test_step_by_step_to_the_last_stage_where_either_side_records_the_outcome(difference, cast):
    challenge = difference.about(Matter.DECISION, is_rethink=True)
    assert challenge.level == ChallengeLevel.RETHINK
    for level in range(5):
        difference.respond(challenge, words=f"Stands at {level}.")
        difference.step_up(challenge, words=f"To {level + 1}.")
        assert (fresh(challenge).level, fresh(challenge).state) == (level + 1, ChallengeState.OPEN)

    assert ChallengeMove.STEP_UP not in permissions.challenge_moves_open_to(cast.pat, fresh(challenge), at=LATER)
    with pytest.raises(services.CannotChallenge):
        difference.step_up(challenge, at=LATER, words="To 6.")
    with pytest.raises(services.CannotChallenge, match="what the outcome is"):
        services.resolve_challenge(challenge_id=challenge.pk, by=cast.sam, at=NOW, **AGREED)
    services.resolve_challenge(
        challenge_id=challenge.pk, outcome=ChallengeOutcome.PARTLY_UPHELD, by=cast.sam, at=NOW, **AGREED
    )

    assert fresh(challenge).outcome == ChallengeOutcome.PARTLY_UPHELD
    said = challenge.positions.order_by("level", "at").values_list("level", "side")
    assert len(said) == len(set(said)) == 11


@pytest.mark.parametrize(
    ("stance", "outcome"),
    [(Stance.CHANGE, "UPHELD"), (Stance.CHANGE_IN_PART, "PARTLY_UPHELD"), (Stance.KEEP, "NOT_UPHELD")],
)
def test_accepting_a_response_makes_its_stance_the_outcome(difference, stance, outcome):
    challenge = difference.about(Matter.DECISION)
    difference.respond(challenge, stance)

    difference.resolve(challenge, outcome="UPHELD", learning="Ask for earlier notices first.")

    resolved = fresh(challenge)
    assert (resolved.state, resolved.outcome, resolved.learning) == (
        "RESOLVED",
        outcome,
        "Ask for earlier notices first.",
    )
    assert (resolved.ended_by, resolved.ended_at, resolved.end_words) == (
        difference.raiser(challenge),
        NOW,
        "Agreed by phone.",
    )


def test_from_stage_two_on_three_different_people_decide_challenge_and_settle(difference, cast):
    """Who decided does not respond; who decided or raised it does not end it. Between two practitioners they may."""
    challenge = difference.about(Matter.DECISION)
    difference.respond(challenge)
    difference.step_up(challenge, words="Not settled.")
    second = fresh(challenge)

    assert ChallengeMove.RESPOND not in permissions.challenge_moves_open_to(cast.mina, second, at=NOW)
    assert permissions.challenge_moves_for_others(cast.mina, second, at=NOW) == [ChallengeMove.RESPOND]
    assert ChallengeMove.RESPOND in permissions.challenge_moves_open_to(cast.sam, second, at=NOW)
    with pytest.raises(services.CannotChallenge, match="neither made what is challenged nor raised"):
        services.respond_to_challenge(challenge_id=challenge.pk, stance="KEEP", by=cast.mina, at=NOW, **WORDS)
    difference.respond(challenge, words="Both notices were weighed.")
    with pytest.raises(services.CannotChallenge, match="neither made what is challenged nor raised"):
        services.resolve_challenge(challenge_id=challenge.pk, by=cast.pat, at=NOW, **AGREED)
    assert ChallengeMove.STEP_UP in permissions.challenge_moves_open_to(cast.pat, fresh(challenge), at=NOW)
    difference.resolve(challenge)

    assert fresh(challenge).ended_by == difference.peg


@pytest.mark.parametrize("who", ["mina", "pat"])
def test_what_the_safeguarding_partners_decided_is_recorded_by_neither_decider_nor_challenger(difference, cast, who):
    challenge = difference.about(Matter.DECISION)
    Challenge.objects.filter(pk=challenge.pk).update(level=5)

    with pytest.raises(services.CannotChallenge, match="neither made what is challenged nor raised"):
        services.resolve_challenge(challenge_id=challenge.pk, outcome="UPHELD", by=getattr(cast, who), at=NOW, **AGREED)


def test_the_agency_that_answered_has_somebody_else_respond_from_stage_two_on(difference, cast):
    challenge = difference.about(Matter.ANSWER)
    Challenge.objects.filter(pk=challenge.pk).update(level=2)

    with pytest.raises(services.CannotChallenge, match="neither made what is challenged nor raised"):
        services.respond_to_challenge(challenge_id=challenge.pk, stance="KEEP", by=cast.pat, at=NOW, **WORDS)
    difference.respond(challenge)

    assert fresh(challenge).state == ChallengeState.RESPONDED


def test_what_is_to_be_learned_is_said_when_it_is_resolved(difference):
    challenge = difference.about(Matter.DECISION)
    difference.respond(challenge)

    with pytest.raises(services.CannotChallenge, match="to be learned"):
        difference.resolve(challenge, learning="  ")


def test_the_same_twice_does_no_harm(difference):
    challenge = difference.about(Matter.DECISION)

    for _ in range(2):
        difference.respond(challenge)
    for _ in range(2):
        difference.step_up(challenge, words="Not settled.")
    for _ in range(2):
        difference.meet(challenge)
    for _ in range(2):
        difference.withdraw(challenge)

    assert list(challenge.positions.order_by("at", "level", "side").values_list("level", "side")) == [
        (1, "AGENCY"),
        (1, "HUB"),
        (2, "AGENCY"),
    ]
    assert ChallengeMeeting.objects.count() == 1
    whats = Entry.objects.filter(what__startswith="challenge.").order_by("pk").values_list("what", flat=True)
    assert list(whats) == [f"challenge.{what}" for what in ("raised", "responded", "stepped_up", "met", "withdrawn")]


def test_a_meeting_is_recorded_once_it_was_held(difference):
    challenge = difference.about(Matter.DECISION)

    with pytest.raises(services.CannotChallenge, match="once it was held"):
        difference.meet(challenge, held_at=NOW + timedelta(minutes=1))


def test_a_referral_with_an_open_challenge_is_not_closed(difference, cast):
    challenge = difference.about(Matter.ANSWER)

    with pytest.raises(services.CannotClose, match="open challenge"):
        services.close_referral(referral_id=challenge.referral_id, by=cast.mina, at=NOW)
    difference.withdraw(challenge)
    services.close_referral(referral_id=challenge.referral_id, by=cast.mina, at=NOW)

    assert Referral.objects.get(pk=challenge.referral_id).state == "CLOSED"


def test_the_hub_withdraws_what_an_agency_raised_that_no_longer_sees_the_referral(difference, cast):
    challenge = difference.about(Matter.DECISION)
    assert ChallengeMove.WITHDRAW not in permissions.challenge_moves_open_to(cast.mina, challenge, at=NOW)

    services.end_share(share_id=challenge.referral.shares.get().pk, reason="Shared by mistake.", by=cast.mina, at=NOW)

    assert not Challenge.objects.visible_to(cast.pat).exists()
    with pytest.raises(services.CannotChallenge):
        difference.withdraw(challenge)
    services.withdraw_challenge(challenge_id=challenge.pk, reason="Sharing ended.", by=cast.mina, at=NOW)
    assert fresh(challenge).state == ChallengeState.WITHDRAWN
