"""The writer's own copy: made once for each version, says what that version said, and is handed out and recorded."""

import hashlib
import io
import json
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from audit.enums import Verb
from audit.models import Entry
from jobs import services as jobs
from jobs.models import Job
from jobs.services import LeaseLost
from referrals import queries, services, tasks
from referrals.models import Referral, WriterCopy
from referrals.models.snapshot import sum_of
from tests.files import PDF
from tests.people import NOW, make_cast
from tests.permissions.copies import kept_copy
from tests.races import at_once
from tests.reading import pages_of
from tests.referrals.conftest import Life


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def run(task):
    for job in Job.objects.unfinished().filter(task=f"referrals.tasks.{task}").order_by("created_at", "pk"):
        jobs.run(job_id=job.pk, at=timezone.now())


def read(copy):
    with copy.file.open("rb") as file:
        return file.read()


def amended(referral, cast, concern="He was found again."):
    current = Referral.objects.get(pk=referral.pk)
    return services.amend_section(
        referral_id=referral.pk,
        version=current.version,
        answers={"concern": concern},
        reason="There is more.",
        by=cast.olu,
        at=NOW,
    )


def download(browser, referral, number=1):
    return browser.get(reverse("referrals:copy_download", args=[referral.pk, number]))


def test_a_submission_makes_a_marked_and_tagged_copy_of_all_that_was_said(cast, life):
    sent = life.submitted(place="12 Imaginary Row")

    run("make_writer_copy")

    copy = WriterCopy.objects.get()
    content = read(copy)
    document, text = PdfReader(io.BytesIO(content)), " ".join(pages_of(content))
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert (copy.referral, copy.number, copy.pages) == (sent, 1, len(document.pages))
    assert (copy.sha256, copy.size) == (hashlib.sha256(content).hexdigest(), len(content))
    for said in (
        "OFFICIAL-SENSITIVE",
        f"{sent.reference}, version 1",
        f"SHA-256 of what this version says: {copy.content_sha256}",
        "12 Imaginary Row",
        "Fictitious Child",
        "The writer said on submitting",
    ):
        assert said in text
    version = queries.version_numbered(Referral.objects.get(), 1)
    assert copy.content_sha256 == sum_of(queries.content_of_copy(version))
    entry = Entry.objects.get(what="referral.copy_made")
    assert (entry.verb, entry.actor_id, entry.object_id) == (Verb.COLLECTED, "", str(sent.pk))
    assert entry.details == {"number": 1, "pages": copy.pages, "sha256": copy.sha256}


def test_each_version_has_its_copy_also_when_the_worker_comes_after_the_amendment(cast, life):
    sent = life.submitted(concern="He was alone at night.")
    amended(sent, cast)

    run("make_writer_copy")

    first, second = WriterCopy.objects.order_by("number")
    assert (first.number, second.number) == (1, 2)
    assert "He was alone at night." in " ".join(pages_of(read(first)))
    assert "He was found again." not in " ".join(pages_of(read(first)))
    assert "He was found again." in " ".join(pages_of(read(second)))
    assert "Why it was amended: There is more." in " ".join(pages_of(read(second)))


def test_the_copy_of_the_first_version_is_the_same_before_and_after_an_amendment(cast, life):
    sent = life.submitted()
    before = queries.content_of_copy(queries.version_numbered(Referral.objects.get(pk=sent.pk), 1))
    amended(sent, cast)

    after = queries.content_of_copy(queries.version_numbered(Referral.objects.get(pk=sent.pk), 1))

    assert json.dumps(after, sort_keys=True) == json.dumps(before, sort_keys=True)


def test_a_job_that_is_run_again_makes_no_second_copy(cast, life):
    sent = life.submitted()
    run("make_writer_copy")
    jobs.enqueue(tasks.make_writer_copy, at=NOW, referral_id=sent.pk, number=1)

    run("make_writer_copy")

    assert WriterCopy.objects.count() == Entry.objects.filter(what="referral.copy_made").count() == 1


def test_a_worker_that_lost_its_lease_leaves_nothing(cast, life, tmp_path):
    life.submitted()
    job = Job.objects.get(task="referrals.tasks.make_writer_copy")
    lease = jobs.Lease(job.pk, job.pk)

    with pytest.raises(LeaseLost):
        tasks.make_writer_copy(lease=lease, **job.arguments)

    assert not WriterCopy.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_moment_make_one_copy():
    sent = Life(make_cast()).submitted()
    job = Job.objects.get(task="referrals.tasks.make_writer_copy")

    at_once(*[lambda: jobs.run(job_id=job.pk, at=timezone.now())] * 3)

    assert WriterCopy.objects.filter(referral=sent).count() == 1


