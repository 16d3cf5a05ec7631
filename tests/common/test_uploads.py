"""Files are taken with suspicion: type by content, harmless names, pictures without metadata, nothing that floods memory."""

import io
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from common.uploads import LONGEST_NAME, CannotTakeFile, harmless_name, take_upload
from tests.files import DAMAGED, GPS, NOT_TAKEN, PDF, picture, pixel_flood

MOST = 1_000_000


def take(content, name="photo.jpg"):
    return take_upload(name, io.BytesIO(content), max_bytes=MOST)


@pytest.mark.parametrize(
    ("content", "kind", "name"),
    [
        (PDF, "application/pdf", "photo.pdf"),
        (picture("JPEG"), "image/jpeg", "photo.jpg"),
        (picture("PNG"), "image/png", "photo.png"),
        (picture("PNG", mode="RGBA"), "image/png", "photo.png"),
        (picture("PNG", mode="P"), "image/png", "photo.png"),
        (picture("JPEG", mode="L"), "image/jpeg", "photo.jpg"),
        (picture("JPEG", mode="CMYK"), "image/jpeg", "photo.jpg"),
    ],
)
def test_the_type_comes_from_the_content_and_the_extension_from_the_type(content, kind, name):
    upload = take(content, "photo.exe")

    assert (upload.content_type, upload.name) == (kind, name)
    assert take(upload.content).content_type == kind


@pytest.mark.parametrize("name", NOT_TAKEN)
def test_what_is_no_pdf_jpeg_or_png_is_refused_whatever_it_is_called(name):
    with pytest.raises(CannotTakeFile, match="not a PDF, a JPEG or a PNG"):
        take(NOT_TAKEN[name], name)


@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_damaged_is_refused(name):
    with pytest.raises(CannotTakeFile, match="damaged"):
        take(DAMAGED[name], name)


def test_an_empty_file_and_one_that_is_too_large_are_refused_and_no_more_of_it_is_read():
    class Endless:
        count = 0

        def read(self, size):
            self.count += size
            return b"%PDF-" + b"x" * (size - 5)

    endless = Endless()

    with pytest.raises(CannotTakeFile, match="empty"):
        take(b"")
    with pytest.raises(CannotTakeFile, match="larger than 1 MB"):
        take_upload("long.pdf", endless, max_bytes=MOST)
    assert endless.count == MOST + 1


def test_a_pdf_with_a_password_cannot_be_checked_and_is_refused():
    with pytest.raises(CannotTakeFile, match="password"):
        take(PDF.replace(b"/Root", b"/Encrypt 2 0 R/Root"))


@pytest.mark.parametrize("size", [(40_000, 40_000), (10_000, 10_000), (8_000, 8_000), (2_000_000_000, 1)])
def test_a_picture_that_says_it_has_too_many_pixels_is_refused_before_it_fills_memory(size):
    tracemalloc.start()
    try:
        with pytest.raises(CannotTakeFile, match="too many pixels"):
            take(pixel_flood(*size))
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_place_device_and_thumbnail_are_gone_and_the_picture_stands_upright():
    before = picture("JPEG", size=(60, 40), exif=True)
    assert dict(Image.open(io.BytesIO(before)).getexif().get_ifd(GPS))

    upload = take(before)

    after = Image.open(io.BytesIO(upload.content))
    assert (dict(after.getexif()), after.size) == ({}, (40, 60))
    assert b"Fictitious Telephone" not in upload.content


def test_what_hides_behind_a_picture_or_in_its_comments_is_gone():
    hidden = b"<script>alert(1)</script>"
    comment = b"\xff\xfe" + (len(hidden) + 2).to_bytes(2, "big") + hidden
    jpeg = picture("JPEG")

    for content in (jpeg[:2] + comment + jpeg[2:] + hidden, picture("PNG") + hidden):
        assert hidden not in take(content).content


def test_a_large_picture_becomes_as_large_as_is_useful():
    upload = take(picture("JPEG", size=(6_000, 3_000)))

    assert max(Image.open(io.BytesIO(upload.content)).size) <= 4_000


def test_the_same_content_has_the_same_digest():
    content = picture("JPEG", exif=True)

    assert take(content) == take(content)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        (r"C:\Users\x\letter.docx", "letter.pdf"),
        ("a\r\nSet-Cookie: b.pdf", "aSet-Cookie b.pdf"),
        ('quote".pdf', "quote.pdf"),
        ("\u202egpj.exe", "gpj.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("", "file.pdf"),
        ("Brief an Müller (2).PDF", "Brief an Müller (2).pdf"),
        ("x" * 500 + ".pdf", "x" * 96 + ".pdf"),
    ],
)
def test_names_are_made_harmless(given_name, kept):
    assert harmless_name(given_name, "application/pdf") == kept


@given(st.text(max_size=300))
def test_no_name_leads_out_of_its_folder_or_out_of_its_header(name):
    kept = harmless_name(name, "image/png")

    assert kept.endswith(".png")
    assert 5 <= len(kept) <= LONGEST_NAME
    assert not set(kept) & set('/\\\r\n\0"<>:;')
    assert not kept.startswith((".", "-", " "))


@given(st.binary(max_size=400), st.sampled_from([b"", b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]))
def test_no_content_is_a_fault_of_ours(rest, beginning):
    with suppress(CannotTakeFile):
        take(beginning + rest)
