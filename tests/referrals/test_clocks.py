"""Clocks that begin with what happened: the first conference, the next look at a decision, police protection, coming back."""

import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from common.clock import end_of_working_days, london_day
from referrals import queries, services
from referrals.enums import ConcernType, Pathway, PersonRole
from referrals.models import ChildModule, Referral, ThresholdDecision
from tests.factories.referrals import SUBMITTED, PersonFactory, ReferralFactory
from tests.people import NOW
from tests.referrals.conftest import REASONS

CONFERENCE, REVIEW, PROTECTION = (
    "First child protection conference",
    "Review of the decision",
    "Police protection ends",
)
LIST = reverse("referrals:unfinished")


def decide(referral, by, *, at=NOW, **changes):
    values = {"level": 4, "pathway": Pathway.SECTION_47, "rationale": REASONS} | changes
    return services.decide_referral(referral_id=referral.pk, by=by, at=at, **values)


def discuss(referral, cast, outcome, *, hours_ago=1):
    attended = [{"agency": one, "presence": "PRESENT", "shared": ""} for one in (cast.police, cast.council)]
    return services.record_strategy_discussion(
        referral_id=referral.pk,
        key=uuid.uuid4(),
        held_at=NOW - timedelta(hours=hours_ago),
        outcome=outcome,
        reasons="The fictitious child may be harmed again tonight.",
        attended=attended,
        by=cast.mina,
        at=NOW,
    )


def limits(referral, at=NOW):
    referral = Referral.objects.get(pk=referral.pk)
    found = queries.limits_of(
        referral,
        decisions=queries.decisions_of(referral),
        shares=queries.shares_of(referral, on=NOW.date()),
        discussions=queries.discussions_of(referral),
        protection=queries.protection_of(referral, at=at),
        at=at,
    )
    return {limit.title: limit for limit in found}


# --- the first conference --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pathway", [Pathway.SECTION_47, Pathway.STRATEGY_DISCUSSION])
def test_no_conference_is_due_before_a_discussion_agreed_an_enquiry(cast, life, pathway):
    referral = life.submitted()
    decide(referral, cast.mina, pathway=pathway)

    assert CONFERENCE not in limits(referral)


@pytest.mark.parametrize("outcome", ["JOINT", "CHILDRENS_SERVICES"])
def test_the_conference_is_due_15_working_days_after_the_discussion_that_agreed_it(cast, life, outcome):
    referral = life.decided()
    discussion = discuss(referral, cast, outcome, hours_ago=30)

    limit = limits(referral)[CONFERENCE]
    assert limit.due_at == end_of_working_days(discussion.held_at, 15)
    assert limit.due_at != end_of_working_days(NOW, 15)

    decide(referral, cast.mina, change_reason="The school rang.", at=NOW + timedelta(days=3))
    assert limits(referral)[CONFERENCE].due_at == limit.due_at, "a new decision moves nothing"


@pytest.mark.parametrize(
    ("outcomes", "counted_from"),
    [
        (["JOINT", "AGAIN"], 0),
        (["JOINT", "JOINT"], 0),
        (["AGAIN", "JOINT"], 1),
        (["JOINT", "NO_ENQUIRY"], None),
        (["POLICE"], None),
        (["JOINT", "NO_ENQUIRY", "JOINT"], 2),
    ],
)
def test_a_later_discussion_may_end_the_enquiry_and_begin_it_again(cast, life, outcomes, counted_from):
    referral = life.decided()
    held = [discuss(referral, cast, one, hours_ago=40 - 10 * place) for place, one in enumerate(outcomes)]

    limit = limits(referral).get(CONFERENCE)

    expected = None if counted_from is None else end_of_working_days(held[counted_from].held_at, 15)
    assert (limit.due_at if limit else None) == expected


# --- looking again ---------------------------------------------------------------------------------------------------


def reviewed(life, on):
    referral = life.submitted()
    decide(referral, life.cast.mina, review_on=on)
    return referral


def to_review(user, at):
    line = next(
        line
        for line in queries.waiting_for(user, at=at)
        if line.title.startswith("decision") and line.title.endswith("again")
    )
    return line.count, line.is_late


def test_home_reminds_of_a_review_on_its_day_and_says_when_it_is_late(cast, life):
    reviewed(life, date(2026, 11, 27))

    assert to_review(cast.mina, NOW + timedelta(days=6)) == (0, False)
    assert to_review(cast.mina, NOW + timedelta(days=7)) == to_review(cast.sam, NOW + timedelta(days=7)) == (1, False)
    assert to_review(cast.mina, NOW + timedelta(days=8)) == (1, True)


@pytest.mark.parametrize("is_shared", [False, True])
def test_the_review_is_listed_until_a_new_decision_settles_it(client, cast, life, is_shared):
    today = london_day(timezone.now())
    referral = reviewed(life, max(today, london_day(NOW)))
    ThresholdDecision.objects.update(review_on=today)
    if is_shared:
        life.share(referral)
    browser = client.signed_in(cast.mina)

    assert [row.referral for row in browser.get(LIST, {"step": "review"}).context["rows"]] == [referral]
    decide(referral, cast.mina, change_reason="Looked at again.")
    assert browser.get(LIST, {"step": "review"}).context["rows"] == []


