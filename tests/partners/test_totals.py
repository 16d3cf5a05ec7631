"""Totals of sessions, against a small world that is counted by hand.

Three sessions of the hub's force: 10 of 12 came on 3 September in the morning, 14 of 15 on 1 October in the evening, 18 of 21 on
2 November at five. So 42 came to 3 sessions: 14 on average; 6 of 48 did not come: 12.5%. The intervals of exactly these numbers
are worked out in tests/common/test_statistics_clusters.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.models import Agency
from partners.enums import Step
from partners.models import Delegate, Session
from partners.queries.totals import Asked, Line, OfAgencies, Totals, count_of_steps, totals_for
from partners.queries.totals_charts import charts_of, never_chart
from tests.factories.accounts import AgencyFactory
from tests.factories.partners import AgencyPackageFactory, BookingFactory, DelegateFactory, SessionFactory
from tests.people import Cast

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
ASKED = Asked(first=date(2026, 9, 1), last=date(2026, 11, 30))


@dataclass
class World:
    """The cast, people of the council and of a practice, and two agencies that nobody came from for a year, or ever."""

    cast: Cast
    council: Sequence[Delegate]
    practice: Sequence[Delegate]
    housing: Sequence[Delegate]

    def held(
        self, at: datetime, *, came: Sequence[Delegate] = (), missed: Sequence[Delegate] = (), **fields: Any
    ) -> Session:
        given = {"host": self.cast.police, "planned_by": self.cast.tess, "state": "HELD", "starts_at": at}
        session: Session = SessionFactory(**given | fields)
        for state, people in (("PRESENT", came), ("ABSENT", missed)):
            for person in people:
                BookingFactory(session=session, user=None, delegate=person, state=state)
        return session

    def totals(self, asked: Asked = ASKED, **fields: Any) -> Totals:
        chosen = {"first": asked.first, "last": asked.last, "step": asked.step} | fields
        return totals_for(self.cast.police, Asked(**chosen), at=AT)


def people_of(agency: Agency, count: int) -> list[Delegate]:
    first = DelegateFactory(agency=agency)
    return [first, *(DelegateFactory(agency=agency, added_by=first.added_by) for _ in range(count - 1))]


@pytest.fixture
def empty(cast: Cast) -> World:
    practice = AgencyFactory(name="Testham Surgery (fictitious)", kind="GP")
    housing = AgencyFactory(name="Testham Housing (fictitious)", kind="HOUSING")
    return World(cast, people_of(cast.council, 21), people_of(practice, 7), people_of(housing, 1))


@pytest.fixture
def world(empty: World) -> World:
    council, practice = empty.council, empty.practice
    empty.held(datetime(2026, 9, 3, 9, tzinfo=UTC), came=council[:10], missed=council[10:12], capacity=30)
    both = [*council[:8], *practice[:6]]
    empty.held(datetime(2026, 10, 1, 17, 30, tzinfo=UTC), came=both, missed=practice[6:], capacity=30)
    empty.held(
        datetime(2026, 11, 2, 17, tzinfo=UTC),
        came=council[:18],
        missed=council[18:],
        capacity=30,
        kind="CLARES_LAW",
    )
    return empty


def figures(line: Line) -> tuple[int, int, int, int]:
    return line.sessions, line.evening.successes, line.present, line.absent


def test_the_whole_is_what_one_counts_by_hand(world: World) -> None:
    totals = world.totals()
    whole = totals.whole

    assert figures(whole) == (3, 2, 42, 6)
    assert (whole.average_words, whole.average_interval) == ("14.0", "4.1 to 23.9")
    assert (str(whole.no_show.percent), whole.no_show.interval_in_percent) == ("12.5", "1% to 24%")
    # Wilson for 2 of 3: (2/3 + 1.9208/3 ± 1.96 sqrt(2/27 + 0.9604/9)) / (1 + 3.8415/3) = 0.2077 and 0.9385.
    assert (str(whole.evening.percent), whole.evening.interval_in_words) == ("66.7", "21% to 94%")


def test_who_came_twice_is_two_delegates_and_one_person(world: World) -> None:
    """18 of the council and 6 of the practice."""
    assert world.totals().people == 24


def test_each_month_and_kind_has_its_own_line_and_they_add_up(world: World) -> None:
    totals = world.totals()

    assert {line.label: figures(line) for line in totals.steps} == {
        "Sep 2026": (1, 0, 10, 2),
        "Oct 2026": (1, 1, 14, 1),
        "Nov 2026": (1, 1, 18, 3),
    }
    by_kind = {line.label: figures(line) for line in totals.kinds if line.sessions}
    assert by_kind == {"CPI form": (2, 1, 24, 3), "Clare's Law": (1, 1, 18, 3)}


def test_quarters_and_years_that_are_not_asked_for_whole_say_so(world: World) -> None:
    quarters = world.totals(step=Step.QUARTER).steps
    years = world.totals(step=Step.YEAR).steps

    assert [(line.label, line.sessions) for line in quarters] == [
        ("Jul to Sep 2026 (part)", 1),
        ("Oct to Dec 2026 (part)", 2),
    ]
    assert [(line.label, line.sessions) for line in years] == [("2026 (part)", 3)]


def test_the_days_are_those_of_london_and_the_last_one_counts(world: World) -> None:
    """Half past midnight on 1 September is still August by UTC; half past eleven in the evening of the 30th is the last day."""
    world.held(datetime(2026, 8, 31, 23, 30, tzinfo=UTC), came=world.council[:5])
    world.held(datetime(2026, 9, 30, 22, 30, tzinfo=UTC), came=world.council[:5])
    world.held(datetime(2026, 9, 30, 23, 30, tzinfo=UTC), came=world.council[:5])

    assert world.totals(first=date(2026, 9, 1), last=date(2026, 9, 30)).whole.sessions == 3


@pytest.mark.parametrize(("hour", "minute", "is_evening"), [(15, 59, 0), (16, 0, 1)])
def test_the_evening_begins_at_five_on_the_clock_in_london(
    empty: World, hour: int, minute: int, is_evening: int
) -> None:
    """In summer five in London is four by UTC."""
    empty.held(datetime(2026, 9, 3, hour, minute, tzinfo=UTC), came=empty.council[:5])

    assert empty.totals().whole.evening.successes == is_evening


def test_only_sessions_with_a_register_count_and_the_others_are_said(world: World) -> None:
    at = datetime(2026, 11, 5, 9, tzinfo=UTC)
    world.held(at, state="OPEN")
    late = world.held(at, state="OPEN")
    BookingFactory(session=late, user=world.cast.pat)
    world.held(at, state="CANCELLED")
    world.held(at, state="PLANNED")
    gave_back = Session.objects.filter(kind="CLARES_LAW").get()
    BookingFactory(session=gave_back, user=world.cast.pat, state="CANCELLED")

    totals = world.totals()

    assert figures(totals.whole) == (3, 2, 42, 6)
    assert (totals.open_registers, totals.called_off) == (1, 1)


def test_sessions_of_another_force_count_nowhere(world: World) -> None:
    force = AgencyFactory(kind="POLICE")
    someone = people_of(world.cast.elsewhere, 1)
    world.held(datetime(2026, 10, 2, 9, tzinfo=UTC), came=someone, host=force)

    totals = world.totals()

    assert figures(totals.whole) == (3, 2, 42, 6)
    assert "Elsewhere School (fictitious)" in [one.name for one in totals.missing]


def test_one_kind_alone(world: World) -> None:
    totals = world.totals(kind="CLARES_LAW")

    assert figures(totals.whole) == (1, 1, 18, 3)
    assert [line.label for line in totals.kinds] == ["Clare's Law"]
    assert totals.people == 18
    # The practice came to the CPI form only.
    assert "Testham Surgery (fictitious)" in [one.name for one in totals.missing]


# --- agencies ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def reached(world: World) -> World:
    """Housing was there once, 14 months before; a second practice declined; a third has only ever missed."""
    world.held(datetime(2025, 9, 15, 9, tzinfo=UTC), came=world.housing)
    quiet = AgencyFactory(name="Quiet Surgery (fictitious)", kind="GP")
    AgencyPackageFactory(agency=quiet, package="DECLINED", reason="No time.", recorded_by=world.cast.tess)
    absent = people_of(AgencyFactory(name="Absent Surgery (fictitious)", kind="GP"), 5)
    world.held(datetime(2026, 9, 9, 9, tzinfo=UTC), missed=absent)
    AgencyFactory(name="Closed Surgery (fictitious)", kind="GP", is_active=False)
    return world


def test_agencies_never_reached_come_first_and_then_those_of_long_ago(reached: World) -> None:
    missing = reached.totals().missing

    assert [(one.name, one.last_on, one.is_declined) for one in missing] == [
        ("Elsewhere School (fictitious)", None, False),
        ("Absent Surgery (fictitious)", None, False),
        ("Quiet Surgery (fictitious)", None, True),
        ("Testham Housing (fictitious)", date(2025, 9, 15), False),
    ]


def test_agencies_are_counted_by_kind(reached: World) -> None:
    totals = reached.totals()

    def counts(line: OfAgencies) -> tuple[int, int, int, int]:
        return line.agencies, line.recent, line.lapsed, line.never

    assert {line.label: counts(line) for line in totals.by_agencies} == {
        "Local authority children's services": (1, 1, 0, 0),
        "Local authority housing": (1, 0, 1, 0),
        "Education": (1, 0, 0, 1),
        "General practice": (3, 1, 0, 2),
    }
    assert counts(totals.agencies) == (6, 2, 1, 3)
    assert totals.declined == 1


def test_after_how_many_months_an_agency_is_missed_is_chosen(reached: World) -> None:
    assert [line.lapsed for line in reached.totals(since=24).by_agencies] == [0, 0, 0, 0]
    assert reached.totals(since=24).agencies.recent == 3


def test_who_came_stands_beside_the_agencies(reached: World) -> None:
    """The practice: 6 came and 1 did not; 5 of the absent one did not. All of the council: 10, 8 and 18 came, 2 and 3 did not."""
    lines = {line.label: line for line in reached.totals().by_agencies}

    practices, council = lines["General practice"], lines["Local authority children's services"]
    assert (practices.present, practices.people, practices.absent) == (6, 6, 6)
    assert (council.present, council.people, council.absent) == (36, 18, 5)


# --- small numbers -------------------------------------------------------------------------------------------------------------


def test_a_line_of_too_few_people_is_hidden_with_the_next_from_which_it_could_be_worked_out(world: World) -> None:
    """One delegate of a fire service stayed away: the practices, 7 with a place, are the next larger line."""
    fire = people_of(AgencyFactory(kind="FIRE"), 1)
    world.held(datetime(2026, 11, 10, 9, tzinfo=UTC), missed=fire, kind="SARAHS_LAW")

    totals = world.totals()

    assert [line.label for line in totals.by_agencies if line.is_hidden] == [
        "General practice",
        "Fire and rescue service",
    ]
    # 1 of Sarah's Law, and Clare's Law with 21 rather than the CPI form with 27.
    assert [line.label for line in totals.kinds if line.is_hidden] == ["Clare's Law", "Sarah's Law"]
    assert not any(line.is_hidden for line in totals.steps)
    assert totals.is_anything_hidden


def test_a_kind_that_is_hidden_beside_others_is_hidden_alone(world: World) -> None:
    """Clare's Law has 21, and would tell Sarah's Law's one from what all kinds together have."""
    world.held(
        datetime(2026, 11, 10, 9, tzinfo=UTC), missed=people_of(AgencyFactory(kind="FIRE"), 1), kind="SARAHS_LAW"
    )

    alone = world.totals(kind="CLARES_LAW")

    assert alone.whole.is_hidden
    assert alone.agencies.is_hidden
    assert all(line.is_hidden for line in (*alone.steps, *alone.by_agencies) if line.places)
    assert not world.totals(kind="CPI").whole.is_hidden


