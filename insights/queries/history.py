"""What changed in a referral and what belongs to it, in plain words; its values only for who may read all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps as installed
from django.db import models

from accounts.models import Agency, User
from audit.models import Change, Operation
from common.clock import london_day
from insights.queries.names import agencies_named, people_named
from referrals.forms.versions import Piece, pieces

# Read by who evaluates information and nobody else: of these tables the history says that something changed, and not what.
NEVER_SHOWN = ("referrals_cpiassessment", "referrals_encompassnotice")
LONGEST_SHOWN = 20_000


@dataclass(frozen=True)
class Changed:
    """One column: its question, and the words that went and came."""

    label: str
    pieces: list[Piece]


@dataclass(frozen=True)
class ChangeLine:
    """A change with the names behind its ids."""

    change: Change
    what: str
    who: str
    columns: list[Changed]
    shows_values: bool

    @property
    def day(self) -> date:
        return london_day(self.change.at)


def lines_of(changes: Sequence[Change], *, shows_values: bool) -> list[ChangeLine]:
    """In two queries, whatever the number of changes."""
    ids = {one.actor_id for one in changes if one.actor_id}
    agencies: set[str] = set()
    for one in changes:
        for name, related in _relations(one.table).items():
            for side in (one.before, one.after):
                if side and side.get(name) and related in (User, Agency):
                    (ids if related is User else agencies).add(str(side[name]))
    names = people_named(ids) | agencies_named(agencies)
    return [_line(one, names, shows_values and one.table not in NEVER_SHOWN) for one in changes]


def _line(change: Change, names: dict[str, str], shows_values: bool) -> ChangeLine:
    model = _model_of(change.table)
    kind = str(model._meta.verbose_name).capitalize() if model else change.table
    columns = [_column(model, name, change, names, shows_values) for name in change.columns or []]
    if change.operation == Operation.DELETE and change.before:
        columns = [
            _column(model, name, change, names, shows_values)
            for name, value in change.before.items()
            if value not in ("", None)
        ]
    who = names.get(change.actor_id) or (change.actor_id and "Somebody who is no more known")
    return ChangeLine(
        change,
        f"{change.get_operation_display()}: {kind}",
        who or f"Not through the service’s pages (database user {change.database_user})",
        columns,
        shows_values,
    )


def _column(
    model: type[models.Model] | None, name: str, change: Change, names: dict[str, str], shows_values: bool
) -> Changed:
    field = _fields(model).get(name) if model else None
    label = str(field.verbose_name) if field is not None else name
    label = f"{label[:1].upper()}{label[1:]}"
    if not shows_values:
        return Changed(label, [])
    old, new = (_in_words(field, (side or {}).get(name), names) for side in (change.before, change.after))
    return Changed(label, pieces(old[:LONGEST_SHOWN], new[:LONGEST_SHOWN]))


def _in_words(field: "models.Field[Any, Any] | None", value: Any, names: dict[str, str]) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        base = getattr(field, "base_field", None)
        return ", ".join(_in_words(base, one, names) for one in value)
    if isinstance(field, models.ForeignKey):
        return names.get(str(value), "another record")
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(value)


def _model_of(table: str) -> type[models.Model] | None:
    return next((one for one in installed.get_models() if one._meta.db_table == table), None)


def _fields(model: type[models.Model]) -> "dict[str, models.Field[Any, Any]]":
    return {field.column: field for field in model._meta.concrete_fields if field.column}


def _relations(table: str) -> dict[str, type[models.Model]]:
    model = _model_of(table)
    if model is None:
        return {}
    return {name: field.related_model for name, field in _fields(model).items() if isinstance(field, models.ForeignKey)}  # type: ignore[misc]
