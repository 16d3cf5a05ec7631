"""Settling what reviews leave open: a third person decides with a reason, that counts, and the reviews stay."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from common.statistics.proportions import Proportion
from grading import queries as home
from grading.models import DipSample, IncidentReview, SampledIncident, Settlement
from grading.queries import dip_samples as queries
from grading.queries.compliance import figures_of, year_so_far
from grading.queries.compliance_history import compliance_over_time
from grading.services import dip_samples, live_gaps, reviews, settling
from tests.conftest import CarefulClient
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.dip_samples import DipSampleFactory, IncidentReviewFactory, LiveGapFactory, SampledIncidentFactory
from tests.factories.referrals import IncidentFactory, ReferralFactory
from tests.people import NOW, Cast

WHY = "The body-worn video shows the fictitious child at the window, alone."
YES = {"required": "YES", "required_types": ["CHILD"]}
ANSWER = YES | {"why": WHY}


@pytest.fixture
def third(cast: Cast) -> User:
    return UserFactory(name="Thea Fictitious", agency=cast.police, roles=["DIP_SAMPLE_REVIEWER"])


def sample_of(cast: Cast, *outcomes: tuple[str, ...], state: str = "REVIEWED", **fields: Any) -> DipSample:
    """A sample of one incident for each; Rae gave the first review, Sam the second one where there are two."""
    seed = "seven"
    sample = DipSampleFactory(
        force=cast.police, drawn_by=cast.sam, size=len(outcomes), seed=seed, state=state, **fields
    )
    incidents = [
        SampledIncidentFactory(
            sample=sample,
            position=position,
            incident=IncidentFactory(
                force=cast.police, district=cast.district, officer=cast.olu, team=cast.response_team
            ),
        )
        for position in range(1, len(outcomes) + 1)
    ]
    twice = queries.reviewed_twice(sample)
    # Which are reviewed twice is told by chance: they get the outcomes of two.
    incidents.sort(key=lambda one: one.pk not in twice)
    for sampled, given in zip(incidents, sorted(outcomes, key=len, reverse=True), strict=True):
        for number, (outcome, by) in enumerate(zip(given, (cast.rae, cast.sam), strict=False), start=1):
            IncidentReviewFactory(sampled=sampled, reviewer_number=number, outcome=outcome, reviewed_by=by)
    return sample


def first_of(sample: DipSample, outcome: str) -> SampledIncident:
    """The incident whose first review came to that."""
    return next(
        one for one in sample.incidents.in_order() if one.reviews.get(reviewer_number=1).status.value == outcome
    )


def settle(sampled: SampledIncident, by: User, **findings: Any) -> Settlement:
    return settling.settle_incident(sampled_id=sampled.pk, by=by, **{"at": NOW} | ANSWER | findings)


# --- what is to be settled ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcomes", "is_open"),
    [
        (("COMPLIANT", "COMPLIANT"), False),
        (("COMPLIANT", "MISSING"), True),
        (("COMPLIANT", "LATE"), True),
        (("UNCLEAR", "UNCLEAR"), True),
        (("COMPLIANT", "UNCLEAR"), True),
        (("UNCLEAR", "COMPLIANT"), True),
        (("UNCLEAR",), False),
    ],
)
def test_what_differs_or_is_unclear_is_to_be_settled_once_both_reviews_are_in(cast, outcomes, is_open):
    sample = sample_of(cast, outcomes, state="DRAWN" if len(outcomes) == 1 else "REVIEWED")

    assert bool(queries.unsettled(sample)) is is_open


def test_what_one_reviewer_could_not_tell_is_to_be_settled(cast):
    sample = sample_of(cast, ("COMPLIANT", "COMPLIANT"), ("UNCLEAR",), ("MISSING",))

    assert queries.unsettled(sample) == [first_of(sample, "UNCLEAR")]


# --- settling -------------------------------------------------------------------------------------------------------------


def test_a_third_person_settles_it_with_a_reason(cast, third):
    sample = sample_of(cast, ("COMPLIANT", "MISSING"))
    sampled = sample.incidents.get()
    form = ReferralFactory(author=cast.olu, incident=sampled.incident, types=["CHILD"])
    before = list(IncidentReview.objects.order_by("pk").values())

    settle(sampled, third, forms_found=[form.pk], in_time=False, why=f"  {WHY} ")

    settlement = Settlement.objects.get()
    assert (settlement.sampled, settlement.settled_by, settlement.settled_at) == (sampled, third, NOW)
    assert (settlement.status, settlement.found_types, settlement.in_time) == ("COMPLIANT", ["CHILD"], False)
    assert settlement.why == WHY
    assert list(IncidentReview.objects.order_by("pk").values()) == before
    entry = Entry.objects.get(what="grading.incident_settled")
    assert (entry.actor_id, entry.object_id, entry.details) == (str(third.pk), str(sampled.pk), {"status": "COMPLIANT"})
    assert queries.unsettled(sample) == []
    with pytest.raises(settling.CannotSettle, match="settled already"):
        settle(sampled, third)


@pytest.mark.parametrize("name", ["rae", "sam"])
def test_neither_reviewer_settles_what_they_reviewed(cast, name):
    sample = sample_of(cast, ("COMPLIANT", "MISSING"))

    with pytest.raises(settling.CannotSettle, match="You reviewed this incident"):
        settle(sample.incidents.get(), getattr(cast, name))


def test_who_has_a_part_in_the_incident_does_not_settle_it(cast, third):
    sample = sample_of(cast, ("COMPLIANT", "MISSING"))
    sampled = sample.incidents.get()
    ReferralFactory(author=third, team=None, incident=sampled.incident)

    with pytest.raises(settling.CannotSettle, match="took part in it"):
        settle(sampled, third)


@pytest.mark.parametrize("name", ["mina", "leda", "ana", "olu", "pat", "ada"])
def test_only_a_reviewer_of_the_force_settles(cast, name):
    sample = sample_of(cast, ("COMPLIANT", "MISSING"))

    with pytest.raises(settling.CannotSettle, match="Only a reviewer of this force"):
        settle(sample.incidents.get(), getattr(cast, name))


def test_a_reviewer_of_another_force_does_not(cast):
    stranger = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["DIP_SAMPLE_REVIEWER"])

    with pytest.raises(settling.CannotSettle, match="Only a reviewer of this force"):
        settle(sample_of(cast, ("COMPLIANT", "MISSING")).incidents.get(), stranger)


def test_who_read_its_live_gap_may_settle_it(cast, third):
    sample = sample_of(cast, ("MISSING",), state="IN_REVIEW")
    gap = LiveGapFactory(review=IncidentReview.objects.get(), done_at_once="Rang the hub at once.")
    live_gaps.read_live_gap(gap_id=gap.pk, by=UserFactory(agency=cast.police, roles=["MASH_SUPERVISOR"]), at=NOW)
    reader = gap.readings.get().reader
    IncidentReviewFactory(sampled=gap.sampled, reviewer_number=2, outcome="COMPLIANT", reviewed_by=third)

    assert settle(sample.incidents.get(), reader).settled_by == reader


@pytest.mark.parametrize(
    ("findings", "message"),
    [
        ({"why": "Too short."}, "at least 30 characters"),
        ({"required_types": []}, "Say which forms were needed"),
        ({"found_elsewhere": ["CHILD"]}, "in time"),
        ({"required": "NO", "reason_missing": "FORGOTTEN"}, "No form that was needed is missing"),
        ({"required": "PERHAPS"}, "not a valid choice"),
    ],
)
def test_an_answer_that_cannot_be_right_is_refused(cast, third, findings, message):
    sample = sample_of(cast, ("COMPLIANT", "MISSING"))

    with pytest.raises(settling.CannotSettle, match=message):
        settle(sample.incidents.get(), third, **findings)
    assert not Settlement.objects.exists()


def test_what_gives_one_answer_is_not_settled(cast, third):
    sample = sample_of(cast, ("MISSING", "MISSING"))

    with pytest.raises(settling.CannotSettle, match="give one answer"):
        settle(sample.incidents.get(), third)


def test_what_is_not_reviewed_yet_is_not_settled(cast, third):
    sample = sample_of(cast, ("UNCLEAR",), state="IN_REVIEW")

    with pytest.raises(settling.CannotSettle, match="not in yet"):
        settle(sample.incidents.get(), third)


def test_nothing_of_a_sample_that_nobody_began_to_review_is_settled(cast, third):
    sample = sample_of(cast, (), state="DRAWN")

    with pytest.raises(settling.CannotSettle, match="Nothing of this sample"):
        settle(sample.incidents.get(), third)


def test_a_form_of_another_incident_settles_nothing(cast, third):
    sample = sample_of(cast, ("COMPLIANT", "MISSING"))
    other = ReferralFactory(author=cast.olu, incident=IncidentFactory(force=cast.police))

    with pytest.raises(settling.CannotSettle, match="does not belong to this incident"):
        settle(sample.incidents.get(), third, forms_found=[other.pk], in_time=True)
    assert not Settlement.objects.exists()


def test_nothing_of_a_published_sample_is_settled(cast, third):
    sample = sample_of(cast, ("COMPLIANT", "MISSING"), state="PUBLISHED")

    with pytest.raises(settling.CannotSettle, match="Nothing of this sample"):
        settle(sample.incidents.get(), third)


def test_a_review_that_was_settled_takes_no_correction(cast, third):
    sample = sample_of(cast, ("COMPLIANT", "COMPLIANT"), ("UNCLEAR",))
    sampled = first_of(sample, "UNCLEAR")
    settle(sampled, third)

    with pytest.raises(reviews.CannotReview, match="has been settled"):
        reviews.record_review(sampled_id=sampled.pk, by=cast.rae, at=NOW, required="NO", why=WHY)


# --- what it does ---------------------------------------------------------------------------------------------------------


def test_a_sample_is_not_published_while_something_is_open(cast, third):
    sample = sample_of(cast, ("COMPLIANT", "MISSING"), ("UNCLEAR",))

    with pytest.raises(dip_samples.CannotPublish, match="2 incidents are to be settled first"):
        dip_samples.publish_sample(sample_id=sample.pk, by=cast.sam, at=NOW)
    settle(first_of(sample, "COMPLIANT"), third)
    with pytest.raises(dip_samples.CannotPublish, match="1 incident is to be settled first"):
        dip_samples.publish_sample(sample_id=sample.pk, by=cast.sam, at=NOW)
    settle(first_of(sample, "UNCLEAR"), third)
    assert dip_samples.publish_sample(sample_id=sample.pk, by=cast.sam, at=NOW).state == "PUBLISHED"


def test_what_was_settled_counts_everywhere_and_agreement_is_of_the_reviews(cast, third):
    sample = sample_of(cast, ("COMPLIANT", "MISSING"), ("UNCLEAR",), ("COMPLIANT",))
    assert figures_of(sample).all.compliance == Proportion(2, 2)
    agreement = figures_of(sample).agreement
    settle(first_of(sample, "UNCLEAR"), third)
    twice = next(one for one in sample.incidents.all() if one.reviews.count() == 2)
    settle(twice, third)

    figures = figures_of(sample)
    dip_samples.publish_sample(sample_id=sample.pk, by=cast.sam, at=NOW)

    assert figures.all.compliance == Proportion(1, 3)
    assert figures.all.unclear == 0
    assert figures.agreement == agreement
    assert agreement.exact == Proportion(0, 1)
    assert year_so_far(cast.police, year=2026).compliance == Proportion(1, 3)
    (line,) = compliance_over_time(cast.police, for_readers=False).periods
    assert line.compliance == Proportion(1, 3)


def test_agreement_whether_a_form_was_needed_is_told_apart_from_what_the_reviews_come_to(cast):
    sample = sample_of(cast, ("COMPLIANT", "MISSING"))

    agreement = figures_of(sample).agreement

    assert agreement.exact == Proportion(0, 1)
    assert agreement.required.exact == Proportion(1, 1)
    assert (agreement.required.kappa, agreement.required.kappa_interval) == (None, None)


def test_agreement_has_kappa_with_its_interval_from_enough_incidents_on(cast):
    sample = DipSampleFactory(force=cast.police, state="REVIEWED", size=40)
    # 40 incidents: both yes 20, both no 15, apart 5. Chance: 22.5/40 * 22.5/40 + 17.5/40 * 17.5/40; worked out by hand.
    pairs = [("MISSING", "MISSING")] * 20 + [("NOT_NEEDED", "NOT_NEEDED")] * 15
    pairs += [("MISSING", "NOT_NEEDED")] * 3 + [("NOT_NEEDED", "MISSING")] * 2
    for position, (first, second) in enumerate(pairs, start=1):
        sampled = SampledIncidentFactory(sample=sample, position=position)
        IncidentReviewFactory(sampled=sampled, outcome=first, reviewed_by=cast.rae)
        IncidentReviewFactory(sampled=sampled, reviewer_number=2, outcome=second, reviewed_by=cast.sam)

    required = figures_of(sample).agreement.required

    assert required.exact == Proportion(35, 40)
    by_chance = (23 * 22 + 17 * 18) / 1600
    assert float(required.kappa) == pytest.approx((35 / 40 - by_chance) / (1 - by_chance))
    assert required.kappa_interval.low < float(required.kappa) < required.kappa_interval.high
    assert float(required.gwet_ac1.value) > float(required.kappa)
    assert required.gwet_ac1.interval.low < float(required.gwet_ac1.value) < required.gwet_ac1.interval.high


# --- the pages ------------------------------------------------------------------------------------------------------------


def test_settling_by_the_page(client: CarefulClient, cast, third):
    sample = sample_of(cast, ("COMPLIANT", "MISSING"))
    sampled = sample.incidents.get()
    page = client.signed_in(cast.sam).get(sample.get_absolute_url()).content.decode()
    assert "1 incident</strong> is to be settled" in page
    assert "Publish the results" not in page
    address = reverse("grading:dip_sample_settle", args=[sample.pk, sampled.pk])
    assert client.get(address).status_code == 403

    client.signed_in(third)
    assert address in client.get(sampled.review_url).content.decode()
    form = client.get(address)
    assert "First review" in form.content.decode()
    assert "live_gap" not in form.content.decode()
    refused = client.post(address, {"required": "YES", "found": "NO", "why": WHY})
    assert (refused.status_code, refused.context["form"].errors) == (
        422,
        {"required_types": ["Say what a form was needed for"]},
    )
    answer = client.post(address, {"required": "YES", "required_types": ["CHILD"], "found": "NO", "why": WHY})

    assert answer["Location"] == sample.get_absolute_url()
    read = client.get(sampled.review_url).content.decode()
    assert WHY in read
    assert "Thea Fictitious" in read
    assert client.get(address).status_code == 403
    assert "Publish the results" in client.signed_in(cast.sam).get(sample.get_absolute_url()).content.decode()


def test_what_is_to_be_settled_waits_for_third_persons_only(cast, third):
    sample = sample_of(cast, ("COMPLIANT", "MISSING"), ("UNCLEAR",))

    def waits(user: User) -> list[tuple[int, str]]:
        return [(line.count, line.url) for line in home.waiting_for(user, at=NOW) if "to settle" in line.title]

    assert waits(third) == [(2, sample.get_absolute_url())]
    assert waits(cast.sam) == [(1, sample.get_absolute_url())]
    assert waits(cast.rae) == []


# --- what the database refuses --------------------------------------------------------------------------------------------


def test_the_database_keeps_what_was_settled_and_the_reviews_of_it(cast, third):
    sample = sample_of(cast, ("COMPLIANT", "COMPLIANT"), ("UNCLEAR",))
    settle(first_of(sample, "UNCLEAR"), third)

    for change in (
        lambda: Settlement.objects.update(why="Something else, of more than thirty characters."),
        lambda: IncidentReview.objects.filter(required="UNCLEAR").update(why="Something else, of more than thirty."),
        lambda: IncidentReview.objects.filter(reviewer_number=2).update(why="Something else, of more than thirty."),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change()


def test_the_database_keeps_reviews_of_a_published_sample(cast):
    sample_of(cast, ("COMPLIANT",), state="PUBLISHED", period_start=date(2026, 1, 1), period_end=date(2026, 2, 28))

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        IncidentReview.objects.update(in_time=False)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"required_types": []}, "settlement_needed_says_which_forms"),
        ({"in_time": True}, "settlement_in_time_only_of_forms_found"),
        ({"required": "NO", "required_types": [], "reason_missing": "SYSTEM"}, "settlement_reason_only_where"),
        ({"why": "short".ljust(60)}, "settlement_says_why"),
    ],
)
def test_the_database_refuses_a_settlement_that_contradicts_itself(cast, fields, constraint):
    sampled = sample_of(cast, ("COMPLIANT", "MISSING")).incidents.get()
    answer = ANSWER | {"settled_by": cast.sam, "settled_at": NOW - timedelta(days=1)} | fields

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Settlement.objects.create(sampled=sampled, **answer)


# --- what it costs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_dip_sample_settle_query_count_is_flat(client, cast, third, count, django_assert_num_queries):
    sample = sample_of(cast, ("COMPLIANT", "MISSING"), *[("UNCLEAR",)] * (count - 1))
    sampled = next(one for one in sample.incidents.all() if one.reviews.count() == 2)
    ReferralFactory.create_batch(count, author=cast.olu, incident=sampled.incident)
    client.signed_in(third)
    with django_assert_num_queries(16):
        assert client.get(reverse("grading:dip_sample_settle", args=[sample.pk, sampled.pk])).status_code == 200
