"""Submitting: exactly once, with a reference, a deadline, the hub's access and its mail."""

import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from audit.models import Entry
from jobs import services as jobs
from jobs.models import Job
from referrals import services
from referrals.enums import AccessReason, FormKind, ReferralState, RiskLevel
from referrals.models import Person, Referral, ReferralAccess
from referrals.services import submission
from tests.factories.accounts import AgencyFactory
from tests.factories.referrals import IncidentFactory
from tests.faults import broker_away
from tests.people import NOW, make_cast
from tests.referrals.conftest import Life

FRIDAY_AFTERNOON = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


# What follows a submission, each of it once.
ONCE_EACH = ["email_hub_about_submission", "email_writer_about_submission", "make_writer_copy"]


def jobs_by_task():
    return sorted(job.task.rpartition(".")[2] for job in Job.objects.all())


def submit(referral, by, key=None, at=NOW):
    return services.submit_referral(referral_id=referral.pk, key=key or uuid.uuid4(), by=by, at=at)


def test_submission_gives_reference_deadline_access_entry_and_mail(cast, life):
    ready = life.ready()
    key = uuid.uuid4()

    submit(ready, cast.olu, key)

    stored = Referral.objects.get(pk=ready.pk)
    assert (stored.state, stored.submitted_at, stored.submission_key) == (ReferralState.RECEIVED, NOW, key)
    assert stored.reference.startswith("PPN-2026-")
    access = ReferralAccess.objects.get()
    assert (access.agency, access.referral, access.reason, access.since) == (cast.police, stored, AccessReason.HUB, NOW)
    entry = Entry.objects.get(what="referral.submitted")
    assert (entry.actor_id, entry.object_id, entry.recipient_id) == (
        str(cast.olu.pk),
        str(stored.pk),
        str(cast.police.pk),
    )
    of_it = {"referral_id": str(stored.pk)}
    assert {job.task.rpartition(".")[2]: job.arguments for job in Job.objects.all()} == {
        "email_hub_about_submission": of_it,
        "email_writer_about_submission": of_it,
        "make_writer_copy": of_it | {"number": "1"},
    }


@pytest.mark.parametrize(
    ("risk", "due"),
    [
        (RiskLevel.HIGH, datetime(2026, 11, 23, 11, 0, tzinfo=UTC)),
        (RiskLevel.MEDIUM, datetime(2026, 11, 25, 14, 0, tzinfo=UTC)),
        (RiskLevel.STANDARD, datetime(2026, 12, 3, 11, 30, tzinfo=UTC)),
    ],
)
def test_the_decision_is_due_by_risk_in_working_hours(cast, life, risk, due):
    submitted = submit(life.ready(risk_level=risk), cast.olu, at=FRIDAY_AFTERNOON)

    assert submitted.due_at == due


def test_the_same_key_again_returns_the_same_referral_and_does_nothing_more(cast, life):
    ready = life.ready()
    key = uuid.uuid4()
    first = submit(ready, cast.olu, key)

    second = submit(ready, cast.olu, key, at=NOW + timedelta(hours=1))

    assert (second.pk, second.reference, second.submitted_at) == (first.pk, first.reference, NOW)
    assert (ReferralAccess.objects.count(), jobs_by_task()) == (1, ONCE_EACH)


def test_another_key_does_not_submit_it_again(cast, life):
    sent = life.submitted()

    with pytest.raises(services.CannotSubmit, match=sent.reference):
        submit(sent, cast.olu)


def test_a_key_is_good_for_one_referral(cast, life):
    sent, ready = life.submitted(), life.ready()

    with pytest.raises(services.CannotSubmit):
        submit(ready, cast.olu, sent.submission_key)


@pytest.mark.parametrize(
    ("blank", "section"),
    [
        ({"types": []}, "incident"),
        ({"concern": "  "}, "concern"),
        ({"risk_level": None}, "risk"),
        ({"lawful_basis": ""}, "sharing-and-consent"),
    ],
)
def test_what_a_ppn_cannot_do_without_is_named(cast, life, blank, section):
    ready = life.ready(**blank)

    with pytest.raises(services.CannotSubmit) as refusal:
        submit(ready, cast.olu)

    assert [key for key, _ in refusal.value.missing] == [section]
    assert Referral.objects.get(pk=ready.pk).state == ReferralState.DRAFT


def test_a_ppn_is_about_at_least_one_person(cast, life):
    with pytest.raises(services.CannotSubmit) as refusal:
        submit(life.draft(), cast.olu)

    assert [key for key, _ in refusal.value.missing] == ["people"]


def test_a_high_risk_is_never_held_up_by_what_graders_would_miss(cast, life):
    ready = life.ready(risk_level=RiskLevel.HIGH, concern="He has a knife.")

    assert submit(ready, cast.olu).state == ReferralState.RECEIVED


def test_a_cpi_form_needs_topic_information_and_lawful_basis_but_nobody_by_name(cast):
    draft = services.begin_draft(kind=FormKind.CPI, by=cast.pat, at=NOW)
    with pytest.raises(services.CannotSubmit) as refusal:
        submit(draft, cast.pat)
    assert [key for key, _ in refusal.value.missing] == ["topic", "information", "handling"]

    answers = {"topics": ["DRUGS"], "information": "Fictitious cars call.", "lawful_basis": "PUBLIC_TASK"}
    services.save_section(referral_id=draft.pk, version=draft.version, answers=answers, by=cast.pat, at=NOW)

    assert submit(draft, cast.pat).reference.startswith("CPI-2026-")


