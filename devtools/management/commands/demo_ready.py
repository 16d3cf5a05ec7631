"""Show that the demo works: a dip sample is drawn, reviewed and published, and the worker makes its PDF."""

import time
from datetime import datetime
from random import Random
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from common.clock import london_day
from grading.enums import Needed, ReasonMissing, SampleState
from grading.models import DipSample, Report, SampledIncident
from grading.queries import dip_samples as queries
from grading.services import dip_samples, reports, reviews
from referrals.enums import ConcernType

SEED = "demonstration"
SIZE = 34
WORKER_SECONDS = 60
TYPES = {
    "child_linked": ConcernType.CHILD,
    "adult_needs": ConcernType.ADULT_AT_RISK,
    "domestic_abuse": ConcernType.DOMESTIC_ABUSE,
}
WHY = {
    Needed.YES: "What the officers saw and wrote of the home was worth knowing to those who can help.",
    Needed.NO: "Nobody was at risk when the officers left, and nothing in the history says otherwise.",
}


class Command(BaseCommand):
    help = "Draw a dip sample of the demo and have its report made by the worker; when that was done, only look at it."

    def handle(self, *_args: Any, **_options: Any) -> None:
        supervisor = User.objects.select_related("agency").get(email="supervisor@example.org")
        at = timezone.now()
        sample = DipSample.objects.filter(force=supervisor.agency, seed=SEED).first() or self.draw(supervisor, at=at)
        if sample.state in (SampleState.DRAWN, SampleState.IN_REVIEW):
            self.review(sample)
        dip_samples.publish_sample(sample_id=sample.pk, by=supervisor, at=timezone.now())
        made = Report.objects.filter(dip_sample=sample).made().since_publication().first()
        report = made or self.make_report(sample, supervisor)
        rate = (report.figures or {})["all"]["compliance"]
        self.say(f"Report of {sample}: {rate['successes']} of {rate['n']} compliant, {report.pages} pages")
        self.say(f"SHA-256 {report.sha256}")

    def draw(self, supervisor: User, *, at: datetime) -> DipSample:
        """Of the first two months of the last year that have no sample; later ones are left for who tries the demo."""
        force = supervisor.agency
        periods = queries.periods_to_draw(force, today=london_day(at)) if force is not None else []
        if not periods:
            raise CommandError("Every period of the last year has a dip sample.")
        sample = dip_samples.draw_sample(period=periods[-1], size=SIZE, seed=SEED, by=supervisor, at=at)
        self.say(f"Drawn: {sample.incidents.count()} of the {sample.frame_size:,} incidents of {sample}")
        return sample

    def review(self, sample: DipSample) -> None:
        """Each incident by people who have no part in it, as the page does it; the same findings each time."""
        people = list(User.objects.filter(email__in=("reviewer@example.org", "supervisor@example.org")))
        for person in people:
            for state in queries.review_states(sample, person):
                if state.waits_for_me:
                    reviews.record_review(
                        sampled_id=state.sampled.pk, by=person, at=timezone.now(), **findings(state.sampled)
                    )
        sample.refresh_from_db()
        if sample.state != SampleState.REVIEWED:
            raise CommandError(f"{queries.reviews_left(sample)} reviews of the demo's dip sample could not be made.")
        self.say(f"Reviewed by {len(people)} people")

    def make_report(self, sample: DipSample, supervisor: User) -> Report:
        report = reports.request_report(sample_id=sample.pk, by=supervisor, at=timezone.now())
        began = time.monotonic()
        while not report.is_made:
            if time.monotonic() - began > WORKER_SECONDS:
                raise CommandError(f"The worker did not make the report in {WORKER_SECONDS} seconds.")
            time.sleep(0.1)
            report.refresh_from_db()
            if report.job.error:
                raise CommandError(f"The report could not be made: {report.job.error}")
        self.say(f"The worker made its PDF in {time.monotonic() - began:.1f} s")
        return report

    def say(self, line: str) -> None:
        self.stdout.write(f"  {line}")
        self.stdout.flush()


def findings(sampled: SampledIncident) -> dict[str, Any]:
    """What a reviewer finds of this incident: from its facts and forms, and a little chance that is the same each time."""
    random = Random(f"{SEED}:{sampled.incident.number}")
    forms = queries.forms_of(sampled.incident)
    found = {kind for form in forms for kind in form.types}
    facts = [kind for fact, kind in TYPES.items() if getattr(sampled.incident, fact)]
    is_needed = random.random() < (0.95 if found else 0.3)
    wanted = facts if random.random() < 0.1 else sorted(found & set(facts)) or facts[:1]
    needed = wanted if is_needed else []
    missing = is_needed and not set(needed) <= found
    return {
        "required": Needed.YES if is_needed else Needed.NO,
        "required_types": needed,
        "forms_found": [form.referral.pk for form in forms],
        "in_time": random.random() < 0.9 if found else None,
        "reason_missing": random.choice(ReasonMissing.values) if missing else "",
        "why": WHY[Needed.YES if is_needed else Needed.NO],
    }
