"""Comparing two years or periods of compliance: counts, difference and interval; for readers without small numbers."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from common.clock import two_month_period_of
from common.statistics.proportions import Proportion
from grading.models import DipSample, SampledIncident
from grading.queries.comparison import choices_of, compared
from tests.conftest import CarefulClient
from tests.factories.accounts import AgencyFactory, AreaFactory
from tests.factories.dip_samples import reviewed_sample
from tests.people import Cast
from tests.reading import text_of
from tests.tampering import walls_down


def published(cast: Cast, month: date, outcomes: list[str], **fields: Any) -> DipSample:
    period = two_month_period_of(month)
    facts = {"force": cast.police, "by": cast.sam, "district": cast.district, "state": "PUBLISHED"} | fields
    return reviewed_sample(outcomes, period_start=period.start, period_end=period.end, **facts)


@pytest.fixture
def two_years(cast: Cast) -> tuple[DipSample, DipSample]:
    """48 of 80 in 2025, 56 of 70 in 2026: Newcombe's own example, 20 points, 5.2 to 33.4."""
    return (
        published(cast, date(2025, 3, 1), ["COMPLIANT"] * 48 + ["MISSING"] * 32),
        published(cast, date(2026, 3, 1), ["COMPLIANT"] * 50 + ["LATE"] * 6 + ["MISSING"] * 14 + ["NOT_NEEDED"]),
    )


def test_two_years_stand_side_by_side_with_their_difference_and_its_interval(cast, two_years):
    found = compared(cast.police, "2026", "2025", for_readers=False)

    compliance, late, over = found.lines
    assert (found.earlier, found.later) == ("2025", "2026")
    assert (compliance.earlier, compliance.later) == (Proportion(48, 80), Proportion(56, 70))
    assert (compliance.difference.in_words, compliance.difference.interval_in_words) == ("+20.0", "+5.2 to +33.4")
    assert not compliance.difference.may_be_chance
    assert (late.later, over.earlier, over.difference) == (Proportion(6, 70), Proportion(0, 0), None)


def test_a_year_is_all_its_published_samples_and_a_period_is_one(cast, two_years):
    more = published(cast, date(2026, 5, 1), ["MISSING"] * 10)
    published(cast, date(2026, 7, 1), ["MISSING"] * 10, state="REVIEWED")
    published(cast, date(2026, 9, 1), ["MISSING"] * 10, force=AgencyFactory(kind="POLICE"))

    found = compared(cast.police, str(more.pk), "2025", for_readers=False)
    whole = compared(cast.police, "2026", "2025", for_readers=False)

    assert (found.earlier, found.later) == ("2025", "May to June 2026")
    assert (found.lines[0].later, whole.lines[0].later) == (Proportion(0, 10), Proportion(56, 80))


def test_what_is_offered_is_published_the_latest_first(cast, two_years):
    earlier, later = two_years
    published(cast, date(2026, 7, 1), ["MISSING"], state="REVIEWED")

    choices = choices_of(cast.police, narrowed=True)

    assert choices.spans == [
        ("2026", "2026"),
        ("2025", "2025"),
        (str(later.pk), "March to April 2026"),
        (str(earlier.pk), "March to April 2025"),
    ]
    assert choices.districts == [(str(cast.district.pk), "Testham")]
    assert (choices_of(cast.police, narrowed=False).districts, choices.teams) == ([], [])


def test_incidents_may_be_narrowed_by_what_stood_with_them_at_the_draw(cast):
    sample = published(cast, date(2025, 3, 1), ["COMPLIANT"] * 6 + ["MISSING"] * 4, kinds=["DOMESTIC", "MISSING"])
    other = AreaFactory()
    with walls_down(SampledIncident):
        sample.incidents.filter(position__lte=5).update(district=other, team=cast.response_team)
    published(cast, date(2026, 3, 1), ["COMPLIANT"] * 4, kinds=["DOMESTIC"])

    def narrowed(**to: str) -> Proportion | None:
        return compared(cast.police, "2025", "2026", narrowed_to=to, for_readers=False).lines[0].earlier

    assert narrowed(kind="DOMESTIC") == Proportion(3, 5)
    assert narrowed(district=str(other.pk)) == Proportion(5, 5)
    assert narrowed(team=str(cast.response_team.pk)) == Proportion(5, 5)
    assert narrowed(kind="MISSING", district=str(other.pk)) == Proportion(2, 2)


