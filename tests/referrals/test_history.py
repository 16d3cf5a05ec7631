"""One timeline for each person: counts, re-referrals, cumulative harm, and the pages that show them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from audit.models import Entry
from common.clock import months_before
from referrals import queries, services
from referrals.enums import Level, Pathway, PersonRole, RiskLevel
from referrals.models import PersonMatch, Referral, ThresholdDecision
from tests.factories.referrals import SUBMITTED, PersonFactory, ReferralFactory
from tests.people import NOW

ERIN = {"given_names": "Erin", "family_name": "Thistlewood", "date_of_birth": date(2010, 3, 5)}


@pytest.fixture
def known(cast):
    """Makes referrals of Erin so many days before the last, all confirmed to be her; returns the people, the last first."""

    def make(*days_before, risk=RiskLevel.STANDARD, no_further_action=(), **changes):
        people = []
        for days in days_before:
            at = SUBMITTED - timedelta(days=days)
            referral = ReferralFactory(
                author=cast.olu, hub=cast.police, submitted_at=at, due_at=at + timedelta(days=1), risk_level=risk
            )
            person = PersonFactory(referral=referral, **ERIN | changes)
            services.remember_people(referral_id=referral.pk, at=at)
            if days in no_further_action:
                decide(referral, cast, Pathway.NO_FURTHER_ACTION)
            if people:
                services.answer_match(person_id=person.pk, other_id=people[0].pk, answer="SAME", by=cast.mina, at=NOW)
            people.append(person)
        return people

    return make


def decide(referral, cast, pathway):
    ThresholdDecision.objects.create(
        referral=referral,
        number=1,
        level=Level.UNIVERSAL,
        pathway=pathway,
        rationale="Fictitious reasons.",
        what_would_change_this="A second report.",
        decided_at=referral.submitted_at + timedelta(hours=3),
        decided_by=cast.mina,
    )


def history(person, cast):
    return queries.history_of(cast.mina, Referral.objects.get(pk=person.referral_id), people=[person])[0]


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        (date(2026, 9, 14), 12, date(2025, 9, 14)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 15), 3, date(2025, 10, 15)),
    ],
)
def test_months_are_counted_by_the_calendar(day, months, earlier):
    assert months_before(day, months) == earlier


def test_the_timeline_holds_every_confirmed_referral_the_newest_first(known, cast):
    last, *before = known(0, 10, 400)

    timeline = history(last, cast)

    assert [one.referral.pk for one in timeline.sightings] == [person.referral_id for person in (last, *before)]
    assert [one.referral.pk for one in timeline.earlier] == [person.referral_id for person in before]


def test_twelve_months_are_counted_with_this_referral_and_without_later_ones(known, cast):
    last, middle, *_ = known(0, 100, 366, 400)

    assert history(last, cast).count == 2
    assert history(middle, cast).count == 3


def test_coming_back_within_twelve_months_of_no_further_action_is_flagged_and_counted(known, cast):
    last, first, _ = known(0, 300, 900, no_further_action=(300, 900))

    timeline = history(last, cast)

    assert timeline.is_re_referral
    assert [one.referral.pk for one in timeline.re_referrals] == [last.referral_id]
    assert not history(first, cast).is_re_referral, "the one before that was too long ago"


def test_a_decision_made_after_somebody_came_back_does_not_count(known, cast):
    last, first = known(0, 1)
    decide(first.referral, cast, Pathway.NO_FURTHER_ACTION)
    ThresholdDecision.objects.update(decided_at=SUBMITTED + timedelta(days=2))

    assert not history(last, cast).is_re_referral


def test_another_decision_than_no_further_action_is_no_re_referral(known, cast):
    last, first = known(0, 30)
    decide(first.referral, cast, Pathway.EARLY_HELP)

    assert not history(last, cast).is_re_referral


@pytest.mark.parametrize(
    ("days", "risk", "rules"),
    [
        ((0, 30, 60), RiskLevel.STANDARD, ["STANDARD_3_IN_3"]),
        ((0, 30, 60), RiskLevel.HIGH, ["ANY_3_IN_3"]),
        ((0, 30, 100), RiskLevel.STANDARD, []),
        ((0, 30), RiskLevel.STANDARD, []),
        ((0, 100, 150, 200, 300), RiskLevel.MEDIUM, ["ANY_5_IN_12"]),
        ((0, 30, 60, 200, 300), RiskLevel.STANDARD, ["STANDARD_3_IN_3", "ANY_5_IN_12"]),
    ],
)
def test_cumulative_harm_is_seen_by_the_rules(known, cast, days, risk, rules):
    last, *_ = known(*days, risk=risk)

    assert [pattern.rule.code for pattern in history(last, cast).patterns] == rules


def test_what_came_later_makes_no_pattern_of_an_earlier_referral(known, cast):
    *_, first = known(0, 30, 60)

    assert history(first, cast).patterns == []


# --- pages -----------------------------------------------------------------------------------------------------------


def page_of(person):
    return reverse("referrals:person_history", args=[person.referral_id, person.pk])


def test_the_referral_shows_what_was_known_before_with_flag_pattern_and_reasons(known, cast, client):
    last, middle, _ = known(0, 30, 60, no_further_action=(60,))
    stranger = known(200, given_names="Eryn")[0]

    page = client.signed_in(cast.mina).get(last.referral.get_absolute_url()).content.decode()

    assert "3 referrals in twelve months" in page
    assert "Back after no further action" in page
    assert "Cumulative harm." in page
    assert middle.referral.reference in page
    assert stranger.referral.reference in page
    assert "Given names sound alike" in page


def test_what_the_referral_shows_of_others_is_recorded_for_each(known, cast, client):
    last, middle = known(0, 30)
    alike = known(90)[0]

    client.signed_in(cast.mina).get(last.referral.get_absolute_url())
    client.get(page_of(last))

    for what in ("referral.seen_in_history", "referral.seen_in_timeline"):
        seen = Entry.objects.filter(what=what, actor_id=str(cast.mina.pk)).values_list("object_id", flat=True)
        assert set(seen) == {str(middle.referral_id), str(alike.referral_id)}
    assert Entry.objects.get(what="person.history_read").object_id == str(last.pk)


@pytest.mark.parametrize("who", ["olu", "lin"])
def test_who_is_not_at_the_hub_sees_nothing_of_other_referrals(known, cast, client, who):
    last, middle = known(0, 30)
    alike = known(90)[0]
    middle.referral.author = alike.referral.author = cast.mina
    for person in (middle, alike):
        Referral.objects.filter(pk=person.referral_id).update(author=cast.mina, team=cast.hub_team)

    page = client.signed_in(getattr(cast, who)).get(last.referral.get_absolute_url()).content.decode()

    assert "What was known before" not in page
    assert middle.referral.reference not in page
    assert alike.referral.reference not in page


def test_a_decision_maker_confirms_refuses_and_takes_back(known, cast, client):
    last, first = known(0)[0], known(90)[0]
    other = known(200)[0]
    client.signed_in(cast.mina)
    answer = reverse("referrals:match_answer", args=[last.referral_id, last.pk])

    page = client.post(answer, {"other": first.pk, "answer": "SAME"}, follow=True)
    assert "Recorded as the same person." in page.content.decode()
    page = client.post(answer, {"other": other.pk, "answer": "DIFFERENT"}, follow=True)
    assert "This pair will not be offered again." in page.content.decode()
    assert [one.referral.pk for one in history(last, cast).sightings] == [last.referral_id, first.referral_id]
    assert history(last, cast).candidates == []

    match = PersonMatch.objects.get(answer="SAME")
    undo = reverse("referrals:match_undo", args=[last.referral_id, last.pk, match.pk])
    assert client.get(undo).status_code == 200
    page = client.post(undo, {"reason": "Read out wrongly."}, follow=True)
    assert "Read out wrongly." in page.content.decode()
    assert history(last, cast).earlier == []


def test_taking_back_without_a_reason_says_so_and_keeps_what_was_typed(known, cast, client):
    last, _ = known(0, 30)
    undo = reverse("referrals:match_undo", args=[last.referral_id, last.pk, PersonMatch.objects.get().pk])
    client.signed_in(cast.mina)

    page = client.post(undo, {"reason": ""})
    assert page.status_code == 422
    assert "Say why this is taken back." in page.content.decode()
    page = client.post(undo, {"reason": "Typed words stay. " * 40})
    assert page.status_code == 422
    assert "Typed words stay." in page.content.decode()


def test_a_pair_with_somebody_who_cannot_be_seen_is_not_found(known, cast, client):
    last = known(0)[0]
    elsewhere = known(30)[0]
    elsewhere.referral.access.all().delete()
    Referral.objects.filter(pk=elsewhere.referral_id).update(author=cast.olu, team=None)

    answer = reverse("referrals:match_answer", args=[last.referral_id, last.pk])

    assert client.signed_in(cast.mina).post(answer, {"other": elsewhere.pk, "answer": "SAME"}).status_code == 404


def test_a_refusal_shows_on_the_page(known, cast, client):
    last, first = known(0, 30)
    answer = reverse("referrals:match_answer", args=[last.referral_id, last.pk])

    page = client.signed_in(cast.mina).post(answer, {"other": first.pk, "answer": "DIFFERENT"}, follow=True)
    assert "Somebody gave the other answer for these two." in page.content.decode()
    page = client.post(answer, {"other": "nobody", "answer": "MAYBE"}, follow=True)
    assert "use the buttons" in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_history_asks_the_database_the_same_however_much_there_is(known, cast, django_assert_num_queries, count):
    last, *_ = known(*range(0, count * 30 + 1, 30))
    known(*range(200, 200 + count * 200, 200))
    for number in range(count):
        PersonFactory(referral=last.referral, given_names=f"Sibling {number}", role=PersonRole.SIBLING)
    referral = Referral.objects.get(pk=last.referral_id)
    cast.mina.may()

    with django_assert_num_queries(11):
        queries.history_of(cast.mina, referral)
