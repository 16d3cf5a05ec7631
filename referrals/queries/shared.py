"""What may be given of a referral, what an agency was given, and who reads a referral only as far as it was shared."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Prefetch

from accounts.enums import Permission
from accounts.models import User
from referrals.enums import (
    ABOUT_PEOPLE,
    ON_REFERRAL,
    PART_TITLES,
    PEOPLE,
    PERSON_FIELDS,
    SECTION_FIELDS,
    FormKind,
)
from referrals.models import (
    MODULES,
    Attachment,
    Module,
    Person,
    Referral,
    Share,
    ShareSnapshot,
    content_of,
    modules_of,
)
from referrals.queries.marks import has_no
from referrals.queries.readers import with_readers
from referrals.queries.wording import value_in_words


def shareable_sections(referral: Referral) -> list[str]:
    """The parts of this referral that can be given, in the order of its form; who the people are is chosen one by one."""
    return [*(page.key for page in _pages(referral)), *ABOUT_PEOPLE]


def shared_content(
    referral: Referral, *, sections: Iterable[str], people: Iterable[UUID], files: Iterable[UUID] = ()
) -> dict[str, Any]:
    """What an agency reads that is given these parts, people and files, as JSON. Nothing else of the referral is in it.

    Every question and answer also stands there in words, so that it reads the same when the form asks otherwise later.
    """
    given, chosen = set(sections), set(people)
    facets = [PEOPLE, *(key for key in ABOUT_PEOPLE if key in given)]
    fields = [name for facet in facets for name in PERSON_FIELDS[facet]]
    pages = [page for page in _pages(referral) if page.key in given]
    shown = [person for person in referral.everybody() if person.pk in chosen]
    content = {
        "form": {"kind": referral.kind, "reference": referral.reference, "version": referral.version},
        "sections": {page.key: {name: getattr(page.holder(name), name) for name in page.asked} for page in pages},
        "people": [{"id": person.pk, **{name: getattr(person, name) for name in fields}} for person in shown],
        "files": [
            {"id": file.pk, "name": file.name, "size": file.size, "sha256": file.sha256}
            for file in shareable_files(referral)
            if file.pk in set(files)
        ],
        "words": {
            "parts": [
                {"key": page.key, "title": page.title, "answers": [page.in_words(name) for name in page.asked]}
                for page in pages
            ],
            "people": [
                {"title": person.full_name, "answers": [_of_person(person, name) for name in fields]}
                for person in shown
            ],
        },
    }
    written: dict[str, Any] = json.loads(json.dumps(content, cls=DjangoJSONEncoder))
    return written


def shareable_files(referral: Referral) -> list[Attachment]:
    """The files of a referral that can be given: those that a scanner called clean."""
    return list(referral.attachments.clean().order_by("added_at", "pk"))


def title_of_part(key: str) -> str:
    """A part of a form, or of what is known of people, in words."""
    module = next((model for model in MODULES.values() if model.key() == key), None)
    return module.title if module is not None else PART_TITLES.get(key) or ABOUT_PEOPLE.get(key, key)


def last_snapshot(share: Share) -> ShareSnapshot | None:
    """What the agency reads now."""
    return share.snapshots.order_by("-number").first()


def snapshot_read(snapshot: ShareSnapshot | None) -> dict[str, Any]:
    """What the record of a look says of the version that was read; nothing where the referral itself was read."""
    return {} if snapshot is None else {"number": snapshot.number, "share": str(snapshot.share_id)}


def shares_of(referral: Referral, *, on: date) -> list[Share]:
    """All shares of a referral, the oldest first, with what each agency was given, without its words.

    Each says whether anybody of the agency can read it on this day (`has_readers`).
    """
    if has_no("shares", referral):
        return []
    snapshots = ShareSnapshot.objects.defer("content").order_by("number")
    related = referral.shares.select_related("agency", "shared_by", "answered_by", "handed_by")
    shares = with_readers(related, on=on)
    return list(shares.prefetch_related(Prefetch("snapshots", snapshots)).order_by("shared_at", "pk"))


@dataclass(frozen=True)
class Shown:
    """What a list shows of a referral that somebody reads only as far as it was shared."""

    types: list[str]
    risk_level: int | None


def shown_of(user: User, referrals: Iterable[Referral]) -> dict[UUID, Shown]:
    """For lists: types and risk of those of these referrals that this person reads only as far as they were shared."""
    if not user.may(Permission.SEE_SHARED_REFERRALS):
        return {}
    others = [referral.pk for referral in referrals if referral.author_id != user.pk]
    given = ShareSnapshot.objects.filter(share__referral__in=others, share__agency=user.agency_id)
    live = given.filter(share__in=Share.objects.live()).order_by("number")
    shown = {pk: Shown([], None) for pk in others}
    for pk, sections in live.values_list("share__referral_id", "content__sections"):
        shown[pk] = Shown(sections.get("incident", {}).get("types", []), sections.get("risk", {}).get("risk_level"))
    return shown


@dataclass(frozen=True)
class _Page:
    """One part of a form: what it asks, by the name of the column, and the record that holds the answers."""

    key: str
    referral: Referral
    content: Model
    asked: Mapping[str, str]

    @property
    def title(self) -> str:
        return title_of_part(self.key)

    def holder(self, name: str) -> Model:
        on_referral = () if isinstance(self.content, Module) else ON_REFERRAL[FormKind(self.referral.kind)]
        return self.referral if name in on_referral else self.content

    def in_words(self, name: str) -> tuple[str, str, str]:
        holder = self.holder(name)
        return name, self.asked[name], value_in_words(holder._meta.get_field(name), getattr(holder, name))


def _pages(referral: Referral) -> list[_Page]:
    """Each part of the form in order; after the concern the types."""
    content = content_of(referral)
    pages: list[_Page] = []
    for key, asked in SECTION_FIELDS[FormKind(referral.kind)].items():
        pages.append(_Page(key, referral, content, asked))
        if key == "concern":
            modules = modules_of(referral)
            pages += [
                _Page(one.key(), referral, one, {field.name: str(field.verbose_name) for field in one.questions()})
                for one in modules
            ]
    return pages


# What is asked of a person in a word, said so that it reads by itself.
PERSON_WORDS = {
    "role": "Part in it",
    "lives_in_household": "Lives in the household",
    "ethnicity_source": "How the ethnicity is known",
    "not_known_reason": "Why some of it is not known",
}


def _of_person(person: Person, name: str) -> tuple[str, str, str]:
    label = PERSON_WORDS.get(name) or Person.question(name)
    return name, label, value_in_words(Person.column(name), getattr(person, name))


def person_given(row: dict[str, Any]) -> Person:
    """Somebody of a snapshot, as the record it was taken from; never saved."""
    fields = {field.name: field for field in Person._meta.concrete_fields}
    return Person(**{name: fields[name].to_python(value) for name, value in row.items()})
