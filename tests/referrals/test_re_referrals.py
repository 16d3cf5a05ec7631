"""What came back after no further action: each one is listed for review, with the decision it followed and the one since."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from common.clock import Period
from referrals import queries, services
from referrals.enums import Pathway
from referrals.models import Referral, ThresholdDecision
from referrals.queries import re_referrals
from tests.factories.referrals import PersonFactory, ReferralFactory
from tests.people import NOW

PAGE = reverse("referrals:re_referrals")
WHY = "The aunt had moved in, fictitiously."


@pytest.fixture
def came_back(cast):
    """Makes a referral of so many days ago that followed no further action so many days before; returns both."""

    def make(days_ago=5, after=30, *, pathway=Pathway.NO_FURTHER_ACTION):
        came = timezone.now() - timedelta(days=days_ago)
        decided = came - timedelta(days=after)
        earlier, later = (
            ReferralFactory(author=cast.olu, submitted_at=at, due_at=at + timedelta(days=1))
            for at in (decided - timedelta(hours=4), came)
        )
        decide(earlier, cast, pathway, at=decided, rationale=WHY)
        one, other = PersonFactory(referral=earlier), PersonFactory(referral=later)
        services.answer_match(person_id=one.pk, other_id=other.pk, answer="SAME", by=cast.mina, at=NOW)
        return later, earlier

    return make


def decide(referral, cast, pathway, *, at, rationale="Fictitious reasons."):
    ThresholdDecision.objects.create(
        referral=referral,
        number=1,
        level=1,
        pathway=pathway,
        rationale=rationale,
        what_would_change_this="A second report.",
        decided_at=at,
        decided_by=cast.sam,
    )


def listed(browser, **query):
    return [row.referral for row in browser.get(PAGE, query).context["rows"]]


def day_parts(name, moment):
    day = timezone.localdate(moment)
    return {f"{name}_0": day.day, f"{name}_1": day.month, f"{name}_2": day.year}


def test_each_one_of_the_last_ninety_days_is_listed_the_newest_first(client, cast, came_back):
    older, _ = came_back(days_ago=80)
    newer, _ = came_back(days_ago=2)
    came_back(days_ago=95)
    came_back(after=400)
    came_back(pathway=Pathway.EARLY_HELP)
    ReferralFactory(author=cast.olu, submitted_at=timezone.now(), due_at=timezone.now() + timedelta(days=1))

    assert listed(client.signed_in(cast.mina)) == [newer, older]


def test_a_row_tells_both_references_the_days_between_the_reasons_then_and_what_was_decided_since(
    client, cast, came_back
):
    later, earlier = came_back(after=42)
    decide(later, cast, Pathway.SECTION_17, at=timezone.now())
    browser = client.signed_in(cast.mina)

    page = browser.get(PAGE)

    (row,) = page.context["rows"]
    assert (row.referral, row.after.referral, row.days) == (later, earlier, 42)
    assert (row.decision.pathway, row.same_concerns) == (Pathway.SECTION_17, ["Child"])
    for words in (later.reference, earlier.reference, WHY, "A second report.", row.decision.get_pathway_display()):
        assert words in page.content.decode()


def test_what_is_not_decided_yet_says_so(client, cast, came_back):
    came_back()

    assert "Not decided yet" in client.signed_in(cast.mina).get(PAGE).content.decode()


def test_of_several_decisions_the_last_one_before_it_is_told(cast, client, came_back):
    later, earlier = came_back(after=42)
    again, _ = came_back(days_ago=20)
    person, other = (one.people.get() for one in (later, again))
    services.answer_match(person_id=person.pk, other_id=other.pk, answer="SAME", by=cast.mina, at=NOW)
    decide(again, cast, Pathway.NO_FURTHER_ACTION, at=again.submitted_at + timedelta(hours=3))

    rows = client.signed_in(cast.mina).get(PAGE).context["rows"]

    assert (rows[0].referral, rows[0].after.referral, rows[0].days) == (later, again, 14)


@pytest.mark.parametrize(("within", "count"), [("", 3), ("30", 1), ("90", 2), ("180", 2), ("365", 3)])
def test_one_chooses_the_days_between(client, cast, came_back, within, count):
    for after in (29, 31, 200):
        came_back(after=after)

    assert len(listed(client.signed_in(cast.mina), within=within)) == count


def test_one_chooses_the_period(client, cast, came_back):
    came_back(days_ago=5)
    long_ago, _ = came_back(days_ago=200)
    now = timezone.now()
    period = day_parts("start", now - timedelta(days=210)) | day_parts("end", now - timedelta(days=190))

    assert listed(client.signed_in(cast.mina), **period) == [long_ago]


def test_a_period_that_is_no_date_says_so_and_keeps_what_was_typed(client, cast, came_back):
    later, _ = came_back()

    page = client.signed_in(cast.mina).get(PAGE, {"start_0": "32", "start_1": "13", "start_2": "2026"})

    assert "Enter a real date" in page.content.decode()
    assert 'value="32"' in page.content.decode()
    assert [row.referral for row in page.context["rows"]] == [later]


def test_what_another_hub_received_is_not_listed_nor_told_of(client, cast, came_back):
    later, _ = came_back()
    _, earlier = came_back()
    for referral in (later, earlier):
        referral.access.update(agency=cast.elsewhere)

    assert listed(client.signed_in(cast.mina)) == []


def test_what_was_withdrawn_is_not_listed(client, cast, came_back):
    later, _ = came_back()
    Referral.objects.filter(pk=later.pk).update(state="VOID")

    assert listed(client.signed_in(cast.mina)) == []


def test_a_long_period_looks_at_its_newest_and_says_so(client, cast, came_back, monkeypatch):
    monkeypatch.setattr(re_referrals, "MOST_LOOKED_AT", 2)
    came_back(days_ago=60)
    newer, _ = came_back(days_ago=2, after=40)

    page = client.signed_in(cast.mina).get(PAGE)

    assert [row.referral for row in page.context["rows"]] == [newer]
    assert "Choose a shorter one" in page.content.decode()


def test_what_the_page_tells_of_each_referral_is_recorded(client, cast, came_back):
    later, earlier = came_back()

    client.signed_in(cast.mina).get(PAGE)

    seen = Entry.objects.filter(what="referral.seen_in_re_referrals", actor_id=str(cast.mina.pk))
    assert set(seen.values_list("object_id", flat=True)) == {str(later.pk), str(earlier.pk)}


def test_the_list_goes_on_by_pages(client, cast, came_back):
    made = [came_back(days_ago=days)[0] for days in range(1, 27)]
    browser = client.signed_in(cast.mina)

    first = browser.get(PAGE)
    second = browser.get(PAGE, {"cursor": first.context["page"].next_cursor})

    assert [row.referral for row in (*first.context["rows"], *second.context["rows"])] == made
    assert "26 referrals received" in second.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(client, cast, came_back, django_assert_num_queries, rows):
    for _ in range(rows):
        came_back()
    browser = client.signed_in(cast.mina)
    browser.get(PAGE)

    with django_assert_num_queries(14):
        assert len(browser.get(PAGE).context["rows"]) == rows


def test_the_rates_link_to_the_list_for_who_reads_it(client, cast):
    outcomes = reverse("referrals:outcomes")

    assert PAGE in client.signed_in(cast.sam).get(outcomes).content.decode()
    assert PAGE in client.get(reverse("referrals:queue")).content.decode()


def test_thirty_days_are_told_of_the_rates(cast, came_back):
    for after in (20, 40, 100):
        came_back(days_ago=1, after=after)
    today = timezone.localdate()

    rates = queries.re_referral_rates(Period(start=today - timedelta(days=200), end=today))

    assert [(rate.days, rate.came_back.successes) for rate in rates] == [(30, 1), (90, 2), (180, 3), (365, 3)]
