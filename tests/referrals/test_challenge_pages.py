"""The pages of a challenge: what each side sees, that typed words come back, that a look is recorded, and what a list costs."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from insights.queries.home import waiting_for
from referrals import services
from referrals.enums import Matter, Stance
from referrals.models import Challenge, Referral, Share
from tests.factories.accounts import UserFactory
from tests.people import NOW
from tests.referrals.conftest import REASONS
from tests.referrals.differences import AGREED, ASKED, WORDS


def page(name, *args):
    return reverse(f"referrals:{name}", args=args)


def test_the_agency_raises_the_hub_responds_the_agency_accepts(client, cast, life):
    referral = life.shared().referral
    detail = client.signed_in(cast.pat).get(referral.get_absolute_url()).content.decode()
    assert page("challenge_decision", referral.pk) in detail

    raised = client.post(page("challenge_decision", referral.pk), ASKED)
    challenge = Challenge.objects.get()
    assert raised.url == challenge.get_absolute_url()
    client.signed_in(cast.mina).post(page("challenge_respond", challenge.pk), WORDS | {"stance": "CHANGE"})
    client.signed_in(cast.pat).post(
        page("challenge_resolve", challenge.pk), {"words": "It is decided again.", "learning": "Ask first."}
    )

    shown = client.signed_in(cast.mina).get(challenge.get_absolute_url()).content.decode()
    for words in (WORDS["words"], WORDS["safe_action"], "It is decided again.", "Ask first.", "Still to be decided"):
        assert words in shown


def test_the_agency_does_not_read_the_hubs_decision_on_the_page_of_the_challenge(client, difference, cast):
    challenge = difference.about(Matter.DECISION)

    of_agency = client.signed_in(cast.pat).get(challenge.get_absolute_url()).content.decode()
    of_hub = client.signed_in(cast.mina).get(challenge.get_absolute_url()).content.decode()

    assert "Section 17 assessment" not in of_agency
    assert "Section 17 assessment" in of_hub
    assert REASONS.strip() not in of_agency


def test_the_agency_reads_what_it_challenges_in_the_words_that_may_be_told(client, cast, life):
    referral = life.shared().referral
    told = "Children&#x27;s services will assess what is needed."
    browser = client.signed_in(cast.pat)

    assert told in browser.get(referral.get_absolute_url()).content.decode()
    assert told in browser.get(page("challenge_decision", referral.pk)).content.decode()
    browser.post(page("challenge_decision", referral.pk), ASKED)

    challenge = Challenge.objects.get()
    shown = browser.get(challenge.get_absolute_url()).content.decode()
    assert told in shown
    assert REASONS.strip() not in shown


def test_the_page_keeps_the_answer_that_was_challenged_when_the_agency_answers_again(client, difference, cast):
    challenge = difference.about(Matter.ANSWER)
    difference.respond(challenge, Stance.CHANGE)
    difference.resolve(challenge)
    shown = client.signed_in(cast.mina).get(challenge.get_absolute_url()).content.decode()
    assert "Below our threshold." in shown
    assert "Still to be answered again by" in shown

    services.answer_share(
        share_id=challenge.share_id, answer_state="ACCEPTED", words="We take it.", by=cast.pat, at=NOW
    )

    shown = client.get(challenge.get_absolute_url()).content.decode()
    for words in ("Below our threshold.", "We take it.", "Answered again on"):
        assert words in shown


def test_the_hub_challenges_a_late_answer_from_the_page_of_the_referral(client, cast, life):
    shared = life.shared()
    browser = client.signed_in(cast.mina)
    address = page("challenge_answer", shared.referral_id, shared.pk)
    Share.objects.filter(pk=shared.pk).update(answer_due_at=timezone.now() + timedelta(hours=1))
    assert address not in browser.get(shared.referral.get_absolute_url()).content.decode()
    assert browser.get(address).status_code == 404

    Share.objects.filter(pk=shared.pk).update(answer_due_at=NOW)

    assert address in browser.get(shared.referral.get_absolute_url()).content.decode()
    browser.post(address, ASKED)
    assert Challenge.objects.get().matter == Matter.SILENCE


def test_who_wrote_a_referral_challenges_from_its_page_once_it_is_decided_and_a_colleague_reads_the_challenge_alone(
    client, cast, life
):
    referral = life.submitted()
    Referral.objects.filter(pk=referral.pk).update(author=cast.out, agency=cast.elsewhere, team=None)
    browser, address = client.signed_in(cast.out), page("challenge_decision", referral.pk)
    assert address not in browser.get(referral.get_absolute_url()).content.decode()
    services.decide_referral(
        referral_id=referral.pk, level=2, pathway="EARLY_HELP", rationale=REASONS, by=cast.mina, at=NOW
    )

    assert address in browser.get(referral.get_absolute_url()).content.decode()
    challenge = Challenge.objects.get(pk=browser.post(address, ASKED).url.rstrip("/").split("/")[-1])
    browser.signed_in(UserFactory(agency=cast.elsewhere, roles=["PARTNER_PRACTITIONER"]))

    shown = browser.get(challenge.get_absolute_url()).content.decode()
    assert WORDS["words"] in shown
    assert referral.get_absolute_url() not in shown
    assert browser.get(referral.get_absolute_url()).status_code == 404
    assert browser.get(page("challenge_step_up", challenge.pk)).status_code == 302


def test_who_decided_is_told_that_a_colleague_responds_from_stage_two_on(client, difference, cast):
    challenge = difference.about(Matter.DECISION)
    Challenge.objects.filter(pk=challenge.pk).update(level=2)
    address = page("challenge_respond", challenge.pk)

    shown = client.signed_in(cast.mina).get(challenge.get_absolute_url()).content.decode()

    assert "a colleague of yours has to do this: respond." in shown
    assert address not in shown
    assert client.post(address, WORDS | {"stance": "KEEP"}).status_code == 403
    assert address in client.signed_in(cast.sam).get(challenge.get_absolute_url()).content.decode()


def test_another_agency_with_the_same_referral_learns_nothing_of_the_challenge(client, difference, cast, life):
    challenge = difference.about(Matter.DECISION)
    life.share(challenge.referral, cast.elsewhere)

    client.signed_in(cast.out)

    assert client.get(challenge.get_absolute_url()).status_code == 404
    assert not client.get(page("challenges")).context["page"].items
    detail = client.get(challenge.referral.get_absolute_url())
    assert list(detail.context["challenges"]) == []
    assert services.challenge_decision(referral_id=challenge.referral_id, by=cast.out, at=NOW, **ASKED) != challenge


def test_each_look_at_a_challenge_is_recorded(client, difference, cast):
    challenge = difference.about(Matter.DECISION)

    client.signed_in(cast.sam).get(challenge.get_absolute_url())
    client.get(page("challenge_respond", challenge.pk))

    entries = Entry.objects.filter(what="challenge.read")
    assert (
        list(entries.values_list("verb", "actor_id", "object_id"))
        == [("READ", str(cast.sam.pk), str(challenge.referral_id))] * 2
    )
    assert {entry.details["challenge"] for entry in entries} == {str(challenge.pk)}


@pytest.mark.parametrize(
    ("name", "who", "typed", "missing"),
    [
        ("challenge_respond", "mina", WORDS | {"safe_action": ""}, {"stance", "safe_action"}),
        ("challenge_step_up", "pat", WORDS | {"safe_action": ""}, {"safe_action"}),
        ("challenge_resolve", "pat", {"learning": "Ask for earlier notices."}, {"words"}),
        ("challenge_withdraw", "pat", {"reason": ""}, {"reason"}),
        ("challenge_meet", "pat", {"present": "Both managers."}, {"key", "held_at", "summary"}),
    ],
)
def test_what_was_typed_comes_back_with_what_is_missing(client, difference, cast, name, who, typed, missing):
    challenge = difference.about(Matter.DECISION)
    if name != "challenge_respond":
        difference.respond(challenge)

    response = client.signed_in(getattr(cast, who)).post(page(name, challenge.pk), typed)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == missing
    for words in typed.values():
        assert words in response.content.decode()


def test_what_was_typed_when_raising_comes_back_too(client, cast, life):
    referral = life.shared().referral

    response = client.signed_in(cast.pat).post(page("challenge_decision", referral.pk), ASKED | {"wanted": ""})

    assert (response.status_code, set(response.context["form"].errors)) == (422, {"wanted"})
    assert ASKED["words"] in response.content.decode()


def test_a_meeting_to_come_is_told_beside_its_field(client, difference, cast):
    challenge = difference.about(Matter.DECISION)
    typed = {"held_at_0": "1", "held_at_1": "1", "held_at_2": "2100", "held_at_3": "10:00"}

    response = client.signed_in(cast.pat).post(
        page("challenge_meet", challenge.pk), typed | {"key": challenge.pk, "present": "A", "summary": "B"}
    )

    assert response.context["form"].errors["held_at"] == [
        "A meeting is recorded once it was held: enter a time that has passed."
    ]


def test_at_the_last_stage_the_outcome_is_asked_for(client, difference, cast):
    challenge = difference.about(Matter.DECISION)
    Challenge.objects.filter(pk=challenge.pk).update(level=5)

    shown = client.signed_in(cast.sam).get(page("challenge_resolve", challenge.pk))
    assert "outcome" in shown.context["form"].fields
    client.post(page("challenge_resolve", challenge.pk), AGREED | {"outcome": "NOT_UPHELD"})

    assert Challenge.objects.get().outcome == "NOT_UPHELD"


def test_the_form_of_a_move_that_is_no_longer_possible_leads_back(client, difference, cast):
    challenge = difference.about(Matter.DECISION)
    difference.respond(challenge)

    response = client.signed_in(cast.mina).get(page("challenge_respond", challenge.pk))

    assert response.url == challenge.get_absolute_url()


def test_a_move_that_came_too_late_is_told_on_the_page_of_the_challenge(client, difference, cast):
    challenge = difference.about(Matter.DECISION)
    difference.withdraw(challenge)

    response = client.signed_in(cast.mina).post(
        page("challenge_respond", challenge.pk), WORDS | {"stance": "KEEP"}, follow=True
    )

    assert "not possible as the challenge stands now" in response.content.decode()


def test_the_list_shows_what_the_filters_ask_and_the_home_page_counts_the_same(client, difference, cast):
    ours, theirs, upheld = (difference.about(Matter.DECISION) for _ in range(3))
    answer = difference.about(Matter.ANSWER)
    difference.respond(theirs)
    difference.respond(upheld, Stance.CHANGE)
    difference.resolve(upheld)
    browser = client.signed_in(cast.mina)

    def listed(**query):
        return set(browser.get(page("challenges"), query).context["page"].items)

    assert listed() == {ours, theirs, answer}
    assert listed(show="OURS") == {ours}
    assert listed(show="RECONSIDER") == {upheld}
    assert listed(show="ENDED") == {upheld}
    assert listed(show="LATE") == {ours, theirs, answer}
    assert listed(level="2") == set()
    assert listed(level="1", show="nonsense") == {ours, theirs, answer}
    lines = {line.title: line for line in waiting_for(cast.sam, at=timezone.now())}
    assert (lines["challenge that waits for us"].count, lines["open challenges"].count) == (1, 3)
    assert lines["upheld challenge for us to decide again"].count == 1
    assert lines["open challenges"].is_late
    for line in (line for title, line in lines.items() if "challenge" in title):
        assert len(browser.get(line.url).context["page"].items) == line.count
    of_agency = {line.title: line.count for line in waiting_for(cast.pat, at=timezone.now())}
    assert (of_agency["challenges that wait for us"], of_agency["open challenges"]) == (2, 3)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "who", "queries"), [("challenges", "mina", 5), ("challenges", "pat", 5)])
def test_a_list_costs_the_same_however_long_it_is(
    client, difference, cast, django_assert_num_queries, count, name, who, queries
):
    for _ in range(count):
        difference.about(Matter.DECISION)
    client.signed_in(getattr(cast, who)).get(page(name))

    with django_assert_num_queries(queries):
        client.get(page(name))


@pytest.mark.parametrize("rounds", [1, 3])
def test_a_challenge_costs_the_same_however_many_stages_it_has(
    client, difference, cast, django_assert_num_queries, rounds
):
    challenge = difference.about(Matter.DECISION)
    for number in range(rounds):
        difference.respond(challenge, words=f"Stands, {number}.")
        difference.step_up(challenge, words=f"Not settled, {number}.")
        difference.meet(challenge, key=uuid.uuid4(), held_at=NOW - timedelta(hours=1))
    client.signed_in(cast.mina).get(challenge.get_absolute_url())

    with django_assert_num_queries(8):
        client.get(challenge.get_absolute_url())
