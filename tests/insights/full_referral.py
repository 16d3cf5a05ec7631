"""A referral with a row of every kind that can hang on one, a marker in every text of each."""

import itertools
import uuid
from datetime import date, datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models

from accounts.models import Agency, Area, Team, User
from insights.enums import FATES, LAST, Fate
from insights.tasks.disposal import relations
from referrals.models import Referral
from tests.people import Cast

MARKER = "Quondamzebra"
_numbers = itertools.count(1)
# Written by triggers from the others.
DERIVED = {"referrals.ReferralWords", "referrals.FamilySound", "referrals.ShareWords"}
# Made by hand: with what it is about in another table.
BY_HAND = {"referrals.ReferralGroupObjectPermission", "grading.GradeDraft"}


def every_kind_that_goes() -> list[type[models.Model]]:
    """The models whose rows go, each once, what others hang on before them."""
    found: dict[type[models.Model], None] = {}
    for name, model, _ in relations():
        if FATES[name] == Fate.GOES and name not in LAST and model._meta.label not in DERIVED | BY_HAND:
            found[model] = None
    return list(reversed(found))


class Maker:
    """Makes a row of each kind, in the order in which they hang on each other."""

    def __init__(self, cast: Cast, referral: Referral, at: datetime) -> None:
        self.cast, self.referral, self.at = cast, referral, at
        self.made: dict[type[models.Model], models.Model] = {Referral: referral}
        self.files: list[str] = []
        self.words = MARKER

    def make_all(self, exactly: dict[str, dict[str, Any]]) -> None:
        """Every kind once. What the database would refuse in such a row is put aside: here it only has to be full of words."""
        _put_rules_aside(every_kind_that_goes())
        waiting = every_kind_that_goes()
        while waiting:
            later, failed = [], {}
            for model in waiting:
                if model in self.made:
                    continue
                try:
                    self.made[model] = self.make(model, exactly.get(model._meta.label, {}))
                except LookupError as error:
                    failed[model._meta.label] = str(error)
                    later.append(model)
            assert len(later) < len(waiting), failed
            waiting = later

    def make(self, model: type[models.Model], exactly: dict[str, Any]) -> models.Model:
        given = {name: value(self) if callable(value) else value for name, value in exactly.items()}
        values = {
            field.name: self._value(field)
            for field in model._meta.concrete_fields
            if field.name not in given and not (field.primary_key and field.has_default())
        }
        row = model(**values, **given)
        row.save()
        return row

    def _value(self, field: Any) -> Any:
        if isinstance(field, models.ForeignKey):
            return self._related(field)
        if isinstance(field, models.FileField):
            path = default_storage.save(f"tests/{uuid.uuid4().hex}", ContentFile(MARKER.encode()))
            self.files.append(path)
            return path
        if field.choices:
            return None if field.null else field.choices[0][0]
        if isinstance(field, models.CharField | models.TextField):
            return self._text(field)
        if isinstance(field, models.JSONField):
            return {"words": MARKER}
        if isinstance(field, models.DateTimeField):
            return None if field.null else self.at
        if isinstance(field, models.DateField):
            return None if field.null else date(2014, 5, 1)
        if field.get_internal_type() == "ArrayField":
            is_free = isinstance(field.base_field, models.CharField | models.TextField) and not field.base_field.choices
            return [MARKER.lower()] if is_free else []
        if field.has_default():
            return field.get_default()
        if field.null:
            return None
        if isinstance(field, models.BooleanField):
            return False
        if isinstance(field, models.UUIDField):
            return uuid.uuid4()
        return next(_numbers) % 30_000

    def _text(self, field: Any) -> str:
        text = f"{self.words} {next(_numbers)} " + "fictitious words " * 4
        return text[: field.max_length] if field.max_length else text

    def _related(self, field: Any) -> Any:
        to = field.related_model
        if to in self.made:
            return self.made[to]
        people = {User: self.cast.sam, Agency: self.cast.council, Team: self.cast.hub_team, Area: self.cast.district}
        if to in people:
            return people[to]
        if to in every_kind_that_goes():
            raise LookupError(f"{to._meta.label} is not made yet")
        return None if field.null else self._beside_it(to)

    def _beside_it(self, to: type[models.Model]) -> models.Model:
        """What a row hangs on that is no part of the referral, a daily meeting for example: without the marker."""
        self.words = "Fictitious"
        made = self.make(to, {})
        self.words = MARKER
        return made


def _put_rules_aside(models_of: list[type[models.Model]]) -> None:
    """For the time of this transaction: check constraints of what goes, and the trigger that asks when glass may be broken."""
    tables = [model._meta.db_table for model in models_of if model._meta.label != "referrals.ThresholdDecision"]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c' AND conrelid::regclass::text = ANY(%s)",
            [[*tables, "referrals_triagemeeting"]],
        )
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute("ALTER TABLE referrals_emergencyaccess DISABLE TRIGGER referrals_emergency_access_checked")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def places_of(marker: str) -> list[str]:
    """Every table and column of the database in which the marker stands, whatever it is of; “table.column”."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables
            USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1, 2"""
        )
        columns = cursor.fetchall()
        found = []
        for table, column in columns:
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}" WHERE "{column}"::text ILIKE %s)', [f"%{marker}%"])  # noqa: S608 -- names of the database itself
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return found
