"""The rules for cumulative harm: set by the hub, one version after another, each counting from its day on."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from referrals import queries, services
from referrals.enums import FIRST_CUMULATIVE_RULES, CumulativeRule, CumulativeRules, RiskLevel
from referrals.models import HarmRule, HarmRules, Referral
from referrals.queries.history import Sighting, patterns_in
from tests.factories.referrals import PersonFactory, ReferralFactory
from tests.people import NOW, make_cast
from tests.races import at_once

PAGE = reverse("referrals:harm_rules")
TODAY = NOW.date()
TWO_IN_TWO = CumulativeRule(2, 2, RiskLevel.HIGH)


def add(cast, *rules, days=0, **more):
    given = {"rules": rules or (TWO_IN_TWO,), "valid_from": TODAY + timedelta(days=days), "reason": "Looked back."}
    return services.add_harm_rules(**{"by": cast.sam, "at": NOW} | given | more)


def in_force(cast, days=0):
    return queries.rules_in_force(cast.police.pk, on=TODAY + timedelta(days=days))


def test_where_a_hub_set_none_those_count_that_the_service_comes_with(cast):
    assert in_force(cast) == FIRST_CUMULATIVE_RULES
    assert [rule.code for rule in FIRST_CUMULATIVE_RULES.rules] == ["STANDARD_3_IN_3", "ANY_3_IN_3", "ANY_5_IN_12"]


def test_a_version_counts_from_its_day_until_the_next_and_for_its_hub_alone(cast):
    add(cast, TWO_IN_TWO)
    add(cast, CumulativeRule(4, 12, RiskLevel.HIGH), CumulativeRule(2, 1, RiskLevel.STANDARD), days=10)

    codes = {days: [rule.code for rule in in_force(cast, days).rules] for days in (-1, 0, 9, 10)}

    assert codes == {
        -1: [rule.code for rule in FIRST_CUMULATIVE_RULES.rules],
        0: ["ANY_2_IN_2"],
        9: ["ANY_2_IN_2"],
        10: ["STANDARD_2_IN_1", "ANY_4_IN_12"],
    }
    assert in_force(cast, 10).valid_from == TODAY + timedelta(days=10)
    assert queries.rules_in_force(cast.elsewhere.pk, on=TODAY) == FIRST_CUMULATIVE_RULES


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ((3, 3, RiskLevel.STANDARD), "3 referrals of standard risk in 3 months: look at them as medium risk."),
        ((4, 1, RiskLevel.MEDIUM), "4 referrals of at most medium risk in 1 month: look at them as high risk."),
        ((5, 12, RiskLevel.HIGH), "5 referrals in 12 months: read them together."),
    ],
)
def test_a_rule_says_what_is_seen_and_what_to_do(rule, words):
    assert CumulativeRule(*rule).words == words


def sighting(days, risk=RiskLevel.STANDARD):
    referral = Referral(submitted_at=NOW - timedelta(days=days), risk_level=risk)
    return Sighting(PersonFactory.build(referral=referral), None, [])


def test_patterns_are_those_of_the_rules_given_and_say_of_which_version(cast):
    seen = [sighting(0), sighting(20), sighting(40, RiskLevel.HIGH)]
    rules = CumulativeRules((CumulativeRule(2, 1, RiskLevel.STANDARD), CumulativeRule(3, 2, RiskLevel.HIGH)), TODAY)

    found = patterns_in(seen, until=TODAY, rules=rules)

    assert [(one.rule.code, len(one.sightings), one.version) for one in found] == [
        ("STANDARD_2_IN_1", 2, rules),
        ("ANY_3_IN_2", 3, rules),
    ]


@pytest.fixture
def twice(cast):
    """The newer of two referrals of one person within two months, received today."""
    people = []
    for days in (40, 0):
        at = NOW - timedelta(days=days)
        referral = ReferralFactory(author=cast.olu, submitted_at=at, due_at=at + timedelta(days=1))
        people.append(PersonFactory(referral=referral))
    services.answer_match(person_id=people[0].pk, other_id=people[1].pk, answer="SAME", by=cast.mina, at=NOW)
    return people[1].referral


def test_a_referral_is_seen_by_the_version_of_its_day_whatever_comes_later(client, cast, twice):
    browser = client.signed_in(cast.mina)
    add(cast, days=1)
    assert "Cumulative harm." not in browser.get(twice.get_absolute_url()).content.decode()

    HarmRule.objects.all().delete()
    HarmRules.objects.all().delete()
    add(cast)
    add(cast, CumulativeRule(9, 1, RiskLevel.HIGH), days=1)
    page = browser.get(twice.get_absolute_url()).content.decode()

    assert "2 referrals in 2 months: read them together." in page
    assert f"By the rules from {TODAY.day} " in page


@pytest.mark.parametrize("who", ["mina", "olu", "pat", "iggy"])
def test_only_a_supervisor_of_the_hub_keeps_them(cast, who):
    with pytest.raises(services.CannotKeepRules, match="Only a supervisor"):
        add(cast, by=getattr(cast, who))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"rules": ()}, "one rule at least"),
        ({"reason": " "}, "Say why"),
        ({"valid_from": TODAY - timedelta(days=1)}, "from today or a later day"),
        ({"rules": (TWO_IN_TWO, CumulativeRule(3, 2, RiskLevel.HIGH))}, "same risk and months"),
        ({"rules": (CumulativeRule(1, 2, RiskLevel.HIGH),)}, "2 to 50 referrals"),
        ({"rules": (CumulativeRule(2, 37, RiskLevel.HIGH),)}, "1 to 36 months"),
    ],
)
def test_rules_that_make_no_sense_are_refused(cast, wrong, said):
    with pytest.raises(services.CannotKeepRules, match=said):
        services.add_harm_rules(
            **{"rules": (TWO_IN_TWO,), "valid_from": TODAY, "reason": "Looked back.", "by": cast.sam, "at": NOW} | wrong
        )


def test_the_same_twice_is_kept_once_and_others_from_that_day_are_refused(cast):
    assert add(cast) == add(cast)

    with pytest.raises(services.CannotKeepRules, match="from that day already"):
        add(cast, CumulativeRule(3, 2, RiskLevel.HIGH))
    assert Entry.objects.filter(what="harm_rules.added").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_set_one_version():
    cast = make_cast()

    first, second = at_once(lambda: add(cast), lambda: add(cast))

    assert first == second
    assert HarmRule.objects.count() == 1


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("harm_rule_counts_what_can_be_a_pattern", {"count": 1}),
        ("harm_rule_counts_what_can_be_a_pattern", {"months": 37}),
        ("harm_rule_has_a_risk", {"highest_risk": 4}),
        ("harm_rule_one_for_risk_and_months", {"count": 7, "months": 2}),
    ],
)
def test_the_database_refuses_wrong_rules(cast, constraint, wrong):
    version = add(cast)
    row = {"version": version, "count": 3, "months": 3, "highest_risk": RiskLevel.HIGH} | wrong

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        HarmRule.objects.create(**row)


def test_the_database_refuses_two_versions_of_a_day_and_one_without_a_reason(cast):
    add(cast)
    row = {"hub": cast.police, "valid_from": TODAY, "added_at": NOW, "added_by": cast.sam, "reason": "Again."}

    with pytest.raises(IntegrityError, match="harm_rules_one_version_from_a_day"), transaction.atomic():
        HarmRules.objects.create(**row)
    with pytest.raises(IntegrityError, match="harm_rules_say_why"), transaction.atomic():
        HarmRules.objects.create(**row | {"valid_from": TODAY + timedelta(days=1), "reason": ""})


def posted(**more):
    day = timezone.localdate()
    when = {"valid_from_0": day.day, "valid_from_1": day.month, "valid_from_2": day.year}
    risks = {f"highest_risk_{row}": "3" for row in range(1, 6)}
    return when | risks | {"count_1": "4", "months_1": "12", "reason": "Looked back at two cases."} | more


def test_a_supervisor_sets_them_on_the_page_and_the_hub_reads_them(client, cast):
    begun = client.signed_in(cast.sam).get(PAGE).context["form"]
    assert [begun[f"count_{row}"].value() for row in range(1, 5)] == [3, 3, 5, None]

    assert client.post(PAGE, posted()).status_code == 302

    page = client.signed_in(cast.mina).get(PAGE).content.decode()
    for words in ("4 referrals in 12 months: read them together.", "Looked back at two cases.", "(now)"):
        assert words in page
    assert "Set new rules" not in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"months_1": ""}, "Fill in both numbers"),
        ({"count_1": "1"}, "Enter a number from 2 to 50."),
        ({"count_1": "", "months_1": ""}, "Give one rule at least."),
        ({"count_2": "5", "months_2": "12"}, "same risk and months"),
        ({"reason": ""}, "Say why the rules are set so."),
    ],
)
def test_what_was_typed_comes_back_with_what_is_wrong(client, cast, wrong, said):
    answer = client.signed_in(cast.sam).post(
        PAGE, posted(count_3="7", months_3="9") | {"count_3": "7", "months_3": "9"} | wrong
    )

    if said == "Give one rule at least.":
        answer = client.post(PAGE, posted(**wrong))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    if "reason" not in wrong:
        assert "Looked back at two cases." in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(client, cast, django_assert_num_queries, rows):
    for number in range(rows):
        add(cast, days=number)
    browser = client.signed_in(cast.mina)

    with django_assert_num_queries(6):
        browser.get(PAGE)
