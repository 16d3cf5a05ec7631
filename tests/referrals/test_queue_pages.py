"""The queue as its people use it: filters with right counts, taking, assigning one and several, and the way back."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from referrals import services
from referrals.models import Assignment, Closing, Referral
from tests.factories.accounts import AreaFactory
from tests.factories.referrals import ReferralFactory
from tests.people import NOW

QUEUE = reverse("referrals:queue")
SEVERAL = reverse("referrals:assign_several")


def page(name, referral):
    return reverse(f"referrals:{name}", args=[referral.pk])


def waiting(cast, *, hours=1, due_in=1, **fields):
    now = timezone.now()
    submitted = now - timedelta(hours=hours)
    return ReferralFactory(
        **({"author": cast.olu, "submitted_at": submitted, "due_at": now + timedelta(hours=due_in)} | fields)
    )


def listed(browser, **query):
    return list(browser.get(QUEUE, query).context["page"])


def choices(response, name):
    """What the select of a filter says behind each choice."""
    return dict(response.context["form"].fields[name].choices)


def test_each_filter_shows_its_rows(client, cast):
    elsewhere = AreaFactory(name="Faraway")
    cast.police.areas.set([cast.district, elsewhere])
    high = waiting(cast, risk_level=3)
    late = waiting(cast, due_in=-0.5, district=elsewhere)
    old = waiting(cast, hours=100, due_in=400, risk_level=1, types=["HATE"])
    info = waiting(cast, kind="CPI", due_in=400, risk_level=1, types=[], assigned_to=cast.sam)
    mine = waiting(cast, due_in=400, risk_level=1, assigned_to=cast.mina)
    browser = client.signed_in(cast.mina)

    assert listed(browser, risk="3") == [high]
    assert listed(browser, type="HATE") == [old]
    assert listed(browser, kind="CPI") == [info]
    assert listed(browser, area=str(elsewhere.pk)) == [late]
    assert listed(browser, age="3") == [old]
    assert listed(browser, age="7") == []
    assert listed(browser, due="late") == [late]
    assert listed(browser, assignee="me") == [mine]
    assert listed(browser, assignee=str(cast.sam.pk)) == [info]
    assert listed(browser, assignee="nobody") == [high, late, old]
    assert listed(browser, assignee="nobody", risk="1") == [old]


def test_due_soon_is_within_four_working_hours(client, cast):
    soon = waiting(cast)
    waiting(cast, due_in=24 * 30)
    waiting(cast, hours=3, due_in=-1)

    assert listed(client.signed_in(cast.mina), due="soon") == [soon]


def test_what_was_sent_back_is_found_by_why(client, cast, life):
    """Waiting again: returned by a supervisor, or reopened. Decided on: rejected by an agency, or one needs more."""
    waiting(cast)
    returned = life.submitted(risk_level=3)
    services.review_referral(
        referral_id=returned.pk,
        move="RETURN",
        points_met=[],
        safeguarding_done=True,
        risk_level=3,
        return_codes=["VOICE_MISSING"],
        note="Please tell what the child said, in their words.",
        by=cast.lin,
        at=NOW,
    )
    reopened, long_ago = waiting(cast, state="DECIDED"), waiting(cast, state="DECIDED")
    for referral, days in ((reopened, 5), (long_ago, 100)):
        at = timezone.now() - timedelta(days=days)
        who = {"closed_by": cast.sam, "reopened_by": cast.sam, "reopened_because": "Again."}
        Closing.objects.create(referral=referral, closed_at=at, reopened_at=at, **who)
    rejected, needing = life.shared(), life.shared()
    reject = {"answer_state": "REJECTED", "rejection_reason": "DUPLICATE", "words": "We have it."}
    services.answer_share(share_id=rejected.pk, by=cast.pat, at=NOW, **reject)
    more = {"answer_state": "FURTHER_WORK", "missing": ["WHO"], "words": "Who?"}
    services.answer_share(share_id=needing.pk, by=cast.pat, at=NOW, **more)
    browser = client.signed_in(cast.mina)

    def decided(why):
        return [row.referral for row in browser.get(reverse("referrals:unfinished"), {"back": why}).context["rows"]]

    assert listed(browser, back="returned") == [returned]
    assert choices(browser.get(QUEUE), "back") == {"": "All", "returned": "Returned by a supervisor (1)"}
    assert decided("reopened") == [reopened]
    assert decided("rejected") == [rejected.referral]
    assert decided("more") == [needing.referral]
    assert decided("returned") == []


@pytest.mark.parametrize(
    "query",
    [{"risk": "9"}, {"area": str(uuid.uuid4())}, {"assignee": "' or 1=1"}, {"age": "x"}, {"due": "?"}, {"type": "\0"}],
)
def test_a_value_that_is_no_choice_filters_nothing(client, cast, query):
    referral = waiting(cast)

    assert listed(client.signed_in(cast.mina), **query) == [referral]


def test_each_choice_says_how_many_it_shows_beside_the_other_filters(client, cast):
    waiting(cast, risk_level=3, assigned_to=cast.mina)
    waiting(cast, risk_level=3)
    waiting(cast, risk_level=1, assigned_to=cast.sam)
    waiting(cast, risk_level=1, types=["HATE", "CHILD"])
    ReferralFactory(author=cast.olu, state="DECIDED", risk_level=3)
    browser = client.signed_in(cast.mina)

    everything, high = browser.get(QUEUE), browser.get(QUEUE, {"risk": "3"})

    assert choices(everything, "risk") == {"": "All", 3: "High (2)", 2: "Medium (0)", 1: "Standard (2)"}
    assert choices(everything, "type")["HATE"] == "Hate (1)"
    assert choices(high, "risk") == choices(everything, "risk")
    assert choices(high, "type")["HATE"] == "Hate (0)"
    assert choices(high, "assignee")["nobody"] == "Nobody (1)"
    for name in ("risk", "type", "kind", "assignee", "age", "due", "area", "back"):
        for value, words in choices(everything, name).items():
            if value != "":
                assert words.endswith(f"({len(listed(browser, **{name: value}))})"), words


def test_counts_of_choices_beyond_the_limit_say_so_and_the_heading_still_tells_all(client, cast, monkeypatch):
    monkeypatch.setattr("referrals.queries.facets.MOST_COUNTED", 2)
    for risk in (3, 2, 2, 1):
        waiting(cast, risk_level=risk)

    page = client.signed_in(cast.mina).get(QUEUE)

    assert choices(page, "risk") == {"": "All", 3: "High (1+)", 2: "Medium (2+)", 1: "Standard (0+)"}
    assert "4 referrals, the most urgent first" in page.content.decode()


def test_a_kept_view_of_what_never_waits_here_says_that_it_filters_nothing(client, cast):
    referral = waiting(cast)

    page = client.signed_in(cast.mina).get(QUEUE, {"back": "rejected"})

    assert list(page.context["page"]) == [referral]
    assert "was left out: Sent back" in page.content.decode()
    assert "not in this list any more" in page.content.decode()


def test_filters_that_are_set_are_removed_one_by_one(client, cast):
    waiting(cast, risk_level=3)

    response = client.signed_in(cast.mina).get(QUEUE, {"risk": "3", "assignee": "nobody", "age": ""})

    assert [text for text, _ in response.context["filters"]] == ["Risk: High", "Who has it: Nobody"]
    assert response.context["filters"][0][1] == f"{QUEUE}?assignee=nobody&age="


def test_the_way_back_from_a_referral_leads_to_the_filters(client, cast):
    referral = waiting(cast, risk_level=3)
    browser = client.signed_in(cast.mina)
    browser.get(QUEUE, {"risk": "3"})

    assert f'href="{QUEUE}?risk=3"' in browser.get(page("detail", referral)).content.decode()
    assert browser.post(page("claim", referral), {"from_queue": "yes"}).url == f"{QUEUE}?risk=3"


def test_a_referral_is_taken_on_the_queue_and_given_back_on_its_page(client, cast):
    referral = waiting(cast)
    browser = client.signed_in(cast.mina)

    assert "You have PPN-" in browser.post(page("claim", referral), follow=True).content.decode()
    assert Referral.objects.get().assigned_to == cast.mina
    assert "Give it back" in browser.get(page("detail", referral)).content.decode()
    browser.post(page("give_back", referral))
    assert Referral.objects.get().assigned_to is None
    assert "Who had it when" in browser.get(page("detail", referral)).content.decode()


def test_who_comes_second_reads_who_has_it(client, cast):
    referral = waiting(cast)
    services.claim_referral(referral_id=referral.pk, by=cast.sam, at=timezone.now())

    response = client.signed_in(cast.mina).post(page("claim", referral), {"from_queue": "yes"}, follow=True)

    assert "Sam Fictitious has PPN-" in response.content.decode()


def test_a_referral_is_assigned_to_another_decision_maker(client, cast):
    referral = waiting(cast)
    browser = client.signed_in(cast.mina)

    nobody = browser.post(page("assign", referral), {"to": ""})
    outsider = browser.post(page("assign", referral), {"to": str(cast.olu.pk)})
    browser.post(page("assign", referral), {"to": str(cast.sam.pk)})

    assert [nobody.status_code, outsider.status_code] == [422, 422]
    assert "Choose who should have it." in nobody.content.decode()
    assert Referral.objects.get().assigned_to == cast.sam


def test_several_are_listed_confirmed_and_what_changed_is_told(client, cast):
    first, second, third = waiting(cast, risk_level=3), waiting(cast), waiting(cast)
    browser = client.signed_in(cast.mina)
    browser.get(QUEUE, {"kind": "PPN"})

    question = browser.get(SEVERAL, {"referral": [str(first.pk), str(second.pk), "nonsense", str(uuid.uuid4())]})
    rows = [row.referral for row in question.context["chosen"]]
    services.claim_referral(referral_id=second.pk, by=cast.sam, at=timezone.now())
    sent = {"referral": [str(row.pk) for row in rows], "to": str(cast.mina.pk)}
    done = browser.post(SEVERAL, sent | {f"holder-{row.pk}": "" for row in rows}, follow=True)

    assert rows == [first, second]
    assert "Assign 2 referrals" in question.content.decode()
    assert done.redirect_chain == [(f"{QUEUE}?kind=PPN", 302)]
    told = done.content.decode()
    assert f"Mina Fictitious has {first} now." in told
    assert f"{second} was left as it is: it was given to Sam Fictitious meanwhile." in told
    assert list(Assignment.objects.filter(referral=third)) == []


def test_nobody_chosen_or_nothing_ticked_is_said_on_the_page(client, cast):
    referral = waiting(cast)
    browser = client.signed_in(cast.mina)

    nothing = browser.get(SEVERAL)
    nobody = browser.post(SEVERAL, {"referral": str(referral.pk), "to": ""})

    assert "No referral was chosen" in nothing.content.decode()
    assert nobody.status_code == 422
    assert [row.referral for row in nobody.context["chosen"]] == [referral]


def test_all_of_the_page_are_ticked_by_a_link(client, cast):
    waiting(cast)
    waiting(cast)
    browser = client.signed_in(cast.mina)

    assert " checked>" not in browser.get(QUEUE).content.decode()
    assert browser.get(QUEUE, {"tick": "page"}).content.decode().count(" checked>") == 2


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_of_the_queue_ask_as_many_questions_for_many_rows(client, cast, django_assert_num_queries, rows):
    chosen = [waiting(cast, assigned_to=cast.sam) for _ in range(rows)]
    ids = {"referral": [str(referral.pk) for referral in chosen]}
    browser = client.signed_in(cast.mina)
    browser.get(QUEUE)
    browser.get(SEVERAL, ids)

    with django_assert_num_queries(8):
        assert browser.get(QUEUE).status_code == 200
    with django_assert_num_queries(5):
        assert browser.get(SEVERAL, ids).status_code == 200


def test_a_row_says_how_long_it_has_waited_and_what_is_left(client, cast):
    waiting(cast, hours=50, due_in=-1)

    (row,) = client.signed_in(cast.mina).get(QUEUE).context["rows"]

    assert row["age"] == "2 days"
    assert row["is_late"]
    assert row["left"].startswith("Late")


def test_the_history_of_an_assignment_is_for_the_hub_alone(client, cast, life):
    referral = life.shared().referral
    services.claim_referral(referral_id=referral.pk, by=cast.mina, at=NOW)

    seen = client.signed_in(cast.olu).get(page("detail", referral)).content.decode()

    assert "Who has it" not in seen
    assert "Mina" not in seen
