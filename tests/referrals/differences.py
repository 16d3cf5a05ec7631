"""A challenge brought to a point of its life, for the tests of challenges."""

from datetime import timedelta
from functools import cached_property

from referrals import services
from referrals.enums import Matter, Stance
from referrals.models import Challenge, Share
from tests.factories.accounts import UserFactory
from tests.people import NOW

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


def fresh(challenge):
    return Challenge.objects.get(pk=challenge.pk)
