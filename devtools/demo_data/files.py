"""A few files on the newest referrals that were shared, plainly fictitious pictures; an agency is given the first of each."""

import hashlib
import io
from random import Random

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw

from devtools.demo_data.copying import Table
from devtools.demo_data.identity import next_id
from referrals.enums import AttachmentState
from referrals.models import Attachment, Referral
from referrals.services.attachment import FOLDER

REFERRALS = 12
NAMES = ("Kitchen on the evening.png", "Letter of the school.png")


def make_files(*, seed: int) -> int:
    """Checked pictures, two on each of the newest shared referrals. Returns how many."""
    random, table = Random(f"{seed} files"), Table(Attachment)
    shared = Referral.objects.filter(state__in=("SHARED", "ANSWERED")).order_by("-submitted_at", "pk")
    for number, referral in enumerate(shared[:REFERRALS]):
        for place, name in enumerate(NAMES):
            key, content = next_id(random), _picture(f"{name}, fictitious, {number + 1}", shade=170 + place * 40)
            table.add(
                id=key,
                referral_id=referral.pk,
                name=name,
                content_type="image/png",
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                file=default_storage.save(f"{FOLDER}/{key.hex[:2]}/{key.hex}", ContentFile(content)),
                state=str(AttachmentState.CLEAN),
                scanned_at=referral.submitted_at,
                added_at=referral.submitted_at,
                added_by_id=referral.author_id,
            )
    table.copy()
    return table.copied


def _picture(words: str, *, shade: int) -> bytes:
    image = Image.new("RGB", (640, 400), (shade, shade, shade))
    ImageDraw.Draw(image).text((40, 180), words, fill=(20, 20, 20))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
