"""Show that the demo works: a dip sample is drawn, reviewed and published, and the worker makes its PDF."""

import time
from argparse import ArgumentParser
from random import Random
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.enums import Permission
from accounts.models import User
from common.clock import london_day
from common.errors import DomainError
from devtools.demo_data.findings import findings_of
from grading.enums import SampleState
from grading.models import DipSample, Report
from grading.permissions.dip_samples import can_settle
from grading.queries import dip_samples as queries
from grading.services import dip_samples, reports, reviews, settling

SUPERVISOR = "supervisor@example.org"
SEED = "demonstration"
SIZE = 34


class Command(BaseCommand):
    """Safe to run at each start of the demo, whatever its users did: what it cannot do any more, it says and leaves.

    Only a worker that makes no report is an error, since then the demo does not work.
    """

    help = "Draw a dip sample of the demo and have its report made by the worker; when that was done, only look at it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seconds", type=int, default=60, help="how long to wait for the worker (%(default)s)")

    def handle(self, *_args: Any, seconds: int, **_options: Any) -> None:
        self.patience = seconds
        supervisor = User.objects.select_related("agency").filter(email=SUPERVISOR, is_active=True).first()
        if supervisor is None:
            self.say(f"Nobody signs in as {SUPERVISOR} any more, so no dip sample was drawn.")
            return
        try:
            sample = self.sample(supervisor)
            report = self.report(sample, supervisor) if sample is not None else None
            self.ask_for_last_year(supervisor)
        except DomainError as error:
            self.say(f"Left as it is: {error}")
            return
        if report is None:
            self.say("No dip sample is published yet, so there is no report.")
            return
        # A share of very few incidents is in no report.
        rate = (report.figures or {})["all"]["compliance"]
        share = f"{rate['successes']} of {rate['n']} compliant" if rate else "too few needed a form for a share"
        self.say(f"Report of {report.dip_sample}: {share}, {report.pages} pages")
        self.say(f"SHA-256 {report.sha256}")

    def sample(self, supervisor: User) -> DipSample | None:
        """The demo's own sample, published; where there can be none, the newest that is published."""
        samples = DipSample.objects.filter(force=supervisor.agency)
        own = samples.filter(seed=SEED).first() or self.draw(supervisor)
        if own is not None and own.state in (SampleState.DRAWN, SampleState.IN_REVIEW):
            self.review(own)
        if own is not None and own.state == SampleState.REVIEWED:
            own = dip_samples.publish_sample(sample_id=own.pk, by=supervisor, at=timezone.now())
        if own is not None and own.state == SampleState.PUBLISHED:
            return own
        return samples.published().newest_first().first()

    def draw(self, supervisor: User) -> DipSample | None:
        """Of the first two months of the last year that have no sample; later ones are left for who tries the demo."""
        force, at = supervisor.agency, timezone.now()
        periods = queries.periods_to_draw(force, today=london_day(at)) if force is not None else []
        if not periods:
            self.say("Every two months of the last year have a dip sample, so none was drawn.")
            return None
        sample = dip_samples.draw_sample(period=periods[-1], size=SIZE, seed=SEED, by=supervisor, at=at)
        self.say(f"Drawn: {sample.incidents.count()} of the {sample.frame_size:,} incidents of {sample}")
        return sample

    def review(self, sample: DipSample) -> None:
        """Each incident by people who have no part in it, as the page does it; the same findings each time."""
        people = User.objects.filter(agency=sample.force, is_active=True).order_by("email")
        reviewers = [person for person in people if person.may(Permission.REVIEW_INCIDENTS)]
        for person in reviewers:
            for state in queries.review_states(sample, person):
                if state.waits_for_me:
                    random = Random(f"{SEED}:{state.sampled.incident.number}")
                    forms = [form.referral for form in queries.forms_of(state.sampled.incident)]
                    findings = findings_of(random, state.sampled.incident, forms, share_unclear=0)
                    reviews.record_review(sampled_id=state.sampled.pk, by=person, at=timezone.now(), **findings)
        for person in reviewers:
            self.settle(sample, person)
        sample.refresh_from_db()
        left = queries.reviews_left(sample)
        if left:
            self.say(f"{left} review{'s' * (left > 1)} of {sample} {'is' if left == 1 else 'are'} left to others.")
        else:
            self.say(f"Reviewed by {len(reviewers)} people")

    def settle(self, sample: DipSample, person: User) -> None:
        """What reviews left open, as far as this person may settle it; reviews that others gave before may differ from ours."""
        for sampled in queries.unsettled(sample):
            if can_settle(person, sampled):
                forms = [form.referral for form in queries.forms_of(sampled.incident)]
                random = Random(f"{SEED}:{sampled.incident.number}")
                findings = findings_of(random, sampled.incident, forms, share_unclear=0)
                findings.pop("live_gap_action", None)
                settling.settle_incident(sampled_id=sampled.pk, by=person, at=timezone.now(), **findings)

    def ask_for_last_year(self, supervisor: User) -> None:
        """The annual report, where there is none and something to report; the worker makes it while the demo goes on."""
        at = timezone.now()
        year = london_day(at).year - 1
        samples = DipSample.objects.filter(force=supervisor.agency).of_year(year).published()
        of_year = Report.objects.of_year(year, force_id=supervisor.agency_id)
        if samples.exists() and not of_year.exists():
            reports.request_annual_report(year=year, by=supervisor, at=at)

    def report(self, sample: DipSample, supervisor: User) -> Report:
        """Its report since publication; the worker is asked for one where there is none."""
        reports_of_it = Report.objects.filter(dip_sample=sample).select_related("dip_sample")
        made = reports_of_it.made().since_publication().newest_first().first()
        return made or self.make_report(sample, supervisor)

    def make_report(self, sample: DipSample, supervisor: User) -> Report:
        report = reports.request_report(sample_id=sample.pk, by=supervisor, at=timezone.now())
        began = time.monotonic()
        while not report.is_made:
            if time.monotonic() - began > self.patience:
                raise CommandError(f"The worker did not make the report in {self.patience} seconds.")
            time.sleep(0.1)
            report.refresh_from_db()
            if report.job.error:
                raise CommandError(f"The report could not be made: {report.job.error}")
        self.say(f"The worker made its PDF in {time.monotonic() - began:.1f} s")
        return report

    def say(self, line: str) -> None:
        self.stdout.write(f"  {line}")
        self.stdout.flush()
