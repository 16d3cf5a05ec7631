"""Files of a referral: kept once and clean, scanned before anybody gets them, handed out as downloads only, gone with the draft."""

import io
import threading
import uuid
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from common.scanning import EICAR
from common.uploads import CannotTakeFile
from jobs import services as jobs
from jobs.models import Job
from referrals import queries, services, tasks
from referrals.forms import differences
from referrals.models import Amendment, Attachment, Referral
from tests.files import DAMAGED, NOT_TAKEN, PDF, picture, pixel_flood
from tests.people import NOW, make_cast
from tests.referrals.conftest import Life


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def stored(tmp_path):
    return sorted(path for path in tmp_path.rglob("*") if path.is_file())


def attach(referral, by, content=PDF, name="letter.pdf"):
    return services.attach_file(referral_id=referral.pk, name=name, file=io.BytesIO(content), by=by, at=NOW)


def scan_all():
    for job in Job.objects.unfinished().filter(task="referrals.tasks.scan_attachment"):
        jobs.run(job_id=job.pk, at=timezone.now())


def page(name, *args):
    return reverse(f"referrals:{name}", args=args)


def test_a_file_is_kept_under_a_name_that_says_nothing_with_its_digest(cast, life, tmp_path):
    draft = life.draft()

    attachment = attach(draft, cast.olu, name="Letter about Otter.pdf")

    (path,) = stored(tmp_path)
    assert path.read_bytes() == PDF
    assert path.name == attachment.pk.hex
    assert "Otter" not in str(path)
    assert (attachment.name, attachment.content_type, attachment.size) == (
        "Letter about Otter.pdf",
        "application/pdf",
        len(PDF),
    )
    entry = Entry.objects.get(what="attachment.added")
    assert (entry.verb, entry.object_id, entry.details["sha256"]) == ("COLLECTED", str(draft.pk), attachment.sha256)
    assert "Otter" not in str(entry.details)


def test_the_same_file_twice_is_one(cast, life, tmp_path):
    draft = life.draft()

    assert attach(draft, cast.olu) == attach(draft, cast.olu, name="other.pdf")

    assert (Attachment.objects.count(), len(stored(tmp_path))) == (1, 1)


@pytest.mark.parametrize("name", [*NOT_TAKEN, *DAMAGED, "flood.png", "empty.pdf"])
def test_of_what_cannot_be_taken_nothing_is_stored(cast, life, tmp_path, name):
    content = (NOT_TAKEN | DAMAGED | {"flood.png": pixel_flood(), "empty.pdf": b""})[name]
    draft = life.draft()

    with pytest.raises(CannotTakeFile):
        attach(draft, cast.olu, content, name)

    assert (Attachment.objects.count(), stored(tmp_path)) == (0, [])


def test_a_file_whose_row_fails_leaves_nothing_in_the_store(cast, life, tmp_path):
    draft = life.draft()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE referrals_attachment ADD CONSTRAINT no_more CHECK (size < 0)")

    with pytest.raises(IntegrityError, match="no_more"), transaction.atomic():
        attach(draft, cast.olu)

    assert stored(tmp_path) == []


def test_a_referral_has_so_many_files_and_no_more(cast, life, settings, tmp_path):
    settings.ATTACHMENT_MAX_COUNT = 1
    draft = life.draft()
    attach(draft, cast.olu)

    with pytest.raises(services.CannotAttach, match="at most 1"):
        attach(draft, cast.olu, picture())

    assert len(stored(tmp_path)) == 1


@pytest.mark.parametrize("who", ["lin", "mina", "sam", "pat", "out", "ada"])
def test_nobody_else_attaches_to_a_draft(cast, life, who):
    with pytest.raises(services.CannotAttach):
        attach(life.draft(), getattr(cast, who))


def test_the_writer_and_the_hub_attach_to_what_was_sent_until_it_is_closed(cast, life):
    referral = life.decided()
    attach(referral, cast.olu)
    attach(referral, cast.mina, picture())
    for who in (cast.lin, cast.pat, cast.out):
        with pytest.raises(services.CannotAttach):
            attach(referral, who, picture("PNG"))

    services.close_referral(referral_id=referral.pk, by=cast.sam, at=NOW)

    with pytest.raises(services.CannotAttach):
        attach(referral, cast.olu, picture("PNG"))


