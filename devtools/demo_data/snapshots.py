"""What the agencies of the newest shares were given, each the parts that its kind usually needs."""

from random import Random

from psycopg.types.json import Jsonb

from devtools.demo_data.copying import Table
from devtools.demo_data.identity import next_id
from referrals.enums import PEOPLE, suggested_sections
from referrals.models import Share, ShareSnapshot
from referrals.models.snapshot import sum_of
from referrals.queries import shareable_files, shareable_sections, shared_content

NEWEST = 300


def make_snapshots(*, seed: int) -> int:
    """Copies of what was given with the newest shares; the others get theirs at the first look. Returns how many."""
    random, table = Random(f"{seed} snapshots"), Table(ShareSnapshot)
    shares = Share.objects.live().select_related("referral__ppn", "referral__cpi", "agency")
    for share in shares.prefetch_related("referral__people").order_by("-shared_at", "pk")[:NEWEST]:
        sections = suggested_sections(shareable_sections(share.referral), share.agency.kind)
        people = [person.pk for person in share.referral.people.all()]
        files = [file.pk for file in shareable_files(share.referral)[:1]]
        content = shared_content(share.referral, sections=sections, people=people, files=files)
        table.add(
            id=next_id(random),
            share_id=share.pk,
            number=1,
            made_at=share.shared_at,
            made_by_id=share.shared_by_id,
            form_version=share.referral.version,
            sections=[*([PEOPLE] if people else []), *sections],
            content=Jsonb(content),
            sha256=sum_of(content),
        )
    table.copy()
    return table.copied
