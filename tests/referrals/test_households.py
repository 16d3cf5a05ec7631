"""The household: referrals about others at the same address stand beside a person's own, with the reasons given each time."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from audit.models import Entry
from referrals import queries, services
from referrals.enums import Pathway, PersonRole
from referrals.models import Referral, ThresholdDecision
from referrals.queries import household
from tests.factories.referrals import SUBMITTED, PersonFactory, ReferralFactory
from tests.people import NOW

# Nobody of them looks like another, or the page would ask whether they are one person.
NAMES = ("Ada", "Bryn", "Carys", "Dilip", "Esme", "Farid", "Greta", "Huw", "Ines", "Jory")
HOME = "4 Fictitious Row, Testham"
WHY = "The grandmother stays, fictitiously."


@pytest.fixture
def told_of(cast):
    """Makes a referral so many days before about somebody at that address; returns the person."""

    def make(days=0, *, address=HOME, role=PersonRole.SUBJECT, pathway=None, agency=None, **person):
        at = SUBMITTED - timedelta(days=days)
        referral = ReferralFactory(
            author=cast.olu, hub=agency or cast.police, submitted_at=at, due_at=at + timedelta(days=1)
        )
        named = {"given_names": NAMES[Referral.objects.count() % len(NAMES)]} | person
        made = PersonFactory(referral=referral, address=address, role=role, **named)
        services.remember_people(referral_id=referral.pk, at=at)
        if pathway:
            decide(referral, cast, pathway, at=at)
        return made

    return make


def decide(referral, cast, pathway, *, at):
    ThresholdDecision.objects.create(
        referral=referral,
        number=1,
        level=2,
        pathway=pathway,
        rationale=WHY,
        what_would_change_this="A second report.",
        decided_at=at,
        decided_by=cast.sam,
    )


def home_of(person, cast):
    referral = Referral.objects.get(pk=person.referral_id)
    return queries.history_of(cast.mina, referral, people=[referral.people.get(pk=person.pk)])[0].household


def candidates_of(person, cast):
    referral = Referral.objects.get(pk=person.referral_id)
    return queries.history_of(cast.mina, referral, people=[referral.people.get(pk=person.pk)])[0].candidates


def found(person, cast):
    return [one.referral.pk for one in home_of(person, cast).referrals]


def test_referrals_of_twelve_months_about_others_at_the_address_the_newest_first(told_of, cast):
    here = told_of()
    month, year = told_of(30), told_of(364)
    told_of(366)
    told_of(-1)
    told_of(30, address="5 Fictitious Row, Testham")
    told_of(30, address="")

    assert found(here, cast) == [month.referral_id, year.referral_id]


def test_however_the_address_is_spelt(told_of, cast):
    here = told_of()
    other = told_of(30, address="4, fictitious row TESTHAM")

    assert found(here, cast) == [other.referral_id]


def test_the_usual_address_counts_of_who_is_elsewhere_now(told_of, cast):
    here = told_of(address="A hospital (fictitious)", usual_address=HOME)
    other = told_of(30)

    assert found(here, cast) == [other.referral_id]


def test_several_people_of_one_referral_are_one_row(told_of, cast):
    here, other = told_of(), told_of(30)
    PersonFactory(referral=other.referral, address=HOME)
    services.remember_people(referral_id=other.referral_id, at=NOW)

    (one,) = home_of(here, cast).referrals

    assert (one.referral, len(one.people)) == (other.referral, 2)


def test_who_does_not_live_there_or_is_no_subject_does_not_count(told_of, cast):
    here, elsewhere = told_of(), told_of(lives_in_household=False)
    told_of(30, role=PersonRole.PROFESSIONAL)
    told_of(30, role=PersonRole.SOURCE_OF_HARM)
    told_of(30, lives_in_household=False)

    assert found(here, cast) == []
    assert found(elsewhere, cast) == []


def test_who_is_likely_the_same_is_asked_about_and_not_told_of_as_another(told_of, cast):
    here, likely = (
        told_of(given_names="Ada", family_name="Quince"),
        told_of(30, given_names="Ada", family_name="Quince"),
    )

    assert found(here, cast) == []
    assert likely.referral_id in [one.referral.pk for one in candidates_of(here, cast)]


def test_a_persons_own_referrals_stand_on_their_own_timeline_alone(told_of, cast):
    here, earlier, other = told_of(), told_of(30), told_of(60)
    services.answer_match(person_id=here.pk, other_id=earlier.pk, answer="SAME", by=cast.mina, at=NOW)

    assert found(here, cast) == [other.referral_id]


def test_what_another_hub_received_is_not_told(told_of, cast):
    here = told_of()
    elsewhere = told_of(30)
    elsewhere.referral.access.update(agency=cast.elsewhere)
    Referral.objects.filter(pk=elsewhere.referral_id).update(author=cast.pat, team=None)

    assert found(here, cast) == []


def test_more_than_are_shown_says_so(told_of, cast, client, monkeypatch):
    monkeypatch.setattr(household, "MOST_SHOWN", 2)
    here = told_of()
    for days in (10, 20, 30):
        told_of(days)

    home = home_of(here, cast)
    page = client.signed_in(cast.mina).get(page_of(here)).content.decode()

    assert (len(home.referrals), home.is_cut) == (2, True)
    assert "2 or more" in page


def test_an_address_of_very_many_is_no_household_and_hides_none_that_is_one(told_of, cast, client, monkeypatch):
    monkeypatch.setattr(household, "MOST_AT_ADDRESS", 2)
    monkeypatch.setattr(household, "MOST_READ", 2)
    here = told_of(address="A hostel (fictitious)", usual_address=HOME)
    at_home = told_of(30)
    for days in (1, 2, 3):
        told_of(days, address="A hostel (fictitious)")

    home = home_of(here, cast)

    assert [one.referral.pk for one in home.referrals] == [at_home.referral_id]
    assert home.is_shared
    assert "is no household" in client.signed_in(cast.mina).get(page_of(here)).content.decode()


def page_of(person):
    return reverse("referrals:person_history", args=[person.referral_id, person.pk])


def test_the_referral_names_them_and_the_timeline_gives_the_reasons_of_each_time(told_of, cast, client):
    here = told_of()
    other = told_of(30, pathway=Pathway.EARLY_HELP, given_names="Rowan")
    browser = client.signed_in(cast.mina)

    panel = browser.get(here.referral.get_absolute_url()).content.decode()
    timeline = browser.get(page_of(here)).content.decode()

    for page in (panel, timeline):
        assert other.referral.reference in page
        assert "1 referral in twelve months about other people who live there." in " ".join(page.split())
        assert Pathway.EARLY_HELP.label in page
    assert WHY in timeline
    assert WHY not in panel


def test_the_timeline_gives_the_reasons_of_the_persons_own_decisions(told_of, cast, client):
    here = told_of(pathway=Pathway.EARLY_HELP)

    assert WHY in client.signed_in(cast.mina).get(page_of(here)).content.decode()


@pytest.mark.parametrize("who", ["olu", "lin"])
def test_who_is_not_at_the_hub_reads_nothing_of_it(told_of, cast, client, who):
    here, other = told_of(), told_of(30)

    page = client.signed_in(getattr(cast, who)).get(here.referral.get_absolute_url()).content.decode()

    assert other.referral.reference not in page


def test_what_is_told_of_others_is_recorded_for_each(told_of, cast, client):
    here, other = told_of(), told_of(30)
    client.signed_in(cast.mina).get(here.referral.get_absolute_url())
    client.get(page_of(here))

    for what in ("referral.seen_in_history", "referral.seen_in_timeline"):
        seen = Entry.objects.filter(what=what).values_list("object_id", flat=True)
        assert list(seen) == [str(other.referral_id)]


@pytest.mark.parametrize("count", [1, 3])
def test_the_household_costs_one_question_however_many_there_are(told_of, cast, count, django_assert_num_queries):
    here = told_of()
    for number in range(count):
        told_of(30 + number, pathway=Pathway.EARLY_HELP)
        PersonFactory(referral=here.referral, address=HOME, role=PersonRole.SIBLING)
    referral = Referral.objects.get(pk=here.referral_id)
    people = list(referral.people.all())
    for person in people:
        person.referral = referral
    cast.mina.may()

    with django_assert_num_queries(1):
        homes = household.households_of(
            cast.mina, referral, people, told={one.pk: set() for one in people}, at=SUBMITTED.date()
        )
    assert len(homes[here.pk].referrals) == count


def test_an_address_is_looked_up_by_its_index(told_of, cast):
    told_of()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {household.BY_ADDRESS}", [["4 fictitious row testham"], 201])
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "person_by_address" in plan
