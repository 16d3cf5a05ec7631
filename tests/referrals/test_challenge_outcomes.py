"""What an upheld challenge leads to: the decision made again, the answer given again, each with the first one kept."""

from datetime import timedelta

import pytest

from audit.models import Entry
from jobs.models import Job
from referrals import permissions, queries, services
from referrals.enums import ChallengeMove, Level, Matter, Pathway, Stance
from referrals.models import Challenge, Referral, Share, ThresholdDecision
from tests.factories.accounts import UserFactory
from tests.people import NOW
from tests.referrals.conftest import REASONS
from tests.referrals.differences import ASKED, LATER, WORDS, fresh


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