def test_a_file_is_handed_out_once_a_scanner_called_it_clean(client, cast, life, tmp_path):
    draft = life.draft()
    attachment = attach(draft, cast.olu, picture(), "Bruise ü.jpg")
    browser, address = client.signed_in(cast.olu), page("file_download", draft.pk, attachment.pk)
    assert browser.get(address).status_code == 302

    scan_all()
    response = browser.get(address)

    assert [response.content] == [path.read_bytes() for path in stored(tmp_path)]
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Bruise%20%C3%BC.jpg"
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert "sandbox" in response["Content-Security-Policy"]
    entry = Entry.objects.get(what="attachment.downloaded")
    assert (entry.verb, entry.actor_id, entry.object_id) == ("DOWNLOADED", str(cast.olu.pk), str(draft.pk))


def test_while_the_scanner_is_away_the_file_waits_and_nobody_gets_it(client, cast, life, settings):
    settings.UPLOAD_SCANNER = "common.scanning.ClamdScanner"
    settings.CLAMD_ADDRESS = "/nowhere/clamd.sock"
    draft = life.draft()
    attachment = attach(draft, cast.olu)

    scan_all()

    attachment.refresh_from_db()
    assert attachment.state == "WAITING"
    with pytest.raises(services.CannotHandOutAttachment, match="being checked"):
        services.hand_out_attachment(attachment_id=attachment.pk, by=cast.olu, at=NOW)
    assert Job.objects.unfinished().get(task="referrals.tasks.scan_attachment").attempts == 1
    assert "Being checked for malware" in client.signed_in(cast.olu).get(page("files", draft.pk)).content.decode()


def test_a_file_with_malware_is_removed_and_its_writer_told(
    client, cast, life, tmp_path, django_capture_on_commit_callbacks
):
    draft = life.draft()
    attachment = attach(draft, cast.olu, PDF.replace(b"trailer", b"trailer " + EICAR), "bill.pdf")

    with django_capture_on_commit_callbacks(execute=True):
        scan_all()

    attachment.refresh_from_db()
    assert (attachment.state, attachment.found, attachment.file.name) == ("INFECTED", "Eicar-Test-Signature", "")
    assert stored(tmp_path) == []
    with pytest.raises(services.CannotHandOutAttachment, match="malware"):
        services.hand_out_attachment(attachment_id=attachment.pk, by=cast.olu, at=NOW)
    assert "Malware found" in client.signed_in(cast.olu).get(page("files", draft.pk)).content.decode()
    assert Entry.objects.get(what="attachment.scanned").details["verdict"] == "INFECTED"


def test_a_file_that_was_changed_or_lost_in_the_store_is_not_handed_out(cast, life, tmp_path):
    attachment = attach(life.draft(), cast.olu)
    scan_all()
    (path,) = stored(tmp_path)

    path.write_bytes(PDF + b" ")
    with pytest.raises(services.CannotHandOutAttachment, match="not the one that was attached"):
        services.hand_out_attachment(attachment_id=attachment.pk, by=cast.olu, at=NOW)
    path.unlink()
    with pytest.raises(services.CannotHandOutAttachment, match="not in the file store"):
        services.hand_out_attachment(attachment_id=attachment.pk, by=cast.olu, at=NOW)

    assert not Entry.objects.filter(what="attachment.downloaded").exists()


def test_an_agency_that_it_is_shared_with_sees_and_gets_no_file_that_was_not_shared(client, cast, life):
    shared = life.shared()
    attachment = attach(shared.referral, cast.mina)
    scan_all()
    browser = client.signed_in(cast.pat)

    assert attachment.name not in browser.get(shared.referral.get_absolute_url()).content.decode()
    assert browser.get(page("file_download", shared.referral_id, attachment.pk)).status_code == 404
    with pytest.raises(services.CannotHandOutAttachment, match="not yours"):
        services.hand_out_attachment(attachment_id=attachment.pk, by=cast.pat, at=NOW)


def test_a_file_of_one_referral_is_not_there_under_another(client, cast, life):
    mine, attachment = life.draft(), attach(life.draft(), cast.olu)

    assert client.signed_in(cast.olu).get(page("file_download", mine.pk, attachment.pk)).status_code == 404


