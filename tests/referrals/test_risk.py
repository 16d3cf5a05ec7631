"""The level of risk that counts: by level and colour on submission, set at the hub or in the review, told and kept."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from common.clock import add_working_hours, end_of_working_days
from jobs import services as jobs
from jobs.models import Job
from referrals import queries, services
from referrals.enums import MOVES, OPEN_AT_HUB, Move, PoliceRag, ReferralState, RiskLevel
from referrals.models import Amendment, Referral, RiskChange
from tests.api.programs import Program
from tests.factories.referrals import ReferralFactory
from tests.people import NOW

STANDARD, MEDIUM, HIGH = RiskLevel.STANDARD, RiskLevel.MEDIUM, RiskLevel.HIGH
WHY = "Health has two earlier strangulations on record."
TOLD = "What health knows makes it graver."
WORDS = {"reason": WHY, "may_be_told": TOLD}


def fresh(referral):
    return Referral.objects.get(pk=referral.pk)


def set_risk(referral, by, level, at=NOW, **words):
    return services.set_risk(referral_id=referral.pk, level=level, by=by, at=at, **(WORDS | words))


def amend(referral, by, **answers):
    version = fresh(referral).version
    return services.amend_section(
        referral_id=referral.pk, version=version, answers=answers, reason="More is known.", by=by, at=NOW
    )


def page(name, referral):
    return reverse(f"referrals:{name}", args=[referral.pk])


@pytest.mark.parametrize(
    ("level", "colour", "counts"),
    [
        (STANDARD, PoliceRag.RED, HIGH),
        (MEDIUM, PoliceRag.RED, HIGH),
        (STANDARD, PoliceRag.AMBER, MEDIUM),
        (HIGH, PoliceRag.GREEN, HIGH),
        (STANDARD, PoliceRag.GREEN, STANDARD),
        (STANDARD, PoliceRag.BLUE, STANDARD),
        (MEDIUM, None, MEDIUM),
    ],
)
def test_high_or_red_both_count_and_the_deadline_and_the_review_follow(life, level, colour, counts):
    sent = fresh(life.submitted(risk_level=level, police_rag=colour))

    hours = {STANDARD: 72, MEDIUM: 24, HIGH: 4}[counts]
    assert (sent.risk_level, sent.due_at) == (counts, add_working_hours(NOW, hours))
    assert sent.reviews.count() == (1 if counts == HIGH else 0)
    raised = list(sent.risk_changes.values_list("set_in", "old_level", "new_level"))
    assert raised == ([("COLOUR", level, counts)] if counts != level else [])


def test_the_writer_reads_before_and_after_sending_that_the_colour_counts(client, cast, life):
    draft = life.ready(risk_level=STANDARD, police_rag=PoliceRag.RED)
    (hint,) = queries.hints_of(draft, at=NOW)
    assert "The colour counts as high risk" in hint.words

    sent = life.submitted(risk_level=STANDARD, police_rag=PoliceRag.RED)

    assert (
        "The colour is red, which counts as high risk."
        in client.signed_in(cast.olu).get(page("sent", sent)).content.decode()
    )


def test_a_level_that_is_raised_at_the_hub_moves_queue_deadline_and_review_and_keeps_what_was(cast, life):
    sent, other = life.submitted(risk_level=STANDARD), life.submitted(risk_level=MEDIUM)
    assert list(queries.queue(cast.mina, at=NOW).by_urgency()) == [other, sent]
    later = NOW + timedelta(hours=1)

    set_risk(sent, cast.mina, HIGH, at=later)

    raised = fresh(sent)
    assert (raised.risk_level, raised.due_at) == (HIGH, add_working_hours(later, 4))
    assert list(queries.queue(cast.mina, at=NOW).by_urgency()) == [raised, other]
    (review,) = raised.reviews.all()
    assert review.due_at == later + timedelta(hours=2)
    (change,) = RiskChange.objects.all()
    assert (change.set_in, change.old_level, change.new_level) == ("HUB", STANDARD, HIGH)
    assert (change.reason, change.may_be_told, change.changed_by, change.changed_at) == (WHY, TOLD, cast.mina, later)
    entry = Entry.objects.get(what="referral.risk_set")
    assert entry.details == {"set_in": "HUB", "old": 1, "new": 3}
    first, second = queries.versions_of(raised)
    assert (first.referral.risk_level, second.referral.risk_level, second.reason) == (STANDARD, HIGH, TOLD)


def test_a_level_that_is_lowered_counts_its_hours_from_the_submission_and_keeps_the_review(cast, life):
    sent = life.submitted(risk_level=HIGH)

    set_risk(sent, cast.mina, MEDIUM, at=NOW + timedelta(hours=1))

    lowered = fresh(sent)
    assert (lowered.risk_level, lowered.due_at) == (MEDIUM, add_working_hours(NOW, 24))
    assert lowered.reviews.count() == 1


def test_a_raise_never_makes_the_deadline_later(cast, life):
    sent = life.submitted(risk_level=MEDIUM)

    set_risk(sent, cast.mina, HIGH, at=sent.due_at - timedelta(minutes=5))

    assert fresh(sent).due_at == sent.due_at


def test_after_the_decision_the_level_changes_and_no_deadline_does(cast, life):
    decided = life.decided(risk_level=STANDARD)

    set_risk(decided, cast.mina, HIGH)

    raised = fresh(decided)
    assert (raised.state, raised.risk_level, raised.due_at) == (ReferralState.DECIDED, HIGH, decided.due_at)
    assert raised.reviews.count() == 1


def test_the_table_of_moves_lets_it_be_set_while_it_is_open_at_the_hub_and_nowhere_else(cast, life):
    assert {state for move, state in MOVES if move == Move.SET_RISK} == set(OPEN_AT_HUB)
    assert all(MOVES[Move.SET_RISK, state] == state for state in OPEN_AT_HUB)
    closed = ReferralFactory(
        author=cast.olu, state=ReferralState.CLOSED, closed_at=NOW, closed_by=cast.mina, submitted_at=NOW
    )

    with pytest.raises(services.CannotSetRisk, match="not closed"):
        set_risk(closed, cast.mina, HIGH)


@pytest.mark.parametrize("who", ["olu", "lin", "rae", "pat", "out", "leda", "ada", "iggy"])
def test_nobody_but_a_decision_maker_of_the_hub_sets_it(cast, life, who):
    sent = life.submitted()

    with pytest.raises(services.CannotSetRisk, match="Only a decision-maker"):
        set_risk(sent, getattr(cast, who), HIGH)

    assert not RiskChange.objects.exists()


@pytest.mark.parametrize("wrong", [{"reason": " "}, {"may_be_told": ""}, {"level": 9}, {"level": MEDIUM}])
def test_it_takes_another_level_a_reason_and_words_for_the_writer(cast, life, wrong):
    sent = life.submitted(risk_level=MEDIUM)

    with pytest.raises(services.CannotSetRisk):
        services.set_risk(referral_id=sent.pk, by=cast.mina, at=NOW, **({"level": HIGH} | WORDS | wrong))

    assert fresh(sent).version == sent.version


def test_two_clicks_set_it_once(cast, life):
    sent = life.submitted(risk_level=MEDIUM)

    set_risk(sent, cast.mina, HIGH)
    set_risk(sent, cast.mina, HIGH)

    assert RiskChange.objects.count() == Amendment.objects.count() == 1


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"new_level": 1}, "leads_to_another_level"),
        ({"reason": ""}, "says_why"),
        ({"may_be_told": ""}, "says_why"),
    ],
)
def test_the_database_refuses_a_change_without_another_level_or_words(cast, row, name):
    values = {"set_in": "HUB", "old_level": 1, "new_level": 3, "changed_at": NOW, "changed_by": cast.mina} | WORDS

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        RiskChange.objects.create(referral=ReferralFactory(), **(values | row))


def test_the_writer_is_told_by_mail_without_a_word_of_it_and_reads_only_what_may_be_told(
    client, cast, life, mailoutbox
):
    sent = life.submitted(risk_level=MEDIUM)
    Job.objects.all().delete()
    set_risk(sent, cast.mina, HIGH)

    for job in Job.objects.filter(task__endswith="email_about_risk"):
        jobs.run(job_id=job.pk, at=timezone.now())

    (mail,) = mailoutbox
    assert (mail.to, WHY in mail.body, TOLD in mail.body) == ([cast.olu.email], False, False)

    def seen(user):
        text = type(client)().signed_in(user).get(page("detail", sent)).content.decode()
        return "Raised from medium to high" in text, TOLD in text, WHY in text

    assert [seen(user) for user in (cast.olu, cast.lin, cast.mina)] == [
        (True, True, False),
        (True, True, True),
        (True, True, True),
    ]
    versions = type(client)().signed_in(cast.olu).get(page("versions", sent)).content.decode()
    assert (TOLD in versions, WHY in versions) == (True, False)


def test_an_agency_that_it_is_shared_with_reads_neither(client, cast, life):
    share = life.shared(risk_level=MEDIUM)
    set_risk(share.referral, cast.mina, HIGH)

    text = client.signed_in(cast.pat).get(page("detail", share.referral)).content.decode()

    assert (TOLD in text, WHY in text, "Set another risk level" in text) == (False, False, False)


def test_the_hub_sets_it_on_the_page_and_what_is_wrong_comes_back_with_everything_typed(client, cast, life):
    sent = life.submitted(risk_level=MEDIUM)
    browser = client.signed_in(cast.mina)
    assert page("set_risk", sent) in browser.get(page("detail", sent)).content.decode()

    same = browser.post(page("set_risk", sent), {"level": 2} | WORDS)
    without = browser.post(page("set_risk", sent), {"level": 3, "reason": WHY})
    done = browser.post(page("set_risk", sent), {"level": 3} | WORDS)

    assert (same.status_code, without.status_code) == (422, 422)
    assert TOLD in same.content.decode()
    assert WHY in without.content.decode()
    assert (done.status_code, fresh(sent).risk_level) == (302, HIGH)
    assert Entry.objects.filter(what="referral.read", actor_id=str(cast.mina.pk)).exists()


def test_a_program_of_the_hub_sets_it_once_for_a_key(cast, life):
    sent = life.submitted(risk_level=MEDIUM)
    program = Program(cast.mina)

    answer = program.post("set_risk", sent.pk, data={"level": 3} | WORDS)

    assert (answer.status_code, answer.json()["risk_level"]) == (200, 3)
    assert Program(cast.olu).post("set_risk", sent.pk, data={"level": 2} | WORDS).status_code == 403
    assert RiskChange.objects.count() == 1


def test_what_the_supervisor_approves_with_another_level_is_set_and_the_author_reads_why(client, cast, life):
    sent = life.submitted(risk_level=HIGH)

    services.review_referral(
        referral_id=sent.pk,
        move="APPROVE_WITH_CHANGE",
        points_met=[],
        safeguarding_done=True,
        risk_level=MEDIUM,
        risk_reason="The man is in custody.",
        types_missing=["DOMESTIC_ABUSE"],
        by=cast.lin,
        at=NOW,
    )

    changed = fresh(sent)
    assert (changed.risk_level, changed.due_at) == (MEDIUM, add_working_hours(NOW, 24))
    assert changed.types == ["CHILD", "DOMESTIC_ABUSE"]
    (change,) = RiskChange.objects.all()
    assert (change.set_in, change.changed_by, change.may_be_told) == ("REVIEW", cast.lin, "The man is in custody.")
    assert [one.number for one in queries.versions_of(changed)] == [1, 2]
    assert "The man is in custody." in client.signed_in(cast.olu).get(page("detail", sent)).content.decode()


def test_a_type_that_the_supervisor_adds_asks_for_the_school_to_be_told(cast, life):
    draft = life.draft(risk_level=HIGH)
    child = {"role": "SUBJECT", "estimated_age": 8}
    services.add_person(referral_id=draft.pk, answers=child, by=cast.olu, at=NOW)
    sent = services.submit_referral(referral_id=draft.pk, key=draft.pk, by=cast.olu, at=NOW)
    assert not sent.encompass_notices.exists()

    services.review_referral(
        referral_id=sent.pk,
        move="APPROVE_WITH_CHANGE",
        points_met=[],
        safeguarding_done=True,
        risk_level=HIGH,
        types_missing=["DOMESTIC_ABUSE"],
        by=cast.lin,
        at=NOW,
    )

    assert sent.encompass_notices.count() == 1


def test_what_is_closed_meanwhile_is_reviewed_and_not_changed(cast, life):
    decided = life.decided(risk_level=HIGH)
    Referral.objects.filter(pk=decided.pk).update(state="CLOSED", closed_at=NOW, closed_by=cast.sam)

    done = services.review_referral(
        referral_id=decided.pk,
        move="APPROVE_WITH_CHANGE",
        points_met=[],
        safeguarding_done=True,
        risk_level=MEDIUM,
        risk_reason="The man is in custody.",
        by=cast.lin,
        at=NOW,
    )

    assert (done.other_risk_level, fresh(decided).risk_level) == (MEDIUM, HIGH)


def test_who_wrote_it_raises_what_the_hub_set_and_does_not_lower_it(cast, life):
    sent = life.submitted(risk_level=STANDARD)
    set_risk(sent, cast.mina, MEDIUM)

    with pytest.raises(services.CannotAmend, match="set the risk level"):
        amend(sent, cast.olu, risk_level=STANDARD)
    amend(sent, cast.olu, risk_level=HIGH)

    assert fresh(sent).risk_level == HIGH


def test_a_colour_that_is_amended_to_red_counts_from_then_on(cast, life):
    sent = life.submitted(risk_level=STANDARD)

    amend(sent, cast.olu, police_rag=PoliceRag.RED)

    raised = fresh(sent)
    assert (raised.risk_level, raised.due_at) == (HIGH, add_working_hours(NOW, 4))
    assert raised.reviews.count() == 1
    assert [one.number for one in queries.versions_of(raised)] == [1, 2]


def test_what_the_hub_set_below_the_colour_stays_while_the_colour_does(cast, life):
    sent = life.submitted(risk_level=STANDARD, police_rag=PoliceRag.RED)
    set_risk(sent, cast.mina, MEDIUM)

    amend(sent, cast.olu, history="Two calls since June.")

    assert fresh(sent).risk_level == MEDIUM


def test_a_cpi_form_is_looked_at_in_one_working_day_and_answered_in_three(client, cast):
    draft = services.begin_draft(kind="CPI", by=cast.pat, at=NOW)
    answers = {"topics": ["DRUGS"], "information": "Cars by the garages.", "lawful_basis": "PUBLIC_TASK"}
    services.save_section(referral_id=draft.pk, version=1, answers=answers, by=cast.pat, at=NOW)
    sent = services.submit_referral(referral_id=draft.pk, key=draft.pk, by=cast.pat, at=NOW)

    # A Friday: looked at by the close of Monday, answered by the close of Wednesday.
    assert sent.due_at == end_of_working_days(NOW, 3)
    text = client.signed_in(cast.pat).get(page("sent", sent)).content.decode()
    assert "look at it by 23 November 2026" in text
    assert "decide by 25 November 2026" in text

    set_risk(sent, cast.mina, HIGH)
    assert (fresh(sent).due_at, fresh(sent).reviews.count()) == (add_working_hours(NOW, 4), 0)
    set_risk(sent, cast.mina, STANDARD)
    assert fresh(sent).due_at == end_of_working_days(NOW, 3)
