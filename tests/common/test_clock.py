from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import clock

LONDON = clock.LONDON


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


days = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))
moments = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 -- hypothesis wants naive bounds and adds the zone
    max_value=datetime(2035, 12, 31),  # noqa: DTZ001 -- hypothesis wants naive bounds and adds the zone
    timezones=st.just(UTC),
)
hours = st.integers(min_value=0, max_value=200 * 60).map(lambda minutes: minutes / 60)


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-11-21", 1, "2026-11-23"),
        ("2026-12-23", 1, "2026-12-24"),
        ("2026-12-24", 1, "2026-12-29"),
        ("2027-03-25", 1, "2027-03-30"),
        ("2026-12-31", 1, "2027-01-04"),
        ("2026-11-20", 15, "2026-12-11"),
        ("2026-11-20", 45, "2027-01-27"),
        ("2026-12-24", 15, "2027-01-19"),
        ("2026-12-24", 45, "2027-03-02"),
        ("2027-04-30", 1, "2027-05-04"),
        ("2027-05-28", 1, "2027-06-01"),
        ("2026-11-21", 0, "2026-11-21"),
    ],
)
def test_working_days_skip_weekends_and_english_bank_holidays(start, count, due):
    assert clock.add_working_days(date.fromisoformat(start), count) == date.fromisoformat(due)


@pytest.mark.parametrize(("count", "due"), [(10, "2026-11-30"), (28, "2026-12-18")])
def test_calendar_days_count_every_day(count, due):
    assert clock.add_calendar_days(date(2026, 11, 20), count) == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-20 15:00", 4, "2026-11-23 11:00"),
        ("2026-11-20 09:00", 4, "2026-11-20 13:00"),
        ("2026-11-21 12:00", 4, "2026-11-23 12:30"),
        ("2026-12-24 16:00", 4, "2026-12-29 11:30"),
        ("2026-11-19 16:00", 24, "2026-11-24 15:00"),
        ("2026-11-20 15:00", 1.5, "2026-11-20 16:30"),
        ("2026-11-20 06:00", 1, "2026-11-20 09:30"),
        ("2026-11-20 23:59", 1, "2026-11-23 09:30"),
        ("2027-03-26 10:00", 2, "2027-03-30 10:30"),
    ],
)
def test_working_hours_run_only_while_the_unit_is_open(start, hours, due):
    result = clock.add_working_hours(london(start), hours)

    assert (result, result.tzinfo) == (london(due), UTC)
    assert clock.working_time_left(london(start), result) == timedelta(hours=hours)


def test_calendar_hours_are_elapsed_time_when_the_clocks_go_forward():
    due = clock.add_calendar_hours(london("2027-03-27 12:00"), 24)

    assert due == london("2027-03-28 13:00")
    assert due.tzinfo is UTC


def test_calendar_hours_are_elapsed_time_when_the_clocks_go_back():
    assert clock.add_calendar_hours(london("2026-10-24 12:00"), 24) == london("2026-10-25 11:00")


def test_working_hours_keep_to_the_wall_clock_on_both_sides_of_a_clock_change():
    friday_in_winter, monday_in_summer = london("2027-03-19 15:30"), london("2027-03-30 09:30")

    assert clock.add_working_hours(london("2026-10-23 15:30"), 2) == london("2026-10-26 09:30")
    assert clock.end_of_working_day(date(2026, 10, 26)) == datetime(2026, 10, 26, 17, 0, tzinfo=UTC)
    assert clock.end_of_working_day(date(2026, 10, 22)) == datetime(2026, 10, 22, 16, 0, tzinfo=UTC)
    # One hour that Friday, Monday to Thursday of 8.5 hours, Good Friday and Easter Monday closed, one hour on Tuesday.
    assert clock.working_time_left(friday_in_winter, monday_in_summer) == timedelta(hours=1 + 4 * 8.5 + 1)