def test_removing_takes_row_and_file_and_leaves_a_record(
    client, cast, life, tmp_path, django_capture_on_commit_callbacks
):
    draft = life.draft()
    attachment = attach(draft, cast.olu)

    with django_capture_on_commit_callbacks(execute=True):
        client.signed_in(cast.olu).post(page("file_remove", draft.pk, attachment.pk))

    assert (Attachment.objects.count(), stored(tmp_path)) == (0, [])
    entry = Entry.objects.get(what="attachment.removed")
    assert (entry.verb, entry.details) == (
        "DELETED",
        {"attachment": str(attachment.pk), "sha256": attachment.sha256},
    )
    scan_all()
    assert Job.objects.get(task="referrals.tasks.scan_attachment").has_failed is False


def test_the_files_of_a_draft_go_with_it(cast, life, tmp_path, django_capture_on_commit_callbacks):
    draft = life.draft()
    attach(draft, cast.olu)
    attach(draft, cast.olu, picture())

    with django_capture_on_commit_callbacks(execute=True):
        services.discard_draft(referral_id=draft.pk, by=cast.olu, at=NOW)

    assert (Attachment.objects.count(), stored(tmp_path)) == (0, [])


def test_what_was_sent_keeps_its_files(cast, life):
    referral = life.submitted()
    attachment = attach(referral, cast.olu)

    with pytest.raises(services.CannotRemoveAttachment):
        services.remove_attachment(attachment_id=attachment.pk, by=cast.olu, at=NOW)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (NOT_TAKEN["program.exe"], "not a PDF, a JPEG or a PNG"),
        (b"", "empty"),
        (pixel_flood(), "too many pixels"),
        (DAMAGED["cut.jpg"], "damaged"),
        (b"%PDF-" + b"x" * 2_000, "larger than"),
    ],
)
def test_what_is_wrong_with_a_file_stands_beside_its_field(client, cast, life, settings, tmp_path, content, words):
    settings.ATTACHMENT_MAX_BYTES = 1_000 if words == "larger than" else 10_000_000
    draft = life.draft()

    response = client.signed_in(cast.olu).post(page("files", draft.pk), {"file": SimpleUploadedFile("x.pdf", content)})

    assert response.status_code == 422
    assert words in response.context["form"].errors["file"][0]
    assert 'href="#id_file"' in response.content.decode()
    assert stored(tmp_path) == []


def test_no_file_is_told_too_and_a_good_one_is_listed(client, cast, life):
    draft, browser = life.draft(), client.signed_in(cast.olu)

    assert browser.post(page("files", draft.pk)).context["form"].errors["file"] == ["Choose a file."]
    kept = browser.post(page("files", draft.pk), {"file": SimpleUploadedFile("../a.pdf", PDF)}, follow=True)

    assert "a.pdf is attached" in kept.content.decode()
    assert [attachment.name for attachment in kept.context["attachments"]] == ["a.pdf"]


def test_a_body_that_no_page_takes_is_refused_before_it_is_kept(client, cast, life, settings):
    settings.UPLOAD_MAX_BODY = 1_000

    response = client.signed_in(cast.olu).post(
        page("files", life.draft().pk), {"file": SimpleUploadedFile("x.pdf", b"x" * 2_000)}
    )

    assert response.status_code in (400, 413)
    assert not Attachment.objects.exists()


def test_files_that_no_row_names_are_removed_once_they_are_old(cast, life, tmp_path):
    attachment = attach(life.draft(), cast.olu)
    orphan = default_storage.save(f"attachments/ab/{uuid.uuid4().hex}", ContentFile(PDF))

    assert services.remove_orphaned_attachments(at=timezone.now()) == 0
    assert services.remove_orphaned_attachments(at=timezone.now() + timedelta(hours=2)) == 1

    assert not default_storage.exists(orphan)
    assert default_storage.exists(attachment.file.name)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("scanned_says_when", {"state": "CLEAN"}),
        ("scanned_says_when", {"found": "Something"}),
        ("scanned_says_when", {"state": "INFECTED", "scanned_at": NOW, "file": ""}),
        ("has_its_file", {"file": ""}),
        ("is_not_empty", {"size": 0}),
    ],
)
def test_the_database_refuses_an_attachment_that_contradicts_itself(cast, life, name, change):
    attachment = attach(life.draft(), cast.olu)

    with pytest.raises(IntegrityError, match=f"attachment_.*{name}"), transaction.atomic():
        Attachment.objects.filter(pk=attachment.pk).update(**change)


