"""A year's hours against what is expected: whole years, parts of a year, and what has to be said of them."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from audit.models import Entry
from tests.factories.training import CpdEntryFactory, CpdExpectationFactory
from tests.people import NOW, Cast
from training.models import CpdExpectation
from training.queries.cpd import totals_of
from training.queries.cpd_expected import against_expectation, expectations_of, expected_in
from training.queries.people import YearOfCpd, cpd_by_year
from training.services.cpd_expectations import CannotSetExpectation, set_cpd_expectation

TODAY = date(2026, 11, 20)


def expecting(*parts: tuple[str, str]) -> list[CpdExpectation]:
    return [CpdExpectation(hours=Decimal(hours), valid_from=date.fromisoformat(day)) for hours, day in parts]


@pytest.mark.parametrize(
    ("parts", "year", "hours", "days", "words"),
    [
        ([("30", "2020-01-01")], 2026, "30.00", 365, ""),
        ([("30", "2020-01-01")], 2024, "30.00", 366, ""),
        ([("30", "2026-01-01")], 2026, "30.00", 365, ""),
        # 1 July to 31 December: 184 days. 30 x 184 / 365 = 15.123
        ([("30", "2026-07-01")], 2026, "15.12", 184, "Expected from 1 July 2026: for 184 of 365 days of the year."),
        # 181 days of 20 and 184 of 30: 9.918 + 15.123 = 25.041
        (
            [("20", "2025-01-01"), ("30", "2026-07-01")],
            2026,
            "25.04",
            365,
            "The expectation changed during the year; each counts for its days.",
        ),
        ([("20", "2025-01-01"), ("30", "2026-07-01")], 2027, "30.00", 365, ""),
        # 366 days in 2024: 30 x 1 / 366 = 0.082
        ([("30", "2024-12-31")], 2024, "0.08", 1, "Expected from 31 December 2024: for 1 of 366 days of the year."),
    ],
)
def test_each_expectation_counts_for_its_days_of_the_year(parts, year, hours, days, words):
    found = expected_in(year, expecting(*parts))

    assert found is not None
    assert (found.hours, found.days, found.in_words) == (Decimal(hours), days, words)


@pytest.mark.parametrize(
    ("parts", "year"),
    [
        ([], 2026),
        ([("30", "2027-01-01")], 2026),
        ([("0", "2020-01-01")], 2026),
        ([("30", "2020-01-01"), ("0", "2026-01-01")], 2026),
    ],
)
def test_nothing_is_expected_before_it_was_set_or_where_it_is_none(parts, year):
    assert expected_in(year, expecting(*parts)) is None


def test_a_year_that_is_not_over_says_how_much_of_it_has_passed_and_a_whole_one_says_nothing():
    years = [YearOfCpd(2025, 3, Decimal(31)), YearOfCpd(2026, 2, Decimal("12.5"))]

    now, before = against_expectation(years, expecting(("30", "2020-01-01")), on=TODAY)

    assert (now.year, now.missing) == (2026, Decimal("17.50"))
    assert now.in_words == "The year is not over: 324 of 365 days have passed."
    assert (before.year, before.missing, before.in_words) == (2025, None, "")


def test_the_year_of_today_is_shown_once_something_is_expected_of_it():
    assert against_expectation([], [], on=TODAY) == []
    (now,) = against_expectation([], expecting(("30", "2020-01-01")), on=TODAY)
    assert (now.hours, now.missing) == (Decimal(0), Decimal("30.00"))


def test_hours_of_a_year_are_by_kind(cast: Cast):
    for kind, hours in (("COURSE", "2"), ("READING", "0.5"), ("COURSE", "1")):
        CpdEntryFactory(person=cast.olu, kind=kind, hours=Decimal(hours))

    (year,) = cpd_by_year(cast.olu)

    assert (year.entries, year.hours) == (3, Decimal("3.50"))
    assert year.kinds == {"COURSE": Decimal("3.00"), "READING": Decimal("0.50")}


@pytest.mark.parametrize("count", [1, 3])
def test_totals_of_many_people_are_one_query(cast: Cast, count, django_assert_num_queries):
    people = [cast.olu, cast.lin, cast.mina][:count]
    for person in people:
        CpdEntryFactory(person=person)
        CpdEntryFactory(person=person, done_on=date(2025, 10, 1))

    with django_assert_num_queries(1):
        totals = totals_of(people, [], year=2026, on=TODAY)

    assert [(one.person, one.year.entries) for one in totals] == [(person, 1) for person in people]


def test_a_trainer_sets_what_is_expected_and_puts_it_right(cast: Cast):
    for hours in ("30", "35", "35"):
        set_cpd_expectation(hours=Decimal(hours), valid_from=date(2026, 1, 1), by=cast.tess, at=NOW)
    set_cpd_expectation(hours=Decimal(20), valid_from=date(2025, 1, 1), by=cast.tess, at=NOW)

    assert [(one.valid_from.year, one.hours) for one in expectations_of(cast.police.pk)] == [
        (2025, Decimal(20)),
        (2026, Decimal(35)),
    ]
    recorded = Entry.objects.filter(what="training.cpd_expectation_set").order_by("pk")
    assert [(one.details["was"], one.details["hours"]) for one in recorded] == [("", "30"), ("30.00", "35"), ("", "20")]


@pytest.mark.parametrize("name", ["olu", "lin", "sam", "cory"])
def test_nobody_else_sets_it(cast: Cast, name):
    with pytest.raises(CannotSetExpectation, match="Only a trainer"):
        set_cpd_expectation(hours=Decimal(30), valid_from=date(2026, 1, 1), by=getattr(cast, name), at=NOW)


def test_hours_of_a_year_have_bounds_in_the_service_and_in_the_database(cast: Cast):
    with pytest.raises(CannotSetExpectation, match="0 to 500"):
        set_cpd_expectation(hours=Decimal(501), valid_from=date(2026, 1, 1), by=cast.tess, at=NOW)
    with pytest.raises(IntegrityError, match="cpd_expectation_is_of_a_year"), transaction.atomic():
        CpdExpectationFactory(set_by=cast.tess, hours=Decimal(501))
