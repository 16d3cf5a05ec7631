"""Challenges: each move of each side allowed and refused, deadlines, what an upheld one leads to, and races."""

import threading
from datetime import UTC, datetime, timedelta
from functools import cached_property

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Entry
from common.clock import is_working_day, london_day
from jobs import services as jobs
from jobs.models import Job
from referrals import permissions, queries, services
from referrals.enums import (
    CHALLENGE_MOVES,
    CHALLENGE_OPEN,
    WORKING_DAYS_AT,
    ChallengeLevel,
    ChallengeMove,
    ChallengeOutcome,
    ChallengeState,
    Level,
    Matter,
    Pathway,
    Stance,
    next_challenge_state,
)
from referrals.models import Challenge, ChallengeMeeting, ChallengePosition, Referral, Share, ThresholdDecision
from tests.factories.accounts import UserFactory
from tests.people import NOW, make_cast
from tests.referrals.conftest import REASONS, Life

WORDS = {"words": "Two earlier notices were not weighed.", "safe_action": "The aunt stays every night until Monday."}
AGREED = {"words": "Agreed by phone.", "learning": "Ask for earlier notices first."}
ASKED = WORDS | {"wanted": "A strategy discussion."}
LATER = NOW + timedelta(days=30)


class Difference:
    """Brings a challenge to a point of its life: about the hub's decision (raised by Pat) or Pat's answer (raised by Mina)."""

    def __init__(self, cast, life):
        self.cast, self.life = cast, life

    def about(self, matter, **values):
        shared = self.life.shared()
        if matter == Matter.DECISION:
            return services.challenge_decision(
                referral_id=shared.referral_id, by=self.cast.pat, at=NOW, **ASKED | values
            )
        if matter == Matter.SILENCE:
            Share.objects.filter(pk=shared.pk).update(answer_due_at=NOW - timedelta(hours=1))
            return services.challenge_answer(share_id=shared.pk, by=self.cast.mina, at=NOW, **ASKED | values)
        services.answer_share(
            share_id=shared.pk,
            answer_state="REJECTED",
            rejection_reason="BELOW_THRESHOLD",
            words="Below our threshold.",
            by=self.cast.pat,
            at=NOW,
        )
        return services.challenge_answer(share_id=shared.pk, by=self.cast.mina, at=NOW, **ASKED | values)

    def raiser(self, challenge):
        return self.cast.pat if challenge.matter == Matter.DECISION else self.cast.mina

    def responder(self, challenge):
        """Who decided or answered, and from the stage of the line managers on a colleague."""
        if fresh(challenge).level >= 2:
            return self.cast.sam if challenge.matter == Matter.DECISION else self.peg
        return self.cast.mina if challenge.matter == Matter.DECISION else self.cast.pat

    def ender(self, challenge):
        """Who raised it, and from the stage of the line managers on a colleague."""
        if fresh(challenge).level >= 2:
            return self.peg if challenge.matter == Matter.DECISION else self.cast.sam
        return self.raiser(challenge)

    @cached_property
    def peg(self):
        """Pat's colleague."""
        return UserFactory(agency=self.cast.council, email="peg@example.org", roles=["PARTNER_PRACTITIONER"])

    def respond(self, challenge, stance=Stance.KEEP, at=NOW, **values):
        return services.respond_to_challenge(
            challenge_id=challenge.pk, stance=stance, by=self.responder(challenge), at=at, **WORDS | values
        )

    def step_up(self, challenge, at=NOW, **values):
        return services.step_up_challenge(challenge_id=challenge.pk, by=self.raiser(challenge), at=at, **WORDS | values)

    def resolve(self, challenge, at=NOW, **values):
        return services.resolve_challenge(challenge_id=challenge.pk, by=self.ender(challenge), at=at, **AGREED | values)

    def withdraw(self, challenge, at=NOW):
        return services.withdraw_challenge(
            challenge_id=challenge.pk, reason="Settled by a call.", by=self.raiser(challenge), at=at
        )

    def meet(self, challenge, at=NOW, **values):
        meeting = {"key": challenge.pk, "held_at": NOW, "present": "Both managers.", "summary": "No agreement yet."}
        return services.record_challenge_meeting(
            challenge_id=challenge.pk, by=self.raiser(challenge), at=at, **meeting | values
        )


