"""A disposal is done whole and once, however its worker ends: real Celery workers, killed with SIGKILL in the middle."""

import uuid
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from insights.tasks import remove_files_of_disposed
from insights.tasks.disposal import dispose
from jobs.models import Job
from jobs.services import enqueue
from referrals.models import DisposalCertificate, DoomedFile, Person, Ppn, Referral, WriterCopy
from tests.factories.referrals import PersonFactory
from tests.grading.test_report_worker import (
    kill_worker,
    locked,
    replace_dead_worker,
    someone_waits_for_a_lock,
    wait_until,
)
from tests.insights.test_disposal import approved
from tests.people import Cast
from tests.permissions.retention import LONG_AGO, ended
from tests.referrals.test_retention import ivo

__all__ = ["ivo"]
pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

# Where the first worker stands when it is killed: the lock that holds it there.
MIDDLES = {
    "while it looks what stands in the way": "LOCK TABLE grading_rounditem IN ACCESS EXCLUSIVE MODE",
    "while rows go": "LOCK TABLE referrals_ppn IN ACCESS EXCLUSIVE MODE",
    "after the rows, before the certificate": "LOCK TABLE referrals_disposalcertificate IN EXCLUSIVE MODE",
    "after the certificate, before the commit": "LOCK TABLE audit_entry IN EXCLUSIVE MODE",
}


def with_files(cast: Cast, count: int = 3) -> tuple[Referral, list[str]]:
    referral = ended(cast)
    PersonFactory(referral=referral)
    paths = [
        default_storage.save(f"tests/{uuid.uuid4().hex}.pdf", ContentFile(b"%PDF fictitious")) for _ in range(count)
    ]
    for number, path in enumerate(paths, start=1):
        WriterCopy.objects.create(
            referral=referral,
            number=number,
            made_at=LONG_AGO,
            file=path,
            sha256="0" * 64,
            content_sha256="0" * 64,
            size=15,
            pages=1,
        )
    return referral, paths


def there(paths: list[str]) -> list[str]:
    return [path for path in paths if default_storage.exists(path)]


@pytest.mark.parametrize("middle", MIDDLES)
def test_killed_in_the_middle_nothing_is_gone_and_the_next_worker_does_it_whole(
    cast: Cast, ivo: User, service: Any, middle: str
) -> None:
    referral, paths = with_files(cast)
    approved(cast, ivo, referral, at=timezone.now())
    with locked(MIDDLES[middle]):
        service.start_worker()
        wait_until(someone_waits_for_a_lock, service)
        kill_worker(service)
    assert (Referral.objects.count(), Person.objects.count(), Ppn.objects.count()) == (1, 1, 1)
    assert there(paths) == paths
    assert not DisposalCertificate.objects.exists()

    replace_dead_worker(service)
    wait_until(lambda: DisposalCertificate.objects.exists() and not DoomedFile.objects.exists(), service)

    assert (Referral.objects.count(), Person.objects.count(), Ppn.objects.count()) == (0, 0, 0)
    assert there(paths) == []
    assert DisposalCertificate.objects.get().files == len(paths)
    assert Entry.objects.filter(what="referral.disposed").count() == 1


def test_killed_between_two_files_the_next_worker_goes_on_with_the_rest(cast: Cast, ivo: User, service: Any) -> None:
    referral, paths = with_files(cast)
    at = timezone.now()
    review = approved(cast, ivo, referral, at=at)
    certificate = dispose(review.pk, at=at)
    assert certificate is not None
    Job.objects.all().delete()
    enqueue(remove_files_of_disposed, at=at, certificate_id=certificate.pk)
    second = DoomedFile.objects.order_by("pk")[1]
    with locked("SELECT * FROM referrals_doomedfile WHERE id = %s FOR UPDATE", second.pk):
        service.start_worker()
        wait_until(someone_waits_for_a_lock, service)
        kill_worker(service)
        assert len(there(paths)) == 1, "the file of the second went before its row"
        assert DoomedFile.objects.count() == 2

    replace_dead_worker(service)
    wait_until(lambda: not DoomedFile.objects.exists(), service)

    assert there(paths) == []