@pytest.mark.parametrize(
    ("day", "nation", "works"),
    [
        ("2026-11-20", "ENG", True),
        ("2026-11-21", "ENG", False),
        ("2026-12-25", "ENG", False),
        ("2026-12-28", "ENG", False),
        ("2027-03-26", "WLS", False),
        ("2027-03-29", "ENG", False),
        ("2027-03-29", "SCT", True),
        ("2026-11-30", "SCT", False),
        ("2026-11-30", "ENG", True),
        ("2027-03-17", "NIR", False),
        ("2027-03-17", "WLS", True),
    ],
)
def test_bank_holidays_follow_the_nation(day, nation, works):
    assert clock.is_working_day(date.fromisoformat(day), nation=nation) is works


def test_the_nation_comes_from_the_settings(settings):
    settings.NATION = "SCT"
    assert not clock.is_working_day(date(2026, 11, 30))
    settings.NATION = "ENG"
    assert clock.is_working_day(date(2026, 11, 30))


def test_an_unknown_nation_is_refused():
    with pytest.raises(ValueError, match="Unknown nation 'FRA'"):
        clock.is_working_day(date(2026, 11, 20), nation="FRA")


@pytest.mark.parametrize(
    ("day", "closes"),
    [
        ("2026-11-19", "2026-11-19 17:00"),
        ("2026-11-20", "2026-11-20 16:30"),
        ("2026-11-21", "2026-11-23 17:00"),
        ("2026-12-25", "2026-12-29 17:00"),
        ("2027-07-01", "2027-07-01 17:00"),
    ],
)
def test_a_working_day_ends_when_the_unit_closes(day, closes):
    result = clock.end_of_working_day(date.fromisoformat(day))

    assert (result, result.tzinfo) == (london(closes), UTC)


def test_a_limit_in_working_days_ends_with_the_last_of_them():
    assert clock.end_of_working_days(london("2026-12-24 23:30"), 1) == london("2026-12-29 17:00")


def test_a_limit_in_working_days_counts_from_the_london_day_not_the_utc_day():
    after_midnight_in_london = datetime(2027, 6, 14, 23, 30, tzinfo=UTC)

    assert clock.end_of_working_days(after_midnight_in_london, 1) == london("2027-06-16 17:00")


def test_a_unit_that_works_every_day_still_closes_on_bank_holidays():
    week = clock.WorkingWeek(hours=(clock.OpeningHours(time(8), time(20)),) * 7)

    assert clock.add_working_hours(london("2026-11-20 19:00"), 2, week=week) == london("2026-11-21 09:00")
    assert clock.add_working_days(date(2026, 12, 24), 1, week=week) == date(2026, 12, 27)


@pytest.mark.parametrize("hours", [(None,) * 7, (clock.OpeningHours(time(8), time(9)),) * 5])
def test_a_working_week_needs_seven_days_and_some_work(hours):
    with pytest.raises(ValueError, match="working week"):
        clock.WorkingWeek(hours=hours)


def test_a_unit_opens_before_it_closes():
    with pytest.raises(ValueError, match="open before it closes"):
        clock.OpeningHours(time(17), time(9))


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        clock.add_working_hours(datetime(2026, 11, 20, 9), 1)  # noqa: DTZ001 -- this is the mistake under test


@pytest.mark.parametrize("count", [-1, -15])
def test_limits_are_never_negative(count):
    with pytest.raises(ValueError, match="forwards"):
        clock.add_working_days(date(2026, 11, 20), count)
    with pytest.raises(ValueError, match="forwards"):
        clock.add_working_hours(london("2026-11-20 09:00"), count)


def test_time_left_is_negative_once_a_limit_has_passed():
    assert clock.working_time_left(london("2026-11-23 09:30"), london("2026-11-20 15:30")) == -timedelta(hours=2)


