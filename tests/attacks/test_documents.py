"""A PDF asks nothing of any network or disk, whatever stands in it; a document that would ask does when our door is left open."""

from collections import Counter
from typing import Any

import pytest
import weasyprint

from common.pdf import make_pdf

CHANNELS = {
    "picture": '<img src="{there}/img">',
    "picture of several": '<img srcset="{there}/srcset 1x" src="{there}/src">',
    "style sheet": '<link rel="stylesheet" href="{there}/css">',
    "imported style sheet": '<style>@import url("{there}/import");</style>',
    "font": '<style>@font-face {{ font-family: a; src: url("{there}/font"); }} p {{ font-family: a; }}</style><p>a</p>',
    "background": '<p style="background-image: url({there}/background)">a</p>',
    "list mark": '<ul style="list-style-image: url({there}/list)"><li>a</li></ul>',
    "content": '<style>p::before {{ content: url("{there}/content"); }}</style><p>a</p>',
    "border": '<p style="border: 9px solid; border-image-source: url({there}/border)">a</p>',
    "page": '<style>@page {{ background: url("{there}/page"); }}</style><p>a</p>',
    "object": '<object data="{there}/object"></object>',
    "embed": '<embed src="{there}/embed">',
    "drawing": '<svg><image href="{there}/svg" width="9" height="9"/></svg>',
    "older drawing": '<svg xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="{there}/xlink" width="9" height="9"/></svg>',
    "attached file": '<link rel="attachment" href="{there}/attachment">',
    "attached by a link": '<a rel="attachment" href="{there}/anchor">a</a>',
    "base of addresses": '<base href="{there}/"><img src="base">',
    "picture in a picture": (
        "<img src=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3Cimage href='{there}/nested'/%3E%3C/svg%3E\">"
    ),
}
WAYS_TO_A_FILE = (
    '<img src="file://{path}">',
    '<link rel="attachment" href="file://{path}">',
    '<a rel="attachment" href="file:{path}">a</a>',
)


def document(body: str) -> str:
    return f'<html lang="en"><head><title>Fictitious</title></head><body>{body}</body></html>'


def test_no_way_out_of_a_document_is_open(visited: Any, tried: Counter[str]) -> None:
    there, asked = visited
    asked.clear()

    for body in CHANNELS.values():
        assert make_pdf(document(body.format(there=there))).content.startswith(b"%PDF")
        tried["ways out of a PDF"] += 1

    assert asked == []


def test_most_of_them_are_ways_out_where_the_fetcher_is_the_usual_one(visited: Any) -> None:
    there, asked = visited
    asked.clear()

    weasyprint.HTML(string=document("".join(body.format(there=there) for body in CHANNELS.values()))).write_pdf()

    assert len(set(asked)) >= 12


@pytest.mark.parametrize("way", WAYS_TO_A_FILE)
def test_no_file_of_the_machine_comes_into_a_document(tmp_path: Any, way: str, tried: Counter[str]) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Fictitious secret")

    made = make_pdf(document(way.format(path=secret)))

    tried["ways to a file from a PDF"] += 1
    assert b"EmbeddedFile" not in made.content
    assert b"Fictitious secret" not in made.content