def test_only_the_writer_submits(cast, life):
    with pytest.raises(services.CannotSubmit):
        submit(life.ready(), cast.mina)


def test_without_a_hub_nothing_is_submitted(cast, life):
    ready = life.ready()
    type(cast.police).objects.update(is_hub=False)

    with pytest.raises(services.CannotSubmit):
        submit(ready, cast.olu)


def test_a_reference_that_is_taken_is_drawn_again(cast, life, monkeypatch):
    taken = life.submitted().reference
    drawn = iter([taken, taken, "PPN-2026-FREE9"])
    monkeypatch.setattr(submission, "new_reference", lambda *args, **kwargs: next(drawn))

    assert submit(life.ready(), cast.olu).reference == "PPN-2026-FREE9"


def test_a_ppn_is_tied_to_the_incident_of_its_own_force(cast, life):
    incident = IncidentFactory(force=cast.police, number="99000012345")
    IncidentFactory(force=AgencyFactory(kind="POLICE"), number="99000054321")

    assert submit(life.ready(occurrence_number="99000012345"), cast.olu).incident == incident
    assert submit(life.ready(occurrence_number="99000054321"), cast.olu).incident is None


def test_a_whole_form_in_one_call_is_all_or_nothing(cast):
    answers = {"types": ["CHILD"], "risk_level": 2, "lawful_basis": "PUBLIC_TASK", "concern": "Alone at night."}

    def send(people):
        return services.submit_complete_referral(
            kind=FormKind.PPN, answers=answers, people=people, key=uuid.uuid4(), by=cast.olu, at=NOW
        )

    with pytest.raises(services.CannotSubmit):
        send([])
    assert not Referral.objects.exists()
    assert send([{"role": "SUBJECT"}]).state == ReferralState.RECEIVED
    assert Person.objects.count() == 1


def test_the_mail_names_the_reference_and_nobody(cast, life, mailoutbox):
    ready = life.ready()
    services.save_section(
        referral_id=ready.pk, version=ready.version, answers={"place": "12 Imaginary Row"}, by=cast.olu, at=NOW
    )
    submitted = submit(ready, cast.olu)

    jobs.run(job_id=Job.objects.get(task__endswith="email_hub_about_submission").pk, at=timezone.now())

    assert {mail.to[0] for mail in mailoutbox} == {cast.mina.email, cast.sam.email}
    mail = mailoutbox[0]
    assert submitted.reference in mail.subject
    assert str(submitted.pk) in mail.body
    for private in ("Fictitious Child", "Imaginary", "Olu", "cold flat"):
        assert private not in mail.subject + mail.body


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_submit_once():
    cast = make_cast()
    ready = Life(cast).ready()
    key = uuid.uuid4()
    gate = threading.Barrier(4)
    references, errors = [], []

    def click():
        try:
            gate.wait(timeout=10)
            references.append(submit(ready, cast.olu, key).reference)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert errors == []
    assert len(references) == 4
    assert len(set(references)) == 1
    assert (ReferralAccess.objects.count(), jobs_by_task()) == (1, ONCE_EACH)
    assert Entry.objects.filter(what="referral.submitted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_referrals_with_one_key_at_the_same_moment_submit_one():
    cast = make_cast()
    life = Life(cast)
    drafts = [life.ready(), life.ready()]
    key = uuid.uuid4()
    gate = threading.Barrier(2)
    outcomes = []

    def click(draft):
        gate.wait(timeout=10)
        try:
            outcomes.append(submit(draft, cast.olu, key).state)
        except services.CannotSubmit:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=[draft]) for draft in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(outcomes) == [ReferralState.RECEIVED, "refused"]


@pytest.mark.django_db(transaction=True)
def test_while_the_broker_is_away_a_submission_stands_and_its_mail_follows_later(mailoutbox):
    cast = make_cast()
    ready = Life(cast).ready()

    with broker_away():
        submit(ready, cast.olu)

    assert Referral.objects.get(pk=ready.pk).state == ReferralState.RECEIVED
    assert mailoutbox == []
    assert jobs.sweep(at=timezone.now() + timedelta(minutes=1)) == Job.objects.unfinished().count() == 3
    job = Job.objects.get(task__endswith="email_hub_about_submission")
    jobs.run(job_id=job.pk, at=timezone.now())
    assert sorted(mail.to[0] for mail in mailoutbox) == sorted([cast.mina.email, cast.sam.email])


def test_when_the_access_log_cannot_be_written_nothing_is_submitted(cast, life, monkeypatch):
    ready = life.ready()

    def broken(**_entry):
        raise RuntimeError("The log is full.")

    monkeypatch.setattr(submission.audit, "record", broken)
    with pytest.raises(RuntimeError):
        submit(ready, cast.olu)

    assert Referral.objects.get(pk=ready.pk).state == ReferralState.DRAFT
    assert not ReferralAccess.objects.exists()
    assert not Job.objects.exists()
