"""What the demo shows before it says that it is ready, at the first start and at every later one."""

import time
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from accounts.models import RoleGrant, User
from common.clock import Period, london_day
from devtools.management.commands.demo_ready import SEED
from grading.enums import SampleState
from grading.models import DipSample, Report
from grading.queries.dip_samples import periods_to_draw
from jobs.models import Job
from tests.factories.accounts import UserFactory
from tests.factories.dip_samples import FORTY, DipSampleFactory, SampledIncidentFactory, reviewed_sample
from tests.factories.referrals import IncidentFactory
from tests.people import Cast


def demo_ready() -> str:
    output = StringIO()
    call_command("demo_ready", stdout=output)
    return output.getvalue()


@pytest.fixture
def supervisor(cast: Cast) -> User:
    return UserFactory(email="supervisor@example.org", agency=cast.police, roles=["MASH_SUPERVISOR"])


def free_periods(cast: Cast) -> list[Period]:
    return periods_to_draw(cast.police, today=london_day(timezone.now()))


def draw_all(cast: Cast, periods: list[Period]) -> None:
    for period in periods:
        DipSampleFactory(
            force=cast.police, drawn_by=cast.sam, period_start=period.start, period_end=period.end, seed="another"
        )


def published_with_report(cast: Cast, period: Period, outcomes: list[str] = FORTY) -> Report:
    dates = {"period_start": period.start, "period_end": period.end, "seed": "another"}
    reviewed_sample(outcomes, force=cast.police, by=cast.sam, district=cast.district, state="PUBLISHED", **dates)
    call_command("build_report", by=cast.sam.email, stdout=StringIO())
    return Report.objects.get()


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_the_first_start_draws_and_the_worker_makes_the_report_later_ones_only_look(service):
    call_command("load_demo", referrals=300, stdout=StringIO())
    service.start_worker()

    first = demo_ready()
    began = time.monotonic()
    second = demo_ready()
    seconds = time.monotonic() - began

    sample = DipSample.objects.get(seed=SEED)
    report = Report.objects.get(dip_sample=sample)
    assert sample.state == SampleState.PUBLISHED
    assert [line.split()[0] for line in first.splitlines()] == ["Drawn:", "Reviewed", "The", "Report", "SHA-256"]
    assert [line.split()[0] for line in second.splitlines()] == ["Report", "SHA-256"]
    assert first.splitlines()[-2:] == second.splitlines()
    assert report.sha256 in second
    assert report.requested_by.email == "supervisor@example.org"
    assert seconds < 1


def test_when_every_period_is_drawn_it_says_so_and_shows_the_newest_report(cast, supervisor):
    newest, *others = free_periods(cast)
    report = published_with_report(cast, newest)
    draw_all(cast, others)

    printed = demo_ready()

    assert "Every two months of the last year have a dip sample, so none was drawn." in printed
    assert report.sha256 in printed
    assert "22 of 25 compliant" in printed
    assert not DipSample.objects.filter(seed=SEED).exists()


def test_a_share_of_very_few_incidents_is_not_told(cast, supervisor):
    newest, *others = free_periods(cast)
    report = published_with_report(cast, newest, FORTY[:3])
    draw_all(cast, others)

    printed = demo_ready()

    assert "too few needed a form for a share" in printed
    assert report.sha256 in printed


def test_when_nothing_is_published_it_says_so(cast, supervisor):
    draw_all(cast, free_periods(cast))

    assert "No dip sample is published yet, so there is no report." in demo_ready()
    assert not Job.objects.exists()


def test_a_sample_that_somebody_else_must_finish_is_left_to_them(cast, supervisor):
    newest, older, *_ = free_periods(cast)
    report = published_with_report(cast, newest)
    half = DipSampleFactory(
        force=cast.police, drawn_by=supervisor, period_start=older.start, period_end=older.end, seed=SEED
    )
    by_a_supervisor = IncidentFactory(force=cast.police, district=cast.district, officer=supervisor)
    SampledIncidentFactory(sample=half, incident=by_a_supervisor, position=1)
    User.objects.filter(pk__in=(cast.sam.pk, cast.rae.pk)).update(is_active=False)

    printed = demo_ready()

    half.refresh_from_db()
    assert f"2 reviews of {half} are left to others." in printed
    assert half.state == SampleState.DRAWN
    assert report.sha256 in printed


def test_a_sample_that_was_left_half_reviewed_is_finished_and_published(cast, supervisor):
    half = reviewed_sample(
        FORTY[:1], force=cast.police, by=cast.rae, district=cast.district, state="IN_REVIEW", seed=SEED
    )
    for position in (2, 3):
        incident = IncidentFactory(force=cast.police, district=cast.district)
        SampledIncidentFactory(sample=half, incident=incident, position=position)

    with pytest.raises(CommandError, match="The worker did not make the report"):
        call_command("demo_ready", seconds=0, stdout=StringIO())

    half.refresh_from_db()
    assert half.state == SampleState.PUBLISHED
    assert half.incidents.awaiting_review().count() == 0


def test_without_its_supervisor_it_goes_on(cast):
    assert "Nobody signs in as supervisor@example.org any more" in demo_ready()


def test_a_supervisor_who_lost_the_role_is_no_reason_to_stop(cast, supervisor):
    RoleGrant.objects.filter(user=supervisor).delete()

    assert "Left as it is: Only a MASH supervisor of a police force may draw a dip sample." in demo_ready()