def test_readers_are_told_no_small_number_not_even_within_a_year_and_narrow_nothing(client: CarefulClient, cast):
    small = published(cast, date(2026, 1, 1), ["COMPLIANT"] * 3 + ["MISSING"])
    published(cast, date(2026, 3, 1), ["COMPLIANT"] * 6)
    published(cast, date(2025, 3, 1), ["COMPLIANT"] * 5 + ["MISSING"] * 5)
    address = reverse("grading:dip_sample_compliance")

    (line, *_) = compared(cast.police, "2025", "2026", narrowed_to={"kind": "DOMESTIC"}, for_readers=True).lines
    assert (line.earlier, line.later) == (Proportion(5, 10), Proportion(6, 6))
    (line, *_) = compared(cast.police, "2025", str(small.pk), for_readers=True).lines
    assert (line.later, line.difference) == (None, None)

    page = client.signed_in(cast.leda).get(address, {"first": "2025", "second": "2026", "kind": "DOMESTIC"})
    assert "kind" not in page.context["compare_form"].fields
    assert "6 of 6" in text_of(page)
    assert "9 of 10" not in text_of(page)


def test_the_page_compares_and_says_what_may_be_chance(client: CarefulClient, cast, two_years):
    client.signed_in(cast.sam)
    address = reverse("grading:dip_sample_compliance")

    assert "Difference in points" not in text_of(client.get(address))
    page = text_of(client.get(address, {"first": "2025", "second": "2026", "district": str(cast.district.pk)}))

    assert "2025 and 2026: Testham" in page
    assert "60.0% 48 of 80" in page
    assert "+20.0 +5.2 to +33.4 more than chance" in page
    more = published(cast, date(2024, 3, 1), ["COMPLIANT"] * 6 + ["MISSING"] * 4)
    chance = client.get(address, {"first": "2025", "second": str(more.pk)})
    assert chance.context["comparison"].lines[0].difference.in_words == "0.0"
    assert "may be chance" in text_of(chance)


def test_a_year_is_not_compared_with_a_period_of_its_own(client: CarefulClient, cast, two_years):
    asked = {"first": str(two_years[0].pk), "second": "2025"}

    page = client.signed_in(cast.leda).get(reverse("grading:dip_sample_compliance"), asked)

    assert list(page.context["compare_form"].errors) == ["second"]
    assert page.context["comparison"] is None


@pytest.mark.parametrize(
    ("asked", "field", "message"),
    [
        (
            {"first": "2026", "second": "2026"},
            "second",
            "Choose a year or period that shares no incident with the first",
        ),
        ({"second": "2026"}, "first", "Choose a year or a period"),
        (
            {"first": "1999", "second": "2026"},
            "first",
            "Select a valid choice. 1999 is not one of the available choices.",
        ),
    ],
)
def test_what_cannot_be_compared_is_said_beside_the_question(
    client: CarefulClient, cast, two_years, asked, field, message
):
    page = client.signed_in(cast.leda).get(reverse("grading:dip_sample_compliance"), asked)

    assert page.context["compare_form"].errors == {field: [message]}
    assert page.context["comparison"] is None


@pytest.mark.parametrize("count", [1, 3])
def test_a_comparison_costs_the_same_however_many_samples_there_are(
    client: CarefulClient, cast, count, django_assert_num_queries
):
    for number in range(count):
        published(cast, date(2025, 2 * number + 1, 1), ["COMPLIANT"] * 5)
        published(cast, date(2026, 2 * number + 1, 1), ["COMPLIANT"] * 5)
    client.signed_in(cast.sam)
    with django_assert_num_queries(15):
        client.get(reverse("grading:dip_sample_compliance"), {"first": "2025", "second": "2026"})
