"""Every word that anybody wrote, replaced in the database by one that tries to run: as HTML, as a formula, and as an address."""

import csv
import io
from html.parser import HTMLParser

import openpyxl
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from tests.tampering import walls_down

TAG = "xss-canary"
SHORT = f'=1"><{TAG}>'
OURS = ("accounts", "grading", "insights", "mail", "partners", "referrals", "training")
# What these hold is no word of anybody: keys, fingerprints, names of files in the store, names of our own parts.
NOT_WORDS = (
    "algorithm",
    "digest",
    "fingerprint",
    "hash",
    "key",
    "link",
    "message_id",
    "password",
    "reference",
    "seed",
    "sha256",
    "storage",
    "stored",
    "stratum",
    "ticket",
    "token",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\u2212", "\uff0b", "\uff0d", "\uff1d", "\uff20")


def words_of(model: type[models.Model]) -> list[models.Field]:
    """The fields of a model that hold what somebody wrote."""
    return [
        field
        for field in model._meta.concrete_fields
        if type(field) in (models.CharField, models.TextField)
        and not field.choices
        and not field.primary_key
        and not any(part in field.name for part in NOT_WORDS)
        and (field.max_length is None or field.max_length > len(SHORT) + 4)
    ]


def poison(address: str) -> int:
    """Put the attack into every such field of every row; returns into how many fields. What a constraint refuses stays as it is.

    `address` is asked by whoever loads pictures or frames from what was typed.
    """
    whole = f'=1+1"><{TAG} onload=1><img src="{address}/img"><iframe src="{address}/frame"></iframe><link rel=stylesheet href="{address}/css">'
    done = 0
    ours = [model for model in apps.get_models() if model._meta.app_label in OURS and model._meta.managed]
    with walls_down(*ours), connection.cursor() as cursor:  # without triggers: who attacks has had their way
        for model in ours:
            for field in words_of(model):
                limit = field.max_length or 4_000
                attack = whole if limit >= len(whole) + 10 else SHORT
                table, column = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(field.column)
                try:
                    with transaction.atomic():
                        cursor.execute(
                            f"UPDATE {table} SET {column} = %s || left({column}, %s) WHERE {column} <> ''",  # noqa: S608
                            [attack, limit - len(attack)],
                        )
                        done += bool(cursor.rowcount)
                except DatabaseError:
                    continue
    return done


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == TAG or any(TAG in name for name, _ in attrs):
            self.found = True


def runs_as_html(page: str) -> bool:
    """Whether a browser would see the attack as an element or an attribute."""
    reader = _Tags()
    reader.feed(page)
    return reader.found


def _is_formula(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return cell.startswith(FORMULA)
    return False


def formulas_in_csv(content: bytes) -> list[str]:
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    return [cell for row in rows for cell in row if _is_formula(cell)]


def formulas_in_xlsx(content: bytes) -> list[str]:
    """Cells that are worked out, and links that are followed."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    return [str(cell.value) for cell in cells if cell.data_type == "f" or cell.hyperlink]