def test_closing_settles_the_review_and_it_is_not_late_for_ever(cast, life):
    referral = reviewed(life, date(2026, 11, 27))
    services.close_referral(referral_id=referral.pk, by=cast.sam, at=NOW + timedelta(days=1))
    long_after = NOW + timedelta(days=90)

    limit = limits(referral, at=long_after)[REVIEW]
    assert (limit.met_at, limit.is_late) == (NOW + timedelta(days=1), False)
    assert to_review(cast.mina, long_after) == (0, False)


# --- police protection -----------------------------------------------------------------------------------------------


def protected(cast, hours, **fields):
    referral = ReferralFactory(author=cast.olu, **fields)
    ChildModule.objects.create(referral=referral, police_protection_at=timezone.now() - timedelta(hours=hours))
    return referral


def at_home(user):
    line = next(
        line for line in queries.waiting_for(user, at=timezone.now()) if line.title.endswith("in police protection")
    )
    return line.count, line.is_late


def test_police_protection_ends_after_72_elapsed_hours(cast):
    referral = protected(cast, 10)

    limit = limits(referral, at=timezone.now())[PROTECTION]
    assert limit.due_at - referral.childmodule.police_protection_at == timedelta(hours=72)
    assert not limit.is_known_here


@pytest.mark.parametrize(
    ("hours", "expected"), [(1, (1, False)), (59.9, (1, False)), (60.1, (1, True)), (72.1, (0, False))]
)
def test_home_counts_it_and_alarms_after_60_hours(cast, hours, expected):
    protected(cast, hours)

    assert at_home(cast.mina) == at_home(cast.sam) == expected


def test_what_is_closed_or_no_longer_about_a_child_counts_no_more(cast):
    protected(cast, 61, types=[ConcernType.HATE])
    protected(cast, 61, state="CLOSED", closed_at=NOW, closed_by=cast.sam)

    assert at_home(cast.mina) == (0, False)


def test_the_list_the_queue_and_the_page_say_when_it_ends(client, cast):
    soon, later = protected(cast, 61), protected(cast, 2, state="DECIDED")
    browser = client.signed_in(cast.mina)

    listed = browser.get(reverse("referrals:protection"))
    assert [row.referral for row in listed.context["rows"]] == [soon, later]
    assert listed.content.decode().count("Ends soon") == 1
    queue = browser.get(reverse("referrals:queue"), {"all": "on"}).content.decode()
    assert queue.count("Police protection until") == 1
    assert "In police protection" in browser.get(later.get_absolute_url()).content.decode()
    assert "Ends soon" in browser.get(soon.get_absolute_url()).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_protection_asks_the_same_number_of_questions(client, cast, django_assert_max_num_queries, count):
    for _ in range(count):
        protected(cast, 2)
    browser = client.signed_in(cast.mina)
    browser.get(reverse("referrals:protection"))

    with django_assert_max_num_queries(7):
        assert len(browser.get(reverse("referrals:protection")).context["rows"]) == count


# --- coming back after no further action -----------------------------------------------------------------------------


@pytest.fixture
def came_back(cast):
    """Makes an earlier and a later referral of one person, so many days apart; returns both people."""

    def make(days):
        people = []
        for at in (SUBMITTED - timedelta(days=days), SUBMITTED):
            referral = ReferralFactory(author=cast.olu, submitted_at=at, due_at=at + timedelta(days=1))
            people.append(
                PersonFactory(referral=referral, role=PersonRole.SUBJECT, given_names="Erin", family_name="Thistlewood")
            )
            services.remember_people(referral_id=referral.pk, at=at)
        earlier, later = people
        services.answer_match(person_id=later.pk, other_id=earlier.pk, answer="SAME", by=cast.mina, at=NOW)
        return earlier, later

    return make


def record(person, cast, pathway, number, at, *, is_current=True):
    ThresholdDecision.objects.create(
        referral=person.referral,
        number=number,
        level=1,
        pathway=pathway,
        rationale="Fictitious reasons.",
        what_would_change_this="A second report.",
        decided_at=at,
        decided_by=cast.sam,
        is_current=is_current,
    )


def is_re_referral(person, cast):
    return queries.history_of(cast.mina, person.referral, people=[person])[0].is_re_referral


def test_the_twelve_months_count_from_the_decision_and_not_from_the_submission(cast, came_back):
    earlier, later = came_back(400)
    record(earlier, cast, Pathway.NO_FURTHER_ACTION, 1, SUBMITTED - timedelta(days=300))

    assert is_re_referral(later, cast)


def test_a_decision_recorded_anew_after_somebody_came_back_erases_nothing(cast, came_back):
    earlier, later = came_back(30)
    record(earlier, cast, Pathway.NO_FURTHER_ACTION, 1, SUBMITTED - timedelta(days=29), is_current=False)
    record(earlier, cast, Pathway.FAMILY_HELP, 2, SUBMITTED + timedelta(days=1))

    assert is_re_referral(later, cast)


def test_a_decision_that_was_changed_before_somebody_came_back_counts_as_it_stood(cast, came_back):
    earlier, later = came_back(30)
    record(earlier, cast, Pathway.NO_FURTHER_ACTION, 1, SUBMITTED - timedelta(days=29), is_current=False)
    record(earlier, cast, Pathway.FAMILY_HELP, 2, SUBMITTED - timedelta(days=20))

    assert not is_re_referral(later, cast)