@pytest.fixture
def difference(cast, life):
    return Difference(cast, life)


def fresh(challenge):
    return Challenge.objects.get(pk=challenge.pk)


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
    assert mailoutbox[0].bcc == told
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


def test_the_agency_that_wrote_a_referral_challenges_the_decision_without_a_share(cast, life):
    """A school whose CPI form ends in no further action; its colleagues take it up, and see the challenge alone."""
    referral = life.submitted()
    Referral.objects.filter(pk=referral.pk).update(author=cast.out, agency=cast.elsewhere, team=None)
    with pytest.raises(services.CannotChallenge, match="no decision to challenge yet"):
        services.challenge_decision(referral_id=referral.pk, by=cast.out, at=NOW, **ASKED)
    services.decide_referral(
        referral_id=referral.pk,
        level=Level.UNIVERSAL,
        pathway=Pathway.NO_FURTHER_ACTION,
        rationale=REASONS,
        what_would_change_this="A further absence.",
        by=cast.sam,
        at=NOW,
    )
    colleague = UserFactory(agency=cast.elsewhere, roles=["PARTNER_PRACTITIONER"])

    challenge = services.challenge_decision(referral_id=referral.pk, by=cast.out, at=NOW, **ASKED)
    with pytest.raises(services.CannotChallenge):
        services.challenge_decision(referral_id=referral.pk, by=cast.pat, at=NOW, **ASKED)

    assert challenge.agency == cast.elsewhere
    for person, moves in [
        (cast.out, {"STEP_UP", "RESOLVE", "WITHDRAW", "MEET"}),
        (colleague, {"STEP_UP", "RESOLVE", "WITHDRAW", "MEET"}),
        (cast.pat, set()),
    ]:
        assert Challenge.objects.visible_to(person).exists() == bool(moves)
    services.respond_to_challenge(challenge_id=challenge.pk, stance="CHANGE", by=cast.mina, at=NOW, **WORDS)
    for person in (cast.out, colleague):
        assert permissions.challenge_moves_open_to(person, fresh(challenge), at=NOW) == set(ChallengeMove) - {"RESPOND"}
    assert ChallengeMove.WITHDRAW not in permissions.challenge_moves_open_to(cast.mina, fresh(challenge), at=NOW)
    assert not Referral.objects.visible_to(colleague).exists()


def test_the_hub_challenges_silence_once_it_is_late_and_an_answer_settles_it(difference, cast, life):
    shared = life.shared()
    with pytest.raises(services.CannotChallenge):
        services.challenge_answer(share_id=shared.pk, by=cast.mina, at=NOW, **ASKED)
    challenge = difference.about(Matter.SILENCE)
    difference.respond(challenge, Stance.CHANGE)
    difference.resolve(challenge)
    assert list(Challenge.objects.to_reconsider()) == [challenge]

    services.answer_share(share_id=challenge.share_id, answer_state="ACCEPTED", by=cast.pat, at=LATER)

    settled = fresh(challenge)
    assert (settled.reconsidered_at, settled.led_to_answer.state) == (LATER, "ACCEPTED")


def test_an_upheld_challenge_to_an_answer_has_the_agency_answer_again_and_keeps_the_first(difference, cast):
    challenge = difference.about(Matter.ANSWER)
    difference.respond(challenge, Stance.CHANGE)
    Job.objects.all().delete()
    difference.resolve(challenge)

    share = Share.objects.get(pk=challenge.share_id)
    assert (share.state, share.answer, share.referral.state) == ("WAITING", "", "SHARED")
    assert Job.objects.filter(task="referrals.tasks.email_agency_about_share").count() == 1
    assert Entry.objects.get(what="share.asked_again").details["to"] == "SHARED"
    shown = queries.what_is_challenged(fresh(challenge))
    assert (shown.summary, shown.words) == ("Rejected: Below the threshold", "Below our threshold.")
    services.answer_share(share_id=share.pk, answer_state="ACCEPTED", words="We take it.", by=cast.pat, at=LATER)

    settled = fresh(challenge)
    assert (settled.reconsidered_at, queries.what_it_led_to(settled).words) == (LATER, "We take it.")
    assert settled.answer.words == "Below our threshold."
    assert not Challenge.objects.to_reconsider().exists()