@pytest.mark.parametrize(
    ("day", "start", "end", "label", "number"),
    [
        ("2026-07-01", "2026-07-01", "2026-09-30", "July to September 2026", 3),
        ("2026-09-30", "2026-07-01", "2026-09-30", "July to September 2026", 3),
        ("2026-12-31", "2026-10-01", "2026-12-31", "October to December 2026", 4),
        ("2028-02-29", "2028-01-01", "2028-03-31", "January to March 2028", 1),
    ],
)
def test_quarters_follow_the_calendar(day, start, end, label, number):
    quarter = clock.quarter_of(date.fromisoformat(day))

    assert (quarter.start.isoformat(), quarter.end.isoformat(), quarter.label) == (start, end, label)
    assert (quarter.number, quarter.year) == (number, int(start[:4]))


def test_a_quarter_begins_and_ends_at_midnight_in_london():
    summer = clock.quarter_of(date(2026, 8, 1))

    assert summer.starts_at == datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
    assert summer.ends_before == datetime(2026, 9, 30, 23, 0, tzinfo=UTC)
    assert clock.quarter_of(date(2026, 1, 1)).starts_at == datetime(2026, 1, 1, tzinfo=UTC)


def test_two_month_periods_follow_the_calendar():
    period = clock.two_month_period_of(date(2028, 2, 29))

    assert (period.start, period.end, period.label) == (date(2028, 1, 1), date(2028, 2, 29), "January to February 2028")
    assert clock.two_month_period_of(date(2026, 12, 1)).label == "November to December 2026"


@given(day=days)
def test_every_day_is_in_its_own_quarter_and_quarters_leave_no_gap(day):
    quarter = clock.quarter_of(day)

    assert day in quarter
    assert quarter.next().start - quarter.end == timedelta(days=1)
    assert quarter.next().previous() == quarter
    assert quarter.ends_before == quarter.next().starts_at
    assert day in clock.two_month_period_of(day)


@given(day=days, count=st.integers(min_value=1, max_value=60))
def test_working_days_added_are_working_days_counted(day, count):
    due = clock.add_working_days(day, count)

    assert clock.is_working_day(due)
    assert clock.working_days_between(day, due) == count
    assert clock.working_days_between(due, day) == -count


@given(day=days, first=st.integers(0, 30), second=st.integers(0, 30))
def test_working_days_add_up(day, first, second):
    in_two_steps = clock.add_working_days(clock.add_working_days(day, first), second)

    assert in_two_steps == clock.add_working_days(day, first + second)


@given(moment=moments, hours=hours)
def test_working_hours_added_are_working_time_left(moment, hours):
    due = clock.add_working_hours(moment, hours)

    assert due >= moment
    assert clock.working_time_left(moment, due) == timedelta(hours=hours)
    assert clock.working_time_left(due, moment) == -timedelta(hours=hours)


@given(moment=moments, first=st.integers(0, 600), second=st.integers(0, 600))
def test_working_hours_add_up(moment, first, second):
    in_two_steps = clock.add_working_hours(clock.add_working_hours(moment, first / 60), second / 60)

    assert in_two_steps == clock.add_working_hours(moment, (first + second) / 60)


@given(earlier=moments, later=moments, hours=hours)
def test_what_comes_later_is_never_due_earlier(earlier, later, hours):
    earlier, later = sorted((earlier, later))

    assert clock.add_working_hours(earlier, hours) <= clock.add_working_hours(later, hours)


@pytest.mark.parametrize(
    ("day", "at", "utc"),
    [
        ("2026-03-28", "08:00", "2026-03-28 08:00"),
        ("2026-03-29", "00:30", "2026-03-29 00:30"),
        ("2026-03-29", "01:30", "2026-03-29 01:30"),
        ("2026-03-29", "08:00", "2026-03-29 07:00"),
        ("2026-10-25", "00:30", "2026-10-24 23:30"),
        ("2026-10-25", "01:30", "2026-10-25 00:30"),
        ("2026-10-25", "08:00", "2026-10-25 08:00"),
    ],
)
def test_a_time_on_the_london_clock_is_one_moment_also_where_the_clocks_change(day, at, utc):
    """Left out in spring, 01:30 is what shows 02:30; twice in autumn, it is the first."""
    moment = clock.london_moment(date.fromisoformat(day), time.fromisoformat(at))

    assert f"{moment:%Y-%m-%d %H:%M}" == utc
