"""The main job from end to end, without a person, on an empty database with a real worker running."""

import hashlib
import logging
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts.models import User
from audit.models import Entry
from common.clock import quarter_of
from common.references import is_valid_reference
from common.statistics.proportions import Proportion
from devtools.demo_data.incident_file import write_incidents
from devtools.demo_data.people import Setting, make_setting
from grading.enums import RULE_FACTS, Criterion, ReportKind, RoundState, SampleState
from grading.models import Assignment, DipSample, GradingRound, Report
from grading.queries.compliance import figures_of
from grading.queries.dip_samples import last_period_before, review_states
from grading.queries.results import results_of
from grading.services import grades, moderation, rounds
from jobs.models import Job
from partners.enums import SessionKind, Venue
from partners.models import Booking
from partners.services import bookings, sessions
from referrals import services as referrals
from referrals.enums import FormKind, LawfulBasis, Level, Pathway, ReferralState, RejectionReason, ShareState
from referrals.models import Incident, IncidentImport, Referral, Share
from training.enums import RecordState
from training.models import ModuleVersion, TrainingRecord

WORKER_SECONDS = 60

# What a reviewer answers on the page, by the incident's place in the sample.
NO_FORM = {"found": "NO", "live_gap": "NO", "why": "Fictitious, and plain enough from the log and the history."}
NEEDED = NO_FORM | {"required": "YES", "required_types": ["CHILD"]}
THERE = {"found": "YES", "found_elsewhere": ["CHILD"], "in_time": "YES"}
FINDINGS = dict.fromkeys(range(1, 9), NEEDED | THERE) | {
    9: NEEDED | THERE | {"required_types": ["CHILD", "DOMESTIC_ABUSE"]},
    10: NEEDED,
    11: NO_FORM | {"required": "NO"},
    12: NO_FORM | {"required": "NO"} | THERE,
}


class WrongFact(CommandError):
    """Something is not as it must be; the message says what."""


