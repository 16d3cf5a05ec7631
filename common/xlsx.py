"""Workbooks of tables: marked on every sheet, text kept as text whatever it begins with, the same tables the same bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO

from django.conf import settings

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Cell = str | int | Decimal | None
# What makes a spreadsheet take a text for a formula, when somebody edits the cell or saves it as CSV.
LOOKS_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
LONGEST_TEXT = 32_767
WIDEST = 60
# A workbook says when it was made; ours must be the same again.
MADE = datetime(2000, 1, 1)  # noqa: DTZ001 -- the file format knows no zones


@dataclass(frozen=True)
class Table:
    """One sheet: its name (31 characters at most), headings, and rows of as many cells. None leaves a cell empty."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def make_xlsx(*, title: str, facts: Sequence[tuple[str, Cell]], tables: Sequence[Table]) -> bytes:
    """A workbook: a first sheet with the marking, the title and the facts, then a sheet for each table.

    A text is never a formula, a number or a link. Raises ValueError for a text longer than a cell.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415 -- few processes need it

    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with Workbook(file, options) as book:
        book.set_properties({"title": title, "comments": settings.CLASSIFICATION, "created": MADE})
        writer = _Writer(book)
        writer.write("About", ["Marking", settings.CLASSIFICATION], [("Title", title), *facts])
        for table in tables:
            writer.write(table.name, table.headings, table.rows)
    return file.getvalue()


class _Writer:
    """Writes sheets into one workbook."""

    def __init__(self, book: object) -> None:
        self.book = book
        text = {"num_format": "@", "text_wrap": True, "valign": "top"}
        self.heading = book.add_format(text | {"bold": True})  # type: ignore[attr-defined]
        self.text = book.add_format(text)  # type: ignore[attr-defined]
        # With the quote prefix a spreadsheet keeps it as text even after somebody edits the cell.
        self.quoted = book.add_format(text | {"quote_prefix": True})  # type: ignore[attr-defined]
        self.whole = book.add_format({"num_format": "#,##0", "valign": "top"})  # type: ignore[attr-defined]
        self.decimal = book.add_format({"num_format": "0.0#", "valign": "top"})  # type: ignore[attr-defined]

    def write(self, name: str, headings: Sequence[Cell], rows: Sequence[Sequence[Cell]]) -> None:
        sheet = self.book.add_worksheet(name)  # type: ignore[attr-defined]
        marking = settings.CLASSIFICATION.replace("&", "&&")
        sheet.set_header(f'&C&"Arial,Bold"{marking}')
        sheet.set_footer(f'&L&"Arial,Bold"{marking}&RPage &P of &N')
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        for at, row in enumerate([headings, *rows]):
            for column, cell in enumerate(row):
                self._write(sheet, at, column, cell)
        for column in range(len(headings)):
            widest = max(len(str(row[column])) for row in [headings, *rows] if len(row) > column)
            sheet.set_column(column, column, min(widest + 2, WIDEST))

    def _write(self, sheet: object, row: int, column: int, cell: Cell) -> None:
        if cell is None:
            return
        if isinstance(cell, str):
            if len(cell) > LONGEST_TEXT:
                raise ValueError("A text is longer than a cell of a spreadsheet.")
            usual = self.heading if row == 0 else self.text
            format = self.quoted if cell.startswith(LOOKS_LIKE_A_FORMULA) else usual
            sheet.write_string(row, column, cell, format)  # type: ignore[attr-defined]
        else:
            format = self.whole if isinstance(cell, int) else self.decimal
            sheet.write_number(row, column, float(cell), format)  # type: ignore[attr-defined]
