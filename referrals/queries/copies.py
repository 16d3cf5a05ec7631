"""What the writer's own copy of a version says, and the copies that there are."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from referrals.enums import AttachmentState
from referrals.models import Referral, WriterCopy
from referrals.queries.marks import has_no
from referrals.queries.people import relations_of
from referrals.queries.shared import shareable_sections, shared_content
from referrals.queries.versions import Version, versions_of


def version_numbered(referral: Referral, number: int) -> Version:
    """This version as it stood, whatever was amended since. Raises StopIteration where there is none of that number."""
    return next(version for version in versions_of(referral) if version.number == number)


def content_of_copy(version: Version) -> dict[str, Any]:
    """All that a version says, in the words of the form, with people, relationships and files; as JSON."""
    referral = version.referral
    people = [person.pk for person in referral.everybody()]
    said = shared_content(referral, sections=shareable_sections(referral), people=people)
    content = {
        "form": {"kind": referral.kind, "reference": referral.reference, "version": version.number},
        "sections": said["sections"],
        "words": said["words"],
        "relations": list(_relations(referral)),
        "files": [
            {"name": file.name, "size": file.size, "sha256": file.sha256}
            for file in sorted(referral.attachments.all(), key=lambda one: (one.added_at, one.pk))
            if file.state != AttachmentState.INFECTED
        ],
        "declaration": referral.declaration,
    }
    written: dict[str, Any] = json.loads(json.dumps(content, cls=DjangoJSONEncoder))
    return written


def copies_of(referral: Referral) -> list[WriterCopy]:
    """The copies that were made, the newest version first."""
    if has_no("copies", referral):
        return []
    return list(referral.copies.order_by("-number"))


def _relations(referral: Referral) -> Iterator[str]:
    """What the people of a version are to each other, in words."""
    named = {person.pk: person for person in referral.people.all()}
    for relation in relations_of(referral):
        if other := named.get(relation.other_id):
            yield f"{named[relation.person_id].full_name}: {relation.get_kind_display()} {other.full_name}"
