"""Files that people attach: taken with suspicion. The type comes from the content, names are made harmless, pictures are written anew.

A picture is decoded and written again without its metadata (place, device, time), so nothing but its pixels is kept;
what hides behind the end of the picture is gone too.
"""

import hashlib
import io
import re
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import puremagic
from PIL import Image, ImageFile, ImageOps

from common.csv_files import ReadableBytes
from common.errors import DomainError

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
EXTENSIONS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}
TYPES_IN_WORDS = "a PDF, a JPEG or a PNG"
LONGEST_NAME = 100
# More pixels than any telephone takes; a picture of a few kilobytes may claim to have thousands of millions.
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 4_000
JPEG_QUALITY = 85
_UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, ArithmeticError)
_TOO_MANY_PIXELS = "The picture has too many pixels. Save it smaller and try again."
_NOT_IN_NAMES = re.compile(r"[^\w .,()+-]", re.UNICODE)


class CannotTakeFile(DomainError):
    """The message says what is wrong with the file and what to do."""


@dataclass(frozen=True)
class Upload:
    """A file as it may be kept: a harmless name, its true type, its content and the digest of that."""

    name: str
    content_type: str
    content: bytes
    sha256: str


def take_upload(name: str, file: ReadableBytes, *, max_bytes: int) -> Upload:
    """Read, check and clean one file. Raises CannotTakeFile; nothing is stored here."""
    content = file.read(max_bytes + 1)
    if not content:
        raise CannotTakeFile("The file is empty. Choose another one.")
    if len(content) > max_bytes:
        raise CannotTakeFile(f"The file is larger than {max_bytes // 1_000_000} MB. Choose a smaller one.")
    content_type = type_of(content)
    if content_type is None:
        raise CannotTakeFile(f"The file is not {TYPES_IN_WORDS}. Save it as one of these and try again.")
    content = _clean_pdf(content) if content_type == PDF else _clean_picture(content, content_type)
    return Upload(
        name=harmless_name(name, content_type),
        content_type=content_type,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def type_of(content: bytes) -> str | None:
    """PDF, JPEG or PNG by what the file begins with; None for everything else, whatever it is called."""
    try:
        found = {match.mime_type for match in puremagic.magic_string(content[:4096])}
    except (puremagic.PureError, ValueError):
        return None
    begins = {PDF: b"%PDF-", JPEG: b"\xff\xd8\xff", PNG: b"\x89PNG\r\n\x1a\n"}
    return next((kind for kind, mark in begins.items() if kind in found and content.startswith(mark)), None)


def harmless_name(name: str, content_type: str) -> str:
    """The last part of the name without what paths, headers and readers could stumble over, with the extension of its type."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFKC", name))[-1]
    stem = last.rpartition(".")[0] or last
    stem = re.sub(r"\s+", " ", _NOT_IN_NAMES.sub("", stem)).strip(" .-")
    return f"{stem[: LONGEST_NAME - 4].rstrip() or 'file'}{EXTENSIONS[content_type]}"


def _clean_pdf(content: bytes) -> bytes:
    if b"%%EOF" not in content[-2048:]:
        raise CannotTakeFile("The PDF is damaged: its end is missing. Save it again and try again.")
    if b"/Encrypt" in content:
        raise CannotTakeFile("The PDF is protected by a password, so it cannot be checked. Save it without one.")
    return content


def _clean_picture(content: bytes, content_type: str) -> bytes:
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG" if content_type == JPEG else "PNG"]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise CannotTakeFile(_TOO_MANY_PIXELS)
            if content_type == JPEG:
                # Decodes at a fraction of the size where that is enough: memory stays small.
                opened.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
            with _whole_or_nothing():
                opened.load()
            picture = ImageOps.exif_transpose(opened)
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return _written_anew(picture, content_type)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise CannotTakeFile(_TOO_MANY_PIXELS) from error
    except _UNREADABLE as error:
        raise CannotTakeFile("The picture is damaged and cannot be read. Save it again and try again.") from error


_one_at_a_time = threading.Lock()


@contextmanager
def _whole_or_nothing() -> Iterator[None]:
    """A picture that was cut off is refused, although WeasyPrint tells Pillow, for the whole process, to take such."""
    with _one_at_a_time:
        before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


def _written_anew(picture: Image.Image, content_type: str) -> bytes:
    has_holes = picture.mode in ("LA", "PA", "RGBA") or "transparency" in picture.info
    mode = "L" if picture.mode in ("1", "L") and not has_holes else "RGBA" if has_holes else "RGB"
    clean = picture.convert("RGB" if content_type == JPEG and mode == "RGBA" else mode)
    clean.info.clear()
    out = io.BytesIO()
    if content_type == JPEG:
        clean.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True)
    else:
        clean.save(out, "PNG")
    return out.getvalue()