def test_a_hidden_month_cannot_be_worked_out_from_its_quarter(world: World) -> None:
    """Three in December: October, 21, is hidden with them, since the quarter is shown; so is June, alone in its quarter."""
    world.held(datetime(2026, 12, 1, 9, tzinfo=UTC), came=world.council[:3])
    world.held(datetime(2026, 6, 2, 9, tzinfo=UTC), came=world.council[:6])

    months = world.totals(first=date(2026, 6, 1), last=date(2026, 12, 31))
    of_quarter = [line for line in months.steps if line.label[:3] in ("Oct", "Nov", "Dec")]

    assert sum(line.is_hidden for line in of_quarter) > 1
    assert [line.label for line in of_quarter if line.is_hidden][-1] == "Dec 2026"


def test_who_is_marked_in_a_register_that_is_still_open_is_in_no_figure(world: World) -> None:
    before = world.totals()
    session = world.held(datetime(2026, 11, 12, 9, tzinfo=UTC), came=[*world.council[:3], *world.housing])
    Session.objects.filter(pk=session.pk).update(state="OPEN", held_at=None, held_by=None)
    after = world.totals()

    assert (after.people, after.agencies.present) == (before.people, before.agencies.present)
    assert [line.never for line in after.by_agencies] == [line.never for line in before.by_agencies]
    assert after.whole.present == after.agencies.present == 42


