"""A challenge from both sides in a browser: raised by the agency, responded to by the hub, stepped up, met about, resolved."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from referrals import services
from referrals.models import Challenge, ThresholdDecision
from tests.browser.conftest import OpenAs
from tests.browser.test_journeys_referrals import BROWSERS, answer, choose, heading, press, when
from tests.factories.accounts import UserFactory
from tests.people import make_cast
from tests.referrals.conftest import REASONS, Life

pytestmark = pytest.mark.django_db(transaction=True)
SAFE = "What keeps the child or adult safe meanwhile?"


def says(page: Page, words: str) -> None:
    expect(page.get_by_role("main")).to_contain_text(words)


@BROWSERS
def test_both_sides_go_through_a_challenge_until_the_hub_decides_again(
    open_as: OpenAs, width: int, javascript: bool
) -> None:
    cast = make_cast()
    referral = Life(cast).shared().referral

    agency = open_as(cast.pat, referral.get_absolute_url(), width=width, javascript=javascript)
    agency.get_by_role("link", name="Challenge the hub's decision").click()
    heading(agency, "Challenge the hub's decision")
    press(agency, "Raise the challenge")
    says(agency, "There is a problem")
    answer(agency, "What do you disagree with, and why?", "Two earlier notices were not weighed.")
    answer(agency, "What do you ask for?", "A strategy discussion.")
    answer(agency, SAFE, "The aunt stays every night.")
    press(agency, "Raise the challenge")
    heading(agency, "The hub's decision")
    says(agency, "Stage 1: practitioner to practitioner")

    hub = open_as(cast.sam, "/", width=width, javascript=javascript)
    hub.get_by_role("link", name="1 challenge that waits for us").click()
    hub.get_by_role("link", name=referral.reference).click()
    says(hub, "Two earlier notices were not weighed.")
    hub.get_by_role("button", name="Respond").click()
    choose(hub, "Where do you stand?", "It stands as it is")
    answer(hub, "Why?", "Both notices were weighed.")
    answer(hub, SAFE, "A call every evening.")
    press(hub, "Respond")
    says(hub, "Responded to")

    agency.goto(reverse("home"))
    agency.get_by_role("link", name="1 challenge that waits for us").click()
    agency.get_by_role("link", name=referral.reference).click()
    agency.get_by_role("button", name="Step up to the next stage").click()
    answer(agency, "Why does it go to the next stage?", "The school was not heard.")
    answer(agency, SAFE, "The aunt stays.")
    press(agency, "Step up to the next stage")
    says(agency, "Stage 2: line managers")
    agency.get_by_role("button", name="Record a meeting").click()
    when(agency, "When was the meeting?", timezone.now())
    answer(agency, "Who was there?", "Both line managers and the school.")
    answer(agency, "What was said and agreed?", "The school's account is new.")
    press(agency, "Record a meeting")
    says(agency, "The school's account is new.")

    hub.goto(Challenge.objects.get().get_absolute_url())
    hub.get_by_role("button", name="Respond").click()
    choose(hub, "Where do you stand?", "We will think again, as asked")
    answer(hub, "Why?", "The school's account changes it.")
    answer(hub, SAFE, "A call every evening.")
    press(hub, "Respond")
    agency.reload()
    says(agency, "a colleague of yours has to do this: accept and resolve")
    colleague = UserFactory(agency=cast.council, roles=["PARTNER_PRACTITIONER"])
    agency = open_as(colleague, Challenge.objects.get().get_absolute_url(), width=width, javascript=javascript)
    agency.get_by_role("button", name="Accept and resolve").click()
    answer(agency, "What was agreed?", "A strategy discussion is held.")
    answer(agency, "What is to be learned from it?", "Hear the school before the decision.")
    press(agency, "Accept and resolve")
    says(agency, "Still to be decided again")

    hub.goto(reverse("home"))
    expect(hub.get_by_role("link", name="1 upheld challenge for us to decide again")).to_be_visible()
    services.decide_referral(
        referral_id=referral.pk,
        level=4,
        pathway="STRATEGY_DISCUSSION",
        rationale=REASONS,
        change_reason="The challenge was upheld.",
        by=cast.sam,
        at=timezone.now(),
    )
    hub.goto(Challenge.objects.get().get_absolute_url())
    says(hub, "Decision 2: Strategy discussion")
    assert list(ThresholdDecision.objects.order_by("number").values_list("is_current", flat=True)) == [False, True]
