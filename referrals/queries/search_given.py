"""Search within what an agency was given: the last copy of each share that stands, and nothing of the referral behind it."""

from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import BooleanField, Func, QuerySet

from accounts.enums import Permission
from accounts.models import User
from referrals.models import Share, ShareWords
from referrals.queries.lexemes import Lexemes, lexeme

# What is asked of one person of the copy: the term, and the names of the answers in which its words stand.
OF_ONE_PERSON = {
    "given_names": ("given_names", "aliases"),
    "family_name": ("family_name", "aliases"),
    "address": ("address", "usual_address"),
}
# Other terms ask for what stands outside of the copy, or is told to nobody: they find nothing in it.
ASKED_OF_COPY = {*OF_ONE_PERSON, "text", "date_of_birth", "type", "kind", "submitted_from", "submitted_before"}


def given_to(user: User, terms: Mapping[str, Any]) -> QuerySet[ShareWords]:
    """The copies that this person's agency reads now and that hold everything that is asked.

    The index gives those of this agency in which all the words stand somewhere; only these are then looked at person by person.
    """
    asked = {name: value for name, value in terms.items() if value}
    if not user.may(Permission.SEE_SHARED_REFERRALS) or set(asked) - ASKED_OF_COPY:
        return ShareWords.objects.none()
    copies = ShareWords.objects.filter(
        agency=user.agency_id, words=Lexemes(lexeme(f"to:{user.agency_id}")), share__in=Share.objects.live()
    )
    if text := asked.get("text"):
        copies = copies.filter(words=SearchQuery(text, config="english", search_type="websearch"))
    if concern := asked.get("type"):
        copies = copies.filter(snapshot__content__sections__incident__types__contains=[concern])
    for name in OF_ONE_PERSON:
        if name in asked:
            copies = copies.filter(words=SearchQuery(asked[name], config="simple"))
    if born := asked.get("date_of_birth"):
        copies = copies.filter(words=Lexemes(lexeme(f"b:{born.isoformat()}")))
    if {*OF_ONE_PERSON, "date_of_birth"} & set(asked):
        copies = copies.filter(HasPerson("snapshot__content", asked))
    return copies


class HasPerson(Func):
    """Whether one and the same person of a copy is described by all that is asked."""

    output_field = BooleanField()

    def __init__(self, content: str, asked: Mapping[str, Any]) -> None:
        super().__init__(content)
        self.conditions, self.values = [], []
        for term, names in OF_ONE_PERSON.items():
            if term in asked:
                texts = ", ".join(f"one->>'{name}'" for name in names)
                self.conditions.append(
                    f"to_tsvector('pg_catalog.simple', concat_ws(' ', {texts})) @@ plainto_tsquery('pg_catalog.simple', %s)"
                )
                self.values.append(asked[term])
        if "date_of_birth" in asked:
            self.conditions.append("one->>'date_of_birth' = %s")
            self.values.append(asked["date_of_birth"].isoformat())

    def as_sql(self, compiler: Any, connection: Any, **_options: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Every word that somebody typed goes as a parameter."""
        content, values = compiler.compile(self.source_expressions[0])  # type: ignore[attr-defined]
        people = f"jsonb_array_elements({content} -> 'people') AS one"
        return f"EXISTS (SELECT FROM {people} WHERE {' AND '.join(self.conditions)})", [*values, *self.values]
