"""What every report promises of its tags, whatever it is of."""

from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader


def elements(reader: PdfReader) -> Iterator[Any]:
    """Every element of the structure tree, in the order in which it is read."""

    def walk(node: Any) -> Iterator[Any]:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                yield from walk(child)
        elif isinstance(node, dict):
            if "/S" in node:
                yield node
            if "/K" in node:
                yield from walk(node["/K"])

    yield from walk(reader.trailer["/Root"]["/StructTreeRoot"])


def assert_headings_skip_no_level(reader: PdfReader) -> None:
    """One of the first level, which comes first."""
    levels = [int(one["/S"][2:]) for one in elements(reader) if one["/S"] in ("/H1", "/H2", "/H3", "/H4")]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def assert_cells_name_their_headings(reader: PdfReader, *, more_than: int, at_most: int = 9) -> None:
    """Of row and column, and at most so many, in more than so many cells. Where we write scope, WeasyPrint writes the headings: PDF/UA takes either."""
    headings = {str(one["/ID"]) for one in elements(reader) if one["/S"] == "/TH"}
    cells = [one for one in elements(reader) if one["/S"] == "/TD"]

    assert len(cells) > more_than
    for cell in cells:
        named = {str(heading) for heading in cell["/A"]["/Headers"]}
        assert 2 <= len(named) <= at_most
        assert named <= headings