def test_what_was_answered_again_before_the_challenge_was_upheld_settles_it(difference, cast):
    challenge = difference.about(Matter.SILENCE)
    difference.respond(challenge, Stance.CHANGE)
    services.answer_share(share_id=challenge.share_id, answer_state="ACCEPTED", by=cast.pat, at=LATER)

    difference.resolve(challenge, at=LATER)

    assert fresh(challenge).reconsidered_at == LATER
    assert Share.objects.get(pk=challenge.share_id).state == "ACCEPTED"


def test_a_decision_made_again_before_the_response_was_accepted_settles_it(difference, cast):
    challenge = difference.about(Matter.DECISION)
    difference.respond(challenge, Stance.CHANGE)
    second = services.decide_referral(
        referral_id=challenge.referral_id,
        level=Level.SOCIAL_CARE,
        pathway=Pathway.STRATEGY_DISCUSSION,
        rationale=REASONS,
        change_reason="We think again, as asked.",
        by=cast.mina,
        at=LATER,
    )

    difference.resolve(challenge, at=LATER + timedelta(hours=1))

    assert (fresh(challenge).led_to, fresh(challenge).reconsidered_at) == (second, LATER)
    assert not Challenge.objects.to_reconsider().exists()


def test_nothing_is_to_be_answered_again_by_an_agency_whose_sharing_ended(difference, cast):
    challenge = difference.about(Matter.ANSWER)
    difference.respond(challenge, Stance.CHANGE)
    difference.resolve(challenge)
    assert fresh(challenge).is_to_reconsider

    services.end_share(share_id=challenge.share_id, reason="It went to another area.", by=cast.mina, at=LATER)

    assert not fresh(challenge).is_to_reconsider
    assert not Challenge.objects.to_reconsider().exists()


def test_an_upheld_challenge_waits_for_a_new_decision_which_keeps_the_first(difference, cast):
    challenge = difference.about(Matter.DECISION)
    first = challenge.decision
    difference.respond(challenge, Stance.CHANGE)
    difference.resolve(challenge)
    assert list(Challenge.objects.to_reconsider()) == [challenge]

    second = services.decide_referral(
        referral_id=challenge.referral_id,
        level=Level.SOCIAL_CARE,
        pathway=Pathway.STRATEGY_DISCUSSION,
        rationale=REASONS,
        change_reason="The challenge was upheld.",
        by=cast.mina,
        at=LATER,
    )

    challenge = fresh(challenge)
    assert (challenge.decision, challenge.led_to, challenge.reconsidered_at) == (first, second, LATER)
    assert not Challenge.objects.to_reconsider().exists()
    assert list(ThresholdDecision.objects.order_by("number").values_list("number", "is_current")) == [
        (1, False),
        (2, True),
    ]


def test_a_new_decision_touches_no_challenge_that_was_not_upheld(difference, cast):
    challenge = difference.about(Matter.DECISION)
    difference.respond(challenge, Stance.KEEP)
    difference.resolve(challenge)

    services.decide_referral(
        referral_id=challenge.referral_id,
        level=Level.EARLY_HELP,
        pathway=Pathway.EARLY_HELP,
        rationale=REASONS,
        change_reason="The aunt moved in.",
        by=cast.mina,
        at=LATER,
    )

    assert (fresh(challenge).led_to, fresh(challenge).reconsidered_at) == (None, None)


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