def test_the_writer_downloads_it_byte_for_byte_and_that_is_recorded(client, cast, life):
    sent = life.submitted()
    run("make_writer_copy")
    browser = client.signed_in(cast.olu)

    page = browser.get(reverse("referrals:sent", args=[sent.pk])).content.decode()
    got = download(browser, sent)

    assert reverse("referrals:copy_download", args=[sent.pk, 1]) in page
    copy = WriterCopy.objects.get()
    assert (got.status_code, got.content) == (200, read(copy))
    assert got["Content-Disposition"] == f'attachment; filename="{sent.reference}-version-1.pdf"'
    assert got["Cache-Control"] == "no-store, private"
    entry = Entry.objects.get(what="referral.copy_downloaded")
    assert (entry.verb, entry.actor_id, entry.object_id) == (Verb.DOWNLOADED, str(cast.olu.pk), str(sent.pk))
    assert entry.details == {"number": 1, "sha256": copy.sha256}


def test_until_it_is_made_the_page_says_so(client, cast, life):
    ready = life.ready()
    sent = services.submit_referral(referral_id=ready.pk, key=ready.pk, by=cast.olu, at=timezone.now())
    browser = client.signed_in(cast.olu)

    page = browser.get(reverse("referrals:sent", args=[sent.pk])).content.decode()

    assert "is being made" in page
    assert download(browser, sent).status_code == 404


def test_an_agency_that_it_is_shared_with_does_not_get_the_whole(client, cast, life):
    shared = life.shared()
    kept_copy(shared.referral)

    page = client.signed_in(cast.pat).get(shared.referral.get_absolute_url()).content.decode()

    assert "/copies/" not in page
    assert download(client, shared.referral).status_code == 403
    with pytest.raises(services.CannotHandOutCopy):
        services.hand_out_copy(copy_id=WriterCopy.objects.get().pk, by=cast.pat, at=NOW)


@pytest.mark.parametrize("spoil", [lambda path: path.unlink(), lambda path: path.write_bytes(PDF + b"more")])
def test_a_file_that_is_gone_or_another_is_not_handed_out(client, cast, life, tmp_path, spoil):
    sent = life.submitted()
    kept_copy(sent)
    (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
    spoil(path)

    got = download(client.signed_in(cast.olu), sent)

    assert got.status_code == 302
    assert not Entry.objects.filter(what="referral.copy_downloaded").exists()


def test_the_clock_removes_what_no_row_names_and_leaves_the_copies(cast, life, tmp_path):
    kept_copy(life.submitted())
    default_storage.save("copies/aa/left.pdf", ContentFile(PDF))

    removed = services.remove_orphaned_attachments(at=timezone.now() + timedelta(hours=2))

    assert removed == 1
    assert read(WriterCopy.objects.get()) == PDF


def test_the_database_keeps_one_copy_of_a_version_and_never_changes_it(cast, life):
    sent = life.submitted()
    copy = kept_copy(sent)

    with pytest.raises(IntegrityError, match="writer_copy_once_a_version"), transaction.atomic():
        kept_copy(sent)
    with pytest.raises(IntegrityError, match="writer_copy_counts_from_one"), transaction.atomic():
        kept_copy(sent, number=0)
    with pytest.raises(IntegrityError, match="writer_copy_is_not_empty"), transaction.atomic():
        kept_copy(sent, number=2, content=b"")
    with pytest.raises(IntegrityError, match="writer_copy_has_a_file_of_its_own"), transaction.atomic():
        WriterCopy.objects.create(
            referral=sent,
            number=3,
            made_at=NOW,
            file=copy.file.name,
            sha256="a",
            content_sha256="a",
            size=1,
            pages=1,
        )
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        WriterCopy.objects.update(sha256="b")


def test_the_writer_hears_that_it_arrived_without_a_word_of_it(cast, life, mailoutbox):
    sent = life.submitted(place="12 Imaginary Row")

    run("email_writer_about_submission")

    (mail,) = mailoutbox
    assert mail.to == [cast.olu.email]
    assert mail.subject == f"{sent.reference} was sent"
    assert f"/referrals/{sent.pk}/#copies" in mail.body
    for private in ("Fictitious Child", "Imaginary", "Olu", "cold flat"):
        assert private not in mail.subject + mail.body


@pytest.mark.parametrize("answer", [{"may_be_contacted": False}, {"wants_feedback": False}])
def test_who_wants_no_mail_about_a_cpi_form_gets_none(cast, mailoutbox, answer):
    draft = services.begin_draft(kind="CPI", by=cast.pat, at=NOW)
    answers = {"topics": ["DRUGS"], "information": "Fictitious cars call.", "lawful_basis": "PUBLIC_TASK"} | answer
    services.save_section(referral_id=draft.pk, version=draft.version, answers=answers, by=cast.pat, at=NOW)
    services.submit_referral(referral_id=draft.pk, key=draft.pk, by=cast.pat, at=NOW)

    run("email_writer_about_submission")

    assert mailoutbox == []


def test_the_mailbox_of_the_hub_is_told_where_it_has_one(cast, life, mailoutbox):
    type(cast.police).objects.filter(pk=cast.police.pk).update(mailbox="mash@example.org")
    sent = life.submitted()

    run("email_hub_about_submission")

    told = sorted(mail.to[0] for mail in mailoutbox)
    assert told == sorted([cast.mina.email, cast.sam.email, "mash@example.org"])
    assert all(sent.reference in mail.subject for mail in mailoutbox)
