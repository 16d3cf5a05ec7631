"""Rows for the files of referrals: who wrote it, their team's lead, and the hub; an agency those that it was given."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from referrals import services
from referrals.tasks import note_verdict
from tests.files import PDF, picture
from tests.people import NOW, Cast
from tests.permissions.challenges import shared_with_council
from tests.permissions.referrals import HUB, INSIDERS, draft, only, received
from tests.permissions.rows import Row, Things


def furnish(cast: Cast) -> dict[str, Any]:
    """A checked file on a draft of Olu's, and one on a PPN that was shared with the council."""
    begun = services.begin_draft(kind="PPN", by=cast.olu, at=NOW)
    on_draft = services.attach_file(referral_id=begun.pk, name="a.pdf", file=io.BytesIO(PDF), by=cast.olu, at=NOW)
    shared = shared_with_council(cast).referral
    on_shared = services.attach_file(
        referral_id=shared.pk, name="b.png", file=io.BytesIO(picture("PNG")), by=cast.mina, at=NOW
    )
    given = services.attach_file(
        referral_id=shared.pk, name="c.pdf", file=io.BytesIO(PDF.replace(b"1.7", b"1.5")), by=cast.mina, at=NOW
    )
    for attachment in (on_draft, on_shared, given):
        note_verdict(attachment_id=attachment.pk, found="", at=timezone.now())
    share = shared.shares.get(agency=cast.council)
    sections = [key for key in share.snapshots.get().sections if key != "people"]
    services.renew_share(
        share_id=share.pk, sections=sections, people=[], files=[given.pk], reason="Needed.", by=cast.mina, at=NOW
    )
    return {"attachments_on_draft": on_draft, "attachments_on_shared": on_shared, "attachments_given": given}


def on_draft(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["attachments_on_draft"].referral_id, "file_pk": things["attachments_on_draft"].pk}


def on_shared(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["attachments_on_shared"].referral_id, "file_pk": things["attachments_on_shared"].pk}


def given(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["attachments_given"].referral_id, "file_pk": things["attachments_given"].pk}


def shared(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["attachments_on_shared"].referral_id}


def upload(cast: Cast, things: Things) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("letter.pdf", PDF.replace(b"1.7", b"1.6"))}


ROWS = [
    Row("referrals:files", 404, only(200, "olu"), arguments=draft),
    Row("referrals:files", 404, only(302, "olu"), "POST", draft, upload),
    Row("referrals:files", 404, only(200, "olu", *HUB) | only(403, "lin"), arguments=received),
    Row("referrals:files", 404, only(200, "olu", *HUB) | only(403, "lin", "pat"), arguments=shared),
    Row("referrals:file_download", 404, only(200, "olu"), arguments=on_draft),
    Row(
        "referrals:file_download",
        404,
        only(200, *INSIDERS),
        arguments=on_shared,
        why="the agency that it is shared with does not get what was not shared",
    ),
    Row(
        "referrals:file_download",
        404,
        only(200, *INSIDERS, "pat"),
        arguments=given,
        why="the agency gets the file that it was given, and those of it who may see what is shared",
    ),
    Row("referrals:file_check", 404, only(302, "olu"), "POST", on_draft),
    Row("referrals:file_check", 404, only(302, "olu", "mina", "sam") | only(403, "lin", "pat"), "POST", on_shared),
    Row("referrals:file_remove", 404, only(302, "olu"), "POST", on_draft),
    Row("referrals:file_remove", 404, only(403, *INSIDERS, "pat"), "POST", on_shared, why="what was sent stays"),
]
