"""The whole load: one transaction, in batches that are copied as they fill, so that memory stays flat."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from django.contrib.auth.models import Permission
from django.db import connection, transaction

from audit import services as audit
from audit.enums import Verb
from common.clock import london_day, start_of_day
from common.errors import DomainError
from devtools.demo_data.agreed import make_agreed
from devtools.demo_data.amendments import make_amendments
from devtools.demo_data.answers import make_answers
from devtools.demo_data.challenges import make_challenges, make_consultations
from devtools.demo_data.copies import make_copies
from devtools.demo_data.copying import Table, built_afterwards, without_history
from devtools.demo_data.delegations import make_delegations
from devtools.demo_data.dip_samples import make_dip_samples
from devtools.demo_data.earlier import make_earlier_reviews
from devtools.demo_data.exercise import make_exercise
from devtools.demo_data.faults import make_faults
from devtools.demo_data.files import make_files
from devtools.demo_data.guards import make_guards
from devtools.demo_data.household import make_harm_rules, make_household
from devtools.demo_data.imports import make_imports
from devtools.demo_data.incidents import incidents, sizes
from devtools.demo_data.inductions import make_inductions
from devtools.demo_data.intelligence import make_evaluations
from devtools.demo_data.knowledge import make_knowledge
from devtools.demo_data.learning import make_learning
from devtools.demo_data.marks import make_marks
from devtools.demo_data.meetings import make_meetings
from devtools.demo_data.on_paper import make_on_paper
from devtools.demo_data.partner_agencies import make_partner_agencies
from devtools.demo_data.partner_rest import make_partner_rest
from devtools.demo_data.people import Setting, make_setting
from devtools.demo_data.programmes import make_programmes
from devtools.demo_data.prompted import make_prompted
from devtools.demo_data.referrals import Referrals
from devtools.demo_data.retention import make_retention
from devtools.demo_data.returned_mail import make_returned_mail
from devtools.demo_data.risk import make_risk_changes
from devtools.demo_data.rounds import make_rounds
from devtools.demo_data.second_looks import make_second_looks
from devtools.demo_data.sessions import make_sessions
from devtools.demo_data.snapshots import make_snapshots
from devtools.demo_data.supervision import make_supervision
from devtools.demo_data.thresholds import make_thresholds
from devtools.demo_data.training import make_training
from devtools.demo_data.unusual import make_unusual
from referrals.enums import FormKind
from referrals.models import Incident, Referral

BATCH = 5_000
DRAFT_WORDS = {
    "place": "3 Teacup Way, Brackenport City",
    "concern": "Called to a flat at 21:10 because a child was seen alone on a balcony. More to write after the shift.",
    "voice": "",
}


class CannotLoad(DomainError):
    pass


@dataclass(frozen=True)
class Loaded:
    """How much there is now."""

    incidents: int
    referrals: int
    seconds: float


def load(*, referrals: int, seed: int, today: date, say: Callable[[str], None], subjects: int = 1) -> Loaded:
    """Fill an empty service with fictitious records. Raises CannotLoad where there are referrals or people already.

    `subjects` is the least number of people that each referral is about.
    """
    if Referral.objects.exists() or Incident.objects.exists():
        raise CannotLoad("There are referrals or incidents already. Demo data is for an empty service.")
    began = time.monotonic()
    with transaction.atomic():
        setting = make_setting(seed=seed, today=today)
        say(f"{len(setting.people)} people of {len(setting.agencies)} agencies")
        with connection.cursor() as cursor:
            # Checked row by row now: a queue of checks for the end of the transaction would fill the server's memory.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with built_afterwards("person_by_keys", "person_by_address", "referral_by_words"), without_history():
            count = _load_casework(setting, referrals=referrals, seed=seed, say=say, subjects=subjects)
        # What follows asks for a few of many rows; the server must know how many there are.
        _analyze()
        say(f"{make_household(setting)} referrals of one household")
        say(f"{make_answers(setting, seed=seed)} answers and what writers were told")
        say(f"{make_evaluations(setting, seed=seed)} evaluations of CPI forms")
        say(f"{make_marks(setting, seed=seed)} flags and links")
        say(f"{make_agreed(setting, seed=seed)} strategy discussions and notices to schools")
        say(f"{make_files(seed=seed)} files")
        say(f"{make_snapshots(seed=seed)} copies of what agencies were given")
        say(f"{make_challenges(setting, seed=seed)} challenges")
        say(f"{make_consultations(setting, seed=seed)} consultations")
        say(f"{make_amendments(setting, seed=seed)} amended notices")
        say(f"{make_copies(setting)} copies on paper for the worker to make")
        say(f"{make_risk_changes(setting)} risk levels set by the hub")
        say(f"{make_imports(setting)} imports of incidents")
        say(f"{make_rounds(setting, seed=seed)} grading rounds")
        say(f"{make_dip_samples(setting, seed=seed)} dip samples")
        say(f"{make_earlier_reviews(setting, seed=seed)} earlier reviews from a spreadsheet")
        say(f"{make_meetings(setting, seed=seed)} triage meetings")
        say(f"{make_second_looks(setting, seed=seed)} second looks at decisions")
        say(f"{make_sessions(setting, seed=seed)} sessions for partners")
        say(f"{make_prompted(setting, seed=seed)} applications that partners prompted")
        say(f"{make_learning(setting, seed=seed)} answers to scenarios before and after a session")
        say(f"{make_partner_agencies(setting)} agencies with what trainers keep of them")
        say(f"{make_returned_mail(setting)} mail that came back")
        say(f"{make_training(setting, seed=seed)} training records")
        say(f"{make_partner_rest(setting)} things that follow sessions for partners")
        say(f"{make_inductions(setting)} induction plans")
        say(f"{make_on_paper(setting)} sign-offs on paper taken over")
        say(f"{make_delegations(setting)} deputies of who signs")
        say(f"{make_programmes(setting, seed=seed)} sessions of programmes")
        say(f"{make_knowledge(setting, seed=seed)} knowledge tests taken")
        say(f"{make_supervision(setting, seed=seed)} sessions of supervision")
        say(f"{make_exercise(setting)} sheets of an exercise")
        say(f"{make_unusual(setting)} cases of unusual access")
        say(f"{make_guards(setting)} restrictions, conflicts of interest and emergency accesses")
        say(f"{make_retention(setting, seed=seed)} reviews of retention that are due")
        say(f"{make_faults(setting, seed=seed)} counts of errors in forms")
        audit.record(
            verb=Verb.COLLECTED,
            what="demo.loaded",
            at=start_of_day(today),
            actor=None,
            referrals=referrals,
            incidents=count,
            seed=seed,
        )
    _analyze()
    return Loaded(count, referrals, time.monotonic() - began)


def _analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _load_casework(setting: Setting, *, referrals: int, seed: int, say: Callable[[str], None], subjects: int) -> int:
    count, ppns = sizes(referrals)
    cpis = referrals - ppns
    make_thresholds(setting)
    make_harm_rules(setting)
    view = Permission.objects.get(content_type__app_label="referrals", codename="view_referral")
    table = Table(Incident)
    random = Random(f"{seed} casework")
    made = Referrals(random, setting, count=referrals, view_permission=view.pk, subjects=subjects)
    began = time.monotonic()
    done = 0
    for number, incident in enumerate(incidents(random, setting, count=count, ppns=ppns, table=table), start=1):
        if incident.has_form:
            made.add_ppn(incident)
            done += 1
        for _ in range(number * cpis // count - (number - 1) * cpis // count):
            made.add_cpi(incident.reported_at)
            done += 1
        if number % BATCH == 0:
            _copy(table, *made.tables)
            if number % (BATCH * 10) == 0:
                say(f"{done:,} of {referrals:,} referrals after {time.monotonic() - began:.0f} s")
    _add_drafts(made, setting)
    _copy(table, *made.tables)
    say(f"{count:,} incidents and {done:,} referrals after {time.monotonic() - began:.0f} s")
    return count


def _add_drafts(made: Referrals, setting: Setting) -> None:
    evening = start_of_day(setting.today) - timedelta(hours=2)
    officer, partner = setting.people["officer"], setting.people["partner"]
    made.add_draft(officer, FormKind.PPN, at=evening, words=DRAFT_WORDS)
    made.add_draft(officer, FormKind.PPN, at=evening - timedelta(days=1))
    words = {"topics": ["DRUGS"], "event_on": london_day(evening), "information": "Cars by the garages after ten."}
    made.add_draft(partner, FormKind.CPI, at=evening, words=words)


def _copy(*tables: Table) -> None:
    for table in tables:
        table.copy()