def test_a_verdict_is_kept_once(cast, life):
    attachment = attach(life.draft(), cast.olu)

    for found in ("", "Something"):
        tasks.note_verdict(attachment_id=attachment.pk, found=found, at=NOW)

    attachment.refresh_from_db()
    assert attachment.state == "CLEAN"


@pytest.mark.django_db(transaction=True)
def test_eight_uploads_of_one_file_at_the_same_moment_are_one(tmp_path):
    cast = make_cast()
    draft, gate = Life(cast).draft(), threading.Barrier(8)

    def upload():
        try:
            gate.wait()
            attach(draft, cast.olu)
        finally:
            connection.close()

    threads = [threading.Thread(target=upload) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (Attachment.objects.count(), len(stored(tmp_path))) == (1, 1)


def test_a_file_that_the_scanner_left_unchecked_says_so_and_is_checked_again_on_the_page(client, cast, life, settings):
    draft = life.draft()
    attachment = attach(draft, cast.olu)
    settings.UPLOAD_SCANNER = ""
    scan_all()
    attachment.refresh_from_db()
    assert attachment.is_left_unchecked
    browser = client.signed_in(cast.olu)
    assert "the scanner does not answer, and is asked again" in browser.get(page("files", draft.pk)).content.decode()
    assert "Check again" in browser.get(page("files", draft.pk)).content.decode()
    Job.objects.all().delete()
    settings.UPLOAD_SCANNER = "common.scanning.EicarScanner"

    for _ in range(2):
        browser.post(page("file_check", draft.pk, attachment.pk))

    assert Job.objects.filter(task="referrals.tasks.scan_attachment").count() == 1
    scan_all()
    attachment.refresh_from_db()
    assert (attachment.is_clean, attachment.unanswered_at) == (True, None)
    assert "Check again" not in browser.get(page("files", draft.pk)).content.decode()


def test_what_the_scanner_left_unchecked_an_hour_ago_is_asked_about_again_by_the_clock(cast, life, settings):
    attachment = attach(life.draft(), cast.olu)
    settings.UPLOAD_SCANNER = ""
    scan_all()
    attachment.refresh_from_db()
    left_at = attachment.unanswered_at
    Job.objects.all().delete()

    early = services.check_left_attachments(at=left_at + timedelta(minutes=59))
    asked = [services.check_left_attachments(at=left_at + timedelta(hours=1)) for _ in range(2)]

    assert (early, asked) == (0, [1, 0])
    assert Job.objects.filter(task="referrals.tasks.scan_attachment").count() == 1


def test_only_who_may_attach_has_a_file_checked_again(cast, life):
    attachment = attach(life.submitted(), cast.olu)

    for user in (cast.lin, cast.pat, cast.ada):
        with pytest.raises(services.CannotAttach):
            services.check_attachment_again(attachment_id=attachment.pk, by=user, at=NOW)


def test_a_file_that_is_added_after_the_submission_is_a_version_and_whoever_works_on_it_is_told(
    client, cast, life, mailoutbox
):
    draft = life.ready()
    attach(draft, cast.olu, name="first.pdf")
    assert Amendment.objects.count() == 0
    sent = services.submit_referral(referral_id=draft.pk, key=draft.pk, by=cast.olu, at=NOW)

    later = services.attach_file(
        referral_id=sent.pk,
        name="later.jpg",
        file=io.BytesIO(picture()),
        by=cast.olu,
        at=NOW + timedelta(hours=1),
    )
    attach(sent, cast.olu)

    (version,) = Amendment.objects.all()
    assert (version.number, version.amended_by, version.reason) == (2, cast.olu, "A file was attached.")
    assert later.name in client.signed_in(cast.mina).get(page("versions", sent.pk)).content.decode()
    first, second = queries.versions_of(Referral.objects.get(pk=sent.pk))
    ((label, before, after),) = [
        (one.label, one.pieces[0].text, one.pieces[-1].text) for one in differences(first.referral, second.referral)
    ]
    assert label == "Attached"
    assert ("first.pdf" in before, "later.jpg" in after) == (True, True)
    jobs.run(job_id=Job.objects.get(task__endswith="email_about_amendment").pk, at=timezone.now())
    amended = [mail.to for mail in mailoutbox if "amended" in mail.subject]
    assert sorted(amended) == sorted([address] for address in (cast.mina.email, cast.sam.email))
