"""The series by month and agency, against a small world that is counted by hand."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from audit.models import Entry
from common.statistics.proportions import Interval
from partners.models import PromptedApplication
from partners.queries import prompted
from tests.conftest import CarefulClient
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.partners import BookingFactory, PromptedApplicationFactory, SessionFactory
from tests.people import Cast

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def application(cast: Cast, day: date, **fields: Any) -> PromptedApplication:
    given = {"force": cast.police, "agency": cast.council, "received_on": day, "logged_by": cast.tess}
    return PromptedApplicationFactory(**given | fields)


def present(cast: Cast, person: Any, at: datetime, *, state: str = "PRESENT") -> None:
    session = SessionFactory(host=cast.police, planned_by=cast.tess, starts_at=at, state="HELD")
    BookingFactory(session=session, user=person, state=state)


@pytest.fixture
def world(cast: Cast) -> Cast:
    """The council: 2 before its first delegate came on 14 September, 3 since. A school that nobody of was there: 1."""
    application(cast, date(2026, 8, 3), judgement="INAPPROPRIATE")
    application(cast, date(2026, 9, 13), held_information="UNKNOWN")
    application(cast, date(2026, 9, 14), judgement="INAPPROPRIATE")
    application(cast, date(2026, 11, 1), held_information="NO", judgement="APPROPRIATE")
    application(cast, date(2026, 11, 19), held_information="NO")
    application(cast, date(2026, 11, 5), agency=cast.elsewhere)
    application(cast, date(2026, 11, 6), state="STRUCK")
    application(cast, date(2026, 11, 7), force=AgencyFactory(kind="POLICE"))
    colleague = UserFactory(agency=cast.council, roles=["PARTNER_PRACTITIONER"])
    present(cast, cast.pat, datetime(2026, 9, 14, 9, tzinfo=UTC))
    present(cast, colleague, datetime(2026, 9, 20, 9, tzinfo=UTC))

    present(cast, cast.pat, datetime(2026, 10, 5, 9, tzinfo=UTC))
    present(cast, cast.pat, datetime(2026, 10, 6, 9, tzinfo=UTC))
    present(cast, cast.cory, datetime(2026, 10, 7, 9, tzinfo=UTC), state="ABSENT")
    return cast


def test_each_month_has_its_applications_and_the_delegates_beside_them(world: Cast) -> None:
    figures = prompted.figures_for(world.tess, on=TODAY)

    assert len(figures.months) == 12
    assert figures.period == "Dec 2025 to Nov 2026"
    last = {month.label: month for month in figures.months[-4:]}
    assert {label: (m.counts.prompted, m.counts.held, m.counts.unknown) for label, m in last.items()} == {
        "Aug 2026": (1, 1, 0),
        "Sep 2026": (2, 1, 1),
        "Oct 2026": (0, 0, 0),
        "Nov 2026": (3, 1, 0),
    }
    assert [(m.delegates, m.trained_so_far) for m in last.values()] == [(0, 0), (2, 2), (1, 2), (0, 2)]


def test_months_are_those_of_london(world: Cast) -> None:
    midnight = datetime(2026, 8, 31, 23, 30, tzinfo=UTC)
    present(world, UserFactory(agency=world.council, roles=["PARTNER_PRACTITIONER"]), midnight)

    months = {month.label: month for month in prompted.figures_for(world.tess, on=TODAY).months}

    assert (months["Aug 2026"].delegates, months["Sep 2026"].delegates) == (0, 3)


def test_an_agency_stands_before_its_first_delegate_came_and_since(world: Cast) -> None:
    council, school = prompted.figures_for(world.tess, on=TODAY).agencies[::-1]

    assert (council.agency, council.trained, council.first_trained_on) == (world.council, 2, date(2026, 9, 14))
    assert (council.before.held, council.before.prompted) == (1, 2)
    assert (council.since.held, council.since.prompted) == (1, 3)
    assert (school.agency, school.trained, school.first_trained_on) == (world.elsewhere, 0, None)
    assert (school.before.prompted, school.since.prompted) == (1, 0)


def test_the_share_has_its_interval() -> None:
    """8 of 10: Wilson's interval is 0.4902 to 0.9433 (Newcombe 1998 gives the method; the two bounds by hand from it)."""
    interval = prompted.Totals(prompted=10, held=8).held_share.interval

    assert isinstance(interval, Interval)
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.4902, 0.9433)


