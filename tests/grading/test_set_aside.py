"""Setting aside what nobody of the force can review or settle, so that a sample can be published without it."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from common.statistics.proportions import Proportion
from grading.models import DipSample, IncidentReview, LiveGapReading, SampledIncident, Settlement
from grading.queries import dip_samples as queries
from grading.queries.compliance import figures_of
from grading.queries.reports import content_of
from grading.queries.set_aside import left_to_nobody
from grading.services import dip_samples, reviews, settling
from grading.services.set_aside import CannotSetAside, set_aside_incident
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.dip_samples import (
    DipSampleFactory,
    IncidentReviewFactory,
    LiveGapFactory,
    SampledIncidentFactory,
)
from tests.factories.referrals import IncidentFactory, ReferralFactory
from tests.people import NOW, Cast

WHY = "All three who review wrote about this fictitious family; the other forces were asked."
TODAY = NOW.date()


def sample_of(cast: Cast, count: int = 2) -> DipSample:
    """Incidents of the response team; Sam and Rae are the only ones who review for the force."""
    sample = DipSampleFactory(force=cast.police, drawn_by=cast.sam, size=count, seed="seven")
    for position in range(1, count + 1):
        incident = IncidentFactory(force=cast.police, district=cast.district, officer=cast.olu, team=cast.response_team)
        SampledIncidentFactory(sample=sample, incident=incident, position=position)
    return sample


def parts(sample: DipSample) -> tuple[SampledIncident, SampledIncident]:
    """One that is reviewed once, and the one that is reviewed twice."""
    (chosen,) = queries.reviewed_twice(sample)
    return sample.incidents.exclude(pk=chosen).get(), sample.incidents.get(pk=chosen)


def takes_part(sampled: SampledIncident, *people: User) -> None:
    for person in people:
        ReferralFactory(author=person, team=None, incident=sampled.incident)


def set_aside(sampled: SampledIncident, by: User, why: str = WHY) -> Settlement:
    return set_aside_incident(sampled_id=sampled.pk, why=why, by=by, at=NOW)


# --- which nobody can -----------------------------------------------------------------------------------------------------


def test_an_incident_in_which_everybody_who_reviews_took_part_is_left_to_nobody(cast):
    sample = sample_of(cast)
    once, _ = parts(sample)
    takes_part(once, cast.sam)
    assert left_to_nobody(sample, on=TODAY) == []

    takes_part(once, cast.rae)

    assert left_to_nobody(sample, on=TODAY) == [once]
    UserFactory(agency=cast.police, roles=["DIP_SAMPLE_REVIEWER"])
    assert left_to_nobody(sample, on=TODAY) == []


def test_who_has_left_and_who_reviews_for_another_force_count_as_nobody(cast):
    sample = sample_of(cast)
    once, _ = parts(sample)
    takes_part(once, cast.sam)
    UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["DIP_SAMPLE_REVIEWER"])

    cast.rae.role_grants.update(ends_on=date(2021, 1, 1))

    assert once in left_to_nobody(sample, on=TODAY)


def test_a_second_review_is_left_to_nobody_when_all_others_took_part_or_read_the_live_gap(cast):
    sample = sample_of(cast)
    _, chosen = parts(sample)
    first = IncidentReviewFactory(
        sampled=chosen, outcome="MISSING", live_gap=True, live_gap_action="Rang.", reviewed_by=cast.rae
    )
    assert left_to_nobody(sample, on=TODAY) == []

    LiveGapReading.objects.create(gap=LiveGapFactory(review=first), reader=cast.sam, read_at=NOW)

    assert left_to_nobody(sample, on=TODAY) == [chosen]


def test_what_both_reviewed_apart_is_left_to_nobody_without_a_third_person(cast):
    sample = sample_of(cast)
    once, chosen = parts(sample)
    IncidentReviewFactory(sampled=once, outcome="UNCLEAR", reviewed_by=cast.rae)
    IncidentReviewFactory(sampled=chosen, outcome="COMPLIANT", reviewed_by=cast.rae)
    IncidentReviewFactory(sampled=chosen, outcome="MISSING", reviewed_by=cast.sam, reviewer_number=2)

    assert left_to_nobody(sample, on=TODAY) == [chosen]


# --- setting aside --------------------------------------------------------------------------------------------------------


def test_a_supervisor_sets_it_aside_and_the_sample_can_be_published(cast):
    sample = sample_of(cast)
    once, chosen = parts(sample)
    takes_part(once, cast.sam, cast.rae)
    for number, by in enumerate((cast.rae, cast.sam), start=1):
        IncidentReviewFactory(sampled=chosen, outcome="COMPLIANT", reviewed_by=by, reviewer_number=number)

    kept = set_aside(once, cast.sam, f"  {WHY} ")

    assert (kept.sampled, kept.settled_by, kept.settled_at, kept.why) == (once, cast.sam, NOW, WHY)
    assert (kept.is_set_aside, kept.required, kept.status) == (True, "UNCLEAR", "UNCLEAR")
    entry = Entry.objects.get(what="grading.incident_set_aside")
    assert (entry.actor_id, entry.object_id, entry.details) == (str(cast.sam.pk), str(once.pk), {"reviews": 0})
    sample.refresh_from_db()
    assert (sample.state, sample.reviewed_at) == ("REVIEWED", NOW)
    assert Entry.objects.filter(what="grading.dip_sample_all_reviewed").count() == 1
    assert dip_samples.publish_sample(sample_id=sample.pk, by=cast.sam, at=NOW).state == "PUBLISHED"


def test_a_sample_of_which_more_is_left_goes_on_being_reviewed(cast):
    sample = sample_of(cast)
    once, _ = parts(sample)
    takes_part(once, cast.sam, cast.rae)

    set_aside(once, cast.sam)

    sample.refresh_from_db()
    assert (sample.state, queries.reviews_left(sample)) == ("IN_REVIEW", 2)


def test_what_was_never_reviewed_counts_nowhere_and_what_stayed_open_counts_as_unclear_and_both_are_named(cast):
    sample = sample_of(cast)
    once, chosen = parts(sample)
    takes_part(once, cast.sam, cast.rae)
    IncidentReviewFactory(sampled=chosen, outcome="COMPLIANT", reviewed_by=cast.rae)
    IncidentReviewFactory(sampled=chosen, outcome="MISSING", reviewed_by=cast.sam, reviewer_number=2)
    given = list(IncidentReview.objects.order_by("pk").values())

    set_aside(once, cast.sam)
    set_aside(chosen, cast.sam)

    figures = figures_of(DipSample.objects.get())
    assert (figures.size, figures.awaiting, figures.set_aside) == (2, 0, 2)
    assert (figures.all.reviewed, figures.all.unclear) == (1, 1)
    assert figures.all.compliance == Proportion(0, 0)
    assert list(IncidentReview.objects.order_by("pk").values()) == given
    content = content_of(DipSample.objects.get())
    assert (
        "2 incidents could be reviewed or settled by nobody of the force, and count in no rate." in content["findings"]
    )


@pytest.mark.parametrize("name", ["rae", "mina", "leda", "ana", "olu", "pat", "ada"])
def test_only_a_supervisor_of_the_force_sets_aside(cast, name):
    once, _ = parts(sample_of(cast))
    takes_part(once, cast.sam, cast.rae)

    with pytest.raises(CannotSetAside, match="Only a MASH supervisor of this force"):
        set_aside(once, getattr(cast, name))


def test_a_supervisor_of_another_force_does_not(cast):
    once, _ = parts(sample_of(cast))
    takes_part(once, cast.sam, cast.rae)

    with pytest.raises(CannotSetAside, match="Only a MASH supervisor of this force"):
        set_aside(once, UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["MASH_SUPERVISOR"]))


def test_what_somebody_can_still_review_is_not_set_aside(cast):
    once, chosen = parts(sample_of(cast))
    takes_part(once, cast.sam)

    for sampled in (once, chosen):
        with pytest.raises(CannotSetAside, match="Somebody can still review or settle"):
            set_aside(sampled, cast.sam)


def test_it_is_set_aside_once_and_takes_no_review_and_no_settling_then(cast):
    once, _ = parts(sample_of(cast))
    takes_part(once, cast.sam, cast.rae)
    set_aside(once, cast.sam)
    third = UserFactory(agency=cast.police, roles=["DIP_SAMPLE_REVIEWER"])

    with pytest.raises(CannotSetAside, match="settled or set aside already"):
        set_aside(once, cast.sam)
    with pytest.raises(reviews.CannotReview, match="has been settled"):
        reviews.record_review(sampled_id=once.pk, required="NO", why=WHY, by=third, at=NOW)
    with pytest.raises(settling.CannotSettle, match="settled already"):
        settling.settle_incident(sampled_id=once.pk, required="NO", why=WHY, by=third, at=NOW)
    (state,) = [one for one in queries.review_states(once.sample, third) if one.sampled == once]
    assert not state.waits_for_me


def test_nothing_of_a_published_sample_is_set_aside(cast):
    sample = DipSampleFactory(force=cast.police, drawn_by=cast.sam, state="PUBLISHED")
    sampled = SampledIncidentFactory(sample=sample, incident=IncidentFactory(force=cast.police, officer=cast.olu))
    takes_part(sampled, cast.sam, cast.rae)

    with pytest.raises(CannotSetAside, match="is published"):
        set_aside(sampled, cast.sam)


def test_a_reason_that_says_too_little_is_refused_and_nothing_is_kept(cast):
    sample = sample_of(cast)
    once, _ = parts(sample)
    takes_part(once, cast.sam, cast.rae)

    with pytest.raises(CannotSetAside, match="at least 30 characters"):
        set_aside(once, cast.sam, "Nobody can.")
    sample.refresh_from_db()
    assert (Settlement.objects.count(), sample.state) == (0, "DRAWN")


def test_what_cannot_be_written_down_is_not_set_aside(cast, monkeypatch):
    once, _ = parts(sample_of(cast))
    takes_part(once, cast.sam, cast.rae)

    def fail(**_: object) -> None:
        raise RuntimeError("the log is full")

    monkeypatch.setattr("grading.services.set_aside.audit.record", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        set_aside(once, cast.sam)
    assert not Settlement.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"required": "NO"},
        {"required": "YES", "required_types": ["CHILD"]},
        {"found_types": ["CHILD"]},
        {"found_types": ["CHILD"], "in_time": True},
    ],
)
def test_the_database_refuses_findings_of_what_was_set_aside(cast, fields):
    once, _ = parts(sample_of(cast))
    given: dict[str, Any] = {"required": "UNCLEAR", "why": WHY, "settled_by": cast.sam, "settled_at": NOW}

    with pytest.raises(IntegrityError, match="settlement_set_aside_finds_nothing"), transaction.atomic():
        Settlement.objects.create(sampled=once, is_set_aside=True, **(given | fields))


# --- the page -------------------------------------------------------------------------------------------------------------


def test_setting_aside_by_the_page(client, cast):
    sample = sample_of(cast)
    once, chosen = parts(sample)
    address = reverse("grading:dip_sample_set_aside", args=[sample.pk])
    client.signed_in(cast.sam)
    assert address in client.get(sample.get_absolute_url()).content.decode()
    assert "There is none" in client.get(address).content.decode()
    takes_part(once, cast.sam, cast.rae)

    page = client.get(address)

    assert page.context["stuck"] == [once]
    assert chosen.incident.number not in page.content.decode()
    refused = client.post(address, {"sampled": str(chosen.pk), "why": "Short."})
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"sampled", "why"})
    assert client.post(address, {"sampled": str(once.pk), "why": WHY})["Location"] == sample.get_absolute_url()
    assert "set aside" in client.get(sample.get_absolute_url()).content.decode()
    read = client.get(once.review_url).content.decode()
    assert WHY in read
    assert "Set aside: it counts in no share" in read


@pytest.mark.parametrize("count", [2, 4])
def test_dip_sample_set_aside_query_count_is_flat(client, cast, count, django_assert_num_queries):
    sample = sample_of(cast, count)
    for one in sample.incidents.all():
        takes_part(one, cast.sam, cast.rae)
    client.signed_in(cast.sam)
    with django_assert_num_queries(12):
        assert len(client.get(reverse("grading:dip_sample_set_aside", args=[sample.pk])).context["stuck"]) == count
