"""Documents are tagged, say the same again, and reach nothing outside of themselves."""

import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from common.pdf import make_pdf

SECRET = "canary-in-a-file"


class Canary(ThreadingHTTPServer):
    """A server that notes who calls."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        super().__init__(("127.0.0.1", 0), _Note)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Note(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.calls.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def canary() -> Iterator[Canary]:
    server = Canary()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def document(body: str, head: str = "") -> str:
    title = "<title>A fictitious document</title>"
    return f'<!DOCTYPE html><html lang="en-GB"><head>{title}{head}</head><body><h1>Heading</h1>{body}</body></html>'


CHANNELS = {
    "image": '<img alt="x" src="{url}/x">',
    "image from the disk": '<img alt="x" src="{file}">',
    "srcset": '<picture><source srcset="{url}/x"><img alt="x" src="{url}/y"></picture>',
    "background": '<p style="background: url({url}/x)">x</p>',
    "list image": '<ul style="list-style-image: url({url}/x)"><li>x</li></ul>',
    "generated content": "<style>p::before {{ content: url({url}/x) }}</style><p>x</p>",
    "style sheet": '<link rel="stylesheet" href="{url}/x">',
    "import": "<style>@import url({url}/x);</style>",
    "font": "<style>@font-face {{ font-family: f; src: url({url}/x) }} p {{ font-family: f }}</style><p>x</p>",
    "object": '<object data="{url}/x">x</object>',
    "embed": '<embed src="{url}/x">',
    "drawing": '<svg xmlns:xlink="http://www.w3.org/1999/xlink"><title>x</title><image xlink:href="{url}/x" width="9" height="9"/></svg>',
    "drawing by use": '<svg><title>x</title><use href="{url}/x#y"/></svg>',
    "drawing from the disk": '<svg><title>x</title><image href="{file}" width="9" height="9"/></svg>',
    "drawing in an address": '<img alt="x" src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22%3E%3Cimage href=%22{url}/x%22 width=%229%22 height=%229%22/%3E%3C/svg%3E">',
    "attachment": '<link rel="attachment" href="{file}"><a rel="attachment" href="{url}/x">x</a>',
    "base": '<base href="{url}/"><img alt="x" src="x">',
}


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_document_reaches_neither_network_nor_disk(channel: str, canary: Canary, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)

    pdf = make_pdf(document(CHANNELS[channel].format(url=canary.url, file=secret.as_uri())))

    assert canary.calls == []
    reader = PdfReader(BytesIO(pdf.content))
    assert "Heading" in reader.pages[0].extract_text()
    assert reader.attachments == {}
    assert SECRET.encode() not in pdf.content


def test_the_canary_sings_where_the_fetcher_does_not_refuse(canary: Canary) -> None:
    """What the test above would see if it were not refused: the library's own fetcher."""
    from weasyprint import HTML  # noqa: PLC0415 -- as in the code: heavy

    HTML(string=document(CHANNELS["image"].format(url=canary.url))).write_pdf()

    assert canary.calls == ["/x"]


def test_a_document_is_tagged_with_language_and_title_and_the_same_twice() -> None:
    html = document("<p>Words.</p>")

    first, second = make_pdf(html), make_pdf(html)

    assert first.content == second.content
    assert first.pages == 1
    reader = PdfReader(BytesIO(first.content))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "en-GB"
    assert reader.metadata.title == "A fictitious document"
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert "/StructTreeRoot" in root


def test_what_could_not_be_fetched_is_not_in_the_log(canary: Canary) -> None:
    written = StringIO()
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)

    try:
        make_pdf(document(f'<img alt="x" src="{canary.url}/typed-by-a-person">'))
    finally:
        logging.getLogger().removeHandler(handler)

    assert written.getvalue() == "a document named something outside of itself\n"