MOMENTS = st.integers(0, 5 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(at=MOMENTS, level=st.sampled_from(ChallengeLevel))
def test_a_stage_ends_at_the_close_of_a_working_day_and_never_before_it_began(at, level):
    due = services.challenge_due_at(at, level=level, is_risk_now=False)

    assert due > at
    assert is_working_day(london_day(due))
    between = (london_day(at) + timedelta(days=n) for n in range(1, (london_day(due) - london_day(at)).days + 1))
    assert sum(map(is_working_day, between)) == WORKING_DAYS_AT[level]


@given(at=MOMENTS, level=st.sampled_from(ChallengeLevel))
def test_with_risk_now_each_stage_ends_the_same_day_weekend_or_not(at, level):
    due = services.challenge_due_at(at, level=level, is_risk_now=True)

    assert at < due
    assert london_day(due - timedelta(microseconds=1)) == london_day(at)


@pytest.mark.parametrize(
    ("level", "due"),
    [
        (0, datetime(2026, 11, 23, 17, tzinfo=UTC)),
        (1, datetime(2026, 11, 23, 17, tzinfo=UTC)),
        (2, datetime(2026, 11, 24, 17, tzinfo=UTC)),
        (3, datetime(2026, 11, 27, 16, 30, tzinfo=UTC)),
        (5, datetime(2026, 11, 27, 16, 30, tzinfo=UTC)),
    ],
)
def test_limits_from_a_friday(level, due):
    assert services.challenge_due_at(NOW, level=level, is_risk_now=False) == due


def mails_about(challenge, mailoutbox, *, at):
    """Send what waits, and say who was written to, mail by mail."""
    for job in Job.objects.filter(task="referrals.tasks.email_side_about_challenge"):
        jobs.run(job_id=job.pk, at=at)
    return sorted(mail.bcc for mail in mailoutbox)


def test_what_is_late_is_noted_once_a_stage_and_both_sides_are_told(difference, cast, mailoutbox):
    challenge = difference.about(Matter.DECISION)
    difference.respond(challenge)
    Job.objects.all().delete()
    due = fresh(challenge).due_at
    late = due + timedelta(minutes=1)

    assert services.note_late_challenges(at=due) == 0
    assert [services.note_late_challenges(at=late) for _ in range(2)] == [1, 0]

    assert (fresh(challenge).late_noted_at, fresh(challenge).state) == (late, ChallengeState.RESPONDED)
    assert Entry.objects.filter(what="challenge.late").count() == 1
    told = [["mina@example.org", "sam@example.org"], ["pat@example.org"]]
    assert mails_about(challenge, mailoutbox, at=late) == told
    difference.step_up(challenge, at=late, words="Not settled.")
    assert fresh(challenge).late_noted_at is None
    assert services.note_late_challenges(at=late + timedelta(days=9)) == 1


@pytest.mark.parametrize("matter", Matter)
def test_what_nobody_responds_to_in_time_goes_to_the_next_stage_by_itself_and_both_sides_are_told(
    difference, cast, mailoutbox, matter
):
    challenge = difference.about(matter)
    Job.objects.all().delete()
    late = challenge.due_at + timedelta(minutes=1)

    assert [services.note_late_challenges(at=late) for _ in range(2)] == [1, 0]

    moved = fresh(challenge)
    assert (moved.level, moved.state, moved.late_noted_at) == (2, ChallengeState.OPEN, None)
    assert moved.due_at == services.challenge_due_at(late, level=2, is_risk_now=False)
    assert list(Entry.objects.filter(what__startswith="challenge.").order_by("pk").values_list("what", "actor_id")) == [
        ("challenge.raised", str(difference.raiser(challenge).pk)),
        ("challenge.late", ""),
        ("challenge.moved_up", ""),
    ]
    told = [["mina@example.org", "sam@example.org"], ["pat@example.org"]]
    assert mails_about(challenge, mailoutbox, at=late) == told
    assert [(stage.level, stage.ran_out) for stage in queries.stages_of(moved)] == [(1, True), (2, False)]


def test_nothing_goes_further_by_itself_than_the_last_stage(difference, mailoutbox):
    challenge, at = difference.about(Matter.DECISION), NOW
    for _ in range(7):
        at += timedelta(days=20)
        services.note_late_challenges(at=at)

    assert (fresh(challenge).level, fresh(challenge).state) == (5, ChallengeState.OPEN)
    assert Entry.objects.filter(what="challenge.moved_up").count() == 4


def test_what_has_ended_is_never_late(difference):
    challenge = difference.about(Matter.DECISION)
    difference.withdraw(challenge)

    assert services.note_late_challenges(at=LATER) == 0
    assert not fresh(challenge).is_late(at=LATER)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("is_about_a_decision_or_an_answer", {"decision": None}),
        ("is_about_a_decision_or_an_answer", {"matter": "ANSWER"}),
        ("is_about_a_decision_or_an_answer", {"matter": "SILENCE"}),
        ("is_between_two_agencies", {"agency": "police"}),
        ("level_is_a_stage", {"level": 6}),
        ("due_after_it_was_opened", {"due_at": NOW - timedelta(days=1)}),
        ("resolved_says_who_when_and_outcome", {"state": "RESOLVED"}),
        ("resolved_says_who_when_and_outcome", {"state": "WITHDRAWN", "ended_at": NOW, "end_words": "No."}),
        ("resolved_says_who_when_and_outcome", {"ended_at": NOW}),
        ("resolved_says_who_when_and_outcome", {"learning": "Nothing."}),
        ("reconsidered_only_when_upheld", {"reconsidered_at": NOW}),
    ],
)
def test_the_database_refuses_a_challenge_that_contradicts_itself(difference, cast, name, change):
    challenge = difference.about(Matter.DECISION)
    values = {key: getattr(cast, value) if key == "agency" else value for key, value in change.items()}

    with pytest.raises(IntegrityError, match=f"challenge_{name}"), transaction.atomic():
        Challenge.objects.filter(pk=challenge.pk).update(**values)