def test_the_months_add_up_to_the_whole_and_judgements_to_what_was_judged(world: Cast) -> None:
    figures = prompted.figures_for(world.tess, on=TODAY, months=24)

    assert figures.total == sum((month.counts for month in figures.months), prompted.Totals())
    assert figures.total == prompted.Totals(prompted=6, held=3, unknown=1, judged=3, inappropriate=2)
    everything = sum((line.before + line.since for line in figures.agencies), prompted.Totals())
    assert everything == figures.total


def test_a_coordinator_reads_their_own_agency_alone_whatever_they_ask_for(client: CarefulClient, world: Cast) -> None:
    client.signed_in(world.cory)

    page = client.get(reverse("partners:prompted_figures"), {"agency": str(world.elsewhere.pk)})

    # One of them was logged by another force.
    assert page.context["figures"].total.prompted == 6
    assert [line.agency for line in page.context["figures"].agencies] == [world.council]
    assert "Elsewhere School" not in page.content.decode()


def test_what_should_have_happened_is_counted(world: Cast) -> None:
    assert [(lesson.label[:16], lesson.count) for lesson in prompted.lessons_for(world.tess, on=TODAY)] == [
        ("The agency tells", 2)
    ]


def test_lessons_are_of_the_scheme_agency_and_months_that_are_shown(world: Cast) -> None:
    def count(**chosen: Any) -> int:
        return sum(lesson.count for lesson in prompted.lessons_for(world.tess, on=TODAY, **chosen))

    application(world, date(2025, 12, 1), judgement="INAPPROPRIATE", scheme="SARAHS_LAW", agency=world.elsewhere)
    application(world, date(2025, 11, 30), judgement="INAPPROPRIATE")

    assert (count(), count(months=24)) == (3, 4)
    assert (count(scheme="SARAHS_LAW"), count(agency=world.council)) == (1, 2)


def test_the_page_says_what_it_cannot_show(client: CarefulClient, world: Cast) -> None:
    client.signed_in(world.leda)

    page = client.get(reverse("partners:prompted_figures"), {"agency": str(world.council.pk), "months": "24"})

    words = page.content.decode()
    assert page.context["figures"].total.prompted == 5
    assert "What it cannot show: that training is the reason." in words
    assert "Log a right to ask" not in words


def test_the_series_comes_as_csv_and_taking_it_is_recorded(client: CarefulClient, world: Cast) -> None:
    client.signed_in(world.leda)

    response = client.get(reverse("partners:prompted_figures_csv"))

    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 12
    assert rows[-1] == {
        "Month": "2026-11",
        "Applications prompted": "3",
        "Agency held the information": "1",
        "Not known whether it did": "0",
        "Judged": "1",
        "Judged not appropriate": "0",
        "Delegates present": "0",
        "People trained so far": "2",
    }
    assert Entry.objects.filter(what="partners.prompted_exported", actor_id=world.leda.pk).count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_figures_take_as_many_queries_for_many_agencies(cast: Cast, count: int, django_assert_num_queries) -> None:
    for number in range(count):
        agency = AgencyFactory()
        application(cast, TODAY - timedelta(days=number), agency=agency)
        present(cast, UserFactory(agency=agency), datetime(2026, 10, 5 + number, 9, tzinfo=UTC))
    cast.tess.may("SEE_TRENDS")

    with django_assert_num_queries(5):
        figures = prompted.figures_for(cast.tess, on=TODAY)

    assert len(figures.agencies) == count


def test_the_home_page_leads_to_exactly_the_rows_that_it_counts(client: CarefulClient, cast: Cast) -> None:
    old = TODAY - timedelta(days=60)
    application(cast, old)
    application(cast, TODAY, judgement="APPROPRIATE")
    application(cast, old, judgement="APPROPRIATE", outcome="WITHDRAWN")
    client.signed_in(cast.tess)

    lines = prompted.waiting_for(cast.tess, at=datetime(2026, 11, 20, 12, tzinfo=UTC))

    assert [(line.count, line.is_late) for line in lines] == [(1, True), (1, True), (1, False)]
    for line in lines:
        assert len(client.get(line.url).context["lines"]) == line.count
