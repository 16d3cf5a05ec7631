"""A whole PPN sent through the services (every section, three subjects, three files), against bare INSERTs of the same rows.

The peer is given the rows: it decides nothing, checks nothing, and writes no file. One statement for each table; triggers
gather the words of both, and both are committed. What is sent stays in this database, so this one comes after those that
read the queue.
"""

import io
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image

from accounts.models import User
from audit.models import Unchained
from benchmarks.growth import SMALLEST
from benchmarks.measuring import ROUNDS, compare
from common.references import new_reference
from referrals import services
from referrals.enums import ON_REFERRAL, SECTION_FIELDS, ConcernType, FormKind
from referrals.models import ChildModule, FamilySound, Ppn, Referral, ReferralWords

__all__ = ["SMALLEST", "main"]
LIMIT = 4
CALLS = 4
SUBJECTS = ("Erin", "Orla", "Noah")
FILES = ("Kitchen.png", "Letter of the school.png", "Stairs.png")
# Written by triggers, for both sides.
BY_TRIGGERS = {model._meta.db_table for model in (FamilySound, ReferralWords, Unchained)}


@dataclass(frozen=True)
class Rows:
    """What one submission put into a table."""

    table: str
    columns: list[str]
    values: list[tuple[Any, ...]]


def main() -> None:
    """Show that both sides insert as many rows into the same tables, then measure."""
    officer = User.objects.get(email="officer@example.org")
    answers, child = whole_answers()
    pictures = [picture(shade) for shade in (90, 120, 150)]
    size = f"{Referral.objects.count():,} referrals"

    with transaction.atomic():
        first = transaction_number()
        submit(officer, answers, child, pictures)
        ours = inserted()
        rows = written_since(first)
    prepared = copies_of(rows)
    with transaction.atomic():
        insert(next(prepared))
        assert inserted() == ours
    ready = [next(prepared) for _ in range(ROUNDS * (CALLS + 1))]

    def bare() -> None:
        with transaction.atomic():
            insert(ready.pop())

    compare(
        "Whole PPN with three files against bare INSERTs of its rows",
        ours=lambda: submit(officer, answers, child, pictures),
        peer=bare,
        size=size,
        calls=CALLS,
        limit=LIMIT,
        note=f"{sum(len(one.values) for one in rows)} rows in {len(rows)} tables",
    )


def whole_answers() -> tuple[dict[str, Any], dict[str, Any]]:
    """The answers of the fullest PPN of the demonstration, and of the fullest page about a child."""
    asked = {name for page in SECTION_FIELDS[FormKind.PPN].values() for name in page}
    form = fullest(Ppn, asked - ON_REFERRAL[FormKind.PPN])
    form |= {"types": [str(ConcernType.CHILD)], "risk_level": 2, "lawful_basis": "PUBLIC_TASK"}
    child = fullest(ChildModule, {field.name for field in ChildModule.questions()})
    assert form
    assert child
    return form, child


def fullest(model: type[Ppn | ChildModule], names: set[str]) -> dict[str, Any]:
    """What one record answers of these: of one alone, so that no answer rules out another."""
    records = model.objects.order_by("pk")[:500]
    given = [{name: value for name in names if (value := getattr(one, name)) not in (None, "", [])} for one in records]
    return max(given, key=len)


def picture(shade: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 400), (shade, shade, shade)).save(out, "PNG")
    return out.getvalue()


@transaction.atomic
def submit(officer: User, answers: dict[str, Any], child: dict[str, Any], pictures: list[bytes]) -> None:
    """As the pages do it, in one transaction: the form, its people, its files, and off it goes."""
    at = timezone.now()
    draft = services.begin_draft(kind=FormKind.PPN, by=officer, at=at)
    saved = services.save_section(referral_id=draft.pk, version=draft.version, answers=answers, by=officer, at=at)
    concern = ConcernType.CHILD
    services.save_section(
        referral_id=draft.pk, version=saved.version, answers=child, by=officer, at=at, concern=concern
    )
    for given in SUBJECTS:
        person = {"role": "SUBJECT", "given_names": given, "family_name": "Thistlewood", "address": "12 Imaginary Row"}
        services.add_person(referral_id=draft.pk, answers=person, by=officer, at=at)
    for name, content in zip(FILES, pictures, strict=True):
        services.attach_file(referral_id=draft.pk, name=name, file=ContentFile(content), by=officer, at=at)
    services.submit_referral(referral_id=draft.pk, key=uuid.uuid4(), by=officer, at=at, why_another="For a benchmark")


def transaction_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT txid_current()")
        return int(cursor.fetchone()[0])


def inserted() -> dict[str, int]:
    """How many rows this transaction put into each table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins FROM pg_stat_xact_user_tables WHERE n_tup_ins > 0")
        return dict(cursor.fetchall())


def written_since(first: int) -> list[Rows]:
    """The rows of this transaction, as they stand at its end, the referral before what belongs to it."""
    tables = [model._meta.db_table for model in apps.get_models() if model._meta.db_table not in BY_TRIGGERS]
    there = inserted()
    found = []
    for table in sorted(set(tables) & set(there), key=lambda table: table != Referral._meta.db_table):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table} WHERE xmin::text::bigint >= %s", [first])
            columns = [column.name for column in cursor.description]
            values = cursor.fetchall()
        found.append(without_numbers(Rows(table, columns, values)))
    return found


def without_numbers(rows: Rows) -> Rows:
    """Without the numbers that the database gives."""
    kept = [
        place
        for place, column in enumerate(rows.columns)
        if column != "id" or isinstance(rows.values[0][place], uuid.UUID)
    ]
    return Rows(
        rows.table,
        [rows.columns[place] for place in kept],
        [tuple(value[place] for place in kept) for value in rows.values],
    )


def copies_of(found: list[Rows]) -> Iterator[list[Rows]]:
    """The same rows again and again, each time with ids, submission key and reference of their own."""
    own = {
        value[place]
        for rows in found
        for place, column in enumerate(rows.columns)
        if column in ("id", "public_id", "submission_key")
        for value in rows.values
    }
    (reference,) = (
        value for rows in found if rows.table == Referral._meta.db_table for value in named(rows, "reference")
    )
    while True:
        others = {str(key): uuid.uuid4() for key in own}
        words = {text: str(key) for text, key in others.items()}
        words |= {text.replace("-", ""): key.hex for text, key in others.items()}
        words[reference] = new_reference(FormKind.PPN, timezone.now().year, length=10)
        pattern = re.compile("|".join(words))

        def anew(value: Any, others: Any = others, words: Any = words, pattern: Any = pattern) -> Any:
            if isinstance(value, uuid.UUID):
                return others.get(str(value), value)
            return pattern.sub(lambda hit: words[hit[0]], value) if isinstance(value, str) else value

        yield [
            Rows(rows.table, rows.columns, [tuple(anew(value) for value in row) for row in rows.values])
            for rows in found
        ]


def named(rows: Rows, column: str) -> list[Any]:
    """What stands in one column."""
    return [value[rows.columns.index(column)] for value in rows.values]


def insert(prepared: list[Rows]) -> None:
    """One statement for each table."""
    with connection.cursor() as cursor:
        for rows in prepared:
            row = f"({', '.join(['%s'] * len(rows.columns))})"
            cursor.execute(
                f"INSERT INTO {rows.table} ({', '.join(map(connection.ops.quote_name, rows.columns))})"
                f" VALUES {', '.join([row] * len(rows.values))}",
                [value for values in rows.values for value in values],
            )


if __name__ == "__main__":
    main()
