"""The evaluation of CPI forms: every move allowed and refused, by whom, what the database refuses, the clock, and what is told."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.models import Entry
from common.clock import end_of_working_days
from jobs import services as jobs
from jobs.models import Job
from referrals import permissions, queries, services
from referrals.enums import (
    ASSESSMENT_MOVES,
    AssessmentMove,
    AssessmentsShown,
    AssessmentState,
    FeedbackKind,
    ReferralState,
)
from referrals.models import CpiAssessment, CpiReport, Referral
from referrals.schedules import open_missing_assessments
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.people import NOW
from tests.permissions.intelligence import DOUBTFUL, REPORT, UNDER_CONDITIONS, begun, graded, received, routed, write
from tests.races import at_once

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def ivor(cast):
    """A second intelligence officer of the hub."""
    return UserFactory(agency=cast.police, roles=["INTELLIGENCE_OFFICER"])


def assessment_of(referral):
    return CpiAssessment.objects.get(referral=referral)


def ended(cast):
    referral = begun(cast)
    services.end_assessment(referral_id=referral.pk, reason="Known already.", by=cast.ines, at=NOW)
    return referral


def closed(cast):
    referral = routed(cast)
    services.close_assessment(referral_id=referral.pk, by=cast.ines, at=NOW)
    return referral


IN_STATE = {
    AssessmentState.RECEIVED: received,
    AssessmentState.ASSESSING: begun,
    AssessmentState.GRADED: graded,
    AssessmentState.ROUTED: routed,
    AssessmentState.NO_ACTION: ended,
    AssessmentState.CLOSED: closed,
}


def move(move, referral, by, **values):
    """Make a move as somebody else than who made the last one, with what it needs."""
    deeds = {
        AssessmentMove.BEGIN: (services.begin_assessment, {}),
        AssessmentMove.WRITE: (services.write_report, {"key": uuid.uuid4(), **REPORT}),
        AssessmentMove.READ_SECOND: (services.read_report_second, {}),
        AssessmentMove.GRADE: (services.grade_assessment, {}),
        AssessmentMove.ROUTE: (services.route_assessment, {"routes": ["INTEL_LOG"]}),
        AssessmentMove.END: (services.end_assessment, {"reason": "Nothing in it."}),
        AssessmentMove.CLOSE: (services.close_assessment, {}),
    }
    deed, needed = deeds[move]
    return deed(referral_id=referral.pk, by=by, at=LATER, **needed | values)


@pytest.mark.parametrize("state", AssessmentState)
@pytest.mark.parametrize("wanted", AssessmentMove)
def test_every_move_leads_where_the_table_says_or_is_refused(cast, ivor, state, wanted):
    referral = IN_STATE[state](cast)
    more = {}
    if state == AssessmentState.ASSESSING:
        write(referral, cast.ines)
    if wanted == AssessmentMove.READ_SECOND:
        report = CpiReport.objects.filter(assessment__referral=referral).first()
        if state == AssessmentState.ASSESSING:
            report = write(referral, cast.ines, **UNDER_CONDITIONS)
        more = {"report_id": report.pk if report else uuid.uuid4()}
    leads_to = ASSESSMENT_MOVES.get((wanted, state))

    if leads_to is None:
        with pytest.raises(services.CannotAssess):
            move(wanted, referral, ivor, **more)
    else:
        move(wanted, referral, ivor, **more)

    assert assessment_of(referral).state == (leads_to or state)
    assert Referral.objects.get(pk=referral.pk).state == ReferralState.RECEIVED


def test_each_step_says_who_and_when_and_is_recorded_without_words(cast):
    referral = closed(cast)

    done = assessment_of(referral)
    assert {done.begun_by, done.graded_by, done.outcome_by, done.closed_by} == {cast.ines}
    assert {done.begun_at, done.graded_at, done.outcome_at, done.closed_at} == {NOW}
    entries = Entry.objects.filter(object_id=str(referral.pk), what__startswith="cpi.").order_by("pk")
    assert [entry.what for entry in entries] == [
        "cpi.assessment_begun",
        "cpi.report_written",
        "cpi.assessment_graded",
        "cpi.assessment_routed",
        "cpi.assessment_closed",
    ]
    assert not any(REPORT["text"] in str(entry.details) for entry in entries)


def test_the_same_step_twice_is_done_once(cast):
    referral = received(cast)
    for _ in range(2):
        services.begin_assessment(referral_id=referral.pk, by=cast.ines, at=NOW)
    key = uuid.uuid4()
    for _ in range(2):
        services.write_report(referral_id=referral.pk, key=key, by=cast.ines, at=NOW, **REPORT)
    for _ in range(2):
        services.grade_assessment(referral_id=referral.pk, by=cast.ines, at=NOW)
    for _ in range(2):
        services.route_assessment(referral_id=referral.pk, routes=["INTEL_LOG"], by=cast.ines, at=NOW)
    for _ in range(2):
        services.close_assessment(referral_id=referral.pk, by=cast.ines, at=NOW)

    assert Entry.objects.filter(object_id=str(referral.pk), what__startswith="cpi.").count() == 5
    assert referral.feedback.count() == 1


@pytest.mark.parametrize("who", ["mina", "sam", "olu", "pat", "out", "ada", "rae"])
def test_nobody_but_intelligence_staff_of_the_hub_evaluates(cast, who):
    with pytest.raises(services.CannotAssess, match="Only intelligence staff"):
        services.begin_assessment(referral_id=received(cast).pk, by=getattr(cast, who), at=NOW)


def test_intelligence_staff_of_another_force_see_nothing(cast):
    other = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["INTELLIGENCE_OFFICER"])
    referral = graded(cast)

    assert not Referral.objects.visible_to(other).exists()
    assert not CpiAssessment.objects.visible_to(other).exists()
    assert not queries.reports_for(other).exists()
    assert not permissions.can_assess(other, referral)


def test_intelligence_staff_see_cpi_forms_and_no_ppn(cast, life):
    ppn, cpi = life.submitted(), received(cast)

    assert list(Referral.objects.visible_to(cast.ines)) == [cpi]
    assert not CpiAssessment.objects.filter(referral=ppn).exists()


def test_nobody_evaluates_what_they_wrote(cast):
    writer = UserFactory(agency=cast.police, roles=["INTELLIGENCE_OFFICER", "PARTNER_PRACTITIONER"])
    referral = received(cast)
    Referral.objects.filter(pk=referral.pk).update(author=writer)

    with pytest.raises(services.CannotAssess, match="nobody their own"):
        services.begin_assessment(referral_id=referral.pk, by=writer, at=NOW)


def test_a_form_that_was_withdrawn_is_not_evaluated_and_in_no_list(cast):
    referral = graded(cast)
    services.void_referral(
        referral_id=referral.pk, reason="WRONG_PERSON", words="It names a neighbour.", by=cast.sam, at=NOW
    )

    with pytest.raises(services.CannotAssess, match="withdrawn"):
        services.route_assessment(referral_id=referral.pk, routes=["INTEL_LOG"], by=cast.ines, at=NOW)
    assert not queries.reports_for(cast.ines).exists()
    assert not queries.assessments_shown(cast.ines, shown=AssessmentsShown.BEGUN).exists()


# --- reports ---------------------------------------------------------------------------------------------------------


def test_nothing_is_graded_without_a_report(cast):
    with pytest.raises(services.CannotAssess, match="Write one report"):
        services.grade_assessment(referral_id=begun(cast).pk, by=cast.ines, at=NOW)


def test_a_report_under_conditions_is_read_by_somebody_else_before_it_is_graded(cast, ivor):
    referral = begun(cast)
    report = write(referral, cast.ines, **UNDER_CONDITIONS)
    with pytest.raises(services.CannotAssess, match="Somebody else has to read report 1"):
        services.grade_assessment(referral_id=referral.pk, by=cast.ines, at=NOW)
    with pytest.raises(services.CannotAssess, match="You wrote this report"):
        services.read_report_second(referral_id=referral.pk, report_id=report.pk, by=cast.ines, at=NOW)
    waiting = {"shown": AssessmentsShown.SECOND}
    assert queries.assessments_shown(ivor, **waiting).exists()
    assert not queries.assessments_shown(cast.ines, **waiting).exists()

    services.read_report_second(referral_id=referral.pk, report_id=report.pk, by=ivor, at=NOW)
    services.grade_assessment(referral_id=referral.pk, by=cast.ines, at=NOW)

    assert not queries.assessments_shown(ivor, **waiting).exists()
    assert assessment_of(referral).state == AssessmentState.GRADED


def test_what_is_changed_has_to_be_read_again(cast, ivor):
    referral = begun(cast)
    report = write(referral, cast.ines, **UNDER_CONDITIONS)
    services.read_report_second(referral_id=referral.pk, report_id=report.pk, by=ivor, at=NOW)

    changed = UNDER_CONDITIONS | {"conditions": "Not beyond this team."}
    services.write_report(referral_id=referral.pk, key=report.pk, by=ivor, at=NOW, **changed)

    report.refresh_from_db()
    assert (report.number, report.written_by, report.second_read_by) == (1, ivor, None)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"text": "  "}, "Write the report"),
        ({"priority": "URGENT"}, "Write the report"),
        ({"source": "4"}, "Choose source"),
        ({"information": "F"}, "Choose source"),
        ({"handling": "X"}, "Choose source"),
        ({"handling": "C"}, "Handling C needs the conditions"),
        ({"source": "3", "information": "A"}, "Say in the note"),
    ],
)
def test_a_report_that_is_not_whole_is_refused(cast, changes, message):
    referral = begun(cast)
    with pytest.raises(services.CannotAssess, match=message):
        write(referral, cast.ines, **changes)


def test_a_report_is_removed_and_its_number_is_not_given_again_to_an_earlier_one(cast):
    referral = begun(cast)
    first, second = write(referral, cast.ines), write(referral, cast.ines)
    services.remove_report(referral_id=referral.pk, report_id=first.pk, by=cast.ines, at=NOW)
    services.remove_report(referral_id=referral.pk, report_id=first.pk, by=cast.ines, at=NOW)

    assert write(referral, cast.ines).number == second.number + 1


@pytest.mark.parametrize(
    "values",
    [
        {"code": "4AP"},
        {"code": "1FP"},
        {"code": "1AX"},
        {"code": "1A"},
        {"text": ""},
        {"code": "2BC", "conditions": ""},
        {"code": "2BP", "conditions": "Ask us first."},
        {"code": "3AP", "note": ""},
    ],
)
def test_the_database_refuses_a_report_that_breaks_a_rule(cast, values):
    report = write(begun(cast), cast.ines)
    with pytest.raises(IntegrityError), transaction.atomic():
        CpiReport.objects.filter(pk=report.pk).update(**values)


def test_the_database_refuses_a_second_reader_who_wrote_it_and_grading_without_one(cast):
    report = write(begun(cast), cast.ines, **UNDER_CONDITIONS)
    rows = CpiReport.objects.filter(pk=report.pk)
    for values in ({"second_read_by": cast.ines, "second_read_at": NOW}, {"second_read_at": NOW}, {"graded_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**values)


@pytest.mark.parametrize(
    ("make", "values"),
    [
        (received, {"state": "ASSESSING"}),
        (begun, {"begun_by": None}),
        (begun, {"graded_at": NOW}),
        (begun, {"state": "GRADED"}),
        (graded, {"state": "ROUTED"}),
        (graded, {"routes": ["INTEL_LOG"]}),
        (routed, {"routes": ["SOMEWHERE"]}),
        (routed, {"no_action_reason": "And no action."}),
        (routed, {"state": "CLOSED"}),
        (ended, {"no_action_reason": ""}),
        (ended, {"routes": ["INTEL_LOG"]}),
        (closed, {"closed_by": None}),
        (received, {"outcome_due_at": NOW - timedelta(days=1)}),
    ],
)
def test_the_database_refuses_an_evaluation_that_breaks_a_rule(cast, make, values):
    referral = make(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        CpiAssessment.objects.filter(referral=referral).update(**values)


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_at_once_are_one(cast, ivor):
    referral = received(cast)

    def begin(by):
        return lambda: services.begin_assessment(referral_id=referral.pk, by=by, at=NOW)

    done = at_once(begin(cast.ines), begin(ivor), refusal=services.CannotAssess)

    assert sorted(isinstance(one, CpiAssessment) for one in done) == [False, True]
    assert Entry.objects.filter(what="cpi.assessment_begun").count() == 1


# --- routes ----------------------------------------------------------------------------------------------------------


def test_one_form_goes_several_ways(cast):
    referral = routed(cast, "CRIME_DESK", "INTEL_LOG")

    assert assessment_of(referral).routes == ["INTEL_LOG", "CRIME_DESK"]


@pytest.mark.parametrize("routes", [[], ["SOMEWHERE"], ["INTEL_LOG", "SOMEWHERE"]])
def test_a_route_is_one_of_the_list(cast, routes):
    with pytest.raises(services.CannotAssess, match="Choose one route"):
        services.route_assessment(referral_id=graded(cast).pk, routes=routes, by=cast.ines, at=NOW)


def test_what_is_suspected_to_be_false_is_acted_on_only_where_a_supervisor_says_so(cast):
    referral = graded(cast, **DOUBTFUL)
    with pytest.raises(services.CannotAssess, match="a supervisor of the hub decides"):
        services.route_assessment(referral_id=referral.pk, routes=["CRIME_DESK"], by=cast.ines, at=NOW)
    assert queries.assessments_shown(cast.sam, shown=AssessmentsShown.DOUBTFUL).get().referral == referral

    services.route_assessment(referral_id=referral.pk, routes=["INTEL_LOG", "CRIME_DESK"], by=cast.sam, at=NOW)

    assert assessment_of(referral).outcome_by == cast.sam
    assert not queries.assessments_shown(cast.sam, shown=AssessmentsShown.DOUBTFUL).exists()


def test_what_is_suspected_to_be_false_goes_into_the_log_without_a_supervisor(cast):
    referral = graded(cast, **DOUBTFUL)
    services.route_assessment(referral_id=referral.pk, routes=["INTEL_LOG"], by=cast.ines, at=NOW)

    assert assessment_of(referral).state == AssessmentState.ROUTED


def test_a_supervisor_routes_nothing_else(cast):
    with pytest.raises(services.CannotAssess, match="Intelligence staff choose"):
        services.route_assessment(referral_id=graded(cast).pk, routes=["CRIME_DESK"], by=cast.sam, at=NOW)


def test_safeguarding_leaves_the_form_in_the_hubs_queue_and_makes_no_copy(cast):
    referral = routed(cast, "SAFEGUARDING")

    assert list(queries.queue(cast.mina, at=NOW)) == [referral]
    assert Referral.objects.count() == 1


def test_safeguarding_of_what_the_hub_closed_asks_to_reopen_it_first(cast):
    referral = graded(cast)
    services.decide_referral(
        referral_id=referral.pk,
        level=1,
        pathway="INTELLIGENCE_ONLY",
        rationale="Information for intelligence staff, and nobody is named in it. " * 2,
        by=cast.mina,
        at=NOW,
    )
    services.close_referral(referral_id=referral.pk, by=cast.mina, at=NOW)

    with pytest.raises(services.CannotAssess, match="reopen"):
        services.route_assessment(referral_id=referral.pk, routes=["SAFEGUARDING"], by=cast.ines, at=NOW)


# --- what is told ----------------------------------------------------------------------------------------------------


def test_who_sent_it_is_thanked_and_told_the_kind_of_route_and_nothing_more(cast, mailoutbox):
    referral = routed(cast)
    Job.objects.all().delete()
    services.close_assessment(referral_id=referral.pk, by=cast.ines, at=NOW)
    for job in Job.objects.all():
        jobs.run(job_id=job.pk, at=NOW.replace(year=2030))

    told = referral.feedback.get()
    assert (told.kind, told.recipient) == (FeedbackKind.THANKS, cast.pat)
    assert told.words == "Thank you for your information. It was recorded for the police's intelligence work."
    (mail,) = mailoutbox
    assert mail.to == [cast.pat.email]
    assert "garage" not in mail.subject + mail.body


def test_who_wants_to_hear_nothing_is_told_nothing(cast):
    referral = routed(cast)
    referral.cpi.wants_feedback = False
    referral.cpi.save()
    services.close_assessment(referral_id=referral.pk, by=cast.ines, at=NOW)

    assert not referral.feedback.exists()


def test_words_that_lead_to_the_source_are_pointed_out(cast):
    referral = received(cast)
    text = "Pat of Testham told us that our porter saw it; the nurse agrees. The pattern is known."

    assert queries.traces_of_source(text, referral) == ["Pat", "Testham", "told us", "our", "the nurse"]
    assert queries.traces_of_source("Cars call at the garages at night.", referral) == []


# --- the clock -------------------------------------------------------------------------------------------------------


def test_the_first_look_is_due_after_one_working_day_and_the_outcome_after_three(cast):
    waiting = assessment_of(received(cast))

    assert waiting.look_due_at == waiting.due_at == end_of_working_days(NOW, 1)
    assert waiting.outcome_due_at == end_of_working_days(NOW, 3)
    assert not waiting.is_late(at=waiting.look_due_at)
    assert waiting.is_late(at=waiting.look_due_at + timedelta(seconds=1))


@pytest.mark.parametrize(("make", "due"), [(begun, 3), (graded, 3), (routed, None), (ended, None), (closed, None)])
def test_what_is_due_next_follows_the_state(cast, make, due):
    done = assessment_of(make(cast))

    assert done.due_at == (end_of_working_days(NOW, due) if due else None)


@pytest.mark.parametrize(("make", "is_counted"), [(received, True), (begun, True), (routed, False)])
def test_what_is_late_is_marked_on_the_home_page(cast, make, is_counted):
    make(cast)
    after = NOW + timedelta(days=9)

    lines = {line.url.partition("?")[2]: line for line in queries.waiting_for(cast.ines, at=after)}

    assert any(line.is_late for line in lines.values()) is is_counted
    assert [line.count for line in lines.values() if line.count] == [1]


def test_forms_that_came_before_there_were_evaluations_are_opened_with_their_own_clock_once(cast):
    referral, other = received(cast), received(cast)
    CpiAssessment.objects.filter(referral=referral).delete()

    open_missing_assessments()
    open_missing_assessments()

    assert assessment_of(referral).look_due_at == assessment_of(other).look_due_at
    assert CpiAssessment.objects.count() == 2
