"""The evaluation of a CPI form over the API: the same deeds and refusals as on its pages, exactly once."""

import uuid

from audit.models import Entry
from referrals.models import CpiAssessment, CpiReport
from tests.api.programs import Program
from tests.factories.accounts import UserFactory
from tests.permissions.intelligence import REPORT, begun, graded, received, write

CONDITIONS = {"handling": "C", "conditions": "Not beyond the police."}


def test_a_form_is_evaluated_from_the_first_look_to_the_thanks(cast):
    referral, ines = received(cast), Program(cast.ines)

    def deed(name, data=None):
        return ines.post(name, referral.pk, data=data or {})

    assert deed("assessment_begin").json()["state"] == "ASSESSING"
    report = deed("report_write", REPORT | {"key": str(uuid.uuid4())})
    assert (report.status_code, report.json()["code"]) == (200, "2BP")
    assert deed("assessment_grade").json()["state"] == "GRADED"
    assert deed("assessment_route", {"routes": ["INTEL_LOG", "CRIME_DESK"]}).json()["routes"] == [
        "INTEL_LOG",
        "CRIME_DESK",
    ]
    closed = deed("assessment_close")
    assert (closed.status_code, closed.json()["state"]) == (200, "CLOSED")
    assert CpiAssessment.objects.get().closed_by == cast.ines
    again = deed("assessment_end", {"reason": "Too late."})
    assert (again.status_code, "cannot be done now" in again.json()["detail"]) == (409, True)


def test_the_same_key_writes_one_report(cast):
    referral, ines, key = begun(cast), Program(cast.ines), str(uuid.uuid4())
    data = REPORT | {"key": str(uuid.uuid4())}

    first, again = (ines.post("report_write", referral.pk, data=data, key=key) for _ in range(2))

    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert CpiReport.objects.count() == 1


def test_a_report_that_is_not_whole_is_refused_with_what_is_wrong(cast):
    referral, ines = begun(cast), Program(cast.ines)
    data = REPORT | {"key": str(uuid.uuid4())}

    assert ines.post("report_write", referral.pk, data=data | {"source": "9"}).status_code == 400
    assert ines.post("report_write", referral.pk, data=data | {"handling": "C"}).status_code == 409


def test_the_hub_reads_graded_reports_and_no_others_and_nothing_names_the_source(cast):
    working, done = begun(cast), graded(cast)
    write(working, cast.ines)
    mina, ines = Program(cast.mina), Program(cast.ines)

    def reports(program, referral):
        return len(program.get("assessment", referral.pk).json()["reports"])

    assert (reports(mina, working), reports(ines, working), reports(mina, done)) == (0, 1, 1)
    shown = mina.get("assessment", done.pk).content.decode()
    for name in (str(cast.pat.pk), cast.pat.name, str(cast.council.pk)):
        assert name not in shown
    assert Entry.objects.filter(what="cpi.assessment_read", actor_id=str(cast.mina.pk)).count() == 3


def test_a_report_is_read_a_second_time_by_somebody_else_or_taken_out(cast):
    other = UserFactory(agency=cast.police, name="Ivor Fictitious", roles=["INTELLIGENCE_OFFICER"])
    referral = begun(cast)
    theirs, own = write(referral, other, **CONDITIONS), write(referral, cast.ines, **CONDITIONS)
    ines = Program(cast.ines)

    read = ines.post("report_read_second", referral.pk, theirs.pk, data={})
    assert (read.status_code, read.json()["second_read_by"]) == (200, cast.ines.name)
    assert ines.post("report_read_second", referral.pk, own.pk, data={}).status_code == 409

    gone = ines.post("report_remove", referral.pk, own.pk, data={})
    assert [report["id"] for report in gone.json()["reports"]] == [str(theirs.pk)]


def test_a_report_of_another_form_is_not_touched(cast):
    one, other = begun(cast), begun(cast)
    report, ines = write(other, cast.ines), Program(cast.ines)

    assert ines.post("report_remove", one.pk, report.pk, data={}).status_code == 200
    assert ines.post("report_read_second", one.pk, report.pk, data={}).status_code == 409
    assert CpiReport.objects.filter(pk=report.pk).exists()


def test_a_program_without_the_scope_does_nothing(cast):
    reads_only = Program(cast.ines, scopes=["referrals:read"])

    assert reads_only.post("assessment_begin", received(cast).pk, data={}).status_code == 403
