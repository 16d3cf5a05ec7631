"""Drafts that nobody writes on: one reminder at 83 days, deletion at 90, and never what was sent."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from jobs import services as jobs
from jobs.models import Job
from referrals import services
from referrals.enums import FormKind, ReferralState
from referrals.models import ChildModule, Person, Ppn, Referral
from referrals.schedules import delete_old_drafts, remind_of_old_drafts
from tests.files import PDF
from tests.people import NOW


def after(days, **more):
    return NOW + timedelta(days=days, **more)


@pytest.mark.parametrize(
    ("at", "is_left"), [(after(89), True), (after(90, seconds=-1), True), (after(90), False), (after(400), False)]
)
def test_a_draft_is_kept_for_89_days_and_gone_at_90_with_all_that_it_held(cast, life, at, is_left):
    draft = life.ready()
    services.save_section(
        referral_id=draft.pk,
        version=draft.version + 1,
        answers={"presentation": "Cold."},
        concern="CHILD",
        by=cast.olu,
        at=NOW,
    )

    assert services.delete_old_drafts(at=at) == (0 if is_left else 1)

    for model in (Referral, Ppn, Person, ChildModule):
        assert model.objects.exists() is is_left
    deleted = Entry.objects.filter(what="referral.draft_deleted").values_list("verb", "object_id", "details")
    assert list(deleted) == ([] if is_left else [("DELETED", str(draft.pk), {"kind": "PPN"})])


def test_what_was_sent_is_never_touched_and_what_was_discarded_goes_too(cast, life):
    sent, discarded = life.submitted(), life.draft()
    services.discard_draft(referral_id=discarded.pk, by=cast.olu, at=NOW)

    services.delete_old_drafts(at=after(1000))

    assert list(Referral.objects.values_list("pk", "state")) == [(sent.pk, ReferralState.RECEIVED)]


def test_who_writes_on_a_draft_keeps_it(cast, life):
    draft = life.draft()
    services.save_section(
        referral_id=draft.pk, version=draft.version, answers={"needs": "A bed."}, by=cast.olu, at=after(60)
    )

    assert services.delete_old_drafts(at=after(149)) == 0
    assert services.delete_old_drafts(at=after(150)) == 1


@pytest.mark.parametrize(("at", "count"), [(after(83, seconds=-1), 0), (after(83), 1), (after(89), 1)])
def test_the_writer_is_reminded_a_week_before_and_once(cast, life, at, count):
    life.draft()

    assert services.remind_of_old_drafts(at=at) == count
    assert services.remind_of_old_drafts(at=at) == 0

    assert Job.objects.filter(task__endswith="email_writer_about_old_draft").count() == count


def test_the_reminder_names_the_day_and_nothing_of_the_draft_and_is_sent_again_only_after_it_was_written_on(
    cast, life, mailoutbox
):
    draft = life.draft(place="12 Imaginary Row")
    services.remind_of_old_drafts(at=after(83))

    jobs.run(job_id=Job.objects.get().pk, at=after(83))

    (mail,) = mailoutbox
    assert mail.to == [cast.olu.email]
    assert "18 February 2027" in mail.body
    assert "Imaginary" not in mail.subject + mail.body
    services.save_section(
        referral_id=draft.pk, version=draft.version, answers={"needs": "A bed."}, by=cast.olu, at=after(84)
    )
    assert services.remind_of_old_drafts(at=after(84 + 82)) == 0
    assert services.remind_of_old_drafts(at=after(84 + 83)) == 1


def test_the_list_of_drafts_says_when_one_will_be_deleted_once_the_writer_was_told(client, cast, life):
    life.draft()
    browser, address = client.signed_in(cast.olu), reverse("referrals:mine")
    assert "Will be deleted" not in browser.get(address).content.decode()

    services.remind_of_old_drafts(at=after(83))

    assert "Will be deleted on 18 February 2027" in browser.get(address).content.decode()


def test_a_draft_that_was_finished_meanwhile_brings_no_mail(cast, life, mailoutbox):
    draft = life.draft()
    services.remind_of_old_drafts(at=after(83))
    services.discard_draft(referral_id=draft.pk, by=cast.olu, at=after(83, hours=1))

    jobs.run(job_id=Job.objects.get().pk, at=after(83))

    assert mailoutbox == []


def test_the_clock_starts_both_and_twice_does_no_harm(cast):
    for kind, days in ((FormKind.PPN, 85), (FormKind.PPN, 95)):
        services.begin_draft(kind=kind, by=cast.olu, at=timezone.now() - timedelta(days=days))

    for _ in range(2):
        delete_old_drafts()
        remind_of_old_drafts()

    (left,) = Referral.objects.all()
    assert left.reminded_at is not None
    assert Job.objects.count() == 1


def test_the_files_of_a_draft_go_with_it(cast, life, settings, tmp_path, django_capture_on_commit_callbacks):
    settings.MEDIA_ROOT = str(tmp_path)
    draft = life.draft()
    services.attach_file(referral_id=draft.pk, name="letter.pdf", file=io.BytesIO(PDF), by=cast.olu, at=NOW)
    Job.objects.all().delete()

    with django_capture_on_commit_callbacks(execute=True):
        services.delete_old_drafts(at=after(91))

    assert not Referral.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
