"""Rows for the writer's own copy of what was sent: who reads all of it."""

import hashlib
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from referrals.models import Referral, WriterCopy
from tests.files import PDF
from tests.people import NOW, Cast
from tests.permissions.challenges import shared_with_council
from tests.permissions.referrals import INSIDERS, draft, only
from tests.permissions.rows import Row, Things


def kept_copy(referral: Referral, *, number: int = 1, content: bytes = PDF) -> WriterCopy:
    """A copy as the job keeps it, of a content that takes no time to make."""
    digest = hashlib.sha256(content).hexdigest()
    return WriterCopy.objects.create(
        referral=referral,
        number=number,
        made_at=NOW,
        file=default_storage.save(f"copies/{referral.pk.hex[:2]}/{referral.pk.hex}.pdf", ContentFile(content)),
        sha256=digest,
        content_sha256=digest,
        size=len(content),
        pages=1,
    )


def furnish(cast: Cast) -> dict[str, Any]:
    """A copy of a PPN of Olu's that was shared with the council."""
    return {"copies_one": kept_copy(shared_with_council(cast).referral)}


def one(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["copies_one"].referral_id, "number": 1}


def its_page(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["copies_one"].referral_id}


def none_yet(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["copies_one"].referral_id, "number": 2}


def of_draft(cast: Cast, things: Things) -> dict[str, Any]:
    return draft(cast, things) | {"number": 1}


ROWS = [
    Row("referrals:detail", 404, only(200, *INSIDERS, "pat"), arguments=its_page),
    Row(
        "referrals:copy_download",
        404,
        only(200, *INSIDERS) | only(403, "pat"),
        arguments=one,
        why="an agency that it is shared with reads what it was given, and not the whole",
    ),
    Row("referrals:copy_download", 404, only(403, "pat"), arguments=none_yet),
    Row("referrals:copy_download", 404, arguments=of_draft),
]
