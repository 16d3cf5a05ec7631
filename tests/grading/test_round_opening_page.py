"""Opening a round by its page: what could be drawn is narrowed, counted and read before anything is kept."""

import pytest
from django.urls import reverse

from grading.models import GradingRound
from tests.factories.accounts import AgencyFactory, AreaFactory, TeamFactory
from tests.grading.test_rounds import QUARTER, ppns
from tests.reading import text_of

OPEN = {"quarter": QUARTER.start.isoformat(), "size": "10"}
COUNT = {"preview": "1"}


@pytest.fixture
def page(client, cast):
    """Sam's form, which answers what it is given."""
    client.signed_in(cast.sam)

    def answer(**answers):
        address = reverse("grading:round_open")
        return client.post(address, OPEN | answers) if answers else client.get(address)

    return answer


def test_the_form_offers_the_own_forces_lists_and_hides_them_until_asked(cast, page):
    cast.police.areas.add(cast.district)
    TeamFactory(agency=AgencyFactory(kind="POLICE"), name="Foreign Response", district=AreaFactory(name="Farham"))

    shown = page()

    text = text_of(shown)
    for word in (
        "Domestic abuse",
        "High",
        "Testham",
        "Testham Response",
        "Line manager",
        "By kind of referrer, in proportion",
    ):
        assert word in text
    assert "Foreign Response" not in text
    assert "Farham" not in text
    assert '<details class="govuk-details">' in shown.content.decode()


def test_counting_says_rule_count_and_strata_keeps_what_was_typed_and_opens_nothing(cast, page):
    ppns(cast, 6, types=["CHILD"], risk_level=3)
    ppns(cast, 3, types=["HATE"], risk_level=3)
    ppns(cast, 5)

    counted = page(risk=["3"], strata="TYPE", size="3", **COUNT)

    text = text_of(counted)
    assert counted.status_code == 200
    assert "9 PPNs so far. PPNs of" in text
    assert "with the risk level “High”" in text
    assert "Stratum Could be drawn Would be drawn Child 6 2 Hate 3 1" in text
    assert not GradingRound.objects.exists()
    content = counted.content.decode()
    assert '<details class="govuk-details" open>' in content
    assert 'name="risk" value="3" id="id_risk_0" checked' in content
    assert 'value="3"' in content
    assert '<option value="TYPE" selected>' in content


def test_one_ppn_is_said_in_the_singular_and_none_is_no_fault(cast, page):
    ppns(cast, 1)

    assert "1 PPN so far." in text_of(page(**COUNT))
    assert "0 PPNs so far." in text_of(page(types=["HATE"], **COUNT))


def test_opening_keeps_what_was_chosen(cast, page):
    ppns(cast, 4)

    opened = page(types=["CHILD"], teams=[str(cast.response_team.pk)], strata="DISTRICT")

    round = GradingRound.objects.get()
    assert opened["Location"] == round.get_absolute_url()
    assert round.filter == {"types": ["CHILD"], "teams": [str(cast.response_team.pk)]}
    assert (round.strata, round.selected_at_opening) == ("DISTRICT", 4)


def test_the_page_of_the_round_says_rule_count_and_strata(client, cast, page):
    ppns(cast, 4)
    page(types=["CHILD"], strata="DISTRICT")

    text = text_of(client.get(GradingRound.objects.get().get_absolute_url()))

    assert "Could be drawn PPNs of Wessex Vale Police (fictitious) submitted in July to September 2026" in text
    assert "Could be drawn when it was opened 4 PPNs" in text
    assert "Drawn from By district, in proportion, and at least one of each where the sample allows" in text


def test_a_filter_that_selects_nothing_is_said_beside_what_narrows_and_kept(cast, page):
    ppns(cast, 4)

    refused = page(teams=[str(cast.response_team.pk)], types=["HATE"])

    assert refused.status_code == 422
    (fault,) = refused.context["form"].faults
    assert fault == {
        "message": "No PPN submitted in July to September 2026 is what you ask for. Ask for less.",
        "target": "id_types_0",
    }
    assert 'value="HATE" id="id_types_7" checked' in refused.content.decode()
    assert not GradingRound.objects.exists()


@pytest.mark.parametrize("how", [{}, COUNT], ids=["opening", "counting"])
def test_another_forces_team_is_refused_beside_its_question(cast, page, how):
    other = TeamFactory(agency=AgencyFactory(kind="POLICE"), district=AreaFactory())
    ppns(cast, 4)

    refused = page(teams=[str(other.pk)], **how)

    assert refused.status_code == 422
    assert refused.context["form"].faults == [
        {"message": "Choose teams from the lists of your own force", "target": "id_teams_0"}
    ]
    assert not GradingRound.objects.exists()


def test_counting_needs_a_quarter_too(page):
    refused = page(quarter="", **COUNT)

    assert (refused.status_code, refused.context["preview"]) == (422, None)


@pytest.mark.parametrize("count", [2, 9])
def test_counting_costs_the_same_however_many_there_are(cast, page, count, django_assert_num_queries):
    ppns(cast, count)
    ppns(cast, count, district=AreaFactory())
    page()

    with django_assert_num_queries(8):
        page(strata="DISTRICT", **COUNT)
