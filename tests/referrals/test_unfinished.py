"""After the decision nothing is lost sight of: what is to be shared, to be closed, and what is completed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jobs import services as jobs
from jobs.models import Job
from referrals import queries, services
from referrals.enums import ENDS_AT_THE_HUB, NEEDS_SHARE, Lateness, Pathway
from referrals.models import LateDecision, Referral
from tests.factories.accounts import AreaFactory
from tests.people import NOW
from tests.referrals.conftest import REASONS

LIST = reverse("referrals:unfinished")
COMPLETED = reverse("referrals:completed")
MINUTE = timedelta(minutes=1)
LINES = (
    "decided referral to share",
    "decided referral that was not shared in time",
    "decided referral to close",
    "answered referral to close or act on",
)


def decided(life, pathway=Pathway.SECTION_47, **answers):
    referral = life.submitted(**answers)
    services.decide_referral(
        referral_id=referral.pk, level=4, pathway=pathway, rationale=REASONS, by=life.cast.mina, at=NOW
    )
    return Referral.objects.get(pk=referral.pk)


def answered(life):
    share = life.share(decided(life))
    services.answer_share(share_id=share.pk, answer_state="ACCEPTED", by=life.cast.pat, at=NOW)
    return Referral.objects.get(pk=share.referral_id)


def listed(browser, address=LIST, **query):
    return [row.referral for row in browser.get(address, query).context["rows"]]


def noted(referral):
    return list(referral.late_decisions.order_by("noted_at").values_list("lateness", flat=True))


def home(user, at=NOW):
    lines = queries.waiting_for(user, at=at)
    return {line.title: (line.count, line.is_late) for line in lines if line.count and line.title in LINES}


def test_every_pathway_either_ends_at_the_hub_or_needs_an_agency():
    assert set(Pathway) == NEEDS_SHARE | ENDS_AT_THE_HUB
    assert not NEEDS_SHARE & ENDS_AT_THE_HUB
    assert {Pathway.SECTION_47, Pathway.SECTION_17, Pathway.SECTION_42, Pathway.MARAC} <= NEEDS_SHARE


def test_each_step_is_listed_and_leaves_the_list_when_it_is_done(client, cast, life):
    to_share, to_close, back = decided(life), decided(life, Pathway.INFORMATION), answered(life)
    life.submitted()
    browser = client.signed_in(cast.mina)

    assert set(listed(browser)) == {to_share, to_close, back}
    assert listed(browser, step="share") == [to_share]
    assert listed(browser, step="close") == [to_close]
    assert listed(browser, step="answered") == [back]

    life.share(to_share)
    services.close_referral(referral_id=to_close.pk, by=cast.sam, at=NOW)
    services.close_referral(referral_id=back.pk, by=cast.mina, at=NOW)
    assert listed(browser) == []
    assert set(listed(browser, COMPLETED)) == {to_close, back}


def test_the_list_says_how_late_the_sharing_is_and_is_narrowed(client, cast, life):
    elsewhere = AreaFactory(name="Faraway")
    cast.police.areas.set([cast.district, elsewhere])
    late, soon, closing = decided(life), decided(life), decided(life, Pathway.INFORMATION)
    now = timezone.now()
    Referral.objects.update(submitted_at=now - timedelta(days=30), due_at=now - timedelta(days=2))
    Referral.objects.filter(pk=soon.pk).update(
        due_at=now + timedelta(days=30), district=elsewhere, assigned_to=cast.sam
    )
    browser = client.signed_in(cast.mina)

    assert listed(browser, due="late") == [late]
    assert listed(browser, area=str(elsewhere.pk)) == listed(browser, assignee=str(cast.sam.pk)) == [soon]
    assert listed(browser, type="HATE") == []
    page = browser.get(LIST, {"step": "share", "due": "late"}).content.decode()
    assert "Late by" in page
    assert "Late by" not in browser.get(LIST, {"step": "close"}).content.decode(), closing


def test_home_names_what_is_left_to_decision_makers_and_supervisors(cast, life):
    referral = decided(life)
    decided(life, Pathway.INFORMATION)
    answered(life)
    in_time = {
        "decided referral to share": (1, False),
        "decided referral to close": (1, False),
        "answered referral to close or act on": (1, False),
    }

    assert home(cast.mina) == home(cast.sam) == in_time
    assert home(cast.mina, at=referral.due_at + MINUTE) == in_time | {
        "decided referral that was not shared in time": (1, True)
    }
    assert home(cast.olu) == home(cast.pat) == {}


def test_the_clock_runs_until_it_is_shared_and_lateness_is_noted_once_and_told(cast, life, mailoutbox):
    left, shared, ends = decided(life), decided(life), decided(life, Pathway.INFORMATION)
    life.share(shared)
    Job.objects.all().delete()
    late = left.due_at + MINUTE

    assert services.note_late_decisions(at=left.due_at) == 0
    assert [services.note_late_decisions(at=late), services.note_late_decisions(at=late + MINUTE)] == [1, 0]
    assert services.note_late_decisions(at=left.due_at + timedelta(days=7)) == 1

    assert noted(left) == [Lateness.UNSHARED, Lateness.LONG_UNSHARED]
    assert noted(shared) == noted(ends) == []
    for job in Job.objects.order_by("created_at"):
        jobs.run(job_id=job.pk, at=NOW + timedelta(days=60))
    first, second = mailoutbox
    assert first.to == [cast.sam.email]
    assert "Decided, and not shared in time: 1." in first.body
    assert "not shared at the end of the working day after they were due: 1." in second.body
    assert f"{LIST}?due=late" in first.body
    assert left.reference not in first.body + first.subject


def test_what_was_late_undecided_is_late_unshared_as_well(cast, life):
    referral = life.submitted()
    services.note_late_decisions(at=referral.due_at + MINUTE)
    services.decide_referral(
        referral_id=referral.pk,
        level=4,
        pathway=Pathway.SECTION_47,
        rationale=REASONS,
        by=cast.mina,
        at=referral.due_at + 2 * MINUTE,
    )
    services.note_late_decisions(at=referral.due_at + 3 * MINUTE)

    assert noted(referral) == [Lateness.LATE, Lateness.UNSHARED]
    assert LateDecision.objects.filter(due_at=referral.due_at).count() == 2


def limits(referral, at):
    shares, decisions = queries.shares_of(referral, on=NOW.date()), queries.decisions_of(referral)
    return {one.title: one for one in queries.limits_of(referral, decisions=decisions, shares=shares, at=at)}


def test_the_limits_of_a_referral_name_the_sharing(cast, life):
    referral = decided(life)
    late = referral.due_at + MINUTE

    open_one = limits(referral, late)["Shared with an agency"]
    assert (open_one.due_at, open_one.met_at, open_one.is_late) == (referral.due_at, None, True)
    life.share(referral)
    met = limits(referral, late)["Shared with an agency"]
    assert (met.met_at, met.is_late) == (NOW, False)
    assert "Shared with an agency" not in limits(decided(life, Pathway.INFORMATION), late)


def test_a_sharing_that_ended_unanswered_starts_the_wait_again(client, cast, life):
    share = life.share(decided(life))
    services.end_share(share_id=share.pk, reason="Sent to the wrong agency.", by=cast.mina, at=NOW)

    assert listed(client.signed_in(cast.mina), step="share") == [share.referral]


def test_the_page_of_the_referral_says_by_when_it_is_to_be_shared(client, cast, life):
    page = client.signed_in(cast.mina).get(decided(life).get_absolute_url()).content.decode()

    assert "Share by" in page
    assert "Decision due" not in page


def test_other_hubs_and_agencies_see_none_of_it(client, cast, life):
    decided(life)

    for outsider in (cast.pat, cast.out, cast.olu):
        browser = client.signed_in(outsider)
        assert browser.get(LIST).status_code == browser.get(COMPLETED).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("address", [LIST, COMPLETED])
def test_the_lists_ask_the_same_number_of_questions_however_long(
    client, cast, life, django_assert_max_num_queries, count, address
):
    for _ in range(count):
        referral = decided(life, Pathway.INFORMATION)
        if address == COMPLETED:
            services.close_referral(referral_id=referral.pk, by=cast.sam, at=NOW)
    browser = client.signed_in(cast.mina)
    browser.get(address)

    with django_assert_max_num_queries(14):
        assert len(browser.get(address).context["rows"]) == count
