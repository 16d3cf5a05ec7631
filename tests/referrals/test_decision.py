"""How a decision was reached, what it rests on, what the referrer is told of it, and who is late."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import Entry
from common.clock import end_of_working_days
from referrals import queries, services
from referrals.enums import LEGAL_FRAME, MAY_BE_TOLD, MOVES, NDM_HEADINGS, Pathway, ReferralState
from referrals.models import DecisionView, Referral, ThresholdDecision
from tests.people import NOW
from tests.referrals.conftest import REASONS

HEADED = {name: f"{heading}: weighed." for name, heading in NDM_HEADINGS.items()}


def decide(referral, by, **changes):
    values = {"level": 4, "pathway": Pathway.SECTION_17, "rationale": REASONS} | changes
    return services.decide_referral(referral_id=referral.pk, by=by, at=NOW, **values)


def test_reasons_stand_under_the_six_headings_and_are_read_together(cast, life):
    decision = decide(life.submitted(), cast.mina, **{"rationale": ""} | HEADED)

    assert decision.reasons == [(heading, f"{heading}: weighed.") for heading in NDM_HEADINGS.values()]


def test_an_older_row_with_one_text_is_read_as_one_reason(cast, life):
    assert decide(life.submitted(), cast.mina).reasons == [("Reasons", REASONS.strip())]


def test_headings_and_free_words_together_hold_the_needed_minimum(cast, life):
    referral = life.submitted()
    with pytest.raises(services.CannotDecide, match="at least 50"):
        decide(referral, cast.mina, rationale="x" * 25, ndm_options="y" * 24)

    assert decide(referral, cast.mina, rationale="x" * 25, ndm_options="y" * 25).number == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"pathway": "REJECTED_RETURNED"}, "return_reason"),
        ({"pathway": "REJECTED_RETURNED", "return_reason": "BECAUSE"}, "return_reason"),
        ({"information_considered": ["TEA_LEAVES"]}, "information_considered"),
        ({"review_on": NOW.date() - timedelta(days=1)}, "review_on"),
    ],
)
def test_what_is_wrong_is_refused_beside_its_question(cast, life, wrong, field):
    with pytest.raises(services.CannotDecide) as refusal:
        decide(life.submitted(), cast.mina, **wrong)

    assert refusal.value.field == field
    assert not ThresholdDecision.objects.exists()


def test_a_change_needs_a_reason_and_keeps_the_old_decision_whole(cast, life):
    referral = life.decided()
    before = ThresholdDecision.objects.values("pathway", "rationale", "decided_at", "decided_by").get()
    with pytest.raises(services.CannotDecide, match="Say why the decision changes"):
        decide(referral, cast.mina, pathway=Pathway.SECTION_47)

    changed = decide(referral, cast.mina, pathway=Pathway.SECTION_47, change_reason="The school rang.")

    assert (changed.number, changed.change_reason) == (2, "The school rang.")
    assert ThresholdDecision.objects.filter(number=1).values(*before).get() == before


def test_a_changed_decision_that_is_sent_twice_is_one(cast, life):
    referral = life.decided()
    change = {"pathway": Pathway.SECTION_47, "change_reason": "The school rang."}

    assert decide(referral, cast.mina, **change) == decide(referral, cast.mina, **change)

    assert ThresholdDecision.objects.count() == 2


def test_each_agency_agrees_or_says_why_not(cast, life):
    referral = life.submitted()
    against = {"agency": cast.council, "position": "DISAGREES", "words": " "}
    with pytest.raises(services.CannotDecide, match="Say why an agency disagrees"):
        decide(referral, cast.mina, views=[against])
    with pytest.raises(services.CannotDecide, match="one view of each"):
        decide(referral, cast.mina, views=[against | {"words": "Too early."}] * 2)

    decide(
        referral,
        cast.mina,
        views=[
            against | {"words": "Too early."},
            {"agency": cast.elsewhere, "position": "AGREES", "words": ""},
        ],
    )

    kept = DecisionView.objects.order_by("position").values_list("agency__name", "position", "words")
    assert list(kept) == [(cast.elsewhere.name, "AGREES", ""), (cast.council.name, "DISAGREES", "Too early.")]


def test_the_same_decision_with_another_view_is_a_change(cast, life):
    referral = life.submitted()
    decide(referral, cast.mina)

    with pytest.raises(services.CannotDecide, match="why the decision changes"):
        decide(referral, cast.mina, views=[{"agency": cast.council, "position": "AGREES", "words": ""}])


def test_every_pathway_says_what_it_rests_on_and_what_the_referrer_may_be_told():
    assert set(LEGAL_FRAME) == set(MAY_BE_TOLD) == set(Pathway)
    assert "section 47" in LEGAL_FRAME[Pathway.SECTION_47]
    assert "section 42" in LEGAL_FRAME[Pathway.SECTION_42]
    assert "section 17" in LEGAL_FRAME[Pathway.SECTION_17]


def test_the_referrer_reads_the_words_for_them_and_none_of_the_reasons(client, cast, life):
    usual, own = life.submitted(), life.submitted()
    decide(usual, cast.mina, bias_check="The father may be ill.")
    decide(own, cast.mina, may_be_told="Well seen: the kitchen told us most.")

    def read(referral):
        return client.signed_in(cast.olu).get(referral.get_absolute_url()).content.decode()

    assert MAY_BE_TOLD[Pathway.SECTION_17].split(". ")[1] in read(usual).replace("&#x27;", "'")
    assert "Well seen: the kitchen told us most." in read(own)
    assert REASONS.strip() not in read(usual)
    assert "The father may be ill." not in read(usual)


@pytest.mark.parametrize(
    ("row", "constraint"),
    [
        ({"rationale": ""}, "threshold_decision_gives_its_reasons"),
        ({"pathway": "REJECTED_RETURNED"}, "threshold_decision_to_return_says_why"),
        ({"return_reason": "DUPLICATE"}, "threshold_decision_to_return_says_why"),
    ],
)
def test_the_database_refuses_a_decision_that_breaks_a_rule(cast, life, row, constraint):
    decided = life.decided()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ThresholdDecision.objects.filter(referral=decided).update(**row)


def test_the_database_refuses_two_views_of_one_agency_and_disagreement_without_words(cast, life):
    decision = decide(life.submitted(), cast.mina)
    DecisionView.objects.create(decision=decision, agency=cast.council, position="AGREES")

    for wrong, constraint in (
        ({"agency": cast.council, "position": "AGREES"}, "decision_view_one_of_each_agency"),
        ({"agency": cast.elsewhere, "position": "DISAGREES"}, "decision_view_against_says_why"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            DecisionView.objects.create(decision=decision, **wrong)


def limits(referral, *, at=NOW):
    referral = Referral.objects.get(pk=referral.pk)
    shares = list(referral.shares.select_related("agency"))
    found = queries.limits_of(referral, decisions=queries.decisions_of(referral), shares=shares, at=at)
    return {limit.title: limit for limit in found}


def test_time_limits_say_who_is_late(cast, life):
    shared = life.shared()
    asked = "Answer of Testham Children's Services (fictitious)"
    on_time, too_late = limits(shared.referral), limits(shared.referral, at=NOW + timedelta(days=9))

    assert not any(limit.is_late for limit in on_time.values())
    assert {title for title, limit in too_late.items() if limit.is_late} == {asked}
    assert too_late[asked].owner == cast.council.name
    assert too_late["Threshold decision"].met_at == NOW
    assert on_time["Assessment is done"].due_at == end_of_working_days(NOW, 45)


@pytest.mark.parametrize(
    ("pathway", "title", "days"),
    [
        (Pathway.SECTION_42, "Decision whether to enquire", 5),
        (Pathway.FAMILY_HELP, "Assessment is done", 45),
    ],
)
def test_the_limits_of_a_pathway_count_working_days(cast, life, pathway, title, days):
    referral = life.submitted()
    decide(referral, cast.mina, pathway=pathway)

    assert limits(referral)[title].due_at == end_of_working_days(NOW, days)


def test_a_review_that_was_promised_is_late_after_its_day(cast, life):
    referral = life.submitted()
    decide(referral, cast.mina, review_on=date(2026, 11, 27))

    review = "Review of the decision"
    assert not limits(referral)[review].is_late
    assert limits(referral, at=NOW + timedelta(days=8))[review].is_late


def page(referral):
    return reverse("referrals:decide", args=[referral.pk])


def test_the_page_keeps_everything_that_was_typed(client, cast, life):
    referral = life.submitted()
    typed = {
        "level": "3",
        "pathway": "REJECTED_RETURNED",
        "ndm_options": "Advice, or a visit.",
        "voice": "He wants it to stop.",
        "information_considered": ["HEALTH", "FAMILY"],
        "views-TOTAL_FORMS": "3",
        "views-INITIAL_FORMS": "0",
        "views-1-agency": str(cast.council.pk),
        "views-1-position": "DISAGREES",
    }

    response = client.signed_in(cast.mina).post(page(referral), typed)

    content = response.content.decode()
    assert response.status_code == 422
    for told in (
        "Choose why it is returned.",
        "Give the reasons in at least 50 characters.",
        "Say why the agency disagrees.",
        "Advice, or a visit.",
        "He wants it to stop.",
    ):
        assert told in content
    assert response.context["form"]["information_considered"].value() == ["HEALTH", "FAMILY"]
    assert not ThresholdDecision.objects.exists()


def test_a_change_without_its_reason_comes_back_with_every_word(client, cast, life):
    referral = life.decided()

    response = client.signed_in(cast.mina).post(
        page(referral), {"level": "4", "pathway": "SECTION_47", "rationale": REASONS}
    )

    assert response.status_code == 422
    assert response.context["form"].errors == {"change_reason": ["Say why the decision changes."]}
    assert REASONS.strip() in response.content.decode()


def test_a_double_click_on_the_page_is_no_change(client, cast, life):
    referral = life.submitted()
    browser = client.signed_in(cast.mina)
    sent = {"level": "4", "pathway": "SECTION_47", "rationale": REASONS}

    assert [browser.post(page(referral), sent).status_code for _ in range(2)] == [302, 302]
    assert ThresholdDecision.objects.count() == 1


def test_the_hub_reads_all_of_a_decision(client, cast, life):
    referral = life.submitted()
    decide(
        referral,
        cast.mina,
        **HEADED,
        information_considered=["HEALTH"],
        information_missing="What the practice knows.",
        bias_check="A party next door.",
        views=[{"agency": cast.council, "position": "DISAGREES", "words": "Too early."}],
    )

    content = client.signed_in(cast.mina).get(referral.get_absolute_url()).content.decode()

    for told in (*NDM_HEADINGS.values(), "section 17", "What the practice knows.", "A party next door.", "Too early."):
        assert told in content


def test_the_record_of_every_move_says_from_where_to_where(cast, life):
    shared = life.shared()
    services.answer_share(share_id=shared.pk, answer_state="ACCEPTED", by=cast.pat, at=NOW)
    services.close_referral(referral_id=shared.referral_id, by=cast.mina, at=NOW)
    ended = life.shared()
    services.end_share(share_id=ended.pk, reason="By mistake.", by=cast.mina, at=NOW)
    services.discard_draft(referral_id=life.draft().pk, by=cast.olu, at=NOW)

    moves = [
        (entry.details["from"], entry.details["to"])
        for entry in Entry.objects.order_by("pk")
        if "from" in entry.details
    ]

    assert set(moves) == {
        ("DRAFT", "RECEIVED"),
        ("RECEIVED", "DECIDED"),
        ("DECIDED", "SHARED"),
        ("SHARED", "ANSWERED"),
        ("ANSWERED", "CLOSED"),
        ("SHARED", "DECIDED"),
        ("DRAFT", "DISCARDED"),
    }
    assert {(ReferralState(start), ReferralState(end)) for start, end in moves} <= {
        (start, end) for (_, start), end in MOVES.items()
    }
