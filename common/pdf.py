"""From HTML to a tagged PDF, in a closed room: nothing that a document names is fetched, from no network and no disk."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)

STYLE_SHEET = "build/pdf.css"
VARIANT = "pdf/ua-1"


class StyleSheetMissing(Exception):
    """The front end was not built, so documents have no style sheet."""


class FetchRefused(ValueError):
    """A document named something outside of itself; it is made without it."""


@dataclass(frozen=True)
class Pdf:
    """A finished document."""

    content: bytes
    pages: int


def render_document(template: str, context: dict[str, object]) -> str:
    """The HTML of a document that extends templates/pdf/base.html: style sheet inside, marking and force on each page."""
    frame = {"css": _style_sheet(), "classification": settings.CLASSIFICATION, "force_name": settings.FORCE_NAME}
    return render_to_string(template, frame | context)


def make_pdf(html: str) -> Pdf:
    """The document as PDF/UA-1: tagged, with title and language; the same HTML gives the same text again."""
    from weasyprint import HTML  # noqa: PLC0415 -- loads Pango, which few processes need
    from weasyprint.urls import URLFetcher  # noqa: PLC0415 -- the same

    class Refuser(URLFetcher):  # type: ignore[misc]
        """Fetches nothing; the document is made without what it named."""

        def fetch(self, url: str, headers: object = None) -> NoReturn:
            # The address is not logged: it may hold what a person typed.
            logger.warning("a document named something outside of itself")
            raise FetchRefused("Documents fetch nothing.")

    document = HTML(string=html, url_fetcher=Refuser()).render(pdf_variant=VARIANT, pdf_tags=True)
    content = document.write_pdf(pdf_variant=VARIANT, pdf_tags=True)
    return Pdf(content=content, pages=len(document.pages))


def _style_sheet() -> str:
    found = finders.find(STYLE_SHEET)
    if not isinstance(found, str):
        raise StyleSheetMissing(f"{STYLE_SHEET} is not there: build the front end first.")
    return Path(found).read_text(encoding="utf-8")
