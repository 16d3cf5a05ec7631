"""Words as PostgreSQL's text search has them, without its parser in between."""

from typing import Any

from django.contrib.postgres.search import SearchQuery


class Lexemes(SearchQuery):
    """A query whose lexemes are given as they are stored, each quoted by `lexeme`."""

    def as_sql(self, compiler: Any, connection: Any, **_options: Any) -> tuple[str, list[str]]:  # type: ignore[override]
        return "%s::tsquery", [self.source_expressions[-1].value]  # type: ignore[attr-defined]


def lexeme(word: str, weight: str = "") -> str:
    """A word as it stands in a text-search query."""
    quoted = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}'{':' + weight if weight else ''}"
