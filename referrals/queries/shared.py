"""What may be given of a referral, what an agency was given, and who reads a referral only as far as it was shared."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Prefetch

from accounts.enums import Permission
from accounts.models import User
from referrals.enums import (
    ABOUT_PEOPLE,
    ON_REFERRAL,
    PEOPLE,
    PERSON_FIELDS,
    SECTION_FIELDS,
    FormKind,
)
from referrals.models import Module, Person, Referral, Share, ShareSnapshot, content_of, modules_of


def shareable_sections(referral: Referral) -> list[str]:
    """The parts of this referral that can be given, in the order of its form; who the people are is chosen one by one."""
    return [*(key for key, _, _ in _pages(referral)), *ABOUT_PEOPLE]


def shared_content(referral: Referral, *, sections: Iterable[str], people: Iterable[UUID]) -> dict[str, Any]:
    """What an agency reads that is given these parts and people, as JSON. Nothing else of the referral is in it."""
    given, chosen = set(sections), set(people)
    facets = [PEOPLE, *(key for key in ABOUT_PEOPLE if key in given)]
    fields = [name for facet in facets for name in PERSON_FIELDS[facet]]
    content = {
        "form": {"kind": referral.kind, "reference": referral.reference, "version": referral.version},
        "sections": {
            key: {name: getattr(holder, name) for holder, name in _columns(referral, content, names)}
            for key, content, names in _pages(referral)
            if key in given
        },
        "people": [
            {"id": person.pk, **{name: getattr(person, name) for name in fields}}
            for person in sorted(referral.people.all(), key=lambda person: person.position)
            if person.pk in chosen
        ],
    }
    written: dict[str, Any] = json.loads(json.dumps(content, cls=DjangoJSONEncoder))
    return written


def last_snapshot(share: Share) -> ShareSnapshot | None:
    """What the agency reads now."""
    return share.snapshots.order_by("-number").first()


def snapshot_read(snapshot: ShareSnapshot | None) -> dict[str, Any]:
    """What the record of a look says of the version that was read; nothing where the referral itself was read."""
    return {} if snapshot is None else {"number": snapshot.number, "share": str(snapshot.share_id)}


def shares_of(referral: Referral) -> list[Share]:
    """All shares of a referral with what each agency was given, without its words, the oldest first."""
    snapshots = ShareSnapshot.objects.defer("content").order_by("number")
    shares = referral.shares.select_related("agency", "shared_by", "answered_by")
    return list(shares.prefetch_related(Prefetch("snapshots", snapshots)).order_by("shared_at", "pk"))


def types_shown(user: User, referrals: Iterable[Referral]) -> dict[UUID, list[str]]:
    """For lists: the types of those of these referrals that this person reads only as far as they were shared."""
    if not user.may(Permission.SEE_SHARED_REFERRALS):
        return {}
    others = [referral.pk for referral in referrals if referral.author_id != user.pk]
    given = ShareSnapshot.objects.filter(share__referral__in=others, share__agency=user.agency_id)
    live = given.filter(share__in=Share.objects.live()).order_by("number")
    shown: dict[UUID, list[str]] = {pk: [] for pk in others}
    for pk, sections in live.values_list("share__referral_id", "content__sections"):
        shown[pk] = sections.get("incident", {}).get("types", [])
    return shown


def _pages(referral: Referral) -> list[tuple[str, Model, tuple[str, ...]]]:
    """Each page of the form in order: its key, the record that holds its answers, and their names."""
    content = content_of(referral)
    pages: list[tuple[str, Model, tuple[str, ...]]] = []
    for key, names in SECTION_FIELDS[FormKind(referral.kind)].items():
        pages.append((key, content, names))
        if key == "concern":
            modules = modules_of(referral)
            pages += [(one.key(), one, tuple(field.name for field in one.questions())) for one in modules]
    return pages


def _columns(referral: Referral, content: Model, names: tuple[str, ...]) -> list[tuple[Model, str]]:
    on_referral = frozenset[str]() if isinstance(content, Module) else ON_REFERRAL[FormKind(referral.kind)]
    return [(referral if name in on_referral else content, name) for name in names]


def person_given(row: dict[str, Any]) -> Person:
    """Somebody of a snapshot, as the record it was taken from; never saved."""
    fields = {field.name: field for field in Person._meta.concrete_fields}
    return Person(**{name: fields[name].to_python(value) for name, value in row.items()})