def test_of_fewer_than_five_people_in_all_nothing_is_shown(empty: World) -> None:
    empty.held(datetime(2026, 11, 10, 9, tzinfo=UTC), came=empty.council[:3], missed=empty.council[3:4])

    totals = empty.totals()

    assert totals.whole.is_hidden
    assert totals.agencies.is_hidden
    assert charts_of(totals) == []


def test_five_people_are_enough(empty: World) -> None:
    empty.held(datetime(2026, 11, 10, 9, tzinfo=UTC), came=empty.council[:4], missed=empty.council[4:5])

    assert not empty.totals().is_anything_hidden


# --- charts, lines and questions -----------------------------------------------------------------------------------------------


def test_charts_say_what_was_found(world: World) -> None:
    titles = [chart.title for chart in charts_of(world.totals())]
    never = never_chart(world.totals())

    assert titles == [
        "42 delegates came to 3 sessions",
        "On average 14.0 delegates came to a session",
        "66.7% of sessions were in the evening; 12.5% of those with a place did not come",
    ]
    assert never is not None
    assert never.title == "Nobody ever came from 2 of 4 agencies"


def test_a_hidden_month_has_no_point_and_says_why(world: World) -> None:
    world.held(datetime(2026, 8, 10, 9, tzinfo=UTC), came=world.council[:1])

    bars, points, _ = charts_of(world.totals(first=date(2026, 8, 1)))

    assert [label.label for label in bars.labels][:2] == ["Aug 2026 (too few)", "Sep 2026 (too few)"]
    assert [bar.height for bar in bars.bars][:2] == [0, 0]
    assert len(points.series[0].points) == 2


@pytest.mark.parametrize(
    ("first", "last", "step", "count"),
    [
        (date(2026, 1, 15), date(2026, 1, 15), Step.MONTH, 1),
        (date(2025, 12, 31), date(2026, 1, 1), Step.MONTH, 2),
        (date(2025, 11, 30), date(2026, 11, 1), Step.MONTH, 13),
        (date(2026, 3, 31), date(2026, 4, 1), Step.QUARTER, 2),
        (date(2014, 12, 31), date(2026, 1, 1), Step.YEAR, 13),
    ],
)
def test_as_many_lines_as_months_quarters_or_years(first: date, last: date, step: Step, count: int) -> None:
    assert count_of_steps(first, last, step) == count
    assert len(Asked(first=first, last=last, step=step).steps) == count


@pytest.mark.parametrize("count", [1, 3])
def test_six_questions_for_any_number_of_sessions_and_agencies(
    empty: World, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        people = people_of(AgencyFactory(kind="EDUCATION"), 2)
        empty.held(datetime(2026, 9, 3 + number, 9, tzinfo=UTC), came=people)

    with django_assert_num_queries(6):
        assert empty.totals().whole.sessions == count
