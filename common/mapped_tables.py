"""Tables that people keep under headings of their own: where the heading stands, which column is which, and the rows below."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from common.csv_files import Record, UnreadableCsv
from common.spreadsheets import read_cells

# A title, a name and an empty line may stand above the heading.
LOWEST_HEADING = 15

Words = Mapping[str, Collection[str]]


@dataclass(frozen=True)
class MappedTable:
    """What a file holds: its headings as they are written there, and the rows below them that are not empty."""

    headings: list[str]
    rows: list[Record]


def read_mapped_table(content: bytes, *, sheet: str, words: Words, most_rows: int) -> MappedTable:
    """Read a workbook or CSV file whose columns a person will name.

    The heading is the line, among the first few, in which most of our `words` (by column) stand; else the first that is not empty.
    Raises UnreadableCsv: no table, no rows, too many rows.
    """
    records = read_cells(content, sheet=sheet)
    first = [record for record in islice(records, LOWEST_HEADING) if _is_filled(record)]
    if not first:
        raise UnreadableCsv("The file is empty.")
    heading = max(first, key=lambda record: len(guess_columns(record.cells, words)))
    below = (record for record in chain(first, records) if record.number > heading.number and _is_filled(record))
    rows: list[Record] = []
    for record in below:
        if len(rows) == most_rows:
            raise UnreadableCsv(f"The file has more than {most_rows:,} rows. Split it and try again.")
        rows.append(record)
    if not rows:
        raise UnreadableCsv("There is no row below the heading.")
    return MappedTable([cell.strip() for cell in heading.cells], rows)


def guess_columns(headings: Sequence[str], words: Words) -> dict[str, int]:
    """Which heading is which of our columns, by the words that people write there; each heading at most once.

    A heading that is one of the words comes before one that only holds it.
    """
    names = [" ".join(heading.casefold().split()) for heading in headings]
    found: dict[str, int] = {}
    for is_whole in (True, False):
        for column, known in words.items():
            if column not in found:
                place = next(_places(names, known, set(found.values()), is_whole=is_whole), None)
                if place is not None:
                    found[column] = place
    return found


def values_under(record: Record, places: Mapping[str, int]) -> dict[str, str]:
    """A row's values by our column; what the row is too short for is empty."""
    return {
        column: record.cells[place].strip() if place < len(record.cells) else "" for column, place in places.items()
    }


def _places(names: Sequence[str], known: Collection[str], taken: Collection[int], *, is_whole: bool) -> Iterator[int]:
    for word in known:
        for place, name in enumerate(names):
            if place not in taken and (name == word if is_whole else word in name):
                yield place


def _is_filled(record: Record) -> bool:
    return any(cell.strip() for cell in record.cells)
