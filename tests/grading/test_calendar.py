"""The calendar of quarters: what the round of each is doing, its dates, what is late and what comes next, for whom."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.clock import Quarter, quarter_of, start_of_day
from grading.models import GradingRound
from grading.queries.calendar import calendar_of, waiting_for
from insights.queries import home
from tests.factories.accounts import UserFactory
from tests.factories.grading import AssignmentFactory, GradingRoundFactory, RoundItemFactory
from tests.factories.referrals import ReferralFactory
from tests.people import Cast
from tests.reading import text_of

FIRST, SECOND, THIRD, FOURTH = (quarter_of(date(2026, month, 1)) for month in (1, 4, 7, 10))
TODAY = date(2026, 11, 20)
# Ten working days after 30 September 2026.
HANDED_OVER_BY = date(2026, 10, 14)


def a_round(cast: Cast, quarter: Quarter, state: str, **fields: Any) -> GradingRound:
    known = {"force": cast.police, "opened_by": cast.sam, "name": quarter.label}
    return GradingRoundFactory(starts_on=quarter.start, ends_on=quarter.end, state=state, **known | fields)


def sent_in(cast: Cast, quarter: Quarter, **fields: Any) -> None:
    ReferralFactory(author=cast.olu, submitted_at=quarter.starts_at + timedelta(days=1), **fields)


def year_of(user: User, *, on: date = TODAY, year: int = 2026) -> list[tuple[int, str | None, bool]]:
    return [
        (one.quarter.number, one.round and one.round.state, one.is_late) for one in calendar_of(user, year=year, on=on)
    ]


def at(day: date) -> datetime:
    return start_of_day(day) + timedelta(hours=12)


@pytest.fixture
def on_20_november(monkeypatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 20, 12, 0, tzinfo=UTC))


# Who sees what


def test_who_runs_grading_sees_every_quarter_of_their_force(cast):
    a_round(cast, FIRST, "PUBLISHED")
    a_round(cast, SECOND, "MODERATING")
    a_round(cast, THIRD, "PLANNED", force=UserFactory(agency__kind="POLICE").agency)

    assert [line[:2] for line in year_of(cast.sam)] == [(1, "PUBLISHED"), (2, "MODERATING"), (3, None), (4, None)]


@pytest.mark.parametrize("person", ["leda", "ana", "tess"])
def test_readers_see_the_quarters_of_published_rounds(cast, person):
    a_round(cast, FIRST, "PUBLISHED")
    for quarter, state in ((SECOND, "MODERATING"), (THIRD, "GRADING"), (FOURTH, "PLANNED")):
        a_round(cast, quarter, state)

    assert year_of(getattr(cast, person)) == [(1, "PUBLISHED", False)]


def test_graders_see_the_rounds_in_which_they_grade(cast):
    a_round(cast, FIRST, "PUBLISHED")
    a_round(cast, SECOND, "PLANNED")
    AssignmentFactory(item=RoundItemFactory(round=a_round(cast, THIRD, "GRADING")), grader=cast.pam)

    assert [line[:2] for line in year_of(cast.pam)] == [(3, "GRADING")]
    assert [line[:2] for line in year_of(cast.gail)] == [(1, "PUBLISHED")]


# What is late


@pytest.mark.parametrize("state", [None, "PLANNED", "DRAWN"])
def test_a_round_that_is_not_with_its_graders_ten_working_days_after_the_quarter_is_late(cast, state):
    sent_in(cast, THIRD)
    if state:
        a_round(cast, THIRD, state)

    assert year_of(cast.sam, on=HANDED_OVER_BY)[2] == (3, state, False)
    assert year_of(cast.sam, on=HANDED_OVER_BY + timedelta(days=1))[2] == (3, state, True)


def test_a_quarter_without_a_ppn_needs_no_round(cast):
    sent_in(cast, THIRD, state="VOID")

    assert year_of(cast.sam)[2] == (3, None, False)
    assert waiting_for(cast.sam, at=at(TODAY)) == []


def test_grades_are_late_from_the_day_after_they_were_due_and_by_the_first_that_is_outstanding(cast):
    round = a_round(cast, THIRD, "GRADING", assigned_at=at(date(2026, 10, 5)))
    item = RoundItemFactory(round=round)
    AssignmentFactory(item=item, grader=cast.gail, assigned_at=at(date(2026, 10, 5)), graded=3)
    AssignmentFactory(item=item, grader=cast.pam, assigned_at=at(date(2026, 10, 12)))
    due = date(2026, 10, 26)

    line = calendar_of(cast.sam, year=2026, on=due)[2]
    assert (line.grades_due_on, line.is_late) == (due, False)
    assert calendar_of(cast.sam, year=2026, on=due + timedelta(days=1))[2].is_late


@pytest.mark.parametrize("state", ["MODERATING", "PUBLISHED"])
def test_what_was_graded_is_late_no_more(cast, state):
    a_round(cast, FIRST, state)

    assert not year_of(cast.sam)[0][2]


# The home page


def test_a_supervisors_home_page_says_that_a_quarter_ended_and_no_round_was_opened(cast):
    sent_in(cast, THIRD)
    assert waiting_for(cast.sam, at=at(THIRD.end)) == []

    (line,) = waiting_for(cast.sam, at=at(FOURTH.start))
    assert (line.title, line.count, line.is_late) == ("grading round to open, of July to September 2026", 1, False)
    assert line.url == f"{reverse('grading:round_open')}?quarter=2026-07-01"
    assert not waiting_for(cast.sam, at=at(HANDED_OVER_BY))[0].is_late
    assert waiting_for(cast.sam, at=at(HANDED_OVER_BY + timedelta(days=1)))[0].is_late
    assert line in home.waiting_for(cast.sam, at=at(FOURTH.start))
    assert [waiting_for(one, at=at(TODAY)) for one in (cast.gail, cast.leda, cast.mina)] == [[], [], []]

    a_round(cast, THIRD, "PLANNED")
    assert waiting_for(cast.sam, at=at(TODAY)) == []


def test_the_ppns_of_another_force_need_no_round_of_ours(cast):
    other = UserFactory(agency__kind="POLICE", roles=["FRONTLINE_OFFICER"])
    ReferralFactory(author=other, agency=other.agency, submitted_at=THIRD.starts_at + timedelta(days=1))

    assert waiting_for(cast.sam, at=at(TODAY)) == []


# The page


def rows(response: Any) -> list[str]:
    body = response.content.decode().partition("<tbody")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("<tr")[1:]]


@pytest.mark.usefixtures("on_20_november")
def test_the_page_says_of_each_quarter_what_its_round_is_doing_its_dates_and_what_comes_next(client, cast):
    published = a_round(cast, FIRST, "PUBLISHED", published_at=at(date(2026, 5, 6)))
    moderating, grading = a_round(cast, SECOND, "MODERATING"), a_round(cast, THIRD, "GRADING")
    for position, agreed in ((1, 3), (2, None)):
        RoundItemFactory(round=moderating, position=position, agreed=agreed)
    item = RoundItemFactory(round=grading)
    AssignmentFactory(item=item, grader=cast.gail, graded=3)
    AssignmentFactory(item=item, grader=cast.pam)
    client.signed_in(cast.sam)

    response = client.get(reverse("grading:round_calendar"))

    first, second, third, fourth = rows(response)
    assert "Published" in first
    assert "Published on 6 May 2026" in first
    assert "Read the results" in first
    assert "1 of 2 grades are agreed" in second
    assert "Agree the grades" in second
    assert "Being graded 1 of 2 grades are in Late grades are outstanding" in third
    assert "Ended 30 September 2026 The whole quarter can be drawn from 1 October 2026" in third
    assert "Grades are due on 19 October 2026" in third
    assert "See who is outstanding" in third
    assert "Still running, not opened" in fourth
    assert "Ends 31 December 2026" in fourth
    assert "With graders by 15 January 2027" in fourth
    page = response.content.decode()
    for url in (
        published.get_absolute_url(),
        f"{reverse('grading:round_open')}?quarter=2026-10-01",
        f"{reverse('grading:round_calendar')}?year=2025",
    ):
        assert f'href="{url}"' in page
    assert "year=2027" not in page


@pytest.mark.usefixtures("on_20_november")
@pytest.mark.parametrize(
    ("state", "words", "address"),
    [("PLANNED", "Draw the sample", "round"), ("DRAWN", "Assign graders", "round_assign")],
)
def test_a_round_without_graders_leads_to_its_next_step_and_to_invitations(client, cast, state, words, address):
    round = a_round(cast, THIRD, state)

    response = client.signed_in(cast.sam).get(reverse("grading:round_calendar"))

    assert "Late not with its graders" in rows(response)[2]
    page = response.content.decode()
    assert f'href="{reverse(f"grading:{address}", args=[round.pk])}">{words}' in page
    assert f'href="{reverse("grading:round_invitations", args=[round.pk])}">Invite agencies' in page


@pytest.mark.usefixtures("on_20_november")
def test_when_all_is_agreed_what_is_left_is_to_publish(client, cast):
    RoundItemFactory(round=a_round(cast, THIRD, "MODERATING"), agreed=3)

    assert "Publish the round" in text_of(client.signed_in(cast.sam).get(reverse("grading:round_calendar")))


@pytest.mark.usefixtures("on_20_november")
@pytest.mark.parametrize("year", ["2025", "", "1999", "2027", "zz", "²"])
def test_a_year_that_cannot_be_shows_this_one(client, cast, year):
    page = client.signed_in(cast.sam).get(reverse("grading:round_calendar"), {"year": year})

    assert page.context["year"] == (2025 if year == "2025" else 2026)


@pytest.mark.usefixtures("on_20_november")
def test_a_quarter_that_is_too_long_ago_is_not_offered_to_be_opened(client, cast):
    client.signed_in(cast.sam)

    page = client.get(reverse("grading:round_calendar"), {"year": "2024"}).content.decode()

    assert page.count("Not opened: no PPN was sent") == 4
    assert re.findall(r"quarter=(2024-\d\d)", page) == ["2024-10"]


@pytest.mark.usefixtures("on_20_november")
def test_the_quarter_of_the_link_is_chosen_where_a_round_is_opened(client, cast):
    client.signed_in(cast.sam)

    page = client.get(reverse("grading:round_open"), {"quarter": "2025-10-01"}).content.decode()

    assert re.findall(r'<option value="([^"]+)" selected', page) == ["2025-10-01"]


@pytest.mark.usefixtures("on_20_november")
@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(client, cast, count, django_assert_num_queries):
    for quarter in (FIRST, SECOND, THIRD)[:count]:
        round = a_round(cast, quarter, "GRADING")
        for position in range(1, count + 1):
            AssignmentFactory(item=RoundItemFactory(round=round, position=position), grader=cast.pam)
    client.signed_in(cast.sam)
    # Besides the session and who asks: the rounds of the year, and in which quarters without one a PPN was sent.
    with django_assert_num_queries(5):
        client.get(reverse("grading:round_calendar"))
    client.signed_in(cast.pam)
    with django_assert_num_queries(4):
        client.get(reverse("grading:round_calendar"))