class Command(BaseCommand):
    help = (
        "Do the main job from end to end and stop at the first wrong fact. For an empty database with a worker running."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        if User.objects.exists():
            raise CommandError("Smoke is for an empty database.")
        # Pages that must not be found are part of the job.
        logging.getLogger("django.request").setLevel(logging.ERROR)
        began = time.monotonic()
        self.setting: Setting = make_setting(seed=1, today=timezone.localdate())
        self.people = self.setting.people
        steps: tuple[tuple[str, Callable[[], str]], ...] = (
            ("A PPN is submitted exactly once", self.submit_ppn),
            ("A partner submits a CPI form", self.submit_cpi),
            ("The hub sees both, nobody else does", self.see_queue),
            ("A decision is recorded", self.decide),
            ("One agency sees what is shared, and only that agency", self.share),
            ("The agency rejects it and the referrer sees why", self.answer),
            ("The worker sent the mail", self.see_mail),
            ("A grading round: drawn, graded, agreed, published", self.grade),
            ("The last place on a session is sold once, given back and sold again", self.book_last_place),
            ("A module is signed off by two people, in order", self.sign_off),
            ("Incidents are imported from a file, once", self.import_incidents),
            ("A dip sample is drawn, reviewed and published", self.review_sample),
            ("The worker makes its report, which only its readers get", self.make_report),
            ("The worker makes the reports of the round and of a year", self.make_other_reports),
            ("The access log is whole", self.verify_log),
        )
        for number, (title, step) in enumerate(steps, start=1):
            self.stdout.write(f"[{number}/{len(steps)}] {title}: {step()}")
            self.stdout.flush()
        self.stdout.write(f"Every fact holds, after {time.monotonic() - began:.0f} s.")

    # --- a referral ---------------------------------------------------------------------------------------------------

    def submit_ppn(self) -> str:
        self.ppn = self.new_ppn(self.people["officer"])
        key = self.ppn.submission_key
        assert key is not None  # noqa: S101 -- what was submitted has its key
        again = referrals.submit_referral(referral_id=self.ppn.pk, key=key, by=self.people["officer"], at=now())
        expect(again.reference, self.ppn.reference, "the reference of the second submission with the same key")
        expect(Referral.objects.sent().count(), 1, "how many referrals two submissions with one key make")
        expect(is_valid_reference(self.ppn.reference), True, f"whether {self.ppn.reference} can be checked")
        due_at, submitted_at = self.ppn.due_at, self.ppn.submitted_at
        has_deadline = due_at is not None and submitted_at is not None and due_at > submitted_at
        expect(has_deadline, True, "whether there is a deadline after the submission")
        return self.ppn.reference

    def submit_cpi(self) -> str:
        partner = self.people["partner"]
        draft = referrals.begin_draft(kind=FormKind.CPI, by=partner, at=now())
        answers = {
            "topics": ["DRUGS"],
            "information": "Fictitious cars wait by the fictitious garages after ten.",
            "lawful_basis": LawfulBasis.PUBLIC_TASK,
        }
        referrals.save_section(referral_id=draft.pk, version=draft.version, answers=answers, by=partner, at=now())
        self.cpi = referrals.submit_referral(referral_id=draft.pk, key=uuid.uuid4(), by=partner, at=now())
        expect(self.cpi.state, ReferralState.RECEIVED, "the state of the CPI form")
        return self.cpi.reference

    def see_queue(self) -> str:
        page = self.page("decision", reverse("referrals:queue"))
        for referral in (self.ppn, self.cpi):
            expect(referral.reference in page, True, f"whether the queue shows {referral.reference}")
        detail = reverse("referrals:detail", args=[self.ppn.pk])
        expect(self.status("decision", detail), 200, "what the decision-maker gets for the PPN")
        expect(self.status("officer", detail), 200, "what the author gets for the PPN")
        expect(self.status("partner", detail), 404, "what a partner gets before it is shared")
        return "two in the queue"

    def decide(self) -> str:
        decision = referrals.decide_referral(
            referral_id=self.ppn.pk,
            level=Level.FAMILY_HELP,
            pathway=Pathway.SECTION_17,
            rationale="The child's own words and what the officers saw agree; an assessment fits the need and no less would.",
            by=self.people["decision"],
            at=now(),
        )
        self.ppn.refresh_from_db()
        expect(self.ppn.state, ReferralState.DECIDED, "the state after the decision")
        return str(decision)

    def share(self) -> str:
        agency = self.people["partner"].agency
        assert agency is not None  # noqa: S101 -- the demo's partner has an agency
        referrals.share_referral(
            referral_id=self.ppn.pk,
            agency=agency,
            lawful_basis=LawfulBasis.PUBLIC_TASK,
            reason="They can visit this week.",
            by=self.people["decision"],
            at=now(),
        )
        detail = reverse("referrals:detail", args=[self.ppn.pk])
        expect(self.status("partner", detail), 200, "what the agency gets for what is shared with it")
        expect(self.status("panel", detail), 404, "what somebody of another agency gets")
        other = reverse("referrals:detail", args=[self.cpi.pk])
        stranger = next(user for user in self.setting.by_role["PARTNER_PRACTITIONER"] if user.agency_id != agency.pk)
        expect(self.status(stranger.email.partition("@")[0], detail), 404, "what another agency gets for the PPN")
        expect(self.status(stranger.email.partition("@")[0], other), 404, "what another agency gets for the CPI form")
        return agency.name

    def answer(self) -> str:
        share = Share.objects.get(referral=self.ppn)
        words = "Please say whether anybody spoke with the child alone."
        referrals.answer_share(
            share_id=share.pk,
            answer_state=ShareState.REJECTED,
            rejection_reason=RejectionReason.INSUFFICIENT_INFORMATION,
            words=words,
            by=self.people["partner"],
            at=now(),
        )
        self.ppn.refresh_from_db()
        expect(self.ppn.state, ReferralState.ANSWERED, "the state after the answer")
        page = self.page("officer", reverse("referrals:detail", args=[self.ppn.pk]))
        expect(words in page, True, "whether the referrer sees the agency's words")
        return str(RejectionReason.INSUFFICIENT_INFORMATION.label)

    def see_mail(self) -> str:
        jobs = Job.objects.filter(queue="mail")
        wait_until(lambda: not jobs.unfinished().exists(), "the worker sent the mail")
        expect(list(jobs.exclude(error="").values_list("task", "error")), [], "the mail jobs that failed")
        return f"{jobs.count()} jobs done"

    # --- a grading round ----------------------------------------------------------------------------------------------

    def grade(self) -> str:
        supervisor = self.people["supervisor"]
        for _ in range(4):
            self.new_ppn(self.people["officer"])
        quarter = quarter_of(timezone.localdate())
        round = rounds.open_round(quarter=quarter, size=3, seed="smoke", by=supervisor, at=now())
        rounds.draw_round(round_id=round.pk, by=supervisor, at=now())
        panel = self.setting.by_role["PANEL_MEMBER"]
        assignments = rounds.assign_graders(round_id=round.pk, graders=panel, by=supervisor, at=now())
        expect(len(assignments), 6, "how many grades three PPNs and two graders each make")
        agreed = (2, 3, 4)
        for assignment in Assignment.objects.select_related("item", "grader").order_by("pk"):
            overall = agreed[assignment.item.position - 1]
            if assignment.grader is not None:
                grades.submit_grade(
                    assignment_id=assignment.pk,
                    overall=overall,
                    criteria=dict.fromkeys(Criterion.values, overall),
                    strength="The account is told in order, with its sources.",
                    learning_point="Say what you ask of whom.",
                    by=assignment.grader,
                    at=now(),
                )
        round.refresh_from_db()
        expect(round.state, RoundState.MODERATING, "the state when all grades are in")
        for item in round.items.order_by("position"):
            moderation.record_agreed_grade(item_id=item.pk, grade=agreed[item.position - 1], by=supervisor, at=now())
        rounds.publish_round(round_id=round.pk, by=supervisor, at=now())
        published = GradingRound.objects.get(pk=round.pk)
        results = results_of(published)
        expect(results.summary.counts, (0, 1, 1, 1), "how many of each grade")
        expect(str(results.mean), "3.00", "the mean of the counts")
        expect(len(rounds.redraw_round(round_id=round.pk, by=supervisor, at=now())), 3, "the sample drawn again")
        return f"mean {results.mean} of {results.n}"

    # --- a session for partners ---------------------------------------------------------------------------------------

    def book_last_place(self) -> str:
        trainer, first, second = (self.people[name] for name in ("trainer", "partner", "coordinator"))
        starts_at = now() + timedelta(days=14)
        session = sessions.plan_session(
            kind=SessionKind.CPI,
            title="The CPI form",
            starts_at=starts_at,
            capacity=1,
            venue=Venue.ONLINE,
            joining_link="https://meet.example.org/smoke",
            by=trainer,
            at=now(),
        )
        expect(session.ends_at - starts_at, timedelta(minutes=90), "how long a session is")
        address = session.get_absolute_url()
        expect(self.status("partner", address), 404, "what a partner gets before the session is opened")
        sessions.open_session(session_id=session.pk, by=trainer, at=now())
        expect("1 place left" in self.page("partner", address), True, "whether the partner sees the last place")

        key = uuid.uuid4()
        booking = bookings.book_place(session_id=session.pk, key=key, by=first, at=now())
        again = bookings.book_place(session_id=session.pk, key=key, by=first, at=now())
        expect(again.reference, booking.reference, "the reference of the second request with the same key")
        expect(Booking.objects.count(), 1, "how many bookings two requests with one key make")
        try:
            bookings.book_place(session_id=session.pk, key=uuid.uuid4(), by=second, at=now())
            raise WrongFact("Wrong: the last place was sold twice.")
        except bookings.CannotBook as refusal:
            expect(str(refusal), "All places on this session are taken.", "why the second person is refused")
        expect(self.status("panel", booking.get_absolute_url()), 404, "what another agency gets for the booking")

        bookings.cancel_booking(booking_id=booking.pk, by=first, at=now())
        taken = bookings.book_place(session_id=session.pk, key=uuid.uuid4(), by=second, at=now())
        session.refresh_from_db()
        expect((session.places_taken, session.places_left), (1, 0), "places taken and left")
        entry = Calendar.from_ical(
            self.get("coordinator", reverse("partners:booking_calendar", args=[taken.pk])).content
        )
        expect(str(entry.walk("VEVENT")[0]["SUMMARY"]), "MASH session", "what the calendar entry says")
        self.see_mail()
        return taken.reference

    # --- a training record ---------------------------------------------------------------------------------------------

    def sign_off(self) -> str:
        """By the pages: set up a module, log it, be refused out of order, sign, sign, read the signatures."""
        officer, mentor, manager = (self.people[name] for name in ("officer", "mentor", "manager"))
        taught = {"aims": "Writes a notice that a partner can act on.", "delivery": "VIDEO", "minutes": "60"}
        self.sent("trainer", reverse("training:module_new"), taught | {"title": "A good PPN", "short_title": "PPN"})
        version, day = ModuleVersion.objects.get(), timezone.localdate()
        done = {"done_on_0": day.day, "done_on_1": day.month, "done_on_2": day.year, "method": "VIDEO"}
        done |= {"evidence": "Rewrote a fictitious notice; a fictitious school could act on it."}
        who = {"person": officer.pk, "module_version": version.pk, "mentor": mentor.pk, "line_manager": manager.pk}
        self.sent("trainer", reverse("training:record_new"), done | who)
        record = TrainingRecord.objects.get()
        sign = reverse("training:record_sign", args=[record.pk])

        def signature(who: str) -> dict[str, Any]:
            return {"version": 1, "has_read": "on", "confirms": "on", "signed_as": self.people[who].name}

        answer = self.client("manager").post(sign, signature("manager"))
        expect(answer.status_code, 422, "what the line manager gets who signs before the mentor")
        expect("The mentor signs first" in answer.content.decode(), True, "whether the page says who signs first")
        expect(
            self.client("trainer").post(sign, signature("trainer")).status_code, 403, "what the trainer gets who signs"
        )
        expect(record.signatures.count(), 0, "how many signatures two refusals leave")
        self.sent("mentor", sign, signature("mentor"))
        self.sent("manager", sign, signature("manager"))
        record.refresh_from_db()
        expect(record.state, RecordState.COMPLETE, "the state after both have signed")
        page = self.page("officer", record.get_absolute_url())
        for role in ("Signed by the mentor", "Signed by the line manager"):
            expect(role in page, True, f"whether the record says “{role}”")
        expect(self.status("partner", record.get_absolute_url()), 404, "what a partner gets for the record")
        self.see_mail()
        return f"{mentor} and {manager}"

    # --- incidents ----------------------------------------------------------------------------------------------------

    def import_incidents(self) -> str:
        today = timezone.localdate()
        for expected in ("1990 added, 0 as before, 10 refused", "0 added, 1990 as before, 10 refused"):
            file = StringIO(newline="")
            write_incidents(file, rows=2000, seed=1, today=today, wrong=10)
            upload = SimpleUploadedFile("incidents.csv", file.getvalue().encode())
            client = self.client("analyst")
            answer = client.post(reverse("referrals:incidents_import"), {"file": upload})
            expect(answer.status_code, 302, "what the analyst gets for a file of incidents")
            done = IncidentImport.objects.latest("at")
            counts = f"{done.added} added, {done.unchanged} as before, {done.refused} refused"
            expect(counts, expected, "what became of a file of 2,000 rows, 10 of them wrong")
            expect(client.get(done.get_absolute_url()).status_code, 200, "what the analyst gets for the report")
        expect(Incident.objects.count(), 1990, "how many incidents a file makes that is imported twice")
        expect(self.status("officer", reverse("referrals:incidents")), 403, "what an officer gets for the incidents")
        return expected

    # --- a dip sample and its report ----------------------------------------------------------------------------------

    def review_sample(self) -> str:
        """Twelve incidents: ten needed a form and eight have it, so Wilson's interval is 0.4902 to 0.9433."""
        period = last_period_before(timezone.localdate())
        supervisor = self.client("supervisor")
        draw = {"period": period.start.isoformat(), "size": "12", "any_of": list(RULE_FACTS)}
        answer = supervisor.post(reverse("grading:dip_sample_draw"), draw)
        expect(answer.status_code, 302, "what the supervisor gets for the draw")
        self.sample = DipSample.objects.get()
        address = self.sample.get_absolute_url()
        expect(self.sample.incidents.count(), 12, "how many incidents were drawn")
        for reviewer in self.setting.by_role["DIP_SAMPLE_REVIEWER"]:
            client = self.client(reviewer.email.partition("@")[0])
            for state in review_states(self.sample, reviewer):
                if state.waits_for_me:
                    answer = client.post(state.sampled.review_url, FINDINGS[state.sampled.position])
                    expect(answer.status_code, 302, f"what the reviewer gets for {state.sampled}")
        self.sample.refresh_from_db()
        expect(self.sample.state, SampleState.REVIEWED, "the state when every review is in")
        expect(self.status("leader", address), 404, "what a leader gets before publication")
        expect(self.status("officer", address), 404, "what an officer gets for a dip sample")
        supervisor.post(reverse("grading:dip_sample_check_draw", args=[self.sample.pk]))
        expect(Entry.objects.filter(what="grading.dip_sample_draw_checked").count(), 1, "draws that came out the same")
        supervisor.post(reverse("grading:dip_sample_publish", args=[self.sample.pk]))
        self.sample.refresh_from_db()
        expect(self.sample.state, SampleState.PUBLISHED, "the state after publication")
        rates = figures_of(self.sample).all
        found = [rates.compliance, rates.form_level, rates.over_submission]
        expect(found, [Proportion(8, 10), Proportion(9, 11), Proportion(1, 2)], "compliance, forms and over-submission")
        interval = Proportion(8, 10).interval
        bounds = (round(interval.low, 4), round(interval.high, 4)) if interval else None
        expect(bounds, (0.4902, 0.9433), "Wilson's interval of 8 of 10")
        expect("49% to 94%" in self.page("leader", address), True, "whether the leader's page says the interval")
        return "8 of 10 compliant, 49% to 94%"

    def make_report(self) -> str:
        first = self.new_report()
        address = reverse("grading:report_download", args=[first.pk])
        for reader in ("supervisor", "leader", "analyst"):
            answer = self.get(reader, address)
            expect(answer.status_code, 200, f"what {reader}@example.org gets for the report")
            expect(answer.content[:5], b"%PDF-", "how the file begins")
            expect(hashlib.sha256(answer.content).hexdigest(), first.sha256, "the SHA-256 of what was handed out")
        for other in ("officer", "reviewer", "partner", "panel", "coordinator"):
            expect(self.status(other, address), 404, f"what {other}@example.org gets for the report")
            expect(
                self.status(other, reverse("grading:reports")), 403, f"what {other}@example.org gets for the reports"
            )
        handed_out = Entry.objects.filter(what="grading.report_downloaded")
        expect(handed_out.count(), 3, "how many downloads are in the access log")
        again = self.new_report()
        expect(again.figures, first.figures, "the figures of a second report of the same sample")
        expect(again.sha256, first.sha256, "the SHA-256 of a second report of the same sample")
        return f"{first.pages} pages, SHA-256 {first.sha256[:12]}…"

    def make_other_reports(self) -> str:
        """Of a round of three PPNs, too few for figures, and of the last year, in which nothing was published unless it has just begun."""
        round = GradingRound.objects.get()
        year = timezone.localdate().year - 1
        of_round = self.asked(reverse("grading:round_report", args=[round.pk]), {}, ReportKind.ROUND)
        expect((of_round.figures or {})["results"], None, "the figures of three PPNs in the report of their round")
        of_year = self.asked(reverse("grading:annual_report"), {"year": year}, ReportKind.ANNUAL)
        samples = (of_year.figures or {})["samples"]
        examined = 12 if self.sample.period_start.year == year else 0
        expect(samples["examined"], examined, f"how many incidents of {year} its annual report says")
        for made in (of_round, of_year):
            address = reverse("grading:report_download", args=[made.pk])
            expect(self.get("leader", address).content[:5], b"%PDF-", "how the leader's file begins")
            expect(self.status("panel", address), 404, "what a panel member gets for the report")
        return f"{of_round.pages} and {of_year.pages} pages"

    def asked(self, address: str, answers: dict[str, Any], kind: ReportKind) -> Report:
        """The report of that kind that the supervisor asked for there, once the worker has made it."""
        self.sent("supervisor", address, answers)
        report = Report.objects.filter(kind=kind).newest_first()[0]
        wait_until(lambda: Report.objects.made().filter(pk=report.pk).exists(), "the worker made the report")
        report.refresh_from_db()
        return report

    def new_report(self) -> Report:
        """One that the supervisor asked for on the page and the worker has made."""
        answer = self.client("supervisor").post(reverse("grading:reports"), {"sample": str(self.sample.pk)})
        expect(answer.status_code, 302, "what the supervisor gets for asking for a report")
        asked = Report.objects.filter(dip_sample=self.sample).newest_first()[0]
        wait_until(lambda: Report.objects.made().filter(pk=asked.pk).exists(), "the worker made the report")
        asked.refresh_from_db()
        rate = (asked.figures or {})["all"]["compliance"]
        expect((rate["successes"], rate["n"], rate["percent"]), (8, 10, "80.0"), "compliance in the report")
        return asked

    def verify_log(self) -> str:
        output = StringIO()
        call_command("verify_audit", stdout=output)
        return output.getvalue().strip()

    # --- what the steps use -------------------------------------------------------------------------------------------

    def new_ppn(self, officer: User) -> Referral:
        """A PPN submitted through the services, as the pages do it."""
        draft = referrals.begin_draft(kind=FormKind.PPN, by=officer, at=now())
        answers = {
            "types": ["CHILD"],
            "risk_level": 2,
            "lawful_basis": LawfulBasis.PUBLIC_TASK,
            "concern": "A fictitious child was alone at a fictitious window after dark and nobody opened the door.",
            "voice": "“I do the tea when it is dark, because I can reach now.”",
        }
        referrals.save_section(referral_id=draft.pk, version=draft.version, answers=answers, by=officer, at=now())
        person = {"role": "SUBJECT", "given_names": "Fern", "family_name": "Fictitious"}
        referrals.add_person(referral_id=draft.pk, answers=person, by=officer, at=now())
        return referrals.submit_referral(referral_id=draft.pk, key=uuid.uuid4(), by=officer, at=now())

    def client(self, who: str) -> Client:
        client = Client(SERVER_NAME="localhost")
        client.force_login(self.people[who], backend="django.contrib.auth.backends.ModelBackend")
        return client

    def sent(self, who: str, address: str, answers: dict[str, Any]) -> None:
        """Send a form that is in order; an answer that does not lead on is wrong."""
        answer = self.client(who).post(address, answers)
        expect(answer.status_code, 302, f"what {who}@example.org gets for the form at {address}")

    def get(self, who: str, address: str) -> Any:
        return self.client(who).get(address)

    def page(self, who: str, address: str) -> str:
        """The page that somebody gets; anything but 200 is wrong."""
        answer = self.get(who, address)
        expect(answer.status_code, 200, f"what {who}@example.org gets at {address}")
        return str(answer.content.decode())

    def status(self, who: str, address: str) -> int:
        return int(self.get(who, address).status_code)


def now() -> datetime:
    return timezone.now()


def expect(found: object, wanted: object, what: str) -> None:
    """Stop with a line that names the fact when it is not as it must be."""
    if found != wanted:
        raise WrongFact(f"Wrong: {what} should be {wanted!r} and is {found!r}.")


def wait_until(is_done: Callable[[], bool], what: str) -> None:
    """Look four times a second until it is so; after `WORKER_SECONDS` it is wrong."""
    deadline = time.monotonic() + WORKER_SECONDS
    while not is_done():
        if time.monotonic() > deadline:
            raise WrongFact(f"Wrong: after {WORKER_SECONDS} seconds it is still not so that {what}.")
        time.sleep(0.25)