@pytest.mark.parametrize("matter", Matter)
def test_the_database_refuses_a_second_open_challenge(difference, matter):
    challenge = difference.about(matter)
    challenge.pk = None
    challenge._state.adding = True

    with pytest.raises(ValidationError, match="open challenge"):
        challenge.validate_constraints()
    with pytest.raises(IntegrityError, match="challenge_of_a"), transaction.atomic():
        challenge.save(force_insert=True)


def test_the_database_refuses_a_position_without_a_safe_action_or_twice_and_a_meeting_to_come(difference):
    challenge = difference.about(Matter.DECISION)
    position, meeting = challenge.positions.get(), difference.meet(challenge)

    with pytest.raises(IntegrityError, match="keeps_them_safe"), transaction.atomic():
        ChallengePosition.objects.update(safe_action="")
    position.pk = None
    with pytest.raises(IntegrityError, match="once_a_side_and_stage"), transaction.atomic():
        position.save(force_insert=True)
    with pytest.raises(IntegrityError, match="held_before"), transaction.atomic():
        ChallengeMeeting.objects.filter(pk=meeting.pk).update(held_at=LATER)
    with pytest.raises(IntegrityError, match="who_and_what"), transaction.atomic():
        ChallengeMeeting.objects.filter(pk=meeting.pk).update(present="")


def at_once(*deeds):
    """Run each in a thread of its own, all at the same moment; what was refused comes back."""
    gate, refused = threading.Barrier(len(deeds)), []

    def run(deed):
        try:
            gate.wait()
            deed()
        except services.CannotChallenge as error:
            refused.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


@pytest.mark.django_db(transaction=True)
def test_eight_people_who_challenge_at_the_same_moment_raise_one():
    cast = make_cast()
    shared = Life(cast).shared()

    def deed(number):
        return lambda: services.challenge_decision(
            referral_id=shared.referral_id, by=cast.pat, at=NOW, **ASKED | {"words": f"Reason {number}."}
        )

    refused = at_once(*map(deed, range(8)))

    assert (Challenge.objects.count(), len(refused)) == (1, 7)


@pytest.mark.django_db(transaction=True)
def test_stepping_up_and_accepting_at_the_same_moment_leave_one_of_the_two():
    cast = make_cast()
    difference = Difference(cast, Life(cast))
    challenge = difference.about(Matter.DECISION)
    difference.respond(challenge)

    refused = at_once(
        lambda: difference.step_up(challenge, words="Not settled."), lambda: difference.resolve(challenge)
    )

    assert len(refused) == 1
    assert (fresh(challenge).state, fresh(challenge).level) in [("RESOLVED", 1), ("OPEN", 2)]
