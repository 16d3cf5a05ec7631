"""The plan of a year: six samples, at least 200 incidents; what one falls short of, those that are left make up."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from grading.models import DipSample
from grading.queries import dip_samples as queries
from grading.queries.plan import Plan, plan_of
from tests.conftest import CarefulClient
from tests.factories.dip_samples import DipSampleFactory, SampledIncidentFactory
from tests.factories.referrals import IncidentFactory
from tests.people import Cast


def sample_of(cast: Cast, month: int, drawn: int, *, year: int = 2026, state: str = "PUBLISHED") -> DipSample:
    sample = DipSampleFactory(
        force=cast.police, state=state, period_start=date(year, month, 1), period_end=date(year, month + 1, 28)
    )
    incident = IncidentFactory(force=cast.police, district=cast.district)
    for position in range(1, drawn + 1):
        one = incident if position == 1 else IncidentFactory(force=cast.police, district=cast.district)
        SampledIncidentFactory(sample=sample, position=position, incident=one)
    return sample


def plan(cast: Cast) -> Plan:
    return plan_of(cast.police, year=2026, today=date(2026, 7, 1))


def test_an_empty_year_is_six_samples_of_the_usual_size(cast):
    found = plan(cast)

    assert [one.period.label for one in found.periods][::5] == ["January to February 2026", "November to December 2026"]
    assert [one.to_draw for one in found.periods] == [34] * 6
    assert [one.has_ended for one in found.periods] == [True, True, True, False, False, False]
    assert (found.drawn, found.next_size, found.falls_short) == (0, 34, 0)


def test_what_a_sample_fell_short_of_is_shared_among_those_that_are_left(cast):
    sample_of(cast, 1, 10)
    sample_of(cast, 5, 12, state="REVIEWED")
    sample_of(cast, 1, 30, year=2025)
    SampledIncidentFactory(sample=DipSampleFactory(period_start=date(2026, 3, 1), period_end=date(2026, 4, 30)))

    found = plan(cast)

    # 200 less 22 is 178, among four: 44.5.
    assert [(one.drawn, one.to_draw) for one in found.periods] == [(10, 0), (0, 45), (12, 0), (0, 45), (0, 45), (0, 45)]
    assert (found.drawn, found.unpublished, found.next_size) == (22, 12, 45)


def test_a_year_whose_every_period_has_its_sample_may_fall_short(cast):
    for month in range(1, 12, 2):
        sample_of(cast, month, 2)

    found = plan(cast)

    assert (found.next_size, found.falls_short) == (0, 188)


def test_the_draw_page_shows_the_plan_and_proposes_the_size(client: CarefulClient, cast):
    latest = queries.last_period_before(timezone.localdate())
    client.signed_in(cast.sam)
    empty = client.get(reverse("grading:dip_sample_draw"))
    month = next(one for one in range(1, 12, 2) if one != latest.start.month)
    sample_of(cast, month, 15, year=latest.start.year)

    page = client.get(reverse("grading:dip_sample_draw"))

    assert (empty.context["form"]["size"].value(), page.context["form"]["size"].value()) == (34, 37)
    assert "each sample that is left needs 37" in page.content.decode()


@pytest.mark.parametrize("samples", [1, 3])
def test_the_plan_is_one_query(cast, samples, django_assert_num_queries):
    for month in (1, 3, 5)[:samples]:
        sample_of(cast, month, 2)
    with django_assert_num_queries(1):
        assert plan(cast).drawn == 2 * samples
