"""The workbook that is filled in to take over earlier reviews: an empty sheet with the columns, and what each holds."""

from collections.abc import Sequence

from common.xlsx import Table, make_xlsx


def template_of(columns: Sequence[tuple[str, str, str]], *, sheet: str) -> bytes:
    """Columns as name, meaning and example."""
    facts = [(name, f"{meaning}. For example: {example}") for name, meaning, example in columns]
    return make_xlsx(
        title=f"Earlier reviews: fill in the sheet “{sheet}”, a row for each incident",
        facts=facts,
        tables=[Table(sheet, [name for name, _, _ in columns], [])],
    )
