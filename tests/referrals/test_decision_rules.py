"""Who may decide on nothing, which level goes with which pathway, and that nobody supersedes a decision they have not read."""

from functools import partial

import pytest
from django.urls import reverse

from referrals import services
from referrals.enums import LEVELS_OF, Level, Pathway, ReferralState, RiskLevel
from referrals.models import Referral, ThresholdDecision
from tests.people import NOW, make_cast
from tests.races import at_once
from tests.referrals.conftest import REASONS, Life

NOTHING = {
    "level": 1,
    "pathway": Pathway.NO_FURTHER_ACTION,
    "rationale": REASONS,
    "what_would_change_this": "A second night alone.",
}
ENQUIRY = {"level": 4, "pathway": Pathway.SECTION_47, "rationale": REASONS}


def decide(referral, by, **values):
    return services.decide_referral(referral_id=referral.pk, by=by, at=NOW, **values)


def page(referral):
    return reverse("referrals:decide", args=[referral.pk])


@pytest.mark.parametrize("risk", [RiskLevel.MEDIUM, RiskLevel.HIGH])
def test_a_supervisor_decides_to_do_nothing_where_the_risk_is_medium_or_high(cast, life, risk):
    referral = life.submitted(risk_level=risk)
    with pytest.raises(services.CannotDecide, match="a supervisor of the hub") as refusal:
        decide(referral, cast.mina, **NOTHING)

    assert refusal.value.field == "pathway"
    assert decide(referral, cast.sam, **NOTHING).pathway == Pathway.NO_FURTHER_ACTION


def test_at_standard_risk_every_decision_maker_may(cast, life):
    assert decide(life.submitted(risk_level=RiskLevel.STANDARD), cast.mina, **NOTHING).decided_by == cast.mina


@pytest.mark.parametrize("risk", [RiskLevel.MEDIUM, RiskLevel.HIGH])
def test_a_supervisor_closes_what_no_agency_has(client, cast, life, risk):
    referral = life.decided(risk_level=risk)
    with pytest.raises(services.CannotClose, match="a supervisor of the hub closes it"):
        services.close_referral(referral_id=referral.pk, by=cast.mina, at=NOW)

    address = reverse("referrals:close", args=[referral.pk])
    assert client.signed_in(cast.mina).get(address).status_code == 403
    assert address not in client.signed_in(cast.mina).get(referral.get_absolute_url()).content.decode()
    assert address in client.signed_in(cast.sam).get(referral.get_absolute_url()).content.decode()
    assert services.close_referral(referral_id=referral.pk, by=cast.sam, at=NOW).state == ReferralState.CLOSED


def test_what_an_agency_answered_every_decision_maker_closes(cast, life):
    share = life.shared(risk_level=RiskLevel.HIGH)
    services.answer_share(share_id=share.pk, answer_state="ACCEPTED", by=cast.pat, at=NOW)

    assert services.close_referral(referral_id=share.referral_id, by=cast.mina, at=NOW).state == ReferralState.CLOSED


def test_the_page_says_whose_decision_it_is_and_keeps_what_was_typed(client, cast, life):
    referral = life.submitted()
    browser = client.signed_in(cast.mina)
    assert "a supervisor&#x27;s to decide here" in browser.get(page(referral)).content.decode()

    response = browser.post(page(referral), NOTHING)

    assert response.status_code == 422
    assert response.context["form"].errors["pathway"]
    assert REASONS.strip() in response.content.decode()
    assert "A second night alone." in response.content.decode()
    assert "a supervisor" not in client.signed_in(cast.sam).get(page(referral)).content.decode()


@pytest.mark.parametrize(("pathway", "levels"), LEVELS_OF.items())
def test_a_pathway_goes_with_the_levels_of_the_chart_and_no_others(cast, life, pathway, levels):
    referral = life.submitted()
    for level in set(Level) - set(levels):
        with pytest.raises(services.CannotDecide, match="goes with level") as refusal:
            decide(referral, cast.mina, **ENQUIRY | {"pathway": pathway, "level": level})
        assert refusal.value.field == "level"

    assert decide(referral, cast.mina, **ENQUIRY | {"pathway": pathway, "level": levels[0]}).level == levels[0]


def test_pathways_of_adults_and_of_no_chart_go_with_every_level(cast, life):
    for level in Level:
        assert decide(life.submitted(), cast.mina, **ENQUIRY | {"pathway": Pathway.SECTION_42, "level": level})


def test_the_page_refuses_a_section_47_enquiry_at_level_1_beside_the_level(client, cast, life):
    response = client.signed_in(cast.mina).post(page(life.submitted()), ENQUIRY | {"level": "1"})

    assert response.status_code == 422
    assert "goes with level 4" in response.context["form"].errors["level"][0]
    assert REASONS.strip() in response.content.decode()


def test_a_decision_that_was_not_read_is_not_superseded(client, cast, life):
    referral = life.decided()
    decide(referral, cast.sam, **ENQUIRY, read_number=1, change_reason="The school rang.")
    browser = client.signed_in(cast.mina)
    mine = {"level": "3", "pathway": "FAMILY_HELP", "rationale": REASONS, "change_reason": "Seen again."}

    refused = browser.post(page(referral), mine | {"read_number": "1"})

    words = refused.content.decode()
    assert refused.status_code == 422
    assert ThresholdDecision.objects.count() == 2
    assert "Sam Fictitious recorded a decision meanwhile" in words
    assert "The decision now: <strong>Section 47 enquiry</strong>" in words
    assert REASONS.strip() in words
    assert "Seen again." in words
    assert 'name="read_number" value="2"' in words

    assert browser.post(page(referral), mine | {"read_number": "2"}).status_code == 302
    assert referral.decisions.get(is_current=True).pathway == Pathway.FAMILY_HELP


def test_a_first_decision_that_came_second_asks_why_it_changes(client, cast, life):
    referral = life.submitted()
    browser = client.signed_in(cast.mina)
    assert 'name="read_number" value="0"' in browser.get(page(referral)).content.decode()
    decide(referral, cast.sam, **ENQUIRY)

    refused = browser.post(
        page(referral), {"level": "3", "pathway": "FAMILY_HELP", "rationale": REASONS, "read_number": "0"}
    )

    assert refused.status_code == 422
    assert "change_reason" in refused.context["form"].fields
    assert "recorded a decision meanwhile" in refused.content.decode()


def test_a_double_click_is_still_one_decision(cast, life):
    referral = life.submitted()

    assert decide(referral, cast.mina, **ENQUIRY, read_number=0) == decide(
        referral, cast.mina, **ENQUIRY, read_number=0
    )


@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_a_decision_at_once_one_is_refused():
    cast = make_cast()
    referral = Life(cast).decided()
    change = partial(decide, referral, read_number=1, change_reason="The school rang.")

    answers = at_once(
        lambda: change(cast.mina, **ENQUIRY | {"pathway": Pathway.SECTION_47}),
        lambda: change(cast.sam, **ENQUIRY | {"pathway": Pathway.STRATEGY_DISCUSSION}),
        refusal=services.StaleDecision,
    )

    assert [isinstance(answer, services.StaleDecision) for answer in answers].count(True) == 1
    assert list(ThresholdDecision.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert Referral.objects.get().state == ReferralState.DECIDED
