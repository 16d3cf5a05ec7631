"""Evidence of CPD: checked by content, kept under names that say nothing, scanned before anybody gets it, a download only."""

import io
import uuid
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from common.scanning import EICAR
from common.uploads import CannotTakeFile
from jobs import services as jobs
from jobs.models import Job
from tests.factories.training import CpdEntryFactory, CpdFileFactory
from tests.files import NOT_TAKEN, PDF, picture
from tests.people import NOW, Cast
from tests.reading import text_of
from training.models import CpdEntry, CpdFile
from training.services import cpd_files as services


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def entry(cast: Cast) -> CpdEntry:
    return CpdEntryFactory(person=cast.olu)


def stored(tmp_path):
    return sorted(path for path in tmp_path.rglob("*") if path.is_file())


def attach(entry: CpdEntry, by, content: bytes = PDF, name: str = "Certificate of Olu.pdf") -> CpdFile:
    return services.attach_evidence(entry_id=entry.pk, name=name, file=io.BytesIO(content), by=by, at=NOW)


def scan_all() -> None:
    for job in Job.objects.unfinished().filter(task="training.tasks.scan_cpd_file"):
        jobs.run(job_id=job.pk, at=timezone.now())


def page(name: str, *arguments: object) -> str:
    return reverse(f"training:{name}", args=arguments)


def test_a_file_is_kept_once_under_a_name_that_says_nothing(cast, entry, tmp_path):
    kept = attach(entry, cast.olu)

    assert attach(entry, cast.olu, name="other.pdf") == kept
    (path,) = stored(tmp_path)
    assert (path.name, path.read_bytes()) == (kept.pk.hex, PDF)
    recorded = Entry.objects.get(what="training.cpd_file_added")
    assert (recorded.verb, recorded.object_id) == ("COLLECTED", str(entry.pk))
    assert "Olu" not in str(recorded.details)


@pytest.mark.parametrize("name", sorted(NOT_TAKEN))
def test_of_what_cannot_be_taken_nothing_is_stored(cast, entry, tmp_path, name):
    with pytest.raises(CannotTakeFile):
        attach(entry, cast.olu, NOT_TAKEN[name], name)

    assert (CpdFile.objects.count(), stored(tmp_path)) == (0, [])


def test_a_file_is_handed_out_once_a_scanner_called_it_clean_and_as_a_download(client, cast, entry):
    kept = attach(entry, cast.olu)
    address = page("cpd_file", entry.pk, kept.pk)
    client.signed_in(cast.lin)
    assert "cannot be opened: being checked for malware" in text_of(client.get(address, follow=True))

    scan_all()
    answer = client.get(address)

    assert answer.content == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="Certificate of Olu.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    recorded = Entry.objects.get(what="training.cpd_file_downloaded")
    assert (recorded.verb, recorded.actor_id, recorded.object_id) == ("DOWNLOADED", str(cast.lin.pk), str(entry.pk))


@pytest.mark.parametrize("name", ["mina", "sam", "moss", "pat", "out", "ada"])
def test_nobody_else_adds_or_has_a_file(cast, entry, name):
    kept = attach(entry, cast.olu)
    scan_all()

    with pytest.raises(services.CannotAttachEvidence):
        attach(entry, getattr(cast, name), picture(), "a.jpg")
    with pytest.raises(services.CannotHandOutEvidence):
        services.hand_out_evidence(file_id=kept.pk, by=getattr(cast, name), at=NOW)


def test_a_file_in_which_malware_was_found_is_removed_and_says_so(
    client, cast, entry, tmp_path, django_capture_on_commit_callbacks
):
    attach(entry, cast.olu, b"%PDF-1.7\n" + EICAR + b"\n%%EOF\n")

    with django_capture_on_commit_callbacks(execute=True):
        scan_all()

    kept = CpdFile.objects.get()
    assert (kept.state, kept.found, bool(kept.file)) == ("INFECTED", "Eicar-Test-Signature", False)
    assert stored(tmp_path) == []
    assert "Malware found" in text_of(client.signed_in(cast.olu).get(entry.get_absolute_url()))


def test_what_the_scanner_left_unchecked_is_asked_about_again_an_hour_later(cast, entry, settings):
    settings.UPLOAD_SCANNER = ""
    kept = attach(entry, cast.olu)
    scan_all()
    kept.refresh_from_db()
    assert kept.unanswered_at is not None

    assert services.check_left_files(at=kept.unanswered_at + timedelta(minutes=59)) == 0
    assert services.check_left_files(at=kept.unanswered_at + timedelta(hours=1)) == 1
    assert services.check_left_files(at=kept.unanswered_at + timedelta(hours=2)) == 0


def test_who_added_a_file_removes_it_with_its_content(cast, entry, tmp_path, django_capture_on_commit_callbacks):
    kept = attach(entry, cast.olu)
    with pytest.raises(services.CannotAttachEvidence, match="who added"):
        services.remove_evidence(file_id=kept.pk, by=cast.tess, at=NOW)

    with django_capture_on_commit_callbacks(execute=True):
        services.remove_evidence(file_id=kept.pk, by=cast.olu, at=NOW)

    assert (CpdFile.objects.count(), stored(tmp_path)) == (0, [])
    assert Entry.objects.get(what="training.cpd_file_removed").verb == "DELETED"


def test_an_entry_has_so_many_files_and_no_more_and_none_once_it_is_taken_back(cast, entry, monkeypatch):
    monkeypatch.setattr(services, "MOST_FILES", 1)
    attach(entry, cast.olu)
    with pytest.raises(services.CannotAttachEvidence, match="at most 1"):
        attach(entry, cast.olu, picture(), "a.jpg")

    back = CpdEntryFactory(person=cast.olu, taken_back_at=NOW, taken_back_by=cast.olu, taken_back_because="Wrong day.")
    with pytest.raises(services.CannotAttachEvidence):
        attach(back, cast.olu)


def test_a_file_that_cannot_be_taken_is_told_beside_its_field(client, cast, entry):
    client.signed_in(cast.olu)

    answer = client.post(page("cpd_file_new", entry.pk), {"file": SimpleUploadedFile("a.pdf", b"Only words.")})

    assert answer.status_code == 422
    assert "is not a PDF, a JPEG or a PNG" in " ".join(answer.context["form"].errors["file"])


def test_files_that_no_row_names_are_removed_after_an_hour(cast, entry, tmp_path):
    attach(entry, cast.olu)
    default_storage.save("cpd/aa/orphan", ContentFile(b"x"))

    assert services.remove_orphaned_files(at=timezone.now()) == 0
    assert services.remove_orphaned_files(at=timezone.now() + timedelta(hours=2)) == 1
    assert [path.name for path in stored(tmp_path)] == [CpdFile.objects.get().pk.hex]


def test_a_file_of_another_entry_is_not_found_below_this_one(client, cast, entry):
    other = CpdFileFactory(entry=CpdEntryFactory(person=cast.olu))
    client.signed_in(cast.olu)

    for file_pk in (other.pk, uuid.uuid4()):
        assert client.get(page("cpd_file", entry.pk, file_pk)).status_code == 404


def test_the_database_holds_that_a_clean_file_was_scanned(cast, entry):
    with pytest.raises(IntegrityError, match="cpd_file_scanned_says_when"), transaction.atomic():
        CpdFileFactory(entry=entry, scanned_at=None)
