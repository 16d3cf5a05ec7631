"""Files that people might attach, honest and not, made as small as they can be."""

import io
import struct
import zlib

from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
GPS = 0x8825


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (60, 40), mode: str = "RGB", exif: bool = False) -> bytes:
    """A picture with, if asked for, a place, a device and a turn in its metadata."""
    out = io.BytesIO()
    image = Image.new(mode, size)
    extra = {}
    if exif:
        data = Image.Exif()
        data[0x0110] = "Fictitious Telephone"
        data[0x0112] = 6  # turned by a quarter
        data.get_ifd(GPS).update({1: "N", 2: (50.0, 54.0, 0.0)})
        extra = {"exif": data}
    image.save(out, kind, **extra)
    return out.getvalue()


def pixel_flood(width: int = 40_000, height: int = 40_000) -> bytes:
    """A PNG of a hundred bytes that says it has 1,600 million pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data))

    head = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


NOT_TAKEN = {
    "page.html": b"<!doctype html><script>alert(1)</script>",
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "program.exe": b"MZ" + b"\0" * 100,
    "archive.zip": b"PK\x03\x04" + b"\0" * 100,
    "macro.docm": b"PK\x03\x04" + b"word/vbaProject.bin",
    "animation.gif": b"GIF89a" + b"\0" * 100,
    "picture.jpg": b"<script>alert(1)</script>",
    "script.pdf": b"#!/bin/sh\n%PDF-1.7 %%EOF",
    "late.pdf": b" " * 100 + PDF,
    "text.txt": b"Only words.",
    "begins.png": b"\x89PNG is not enough",
}
DAMAGED = {
    "cut.jpg": picture("JPEG", size=(400, 300))[:500],
    "cut.png": picture("PNG", size=(400, 300))[:60],
    "head.jpg": b"\xff\xd8\xff\xe0" + b"\0" * 40,
    "cut.pdf": PDF[:40],
}
