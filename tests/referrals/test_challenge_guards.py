"""What the database refuses of a challenge, and what happens at the same moment."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from referrals import services
from referrals.enums import Matter
from referrals.models import Challenge, ChallengeMeeting, ChallengePosition
from tests.people import NOW, make_cast
from tests.races import at_once
from tests.referrals.conftest import Life
from tests.referrals.differences import ASKED, LATER, Difference, fresh


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


@pytest.mark.django_db(transaction=True)
def test_eight_people_who_challenge_at_the_same_moment_raise_one():
    cast = make_cast()
    shared = Life(cast).shared()

    def deed(number):
        return lambda: services.challenge_decision(
            referral_id=shared.referral_id, by=cast.pat, at=NOW, **ASKED | {"words": f"Reason {number}."}
        )

    answers = at_once(*map(deed, range(8)), refusal=services.CannotChallenge)

    refused = [answer for answer in answers if isinstance(answer, services.CannotChallenge)]
    assert (Challenge.objects.count(), len(refused)) == (1, 7)


@pytest.mark.django_db(transaction=True)
def test_stepping_up_and_accepting_at_the_same_moment_leave_one_of_the_two():
    cast = make_cast()
    difference = Difference(cast, Life(cast))
    challenge = difference.about(Matter.DECISION)
    difference.respond(challenge)

    answers = at_once(
        lambda: difference.step_up(challenge, words="Not settled."),
        lambda: difference.resolve(challenge),
        refusal=services.CannotChallenge,
    )

    assert [isinstance(answer, services.CannotChallenge) for answer in answers].count(True) == 1
    assert (fresh(challenge).state, fresh(challenge).level) in [("RESOLVED", 1), ("OPEN", 2)]
