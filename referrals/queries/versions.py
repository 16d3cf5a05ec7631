"""The versions of a referral: which is the newest, how each stood, and everything of one as data."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Field, Max, Model, prefetch_related_objects

from accounts.models import User
from referrals.enums import ON_REFERRAL, ConcernType, FormKind
from referrals.models import MODULES, Amendment, Attachment, Person, Referral, Relationship, content_of, modules_of
from referrals.queries.marks import has_no


@dataclass(frozen=True)
class Version:
    """One version: the first was submitted, each later one was made by an amendment, which says why."""

    number: int
    made_at: datetime | None
    made_by: User
    reason: str
    referral: Referral
    is_newest: bool


def version_of(referral: Referral) -> int:
    """The number of the newest version; 1 for what was never amended."""
    newest = referral.amendments.order_by("-number").values_list("number", flat=True).first()
    return newest or 1


def newest_versions(ids: Collection[UUID]) -> dict[UUID, int]:
    """The number of the newest version of each of these referrals."""
    amended = Amendment.objects.filter(referral__in=ids).values("referral").annotate(newest=Max("number"))
    return dict.fromkeys(ids, 1) | {row["referral"]: row["newest"] for row in amended}


def newest_amendment(referral: Referral) -> Amendment | None:
    """The last change after submission, if there was one."""
    if has_no("amendments", referral):
        return None
    return referral.amendments.select_related("amended_by").defer("before").order_by("-number").first()


def versions_of(referral: Referral) -> list[Version]:
    """Every version as it stood, the first one first."""
    amendments = list(referral.amendments.select_related("amended_by").order_by("number"))
    stood = [*(as_it_stood(referral, amendment) for amendment in amendments), referral]
    first = Version(1, referral.submitted_at, referral.author, "", stood[0], not amendments)
    later = (
        Version(one.number, one.amended_at, one.amended_by, one.reason, then, one is amendments[-1])
        for one, then in zip(amendments, stood[1:], strict=True)
    )
    return [first, *later]


def everything_of(referral: Referral) -> dict[str, Any]:
    """All answers of a referral by column: its own, those of its form, of each ticked type, and its people."""
    people = list(referral.people.order_by("position", "pk"))
    prefetch_related_objects(people, "relations")
    kind = FormKind(referral.kind)
    return {
        "referral": {name: getattr(referral, name) for name in sorted(ON_REFERRAL[kind])},
        "content": _values(content_of(referral)),
        "modules": {str(module.concern): _values(module) for module in modules_of(referral)},
        "people": [
            {
                "id": person.pk,
                **_values(person),
                "relations": [{"to": relation.other_id, "kind": relation.kind} for relation in person.relations.all()],
            }
            for person in people
        ],
    }


def as_it_stood(referral: Referral, amendment: Amendment) -> Referral:
    """The referral before this amendment, in memory only: read it as any other, never save it."""
    stored = amendment.before
    then = Referral(**{field.attname: getattr(referral, field.attname) for field in Referral._meta.concrete_fields})
    then.author, then.agency = referral.author, referral.agency
    for name, value in _parsed(Referral, stored["referral"]).items():
        setattr(then, name, value)
    # Each is made with the referral, which keeps it: nothing of today is looked up.
    content = type(content_of(referral))
    content(referral=then, **_parsed(content, stored["content"]))
    for concern in map(ConcernType, then.types):
        model = MODULES[concern]
        model(referral=then, **_parsed(model, stored["modules"].get(concern, {})))
    files = [file for file in referral.attachments.all() if file.added_at < amendment.amended_at]
    _keep_fetched(then, "attachments", Attachment, files)
    people = [_person(then, row) for row in stored["people"]]
    _keep_fetched(then, "people", Person, people)
    return then


def _person(referral: Referral, row: dict[str, Any]) -> Person:
    answers = {name: value for name, value in row.items() if name != "relations"}
    person = Person(referral=referral, **_parsed(Person, answers))
    relations = [
        Relationship(person=person, other_id=Person._meta.pk.to_python(one["to"]), kind=one["kind"])
        for one in row.get("relations", [])
    ]
    _keep_fetched(person, "relations", Relationship, relations)
    return person


def _keep_fetched(holder: Any, name: str, model: type[Any], rows: list[Any]) -> None:
    """As if these rows had been prefetched."""
    fetched = model.objects.none()
    fetched._result_cache, fetched._prefetch_done = rows, True
    holder._prefetched_objects_cache = {**getattr(holder, "_prefetched_objects_cache", {}), name: fetched}


def _values(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in _columns(type(row))}


def _parsed(model: type[Model], stored: dict[str, Any]) -> dict[str, Any]:
    """Stored values as the model holds them; a column that is no more is left out."""
    columns: dict[str, Field[Any, Any]] = {field.attname: field for field in model._meta.concrete_fields}
    return {name: columns[name].to_python(value) for name, value in stored.items() if name in columns}


def _columns(model: type[Model]) -> Iterable["Field[Any, Any]"]:
    return [field for field in model._meta.concrete_fields if not field.primary_key and field.attname != "referral_id"]
