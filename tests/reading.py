"""What a person reads of an answer."""

import re
from html import unescape
from io import BytesIO
from typing import Any

from pypdf import PdfReader


def text_of(response: Any) -> str:
    """The words of a page: no tags, scripts or styles, single spaces."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def markup_of(response: Any) -> str:
    """A page as it was sent, with characters in place of entities."""
    return unescape(response.content.decode())


def pages_of(pdf: bytes) -> list[str]:
    """The words of each page of a PDF, on one line."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]
